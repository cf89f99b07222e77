/** The five parts of a connection as a file describes them, each object once. Pure. */
import { looksLikeNetwork } from '../file/addresses.ts';
import { isUuid } from '../file/references.ts';
import { kindNames, type Part, partKind } from '../kinds.ts';
import { splitDescription } from '../mark.ts';
import type { EndpointGroup, VpnService } from '../objects.ts';
import type { PartObject } from '../plan/entries.ts';
import type { Exporting, Refused } from './exporting.ts';
import { fieldEntries, mapping, text } from './fields.ts';
import type { Entry, Item } from './layout.ts';
import { isNameable, type Named } from './names.ts';
import { textScalar } from './scalar.ts';

/** Names of routers and subnets are not ours to limit. */
const foreignName = 255;

/** Where an object of a file is described: by id. */
export type Described = Map<string, Named>;

interface Writing {
  readonly exporting: Exporting;
  readonly named: Named;
  readonly refused: Refused;
}

/** Whether the text stands for a name where an id could stand too. */
function isReferable(name: string, max: number): boolean {
  return isNameable(name, max) && !isUuid(name);
}

/** The name where it means one object alone and cannot be read as anything else, else the id. */
function nameOrId(
  objects: readonly { readonly id: string; readonly name: string; readonly isForeign?: true }[],
  id: string,
): { readonly text: string; readonly isName: boolean } {
  const own = objects.filter(({ isForeign }) => isForeign !== true);
  const name = own.find((object) => object.id === id)?.name ?? '';
  const isOne = own.filter((object) => object.name === name).length === 1;
  const isName = isOne && isReferable(name, foreignName) && !looksLikeNetwork(name);
  return { text: isName ? name : id, isName };
}

/** `router: name`, or `router_id: …`. */
function reference(key: string, objects: Parameters<typeof nameOrId>[0], id: string | undefined): readonly Entry[] {
  if (id === undefined || id === '') {
    return [];
  }
  const { text: stated, isName } = nameOrId(objects, id);
  return [text(isName ? key : `${key}_id`, stated)];
}

/** How the mapping says which object it is, with its description. */
function labels({ exporting, named, refused }: Writing, part: Part, object: PartObject): readonly Entry[] {
  const handle = exporting.handleOf(named, part, object);
  const others = object.name === '' ? 'it has no name' : `others are called ${object.name} too`;
  const { text: description } = splitDescription(object.description);
  return [
    ...(handle === 'id' ? [text('id', object.id, others)] : []),
    ...(handle === 'name' ? [text('name', object.name)] : []),
    ...fieldEntries(object.kind, part, description === '' ? {} : { description }, refused),
  ];
}

function service(writing: Writing, object: VpnService): Entry {
  const { exporting, named, refused } = writing;
  const { observed, dialect } = exporting;
  // The server chooses the address; only privileged accounts may state it.
  const { external_v4_ip: _address, ...values } = object.values;
  const { connection } = named;
  const isLegacy = dialect.legacyModel && connection.values.peer_cidrs !== undefined;
  const address = object.addressV4 ?? object.addressV6;
  return mapping(
    'vpnservice',
    [
      ...labels(writing, 'vpnservice', object),
      ...reference('router', observed.routers, object.routerId),
      ...(isLegacy ? reference('subnet', observed.subnets, object.subnetId) : []),
      ...fieldEntries('vpnservice', 'vpnservice', values, refused),
    ],
    address === undefined ? undefined : `its public address: ${address}`,
  );
}

/** Subnets of the cloud by name; one that goes by its id has its network beside it. */
function localItem({ observed: { subnets } }: Exporting, id: string): Item {
  const { text: stated, isName } = nameOrId(subnets, id);
  const { name = '', cidr } = subnets.find((subnet) => subnet.id === id) ?? {};
  const known = [name, cidr ?? ''].filter((word) => word !== '').join(', ');
  const scalar = textScalar(stated);
  return isName || known === '' ? { scalar } : { scalar, comment: known };
}

/** A refused network takes the whole group with it: a group with fewer members is another one. */
function group(writing: Writing, part: Part, object: EndpointGroup): Entry {
  const { exporting } = writing;
  const items = object.endpoints.map(
    (endpoint): Item => (part === 'local_ep_group' ? localItem(exporting, endpoint) : { scalar: textScalar(endpoint) }),
  );
  const own = labels(writing, part, object);
  const list = { is: 'list', items } as const;
  const entry: Entry =
    own.length === 0 ? { key: part, content: list } : mapping(part, [...own, { key: 'endpoints', content: list }]);
  return { ...entry, leave: part };
}

function byId(part: Part, id: string, comment: string): Entry {
  return text(`${part}_id`, id, comment);
}

/** A part that another connection of the file describes already. */
function again({ exporting, named }: Writing, part: Part, object: PartObject, first: Named): Entry {
  const { id, name } = object;
  const isGroup = partKind[part] === 'endpoint_group';
  const isName =
    exporting.handleOf(named, part, object) === 'name' &&
    isReferable(name, foreignName) &&
    !(isGroup && looksLikeNetwork(name));
  const where = `described above, at ${first.name}`;
  return isName ? text(part, name, where) : byId(part, id, where);
}

/** One part of a connection; none if it has none. */
export function partEntries(writing: Writing, part: Part, described: Described): readonly Entry[] {
  const { exporting, named, refused } = writing;
  const id = named.connection.refs[part];
  if (id === undefined) {
    return [];
  }
  const object = exporting.object(named, part);
  const { words } = kindNames[partKind[part]];
  if (object === undefined) {
    return [byId(part, id, `no ${words} of this project that can be the ${part}`)];
  }
  const reason = refused.get(part);
  if (reason !== undefined) {
    return [byId(part, id, `not described: ${reason}`)];
  }
  const first = described.get(id);
  if (first !== undefined) {
    return [again(writing, part, object, first)];
  }
  described.set(id, named);
  switch (object.kind) {
    case 'vpnservice':
      return [service(writing, object)];
    case 'endpoint_group':
      return [group(writing, part, object)];
    default:
      return [
        mapping(part, [...labels(writing, part, object), ...fieldEntries(object.kind, part, object.values, refused)]),
      ];
  }
}
