/** Two runs at once may both create the connection: the one with the larger id gives way. */
import type { ActionError } from '../../errors.ts';
import type { Connection } from '../objects.ts';
import { asActionError } from './failures.ts';
import type { Run } from './run.ts';

const kind = 'ipsec_site_connection';

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
  const { api, log } = run.ports;
  const failures = new Map<string, ActionError>();
  const listed = await listAgain(run);
  for (const [key, ours] of created) {
    const other = namesake(run, ours, listed);
    if (other === undefined) {
      continue;
    }
    const isLarger = ours.id > other.id;
    run.notices.push({
      level: 'warning',
      text: `Another run created a connection ${ours.name} at the same time (${other.id}). ${
        isLarger ? `This run deletes its own (${ours.id}) and goes on with that one.` : 'That run deletes its own.'
      } Give the workflow a concurrency group.`,
    });
    if (isLarger) {
      try {
        await api.remove(kind, ours.id, { name: ours.name, critical: true });
        log.info(`Deleted the duplicate ${ours.name} (${ours.id}).`);
        run.remember(key, other);
      } catch (error) {
        failures.set(key, asActionError(error));
      }
    }
  }
  return failures;
}
