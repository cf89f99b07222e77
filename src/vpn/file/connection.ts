/** One connection of a file: the body of the API's create request, with the rules of the two network models. */
import { type MappingReader, openMapping } from '../../spec/mapping.ts';
import type { Value } from '../../spec/node.ts';
import type { ConnectionSpec, Endpoint, PartSpec, StatedFields } from '../desired.ts';
import { kindNames, type Part, partKind, parts } from '../kinds.ts';
import type { FileContext } from './context.ts';
import { explainKey, readDescribed } from './described.ts';
import { readEndpoints } from './endpoints.ts';
import { takeField } from './fields.ts';
import { readPart } from './parts.ts';
import { readPsk } from './psk.ts';
import { readPskVersion, readTags } from './tags.ts';

/** A connection with what only the checks across connections need. */
export interface Draft {
  /** What it was read from. */
  readonly body: Value;
  readonly spec: ConnectionSpec;
  /** Legacy model: `peer_cidrs` with a place each. */
  readonly peerCidrs: readonly Endpoint[];
}

const kind = 'ipsec_site_connection';

/** Words for a missing part, and how to have it. */
const missingParts: Readonly<Record<Part, string>> = {
  vpnservice: 'Name an existing one (vpnservice: <name>), or describe it: vpnservice: { router: <name> }.',
  ikepolicy: 'Name an existing one (ikepolicy: <name>), or describe it; "ikepolicy: {}" takes safe defaults.',
  ipsecpolicy: 'Name an existing one (ipsecpolicy: <name>), or describe it; "ipsecpolicy: {}" takes safe defaults.',
  local_ep_group: 'List the subnets of the cloud: local_ep_group: [subnet-app].',
  peer_ep_group: 'List the networks behind the peer: peer_ep_group: [10.80.0.0/24].',
};

function isEmptyList(value: Value | undefined): boolean {
  return value?.node.is === 'list' && value.node.items.length === 0;
}

/** The legacy networks; an empty list, as answers have it, states nothing. */
function readPeerCidrs(context: FileContext, reader: MappingReader): readonly Endpoint[] {
  if (isEmptyList(reader.peek('peer_cidrs'))) {
    reader.take('peer_cidrs', false);
    return [];
  }
  const value = takeField(context, reader, kind, 'peer_cidrs');
  return value === undefined ? [] : (readEndpoints(context, 'peer', value) ?? []);
}

function isThere(reader: MappingReader, key: string): boolean {
  return reader.peek(key) !== undefined || reader.peek(`${key}_id`) !== undefined;
}

function reportMissing(reader: MappingReader, part: Part): void {
  if (!isThere(reader, part)) {
    reader.missing(part, `The ${kindNames[partKind[part]].words} is missing. ${missingParts[part]}`);
  }
}

/** Either both endpoint groups, or (legacy) a service with a subnet and `peer_cidrs`; never both. */
function checkModel({ dialect }: FileContext, reader: MappingReader, service: PartSpec | undefined): void {
  const groups = (['local_ep_group', 'peer_ep_group'] as const).filter((part) => isThere(reader, part));
  const cidrs = reader.peek('peer_cidrs');
  const hasCidrs = dialect.legacyModel && cidrs !== undefined && !isEmptyList(cidrs);
  const described = service?.by === 'description' ? service : undefined;
  const { subnet } = described ?? {};
  const legacy = 'the legacy model: "subnet" in the VPN service, and "peer_cidrs"';
  if (hasCidrs && groups.length > 0) {
    const words = `"peer_cidrs" and "${groups.join('", "')}" exclude each other.`;
    reader.error(cidrs.keyAt, 'peer_cidrs', `${words} Keep the groups, or use ${legacy} without groups.`);
  } else if (subnet !== undefined && groups.length > 0) {
    const words = 'A VPN service with a subnet and endpoint groups exclude each other.';
    reader.error(subnet.at, 'vpnservice.subnet', `${words} Remove "subnet", or use ${legacy}.`);
  } else if (subnet !== undefined && !hasCidrs) {
    reader.missing('peer_cidrs', 'A VPN service with a subnet needs "peer_cidrs: [10.80.0.0/24]" in the connection.');
  } else if (hasCidrs && described !== undefined && described.id === undefined && subnet === undefined) {
    reader.error(
      cidrs.keyAt,
      'peer_cidrs',
      `"peer_cidrs" needs "subnet: <name or id>" in the VPN service. Add it, or use endpoint groups.`,
    );
  } else if (!hasCidrs) {
    reportMissing(reader, 'local_ep_group');
    reportMissing(reader, 'peer_ep_group');
  }
}

function readParts(context: FileContext, reader: MappingReader): Partial<Record<Part, PartSpec>> {
  const read: Partial<Record<Part, PartSpec>> = {};
  for (const part of parts) {
    const spec = readPart(context, reader, part);
    if (spec !== undefined) {
      read[part] = spec;
    }
  }
  for (const part of ['vpnservice', 'ikepolicy', 'ipsecpolicy'] as const) {
    reportMissing(reader, part);
  }
  checkModel(context, reader, read.vpnservice);
  return read;
}

function legacyFields(reader: MappingReader, peerCidrs: readonly Endpoint[]): StatedFields {
  const at = reader.peek('peer_cidrs')?.node.at;
  return at === undefined || peerCidrs.length === 0
    ? {}
    : { peer_cidrs: { value: peerCidrs.map(({ text }) => text), at } };
}

/** Undefined without a name: nothing can then be said about the connection as a whole. */
export function readConnection(context: FileContext, value: Value): Draft | undefined {
  const reader = openMapping(context, value, 'the body of the connection, indented below the key');
  if (reader === undefined) {
    return undefined;
  }
  const { name, id, tenantId, fields } = readDescribed(context, reader, kind);
  const peerCidrs = readPeerCidrs(context, reader);
  const readParted = readParts(context, reader);
  const psk = readPsk(context, reader);
  const pskVersion = readPskVersion(context, reader);
  const tags = readTags(context, reader);
  if (reader.peek('name') === undefined) {
    reader.missing('name', 'The name of the connection is missing. It is what the connection is found by.');
  }
  if (reader.peek('peer_address') === undefined) {
    reader.missing('peer_address', 'The public IP address of the peer is missing: peer_address: 198.51.100.20.');
  }
  reader.finish((key) => explainKey(kind, key));
  if (name === undefined) {
    return undefined;
  }
  const spec: ConnectionSpec = {
    at: reader.at,
    name,
    ...(id === undefined ? {} : { id }),
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(psk === undefined ? {} : { psk }),
    ...(pskVersion === undefined ? {} : { pskVersion }),
    ...(tags === undefined ? {} : { tags }),
    fields: { ...fields, ...legacyFields(reader, peerCidrs) },
    parts: readParted,
  };
  return { body: value, spec, peerCidrs };
}
