/** Which parts of destroyed connections go with them: those of ours that nothing else uses. What stays says why. */
import type { Place } from '../../errors.ts';
import { defaultName } from '../default-name.ts';
import type { ConnectionSpec, Reference } from '../desired.ts';
import { type Part, parts } from '../kinds.ts';
import { type Context, listed } from './context.ts';
import type { Destroyed } from './destroy.ts';
import { objectsOf, type PartObject } from './entries.ts';
import { markedFor } from './marked.ts';
import { type Leaving, objectWords, type Removal, removalKey, removePart, staying } from './removal.ts';

/** An object that a confirmed connection describes, or that was made for one. */
interface Candidate {
  readonly object: PartObject;
  /** The connections that describe it; none for what is left from before. */
  readonly describing: readonly ConnectionSpec[];
  /** The first description. */
  readonly at: Place | undefined;
}

/** The only one, or those among several that were made for the connection. */
function meant<T extends PartObject>(context: Context, spec: ConnectionSpec, found: readonly T[]): readonly T[] {
  return found.length === 1 ? found : found.filter((object) => markedFor(object) === context.owner(spec));
}

/** Services of the router, which may be gone: its name then means nothing. */
function servicesOf({ observed }: Context, router: Reference | undefined): readonly PartObject[] {
  const ids =
    router?.by === 'name'
      ? observed.routers.filter(({ name }) => name === router.name).map(({ id }) => id)
      : [router?.id];
  return observed.vpnservices.filter(({ routerId }) => ids.includes(routerId));
}

/** What a description means; nothing if it may be any of several. */
function describedBy(context: Context, { spec, existing }: Destroyed, part: Part): readonly PartObject[] {
  const given = spec.parts[part];
  if (given?.by !== 'description') {
    return [];
  }
  const objects = objectsOf(context, part);
  if (given.id !== undefined) {
    return objects.filter(({ id }) => id === given.id?.value);
  }
  const referred = objects.filter(({ id }) => id === existing?.refs[part]);
  if (referred.some(({ name }) => given.name === undefined || given.name.value === name)) {
    return referred;
  }
  if (part === 'vpnservice' && given.name === undefined) {
    return meant(context, spec, servicesOf(context, given.router));
  }
  const wanted = given.name?.value ?? defaultName(spec.name.value, part);
  return meant(
    context,
    spec,
    objects.filter(({ name }) => name === wanted),
  );
}

/** Each object once: the described ones, and what else was made for these connections. */
function candidatesOf(context: Context, destroyed: readonly Destroyed[]): readonly Candidate[] {
  const described = destroyed.flatMap((one) =>
    parts.flatMap((part) =>
      describedBy(context, one, part).map((object) => ({ object, spec: one.spec, at: one.spec.parts[part]?.at })),
    ),
  );
  const { ikepolicies, ipsecpolicies, endpointGroups } = context.observed;
  const made = [...ikepolicies, ...ipsecpolicies, ...endpointGroups].filter((object) =>
    isMadeFor(context, object, destroyed),
  );
  return [...new Set([...described.map(({ object }) => object), ...made])].map((object) => ({
    object,
    describing: described.filter((one) => one.object === object).map(({ spec }) => spec),
    at: described.find((one) => one.object === object)?.at,
  }));
}

function isMadeFor(context: Context, object: PartObject, destroyed: readonly Destroyed[]): boolean {
  const mark = markedFor(object);
  return destroyed.some(({ spec }) => context.owner(spec) === mark);
}

/** A file names it without describing it: then it must exist, and is not touched. */
function isOnlyReferred({ specs }: Context, { id, name }: PartObject, describing: readonly ConnectionSpec[]): boolean {
  return specs.some(
    (spec) =>
      !describing.includes(spec) &&
      Object.values(spec.parts).some(
        (given) => (given.by === 'id' && given.id === id) || (given.by === 'name' && given.name === name),
      ),
  );
}

/** Why an object stays; undefined if it goes. */
function reasonToStay(
  context: Context,
  { object, describing }: Candidate,
  destroyed: readonly Destroyed[],
  leaving: readonly Leaving[],
): string | undefined {
  const users = staying(context.observed, object.id, leaving);
  if (users.length > 0) {
    return `it is still used by ${listed(users)}`;
  }
  if (!isMadeFor(context, object, destroyed)) {
    return markedFor(object) === undefined
      ? 'it was not made by this action'
      : 'it was made for another connection, or by another repository';
  }
  return isOnlyReferred(context, object, describing) ? 'a file refers to it without describing it' : undefined;
}

/** The connections that fail if the object cannot be removed. */
function concerned(
  context: Context,
  { object, describing }: Candidate,
  destroyed: readonly Destroyed[],
): readonly Destroyed[] {
  const mark = markedFor(object);
  return destroyed.filter(
    ({ spec, existing }) =>
      describing.includes(spec) ||
      context.owner(spec) === mark ||
      Object.values(existing?.refs ?? {}).includes(object.id),
  );
}

function notice(context: Context, { object, at }: Candidate, why: string): void {
  const text = `The ${objectWords(object)} stays: ${why}.`;
  context.notices.push({ level: 'notice', text, ...(at === undefined ? {} : { at }) });
}

const addressLost =
  'its public address, which other ends dial, would go with it. To remove it too: destroy-vpnservice: true';

/** The service goes only if that is asked for, because its address goes with it. */
function serviceStays(context: Context, candidate: Candidate, why: string | undefined): boolean {
  const { destroyVpnservice } = context.options;
  if (destroyVpnservice && why !== undefined) {
    notice(context, candidate, why);
  }
  if (!destroyVpnservice && why === undefined) {
    notice(context, candidate, `nothing uses it any more, but ${addressLost}`);
  }
  return !destroyVpnservice || why !== undefined;
}

/**
 * Removals of parts, after those of the connections; services last.
 * @param leaving the destroyed connections that are there
 */
export function removeParts(
  context: Context,
  destroyed: readonly Destroyed[],
  leaving: readonly Leaving[],
): readonly Removal[] {
  const removals: Removal[] = [];
  const candidates = candidatesOf(context, destroyed);
  const isService = ({ object }: Candidate): boolean => object.kind === 'vpnservice';
  const ordered = [...candidates.filter((one) => !isService(one)), ...candidates.filter(isService)];
  for (const candidate of ordered) {
    const { object } = candidate;
    const why = reasonToStay(context, candidate, destroyed, leaving);
    if (isService(candidate)) {
      if (serviceStays(context, candidate, why)) {
        continue;
      }
    } else if (why !== undefined) {
      notice(context, candidate, why);
      continue;
    }
    const users = concerned(context, candidate, destroyed);
    const names = users.map(({ spec }) => spec.name.value);
    const connections = users.flatMap(({ existing }) => (existing === undefined ? [] : removalKey(existing)));
    const partsBefore = isService(candidate) ? removals.map(({ step }) => step.key) : [];
    const reason = 'made by this action, and nothing uses it then';
    removals.push(removePart(object, names, reason, [...connections, ...partsBefore]));
  }
  return removals;
}
