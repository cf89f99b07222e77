/** Two runs at once may both create the connection: the one with the larger id gives way. */
import { type ActionError, asActionError } from '../../errors.ts';
import type { Connection } from '../objects.ts';
import type { Run } from './run.ts';

const kind = 'ipsec_site_connection';

/** How long another run may take from its look at the list to the deletion of its own, milliseconds. */
const makersTime = 5000;

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
  readonly ours: Connection;
  readonly other: Connection;
}

function doubled(run: Run, created: ReadonlyMap<string, Connection>, listed: readonly Connection[]): Doubled[] {
  return [...created].flatMap(([key, ours]) => {
    const other = namesake(run, ours, listed);
    return other === undefined ? [] : { key, ours, other };
  });
}

/** Deletes our own and goes on with the other. */
async function adopt(run: Run, { key, ours, other }: Doubled): Promise<void> {
  await run.ports.api.remove(kind, ours.id, { name: ours.name, critical: true });
  run.ports.log.info(`Deleted the duplicate ${ours.name} (${ours.id}).`);
  run.remember(key, other);
}

function warn(run: Run, { ours, other }: Doubled, what: string): void {
  run.notices.push({
    level: 'warning',
    text: `Another run created a connection ${ours.name} at the same time (${other.id}). ${what} Give the workflow a concurrency group.`,
  });
}

/**
 * The smaller ids stay, because a maker who sees both deletes the larger. One that is still there after that time was
 * made and looked for before ours was there: its maker is gone, so we give way.
 */
async function patient(
  run: Run,
  doubles: readonly Doubled[],
  created: ReadonlyMap<string, Connection>,
): Promise<Doubled[]> {
  const { clock, cancellation } = run.ports;
  if (doubles.length === 0) {
    return [];
  }
  try {
    await clock.sleep(makersTime, cancellation.reads);
  } catch {
    for (const one of doubles) {
      warn(run, one, 'This run was cancelled before one of the two was deleted: the next run names both.');
    }
    return [];
  }
  const again = doubled(run, created, await listAgain(run));
  const still = doubles.filter(({ other }) => again.some((one) => one.other.id === other.id));
  for (const one of doubles.filter((double) => !still.includes(double))) {
    warn(run, one, 'That run deleted its own.');
  }
  return still;
}

/**
 * Reads the list once more after connections were made. Where another run made a namesake meanwhile, the larger id is
 * deleted by its maker, who goes on with the other: both runs see both, and decide alike.
 * @param created by the key of the step that made them
 * @returns failures to delete our own, by that key
 */
export async function giveWay(
  run: Run,
  created: ReadonlyMap<string, Connection>,
): Promise<ReadonlyMap<string, ActionError>> {
  const failures = new Map<string, ActionError>();
  const doubles = doubled(run, created, await listAgain(run));
  const larger = doubles.filter(({ ours, other }) => ours.id > other.id);
  const smaller = doubles.filter((one) => !larger.includes(one));
  for (const one of [...larger, ...(await patient(run, smaller, created))]) {
    warn(run, one, `This run deletes its own (${one.ours.id}) and goes on with that one.`);
    try {
      await adopt(run, one);
    } catch (error) {
      failures.set(one.key, asActionError(error));
    }
  }
  return failures;
}
