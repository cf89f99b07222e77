/** Finds the connection in the cloud that each connection of the files means. */
import type { ConnectionSpec, Stated } from '../desired.ts';
import type { Connection } from '../objects.ts';
import { type Context, listed } from './context.ts';

export type Matches = ReadonlyMap<ConnectionSpec, Connection | undefined>;

/** What it means that the id in the file fits nothing. */
type MissingId = 'is an error' | 'is gone already';

function byId(context: Context, spec: ConnectionSpec, id: Stated<string>, missing: MissingId): Connection | undefined {
  const found = context.observed.connections.find((connection) => connection.id === id.value);
  if (found === undefined && missing === 'is an error') {
    context.refuse(
      [spec],
      'NOT_FOUND',
      `Connection ${spec.name.value}: there is no IPsec connection with the id ${id.value} in this project.`,
      'Correct the id, or remove it to find the connection by its name or to create it.',
      id.at,
    );
  }
  return found;
}

function byName(context: Context, spec: ConnectionSpec): Connection | undefined {
  const found = context.observed.connections.filter(({ name }) => name === spec.name.value);
  if (found.length > 1) {
    const ids = found.map(({ id, status }) => `${id} (${status})`).join(', ');
    context.refuse(
      [spec],
      'AMBIGUOUS',
      `Connection ${spec.name.value}: there are ${found.length} IPsec connections of this name: ${ids}.`,
      'Delete the superfluous ones, or say which one is meant with "id:" beside the name.',
      spec.name.at,
    );
  }
  return found[0];
}

/** What another connection of the files means by its name is not renamed while that one is not in order. */
function refuseLeftOut(context: Context, spec: ConnectionSpec, existing: Connection | undefined): void {
  if (existing !== undefined && existing.name !== spec.name.value && context.options.leftOut.includes(existing.name)) {
    context.refuse(
      [spec],
      'CONFLICT',
      `Connections ${existing.name} and ${spec.name.value} both mean ${listed([existing])}.`,
      'Remove one of them, or correct its id or name.',
      spec.at,
    );
  }
}

/** One connection of the cloud for each of the files, or none where it has to be created. */
export function matchConnections(context: Context, missing: MissingId = 'is an error'): Matches {
  const matches = new Map<ConnectionSpec, Connection | undefined>();
  const taken = new Map<string, ConnectionSpec>();
  for (const spec of context.specs) {
    const existing = spec.id === undefined ? byName(context, spec) : byId(context, spec, spec.id, missing);
    const other = existing === undefined ? undefined : taken.get(existing.id);
    if (existing !== undefined && other !== undefined) {
      context.refuse(
        [other, spec],
        'CONFLICT',
        `Connections ${other.name.value} and ${spec.name.value} both mean ${listed([existing])}.`,
        'Remove one of them, or correct its id or name.',
        spec.at,
      );
    }
    refuseLeftOut(context, spec, existing);
    if (existing !== undefined) {
      taken.set(existing.id, spec);
    }
    matches.set(spec, existing);
  }
  return matches;
}
