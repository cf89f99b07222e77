/** The objects that the files describe: which descriptions are one object, and which object of the cloud that is. */
import { createHash } from 'node:crypto';
import type { ConnectionSpec, DescribedPart, FieldValue } from '../desired.ts';
import { type Part, partKind, parts } from '../kinds.ts';
import type { EndpointGroup, Policy, VpnService } from '../objects.ts';
import { canonicalJson } from '../tags.ts';
import { equalContent } from './content.ts';
import { type Context, listed } from './context.ts';
import type { Matches } from './match.ts';
import { routerId, subnetEndpoint, subnetId } from './resolve.ts';

export type PartObject = VpnService | Policy | EndpointGroup;

/** What a description asks for, with names of routers and subnets resolved. */
export interface Wanted {
  readonly name: string | undefined;
  readonly description: string | undefined;
  /** Stated fields without name and description. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly endpoints: { readonly type: 'subnet' | 'cidr'; readonly members: readonly string[] } | undefined;
  readonly routerId: string | undefined;
  readonly subnetId: string | undefined;
}

/** One description: where it stands and what it asks for. */
export interface Entry {
  readonly spec: ConnectionSpec;
  readonly part: Part;
  readonly described: DescribedPart;
  readonly wanted: Wanted;
}

/** One object of the run, shared by all connections that describe it. */
export interface RunObject {
  readonly part: Part;
  readonly entries: readonly [Entry, ...Entry[]];
  /** Undefined: to be created. */
  readonly existing: PartObject | undefined;
  /** Name of the object, or of the one to be created. */
  readonly name: string;
}

const suffixes: Readonly<Record<Part, string>> = {
  vpnservice: 'service',
  ikepolicy: 'ike',
  ipsecpolicy: 'ipsec',
  local_ep_group: 'local',
  peer_ep_group: 'peer',
};

/** OTC's limit; the same everywhere, so that a file means the same names on both clouds. */
const nameLength = 64;

/** `<connection>-ike` and so on; a long one is cut and told apart by a hash. */
export function defaultName(connection: string, part: Part): string {
  const name = `${connection}-${suffixes[part]}`;
  if (name.length <= nameLength) {
    return name;
  }
  const tail = `-${createHash('sha256').update(connection).digest('hex').slice(0, 8)}-${suffixes[part]}`;
  return `${connection.slice(0, nameLength - tail.length)}${tail}`;
}

/** The objects of the kind that can be this part: a group only if it has the part's type. */
export function objectsOf(context: Context, part: Part): readonly PartObject[] {
  const { vpnservices, ikepolicies, ipsecpolicies, endpointGroups } = context.observed;
  switch (part) {
    case 'vpnservice':
      return vpnservices;
    case 'ikepolicy':
      return ikepolicies;
    case 'ipsecpolicy':
      return ipsecpolicies;
    case 'local_ep_group':
      return endpointGroups.filter(({ type }) => type === 'subnet');
    case 'peer_ep_group':
      return endpointGroups.filter(({ type }) => type === 'cidr');
  }
}

function wantedOf(context: Context, described: DescribedPart): Wanted {
  const { description, ...rest } = described.fields;
  const stated = Object.entries(rest).map(([key, { value }]): [string, FieldValue] => [key, value]);
  const { endpoints, endpointType, router, subnet } = described;
  const members = endpoints?.map((entry) => (endpointType === 'subnet' ? subnetEndpoint(context, entry) : entry.text));
  return {
    name: described.name?.value,
    description: typeof description?.value === 'string' ? description.value : undefined,
    fields: Object.fromEntries(stated),
    endpoints:
      members === undefined || endpointType === undefined
        ? undefined
        : { type: endpointType, members: [...new Set(members.filter((id) => id !== undefined))] },
    routerId: router === undefined ? undefined : routerId(context, router),
    subnetId: subnet === undefined ? undefined : subnetId(context, subnet),
  };
}

function entriesOf(context: Context): Entry[] {
  return context.specs.flatMap((spec) =>
    parts.flatMap((part): Entry[] => {
      const described = spec.parts[part];
      return described?.by === 'description' ? [{ spec, part, described, wanted: wantedOf(context, described) }] : [];
    }),
  );
}

function byId(context: Context, { part, described, spec }: Entry, id: string): PartObject | undefined {
  const found = objectsOf(context, part).find((object) => object.id === id.toLowerCase());
  if (found === undefined) {
    context.refuse(
      'NOT_FOUND',
      `Connection ${spec.name.value}: there is no ${part} with the id ${id} in this project.`,
      'Correct the id, or remove it to have the object created.',
      described.id?.at,
    );
  }
  return found;
}

/** A service without a name is the router's only one. */
function serviceOfRouter(context: Context, { wanted, described }: Entry): PartObject | undefined {
  const found = context.observed.vpnservices.filter((service) => service.routerId === wanted.routerId);
  if (found.length > 1) {
    context.refuse(
      'AMBIGUOUS',
      `The router has ${found.length} VPN services: ${listed(found)}.`,
      'Say which one is meant: "vpnservice: <name>", or "id:" in the mapping.',
      described.at,
    );
  }
  return found[0];
}

/** Among several of one name: the one in use that fits, ours from an unfinished run that fits, the one in use. */
function byName(context: Context, entries: readonly Entry[], matches: Matches, name: string): PartObject | undefined {
  const [{ part, wanted, described }] = entries as readonly [Entry];
  const found = objectsOf(context, part).filter((object) => object.name === name);
  const [first] = found;
  if (found.length <= 1) {
    return first;
  }
  const specs = entries.map(({ spec }) => spec);
  const referenced = found.filter(({ id }) => specs.some((spec) => matches.get(spec)?.refs[part] === id));
  const free = found.filter(({ id }) => !context.observed.connections.some(({ refs }) => refs[part] === id));
  const fits = (object: PartObject): boolean => equalContent(wanted, object);
  const ours = free.filter((object) => context.isMarked(object, specs) && fits(object));
  const [lowest] = ours.sort((a, b) => (a.id < b.id ? -1 : 1));
  const chosen = referenced.find(fits) ?? lowest ?? referenced[0];
  if (chosen === undefined) {
    context.refuse(
      'AMBIGUOUS',
      `There are ${found.length} objects of the name ${name}: ${listed(found)}.`,
      'Delete the superfluous ones, or say which one is meant with "id:" in the mapping.',
      described.at,
    );
  }
  return chosen;
}

interface Anchored {
  readonly entry: Entry;
  readonly existing: PartObject | undefined;
}

/** Entries with the object that they mean by id or by what the connection refers to now; the others go by name. */
function anchor(context: Context, entry: Entry, matches: Matches): PartObject | undefined {
  const { part, described, spec } = entry;
  if (described.id !== undefined) {
    return byId(context, entry, described.id.value);
  }
  if (described.name !== undefined) {
    return undefined;
  }
  const referred = matches.get(spec)?.refs[part];
  const found = objectsOf(context, part).find(({ id }) => id === referred);
  return found ?? (part === 'vpnservice' ? serviceOfRouter(context, entry) : undefined);
}

/**
 * Nameless descriptions may meet on one object and disagree. Those that it fits keep it (or, if it fits none, the first
 * that wants a change); the others get an object of their own.
 */
function settleDisagreements(context: Context, anchored: readonly Anchored[]): Anchored[] {
  const chosen = new Map<string, string>();
  const form = ({ wanted }: Entry): string => canonicalJson({ ...wanted, name: undefined });
  for (const { entry, existing } of anchored) {
    if (existing !== undefined && equalContent(entry.wanted, existing)) {
      chosen.set(existing.id, 'as it is');
    }
  }
  return anchored.map(({ entry, existing }) => {
    if (existing === undefined || equalContent(entry.wanted, existing)) {
      return { entry, existing };
    }
    const first = chosen.get(existing.id);
    if (first === undefined) {
      chosen.set(existing.id, form(entry));
    } else if (first !== form(entry)) {
      if (entry.part === 'vpnservice' || entry.described.id !== undefined) {
        context.refuse(
          'CONFLICT',
          `Connection ${entry.spec.name.value} describes ${listed([existing])} differently than another connection does.`,
          'Describe it alike in both places (YAML anchors help), or once, and refer to it by name elsewhere.',
          entry.described.at,
        );
      }
      return { entry, existing: undefined };
    }
    return { entry, existing };
  });
}

/** The stated name or the default one. Connections that describe one router share its service, also one still to be made. */
function nameFor(entry: Entry, entries: readonly Entry[]): string {
  const { part, wanted, spec } = entry;
  const sharers = entries.filter((other) => other.part === 'vpnservice' && other.wanted.routerId === wanted.routerId);
  const shared = part === 'vpnservice' ? sharers : [];
  const stated = wanted.name ?? shared.find((other) => other.wanted.name !== undefined)?.wanted.name;
  return stated ?? defaultName((shared[0]?.spec ?? spec).name.value, part);
}

function grouped<T>(items: readonly T[], key: (item: T) => string): T[][] {
  return [...Map.groupBy(items, key).values()];
}

/** All objects that the files describe, each once. Refusals are in the context. */
export function describedObjects(context: Context, matches: Matches): RunObject[] {
  const entries = entriesOf(context);
  const anchored = settleDisagreements(
    context,
    entries.map((entry) => ({ entry, existing: anchor(context, entry, matches) })),
  );
  const nameOf = (entry: Entry): string => nameFor(entry, entries);
  const named = grouped(
    anchored.filter(({ existing, entry }) => existing === undefined && entry.described.id === undefined),
    ({ entry }) => `${entry.part} ${nameOf(entry)}`,
  ).flatMap((group) => {
    const members = group.map(({ entry }) => entry);
    const name = nameOf(members[0] as Entry);
    const existing = byName(context, members, matches, name);
    return members.map((entry) => ({ entry, existing, name }));
  });
  const known = anchored.flatMap(({ entry, existing }) =>
    existing === undefined ? [] : [{ entry, existing, name: entry.wanted.name ?? existing.name }],
  );
  return grouped([...known, ...named], ({ entry, existing, name }) => `${entry.part} ${existing?.id ?? name}`).map(
    (group) => {
      const [first] = group as [(typeof group)[number]];
      const [head, ...rest] = group.map(({ entry }) => entry);
      return { part: first.entry.part, entries: [head as Entry, ...rest], existing: first.existing, name: first.name };
    },
  );
}

/** The kind of the object. */
export function kindOf(object: Pick<RunObject, 'part'>): (typeof partKind)[Part] {
  return partKind[object.part];
}
