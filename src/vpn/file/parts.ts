/** The five parts of a connection: a reference, or an object described in place. */
import { type MappingReader, openMapping } from '../../spec/mapping.ts';
import { found, type Value } from '../../spec/node.ts';
import { readText } from '../../spec/scalars.ts';
import { shown } from '../../spec/show.ts';
import type { DescribedPart, Endpoint, PartSpec, Reference } from '../desired.ts';
import { kindNames, type Part, partKind } from '../kinds.ts';
import { looksLikeNetwork } from './addresses.ts';
import type { FileContext } from './context.ts';
import { explainKey, readDescribed } from './described.ts';
import { readEndpoints, type Side } from './endpoints.ts';
import { readIdReference, readNameOrId, readReference, takeEither } from './references.ts';

export type GroupPart = Extract<Part, 'local_ep_group' | 'peer_ep_group'>;

const sides: Readonly<Record<GroupPart, Side>> = { local_ep_group: 'local', peer_ep_group: 'peer' };
const groupTypes = { local: 'subnet', peer: 'cidr' } as const;

function isGroup(part: Part): part is GroupPart {
  return part === 'local_ep_group' || part === 'peer_ep_group';
}

function readPolicy(context: FileContext, reader: MappingReader, part: Part): DescribedPart {
  return { by: 'description', at: reader.at, ...readDescribed(context, reader, partKind[part]) };
}

/** The legacy model, where the cloud has it. */
function readSubnet(context: FileContext, reader: MappingReader): Reference | undefined {
  const { dialect } = context;
  if (dialect.legacyModel) {
    return readReference(context, reader, 'subnet');
  }
  const { named, byId } = takeEither(reader, 'subnet', false);
  const stated = named ?? byId;
  if (stated !== undefined) {
    const fix = 'Remove it, and list the subnets in the connection: local_ep_group: [subnet-app].';
    reader.error(stated.keyAt, 'subnet', `Not possible on ${dialect.words}. ${fix}`);
  }
  return undefined;
}

function readService(context: FileContext, reader: MappingReader): DescribedPart {
  const described = readDescribed(context, reader, 'vpnservice');
  const router = readReference(context, reader, 'router');
  const subnet = readSubnet(context, reader);
  return {
    by: 'description',
    at: reader.at,
    ...described,
    ...(router === undefined ? {} : { router }),
    ...(subnet === undefined ? {} : { subnet }),
  };
}

/** A service is created on a router: one of the three ways to say which service is meant must be there. */
function checkService(reader: MappingReader): void {
  const stated = ['router', 'router_id', 'id'].some((key) => reader.peek(key) !== undefined);
  if (!stated) {
    const fix = 'Add "router: <name or id>"; or, for a service that is only to be used, write "vpnservice: <name>".';
    reader.missing('router', `The router (VPC) of the VPN service is missing. ${fix}`);
  }
}

function checkType(context: FileContext, reader: MappingReader, side: Side): void {
  const value = reader.take('type');
  const read = value === undefined ? undefined : readText(context, value, `the type "${groupTypes[side]}"`);
  if (read !== undefined && read.value !== groupTypes[side]) {
    const words = side === 'local' ? 'subnets of the cloud' : 'networks behind the peer';
    const fix = `The ${side} group lists ${words}. Write "type: ${groupTypes[side]}".`;
    reader.error(read.at, 'type', `${shown(read.value)} is not possible here. ${fix}`);
  }
}

function readGroup(context: FileContext, reader: MappingReader, side: Side): DescribedPart {
  const described = readDescribed(context, reader, 'endpoint_group');
  checkType(context, reader, side);
  const value = reader.take('endpoints');
  const endpoints = value === undefined ? undefined : readEndpoints(context, side, value);
  if (value === undefined && reader.peek('id') === undefined) {
    reader.missing('endpoints', 'The list of endpoints is missing. Add it, or "id" of an existing group.');
  }
  const stated = endpoints === undefined ? {} : { endpoints, endpointType: groupTypes[side] };
  return { by: 'description', at: reader.at, ...described, ...stated };
}

function readMapping(context: FileContext, value: Value, part: Part): DescribedPart | undefined {
  const reader = openMapping(context, value, `the name of the object, or its body as a mapping`);
  if (reader === undefined) {
    return undefined;
  }
  const kind = partKind[part];
  if (isGroup(part)) {
    const group = readGroup(context, reader, sides[part]);
    reader.finish((key) => explainKey(kind, key));
    return group;
  }
  const described = part === 'vpnservice' ? readService(context, reader) : readPolicy(context, reader, part);
  if (part === 'vpnservice') {
    checkService(reader);
  }
  reader.finish((key) => explainKey(kind, key));
  return described;
}

function readList(context: FileContext, value: Value, side: Side): DescribedPart | undefined {
  const endpoints: readonly Endpoint[] | undefined = readEndpoints(context, side, value);
  return endpoints === undefined
    ? undefined
    : { by: 'description', at: value.keyAt, fields: {}, endpoints, endpointType: groupTypes[side] };
}

/** `x: text`: a name or id, unless it is plainly a network. */
function readScalar(context: FileContext, value: Value, part: Part): PartSpec | undefined {
  const reference = readNameOrId(context, value, `the name or id of an existing ${kindNames[partKind[part]].words}`);
  if (isGroup(part) && reference?.by === 'name' && looksLikeNetwork(reference.name)) {
    const networks = reference.name.split(/[\s,;]+/).map((network) => JSON.stringify(network));
    const fix = `Networks are a list: ${part}: [${networks.join(', ')}].`;
    context.problems.error(
      reference.at,
      value.path,
      `Expected the name or id of a group, ${found(value.node)}. ${fix}`,
    );
    return undefined;
  }
  return reference;
}

/** One part, in whichever form it is given; undefined if it is missing or wrong. */
export function readPart(context: FileContext, reader: MappingReader, part: Part): PartSpec | undefined {
  const { named, byId } = takeEither(reader, part);
  if (byId !== undefined) {
    return readIdReference(context, byId, part);
  }
  if (named === undefined) {
    return undefined;
  }
  if (named.node.is === 'scalar') {
    return readScalar(context, named, part);
  }
  if (named.node.is === 'list' && isGroup(part)) {
    return readList(context, named, sides[part]);
  }
  return readMapping(context, named, part);
}
