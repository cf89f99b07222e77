/** Two runs at once may both create the connection: the one with the larger id gives way. */
import type { Connection } from '../objects.ts';
import type { Run } from './run.ts';

const kind = 'ipsec_site_connection';

/**
 * Reads the list once more after connections were made. Where another run made a namesake meanwhile, the larger id is
 * deleted by its maker, who goes on with the other: both runs see both, and decide alike.
 */
export async function giveWay(run: Run, created: ReadonlyMap<string, Connection>): Promise<void> {
  const { api, log } = run.ports;
  const listed = await api.list(kind);
  for (const [key, ours] of created) {
    const others = listed.filter(({ id, name }) => name === ours.name && !run.known.has(id));
    const [lowest] = others.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    if (lowest === undefined) {
      continue;
    }
    const larger = ours.id > lowest.id;
    run.notices.push({
      level: 'warning',
      text: `Another run created a connection ${ours.name} at the same time (${lowest.id}). ${
        larger ? `This run deleted its own (${ours.id}) and goes on with that one.` : 'That run deletes its own.'
      } Give the workflow a concurrency group.`,
    });
    if (larger) {
      await api.remove(kind, ours.id, { name: ours.name, critical: true });
      log.info(`Deleted the duplicate ${ours.name} (${ours.id}).`);
      run.remember(key, lowest);
    }
  }
}
