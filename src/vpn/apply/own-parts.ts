/** A run that gave way to another one has made parts for nothing. */
import { asActionError } from '../../errors.ts';
import { kindNames, parts } from '../kinds.ts';
import { removeUnused } from './remove.ts';
import type { Run } from './run.ts';

/** Ids that connections refer to now; undefined if nobody can say. */
async function referred({ ports: { api }, notices }: Run): Promise<ReadonlySet<string> | undefined> {
  try {
    const connections = await api.list('ipsec_site_connection', { critical: true });
    return new Set(connections.flatMap(({ refs }) => parts.flatMap((part) => refs[part] ?? [])));
  } catch (error) {
    const text = `What this run made for nothing could not be told from what is in use, and stays: ${asActionError(error).message}`;
    notices.push({ level: 'notice', text });
    return undefined;
  }
}

/** Deletes what this run made and no connection refers to. What is in use after all is kept: the service sees to that. */
export async function dropOwnParts(run: Run): Promise<void> {
  const made = run.created.filter(({ kind }) => kind !== 'ipsec_site_connection');
  const used = made.length === 0 ? undefined : await referred(run);
  const unused = made.filter(({ id }) => used?.has(id) === false);
  for (const { kind, id, name } of unused) {
    await removeUnused(run, { kind, id, name: name === '' ? `${kindNames[kind].words} ${id}` : name });
  }
}
