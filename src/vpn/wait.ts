/** Waits until connections are settled or up, and says honestly how fresh a status is. */
import { ActionError, type Place } from '../errors.ts';
import type { Cancellation, Clock, Log } from '../ports.ts';
import type { VpnApi } from './api.ts';
import { pause } from './apply/states.ts';
import { type Connection, isPending } from './objects.ts';

export type WaitFor = 'settled' | 'active' | 'none';

/** A connection to wait for. */
export interface Waiting {
  readonly name: string;
  readonly id: string;
  readonly at: Place;
  readonly status: string;
  /**
   * Set after an update: the servers go on showing the old status for up to a minute, so a read counts only once the
   * status changed or the status interval has passed.
   */
  readonly updated?: { readonly before: string; readonly at: number };
}

export interface Waited {
  readonly status: string;
  readonly settled: boolean;
  readonly up: boolean;
  readonly stale: boolean;
  readonly failure?: ActionError;
}

export interface WaitOptions {
  readonly waitFor: WaitFor;
  readonly api: VpnApi;
  readonly clock: Clock;
  random(): number;
  readonly log: Pick<Log, 'info'>;
  readonly cancellation: Cancellation;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly timeoutMs: number;
  readonly statusIntervalMs: number;
  onStatus(name: string, waited: Waited): void;
}

/** Nothing more is to come by itself: the tunnel is up, or waits for the other end. */
export const settledStates = ['ACTIVE', 'DOWN'];
/** A line at least this often while nothing changes, milliseconds. */
const progressEvery = 30_000;

/** States that fail, and what to do about them. */
const broken: Readonly<Record<string, string>> = {
  ERROR:
    'The cloud could not deploy the connection. Updating and deleting work in this state: correct the file and run again, or delete the connection; ask the operator if it stays.',
  FROZEN:
    'The cloud froze the resource (arrears, or an administrative measure). Settle that with the provider; then run again.',
};

function lateHint({ status, stale }: Waited, isOff: boolean): string {
  if (isPending(status)) {
    return 'In this state the service refuses updates, but deleting works. Run again later (it goes on waiting), or raise timeout; if it stays, ask the operator whether the VPN agent runs.';
  }
  if (stale) {
    return 'After an update the servers show the old status for up to a minute: timeout has to be longer than status-interval.';
  }
  if (status === 'DOWN' && isOff) {
    return 'admin_state_up is false, so no tunnel comes up: write true, or wait-for: settled.';
  }
  if (status === 'DOWN') {
    return 'The connection is configured, but no tunnel is up. Check the far side: is it configured with the same psk, policies and networks, does it dial the gateway address, are UDP 500 and 4500 and ESP open, and does traffic flow to start the negotiation?';
  }
  return 'This state is not documented. Updating and deleting work unless the service says otherwise: run again later, or raise timeout.';
}

class Watched {
  readonly waiting: Waiting;
  status: string;
  fresh: boolean;
  /** Switched off by `admin_state_up: false`. */
  isOff = false;
  result: Waited | undefined;

  constructor(waiting: Waiting) {
    this.waiting = waiting;
    this.status = waiting.status;
    this.fresh = waiting.updated === undefined;
  }

  read({ status, values }: Connection, now: number, interval: number): void {
    const { updated } = this.waiting;
    this.status = status;
    this.isOff = values.admin_state_up === false;
    this.fresh ||= updated === undefined || status !== updated.before || now - updated.at >= interval;
  }

  state(): Waited {
    const settled = settledStates.includes(this.status);
    return { status: this.status, settled, up: this.status === 'ACTIVE', stale: !this.fresh };
  }

  /** Whether the waiting for this one is over. */
  concludes(waitFor: WaitFor): boolean {
    const { settled, up } = this.state();
    if (waitFor === 'none' || (this.fresh && this.status in broken)) {
      return true;
    }
    return waitFor === 'active' ? up && this.fresh : settled;
  }

  conclude(waitFor: WaitFor): Waited {
    const { name, id, at } = this.waiting;
    const hint = waitFor === 'none' ? undefined : broken[this.status];
    return this.close(
      hint === undefined
        ? undefined
        : new ActionError('CONNECTION_STATE', `Connection ${name} (${id}) is ${this.status}.`, { hint, at }),
    );
  }

  fail(code: 'TIMEOUT' | 'NOT_FOUND', text: string, hint: string): Waited {
    return this.close(new ActionError(code, text, { hint, at: this.waiting.at }));
  }

  private close(failure: ActionError | undefined): Waited {
    this.result = failure === undefined ? this.state() : { ...this.state(), failure };
    return this.result;
  }
}

/** One GET for one connection, one list for several. */
async function readOnce(api: VpnApi, open: readonly Watched[]): Promise<ReadonlyMap<string, Connection>> {
  const [only, ...others] = open;
  const found: readonly (Connection | undefined)[] =
    only !== undefined && others.length === 0
      ? [await api.get('ipsec_site_connection', only.waiting.id, { name: only.waiting.name })]
      : await api.list('ipsec_site_connection');
  return new Map(found.flatMap((connection) => (connection === undefined ? [] : [[connection.id, connection]])));
}

function readAll(open: readonly Watched[], found: ReadonlyMap<string, Connection>, options: WaitOptions): void {
  for (const watched of open) {
    const { name, id } = watched.waiting;
    const connection = found.get(id);
    const before = watched.status;
    if (connection === undefined) {
      const hint = 'Run again to create it; use a concurrency group so that runs do not overlap.';
      watched.fail('NOT_FOUND', `Connection ${name} (${id}) was deleted while this run waited for it.`, hint);
      continue;
    }
    watched.read(connection, options.clock.now(), options.statusIntervalMs);
    if (watched.status !== before) {
      options.log.info(`${name} is ${watched.status} (was ${before}).`);
    }
  }
}

const staleNote = ', which may still be the status before the update';

/** The status, and whether it can be trusted. */
function stateText({ status, fresh }: Watched): string {
  return `${status}${fresh ? '' : staleNote}`;
}

function begin(open: readonly Watched[], { log, waitFor }: WaitOptions): void {
  const states = open.map((watched) => `${watched.waiting.name} (${stateText(watched)})`).join(', ');
  if (states !== '') {
    log.info(`Waiting until ${waitFor === 'active' ? 'the tunnel is up' : 'the cloud has settled'}: ${states}.`);
  }
}

function progress(open: readonly Watched[], options: WaitOptions, started: number): void {
  const seconds = Math.round((options.clock.now() - started) / 1000);
  for (const watched of open) {
    options.log.info(`Waiting for ${watched.waiting.name}: ${stateText(watched)} after ${seconds} s.`);
  }
}

function conclude(open: readonly Watched[], options: WaitOptions): Watched[] {
  return open.filter((watched) => {
    if (watched.result === undefined && watched.concludes(options.waitFor)) {
      watched.conclude(options.waitFor);
    }
    if (watched.result !== undefined) {
      options.onStatus(watched.waiting.name, watched.result);
    }
    return watched.result === undefined;
  });
}

/** As the input `timeout` is written: `1h30m`, `90s` as `1m30s`. */
function durationText(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const parts = [`${Math.floor(seconds / 3600)}h`, `${Math.floor(seconds / 60) % 60}m`, `${seconds % 60}s`];
  return parts.filter((part) => !part.startsWith('0')).join('') || '0s';
}

function giveUp(open: readonly Watched[], options: WaitOptions): void {
  const timeout = durationText(options.timeoutMs);
  for (const watched of open) {
    const { name, id } = watched.waiting;
    const wanted = options.waitFor === 'active' ? 'ACTIVE' : 'settled';
    const state = watched.state();
    const note = state.stale ? ' (which may still be the status before the update)' : '';
    const text = `Connection ${name} (${id}) is ${state.status}${note}, not ${wanted}, at the end of the timeout (${timeout}).`;
    options.onStatus(name, watched.fail('TIMEOUT', text, lateHint(state, watched.isOff)));
  }
}

/**
 * Resolves when every connection has concluded; results go to `onStatus` one by one.
 * DOWN is a healthy answer: configured, no tunnel yet. ERROR and FROZEN fail at once. At the deadline the rest fail.
 */
export async function waitForStates(waiting: readonly Waiting[], options: WaitOptions): Promise<void> {
  const { clock, cancellation, deadline, random } = options;
  const started = clock.now();
  let reported = started;
  let open = conclude(
    waiting.map((one) => new Watched(one)),
    options,
  );
  begin(open, options);
  for (let count = 0; open.length > 0; count += 1) {
    const left = deadline - clock.now();
    if (left <= 0) {
      giveUp(open, options);
      return;
    }
    await clock.sleep(Math.min(pause(count, random), left), cancellation.reads);
    readAll(open, await readOnce(options.api, open), options);
    open = conclude(open, options);
    if (clock.now() - reported >= progressEvery) {
      reported = clock.now();
      progress(open, options, started);
    }
  }
}
