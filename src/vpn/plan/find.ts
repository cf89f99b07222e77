/** Finds the object of the cloud that a description means. */
import type { ConnectionSpec, Stated } from '../desired.ts';
import type { Part } from '../kinds.ts';
import { equalContent } from './content.ts';
import { type Context, listed } from './context.ts';
import { type Entry, objectsOf, type PartObject } from './entries.ts';
import type { Matches } from './match.ts';

/** The object that the connection refers to now. */
export function referred({ part, spec }: Entry, context: Context, matches: Matches): PartObject | undefined {
  const id = matches.get(spec)?.refs[part];
  return objectsOf(context, part).find((object) => object.id === id);
}

export function byId({ part, spec }: Entry, context: Context, id: Stated<string>): PartObject | undefined {
  const found = objectsOf(context, part).find((object) => object.id === id.value);
  if (found === undefined) {
    context.refuse(
      [spec],
      'NOT_FOUND',
      `Connection ${spec.name.value}: there is no ${part} with the id ${id.value} in this project.`,
      'Correct the id, or remove it to have the object created.',
      id.at,
    );
  }
  return found;
}

/** A service without a name is the router's only one. */
export function ofRouter({ wanted, described, spec }: Entry, context: Context): PartObject | undefined {
  const found = context.observed.vpnservices.filter((service) => service.routerId === wanted.routerId);
  if (found.length > 1) {
    context.refuse(
      [spec],
      'AMBIGUOUS',
      `The router has ${found.length} VPN services: ${listed(found)}.`,
      'Say which one is meant: "vpnservice: <name>", or "id:" in the mapping.',
      described.at,
    );
  }
  return found[0];
}

function lowest(objects: readonly PartObject[]): PartObject | undefined {
  return objects.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0];
}

interface Named {
  readonly name: string;
  /** The connections that give this name to this part. */
  readonly specs: readonly ConnectionSpec[];
}

/**
 * The object of this name. Among several: one that these connections use and that fits, else other connections of the
 * run; ours from an unfinished run that fits; one that these connections use.
 */
export function byName(
  { part, wanted, described }: Entry,
  context: Context,
  matches: Matches,
  { name, specs }: Named,
): PartObject | undefined {
  const found = objectsOf(context, part).filter((object) => object.name === name);
  if (found.length <= 1) {
    return found[0];
  }
  const fits = (object: PartObject): boolean => equalContent(wanted, object);
  const usedBy = (users: readonly ConnectionSpec[]): readonly PartObject[] =>
    found.filter(({ id }) => users.some((spec) => matches.get(spec)?.refs[part] === id));
  const inUse = usedBy(specs);
  const ours = found.filter((object) => isFree(context, part, object) && context.isMarked(object, specs));
  const chosen = inUse.find(fits) ?? usedBy(context.specs).find(fits) ?? lowest(ours.filter(fits)) ?? inUse[0];
  if (chosen === undefined) {
    context.refuse(
      specs,
      'AMBIGUOUS',
      `There are ${found.length} objects of the name ${name}: ${listed(found)}.`,
      'Delete the superfluous ones, or say which one is meant with "id:" in the mapping.',
      described.at,
    );
  }
  return chosen;
}

/** Whether no connection refers to the object as this part. */
export function isFree({ observed }: Context, part: Part, { id }: PartObject): boolean {
  return !observed.connections.some(({ refs }) => refs[part] === id);
}
