/** Two runs at once may both create the connection: the one with the larger id gives way. */
import { type ActionError, asActionError } from '../../errors.ts';
import type { Connection } from '../objects.ts';
import type { CreateStep, ReplaceStep } from '../plan/steps.ts';
import { createOnce } from './create.ts';
import { callOptions, type Run } from './run.ts';

const kind = 'ipsec_site_connection';

/** How long another run may take from its look at the list to the deletion of its own, milliseconds. */
const makersTime = 10_000;

/** How long another run may take from its first connection to its last, milliseconds. */
const othersTime = 5000;

/** Another run's connection of the same name, the one with the lowest id. */
function namesake(run: Run, ours: Connection, listed: readonly Connection[]): Connection | undefined {
  const others = listed.filter(({ id, name }) => name === ours.name && !run.known.has(id));
  return others.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0];
}

async function listAgain({ ports, notices }: Run): Promise<readonly Connection[]> {
  try {
    return await ports.api.list(kind);
  } catch (error) {
    const words = asActionError(error).message;
    const text = `Whether another run created a connection of the same name at the same time could not be checked: ${words}`;
    notices.push({ level: 'warning', text });
    return [];
  }
}

interface Doubled {
  /** Key of the step that made ours. */
  readonly key: string;
  readonly step: CreateStep | ReplaceStep;
  readonly ours: Connection;
  readonly other: Connection;
}

type Created = ReadonlyMap<string, MadeConnection>;

function doubled(run: Run, created: Created, listed: readonly Connection[]): Doubled[] {
  return [...created].flatMap(([key, { step, connection: ours }]) => {
    const other = namesake(run, ours, listed);
    return other === undefined ? [] : { key, step, ours, other };
  });
}

/** A connection that this run made, and by which step. */
export interface MadeConnection {
  readonly step: CreateStep | ReplaceStep;
  readonly connection: Connection;
}

/** Undefined only if it certainly is not there: then its maker, slow to do so, gave way too. */
async function still({ ports: { api } }: Run, other: Connection): Promise<Connection | undefined> {
  try {
    return await api.get(kind, other.id, { name: other.name, critical: true });
  } catch {
    return other;
  }
}

/** The address that the far side dials is then that of the other's VPN service. */
async function adoptService(run: Run, { refs }: MadeConnection['step'], other: Connection): Promise<void> {
  const { vpnservice: target } = refs;
  const id = other.refs.vpnservice;
  if (target === undefined || !('made' in target) || id === undefined || run.idOf(target) === id) {
    return;
  }
  try {
    const service = await run.ports.api.get('vpnservice', id, { critical: true });
    if (service !== undefined) run.remember(target.made, service);
  } catch (error) {
    const text = `The VPN service ${id} of connection ${other.name} could not be read: ${asActionError(error).message}`;
    run.notices.push({ level: 'warning', text });
  }
}

/**
 * Deletes our own and goes on with the other.
 * @returns our own, made again, if there is no other any more
 */
async function adopt(run: Run, { key, step, ours, other }: Doubled): Promise<Connection | undefined> {
  const { api, log } = run.ports;
  await api.remove(kind, ours.id, { name: ours.name, critical: true });
  log.info(`Deleted the duplicate ${ours.name} (${ours.id}).`);
  const left = await still(run, other);
  if (left !== undefined) {
    run.remember(key, left);
    run.hasGivenWay = true;
    await adoptService(run, step, left);
    return undefined;
  }
  const body = { ...step.body, ...run.bodyOf(step.refs) };
  const again = await createOnce(run, kind, body, { ...callOptions(step), critical: true });
  run.remember(key, again);
  log.info(`Created the IPsec connection ${again.name} (${again.id}) again: the other run has deleted its own, too.`);
  return again;
}

function warn(run: Run, { ours, other }: Doubled, what: string): void {
  run.notices.push({
    level: 'warning',
    text: `Another run created a connection ${ours.name} at the same time (${other.id}). ${what} Give the workflow a concurrency group.`,
  });
}

/**
 * Two runs decide alike, and for all their connections alike: else these would end on parts of both. The smaller id of the
 * connection whose name comes first stays with all that its run has made.
 */
function givesWay(doubles: readonly Doubled[]): boolean {
  const [first] = doubles.toSorted((a, b) => (a.ours.name < b.ours.name ? -1 : 1));
  return first !== undefined && first.ours.id > first.other.id;
}

/** Waits for the list; undefined if the run is cancelled, which is told. */
async function later(run: Run, doubles: readonly Doubled[], created: Created, ms: number) {
  const { clock, cancellation } = run.ports;
  try {
    await clock.sleep(ms, cancellation.reads);
  } catch {
    for (const one of doubles) {
      warn(run, one, 'This run was cancelled before one of the two was deleted: the next run names both.');
    }
    return undefined;
  }
  return doubled(run, created, await listAgain(run));
}

/**
 * The other run's maker sees both and deletes its own. What is still there after that time was made and looked for before
 * ours was there: its maker is gone, so we give way.
 */
async function patient(run: Run, doubles: readonly Doubled[], created: Created): Promise<readonly Doubled[]> {
  const again = await later(run, doubles, created, makersTime);
  if (again === undefined) {
    return [];
  }
  for (const one of doubles.filter(({ other }) => !again.some((double) => double.other.id === other.id))) {
    warn(run, one, 'That run deleted its own.');
  }
  return again;
}

/** How often two runs may both give way, one just too slow each time, until one of them stops looking. */
const rounds = 3;

/**
 * Reads the list once more after connections were made. Where another run made a namesake meanwhile, one of the two is
 * deleted by its maker, who goes on with the other.
 * @param made by the key of the step that made them
 * @returns failures to delete our own, by that key
 */
export async function giveWay(run: Run, made: Created): Promise<ReadonlyMap<string, ActionError>> {
  const failures = new Map<string, ActionError>();
  let created = made;
  for (let round = 1; round <= rounds && created.size > 0; round += 1) {
    const again = new Map<string, MadeConnection>();
    const seen = doubled(run, created, await listAgain(run));
    // The other run may be in the midst of it: decided on some of them alone, it would decide otherwise.
    const isPartial = seen.length > 0 && seen.length < created.size;
    const doubles = isPartial ? ((await later(run, seen, created, othersTime)) ?? []) : seen;
    const giving = doubles.length === 0 || givesWay(doubles) ? doubles : await patient(run, doubles, created);
    for (const one of giving) {
      warn(run, one, `This run deletes its own (${one.ours.id}) and goes on with that one.`);
      try {
        const connection = await adopt(run, one);
        if (connection !== undefined) again.set(one.key, { step: one.step, connection });
      } catch (error) {
        failures.set(one.key, asActionError(error));
      }
    }
    created = again;
  }
  return failures;
}
