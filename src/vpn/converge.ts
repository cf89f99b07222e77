/** Makes the project as the files describe it: observe → plan → apply → wait, telling what becomes known on the way. */
import { ActionError, asActionError } from '../errors.ts';
import type { Send } from '../http/send.ts';
import type { Cancellation, Clock, Log } from '../ports.ts';
import { createVpnApi, type VpnApi } from './api.ts';
import { type Applied, apply } from './apply/apply.ts';
import type { ConnectionSpec } from './desired.ts';
import { type Observed, observe } from './observe.ts';
import { PeerConfigs, type PeerFiles } from './peer-configs.ts';
import { gatewayOf, type PlanOptions, plan } from './plan/plan.ts';
import type { Plan, PlannedConnection } from './plan/steps.ts';
import type { ConnectionReport, Report } from './report.ts';
import { settledStates, type Waited, type WaitFor, type Waiting, waitForStates } from './wait.ts';

export interface ConvergeOptions extends PlanOptions {
  readonly mode: 'apply' | 'plan';
  readonly project: { readonly id: string; readonly name?: string };
  readonly region?: string;
  /** Ends in `/v2.0`. */
  readonly networkUrl: URL;
  readonly waitFor: WaitFor;
  readonly statusIntervalMs: number;
  readonly timeoutMs: number;
  /** When the timeout ends, milliseconds since the epoch. */
  readonly deadline: number;
}

export interface ConvergePorts {
  /** Authenticated for the project. */
  readonly send: Send;
  readonly clock: Clock;
  random(): number;
  readonly log: Log;
  readonly cancellation: Cancellation;
  /** Called whenever something became known: outputs must not wait for the end. */
  tell(report: Report): void;
  /** Where configurations for the other ends go, if they are wanted. */
  readonly peerFiles?: PeerFiles;
  /** The plan in words. */
  describe(report: Report): readonly string[];
}

/** The report as far as it is known, one place for everybody who learns something. */
class Known {
  #report: Report;
  readonly #tell: (report: Report) => void;

  constructor(report: Report, tell: (report: Report) => void) {
    this.#report = report;
    this.#tell = tell;
    tell(report);
  }

  get report(): Report {
    return this.#report;
  }

  connection(name: string, learnt: Partial<ConnectionReport>): void {
    const connections = this.#report.connections.map((one) => (one.name === name ? { ...one, ...learnt } : one));
    this.all({ connections });
  }

  all(learnt: Partial<Report>): void {
    this.#report = { ...this.#report, ...learnt };
    this.#tell(this.#report);
  }
}

/** Ends the run if anything failed, with one error: the only one, or all of them told together. */
function failWith(failures: readonly ActionError[], what: string): void {
  const [first, ...others] = new Set(failures);
  if (first === undefined) {
    return;
  }
  if (others.length === 0) {
    throw first;
  }
  const lines = [first, ...others].map(({ message, hint }, index) =>
    [`${index + 1}. ${message}`, hint].filter((text) => text !== undefined).join(' '),
  );
  throw new ActionError(first.code, `${lines.length} ${what}:\n${lines.join('\n')}`, { at: first.at, cause: first });
}

/** What a status says that no update of this run can have outdated. */
function stateOf(status: string): Pick<ConnectionReport, 'settled' | 'up' | 'statusStale'> {
  return { settled: settledStates.includes(status), up: status === 'ACTIVE', statusStale: false };
}

/** The psk where nothing was sent. */
function unsent({ psk }: ConnectionReport): ConnectionReport['psk'] {
  return psk === 'sent' ? 'not compared' : psk;
}

/** A connection of a plan that was refused before it came to it. */
function untouched({ name, at }: ConnectionSpec): ConnectionReport {
  return { name: name.value, at, operation: 'unchanged', impact: 'none', psk: 'not compared' };
}

/** What is known before any write, when `apply` has changed nothing yet. Where none will follow, the states count. */
function beforehand(
  specs: readonly ConnectionSpec[],
  { connections, refusals }: Plan,
  { mode }: ConvergeOptions,
): readonly ConnectionReport[] {
  const isRefused = refusals.length > 0;
  if (isRefused && mode === 'apply' && connections.length === 0) {
    return specs.map(untouched);
  }
  return connections.map(({ report, existing }) => ({
    ...report,
    ...(existing !== undefined && (isRefused || mode === 'plan') ? stateOf(existing.status) : {}),
    ...(mode === 'apply' ? { operation: 'unchanged', psk: unsent(report) } : {}),
  }));
}

/** What became of a connection. One that is deleted has neither id nor status any more. */
function afterwards(connection: PlannedConnection, applied: Applied): ConnectionReport {
  const { id, status, ...lasting } = connection.report;
  const { name, peerAddress = '' } = lasting;
  const operation = applied.operationOf(connection);
  const written = applied.written.get(name)?.connection;
  const service = applied.serviceOf(connection);
  const failure = applied.failures.get(name);
  const gatewayAddress = gatewayOf(service, peerAddress);
  const current = written ?? connection.existing;
  const isLeft = failure !== undefined && operation !== 'deleted' && current !== undefined;
  return {
    ...(operation === 'deleted' ? lasting : connection.report),
    operation,
    ...(written === undefined ? { psk: unsent(connection.report) } : { id: written.id, status: written.status }),
    ...(service === undefined ? {} : { vpnserviceId: service.id }),
    ...(gatewayAddress === undefined ? {} : { gatewayAddress }),
    ...(isLeft ? { ...stateOf(current.status), statusStale: operation !== 'unchanged' } : {}),
    ...(failure === undefined ? {} : { failure }),
  };
}

async function carryOut(
  planned: Plan,
  observed: Observed,
  api: VpnApi,
  { deadline }: ConvergeOptions,
  ports: ConvergePorts,
  known: Known,
): Promise<Applied> {
  const operations = new Map(planned.connections.map(({ report: { name, operation } }) => [name, operation]));
  const applied = await apply(planned, observed, {
    ...ports,
    api,
    deadline,
    onConnection: (name, { connection: { id, status } }) =>
      known.connection(name, { id, status, operation: operations.get(name) ?? 'unchanged' }),
  });
  known.all({
    progress: applied.progress,
    connections: planned.connections.map((connection) => afterwards(connection, applied)),
    notices: [...planned.notices, ...applied.notices],
  });
  return applied;
}

/** What to wait for: every connection that is there and did not fail. */
function waitingFor({ report, existing }: PlannedConnection, applied: Applied): Waiting | undefined {
  const { name, at } = report;
  const written = applied.written.get(name);
  const connection = written?.connection ?? existing;
  if (connection === undefined || applied.failures.has(name)) {
    return undefined;
  }
  const { id, status } = connection;
  const isUpdate = written !== undefined && id === existing?.id;
  return {
    ...{ name, id, at, status },
    ...(isUpdate ? { updated: { before: status, at: written.at } } : {}),
  };
}

/** Why a status is not known in the end, although the connections are as they should be. */
function notSeen(error: unknown, waiting: Iterable<Waiting>, { cancellation }: ConvergePorts): ActionError {
  const names = [...waiting].map(({ name, id }) => `${name} (${id})`).join(', ');
  if (cancellation.reads.aborted) {
    const hint = 'Everything had been written before. Run it again to see how it ended.';
    return new ActionError('CANCELLED', `Cancelled while waiting for the status of ${names}.`, { hint, cause: error });
  }
  const { code, message, hint, at } = asActionError(error);
  const text = `Everything was written, but the status of ${names} stays unknown: ${message}`;
  return new ActionError(code, text, { hint, at, cause: error });
}

/** A wait that ends early is the failure of the connections that were still waited for. */
async function wait(
  waiting: readonly Waiting[],
  api: VpnApi,
  options: ConvergeOptions,
  ports: ConvergePorts,
  known: Known,
): Promise<void> {
  const open = new Map(waiting.map((one) => [one.name, one]));
  const onStatus = (name: string, { status, settled, up, stale, failure }: Waited): void => {
    known.connection(name, {
      ...{ status, settled, up, statusStale: stale },
      ...(failure === undefined ? {} : { failure }),
    });
    open.delete(name);
  };
  try {
    await waitForStates(waiting, { ...ports, ...options, api, onStatus });
  } catch (error) {
    const failure = notSeen(error, open.values(), ports);
    for (const { name, status, updated } of open.values()) {
      known.connection(name, { ...stateOf(status), statusStale: updated !== undefined, failure });
    }
  }
}

function failWithConnections({ report }: Known): void {
  failWith(
    report.connections.flatMap(({ failure }) => failure ?? []),
    'connections failed',
  );
}

/** Before any status is waited for: the other end may be what it takes. A connection that failed gets no file. */
async function writePeerConfigs(peers: PeerConfigs | undefined, known: Known): Promise<void> {
  if (peers === undefined) {
    return;
  }
  for (const connection of known.report.connections.filter(({ failure }) => failure === undefined)) {
    const written = await peers.write(connection);
    if ('notice' in written) {
      known.all({ notices: [...known.report.notices, written.notice] });
    } else {
      known.connection(connection.name, written);
    }
  }
}

/**
 * Converges all connections of the run.
 * @throws ActionError after everything that could be done was done; what is known until then was told
 */
export async function converge(
  specs: readonly ConnectionSpec[],
  options: ConvergeOptions,
  ports: ConvergePorts,
): Promise<void> {
  const { log } = ports;
  const { mode, dialect, project, region, networkUrl } = options;
  const api = createVpnApi({ send: ports.send, networkUrl, projectId: project.id, dialect });
  const observed = await observe(api, specs, dialect, ports.peerFiles !== undefined);
  const planned = plan(specs, observed, options);
  const { steps, changes, notices, refusals } = planned;
  const known = new Known(
    {
      mode,
      dialect: dialect.name,
      project,
      ...(region === undefined ? {} : { region }),
      connections: beforehand(specs, planned, options),
      changes,
      progress: 'planned',
      notices,
    },
    ports.tell,
  );
  // A refused plan without changes does not mean that nothing is to be done.
  if (refusals.length === 0 || changes.length > 0) {
    await log.group('Plan', async () => {
      for (const line of ports.describe(known.report)) {
        log.info(line);
      }
    });
  }
  const peers = ports.peerFiles && new PeerConfigs(specs, planned, observed, dialect, ports.peerFiles);
  const reasons = [...refusals, ...(peers?.refusals ?? [])];
  for (const { message, at, code } of reasons.slice(1)) {
    // The failure of the run stands at the line of the first one, and lists all.
    log.error(message, at, code);
  }
  // In both modes: a review must not pass what apply then refuses.
  failWith(reasons, 'problems');
  if (mode === 'plan') {
    await writePeerConfigs(peers, known);
    failWithConnections(known);
    return;
  }
  const work = (): Promise<Applied> => carryOut(planned, observed, api, options, ports, known);
  const applied = steps.length === 0 ? await work() : await log.group('Apply', work);
  await writePeerConfigs(peers, known);
  const waiting = planned.connections.flatMap((connection) => waitingFor(connection, applied) ?? []);
  await wait(waiting, api, options, ports, known);
  failWithConnections(known);
}
