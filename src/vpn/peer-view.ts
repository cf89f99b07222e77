/** The connection as the gateway at the other end sees it: from what the cloud holds once the plan is carried out. */
import { canonicalAddress, parseCidr } from '../net/cidr.ts';
import { type Identity, Inexpressible, type Peer, type PeerField, type Proposal } from '../peer/peer.ts';
import { isSettings } from './compare.ts';
import type { FieldValue, Settings } from './desired.ts';
import type { DialectName } from './dialects.ts';
import { fields } from './fields.ts';
import type { Observed } from './observe.ts';
import type { Outcome } from './plan/outcome.ts';

type Values = Readonly<Record<string, FieldValue>>;

/** All but what is known only once the VPN service is there. */
export type PeerView = (gatewayAddress: string) => Peer;

interface Source {
  readonly kind: 'ikepolicy' | 'ipsecpolicy' | 'ipsec_site_connection';
  readonly values: Values;
}

/** A value that the cloud does not tell is the one that a new object is sent with. */
function text({ kind, values }: Source, key: string): string {
  return String(values[key] ?? fields[kind][key]?.default ?? '');
}

function settings({ kind, values }: Source, key: string): Settings {
  return Object.assign({}, ...[fields[kind][key]?.default, values[key]].filter(isSettings));
}

/** The only thing that a word of the API can mean; one that no page of it mentions is no word of ours to guess. */
function meaning<T>(field: PeerField, word: string, meanings: Readonly<Record<string, T>>): T {
  const found = Object.hasOwn(meanings, word) ? meanings[word] : undefined;
  if (found === undefined) {
    throw new Inexpressible(field, 'is not known to this action');
  }
  return found;
}

function lifetime(field: PeerField, source: Source): number {
  const { units, value } = settings(source, 'lifetime');
  const seconds = Number(value);
  if (units !== 'seconds' || !Number.isSafeInteger(seconds) || seconds < 2) {
    throw new Inexpressible(field, 'is no number of seconds');
  }
  return seconds;
}

function proposal(source: Source): Proposal {
  const group = text(source, 'pfs');
  return {
    encryption: text(source, 'encryption_algorithm'),
    // The one spelling for both dialects.
    integrity: text(source, 'auth_algorithm').replace(/^sha2-/, 'sha'),
    group: source.kind === 'ipsecpolicy' && group === 'disable' ? undefined : group,
  };
}

function isAddress(id: string): boolean {
  return canonicalAddress(id) !== undefined;
}

function identity(field: PeerField, id: string, isName: boolean): Identity {
  if (isAddress(id) && !isName) {
    return { type: 'address', text: id };
  }
  if (id.startsWith('#')) {
    throw new Inexpressible(field, 'begins with #, which the cloud takes for a key id');
  }
  return id.startsWith('@') ? { type: 'email', text: id.slice(1) } : { type: 'fqdn', text: id };
}

/**
 * Neutron's agent puts an `@` before both identities unless all that are given are addresses, and that makes names of them,
 * also of addresses, and mail addresses of names with an `@` of their own (base_ipsec.py of neutron-vpnaas; strongSwan's
 * identification_create_from_string). An identity that is not given is the gateway's address. OTC documents no more than that.
 */
function identities(
  { connection }: Outcome,
  dialect: DialectName,
  gateway: string,
): { readonly own: Identity; readonly cloud: Identity } {
  const peerId = String(connection.peer_id ?? connection.peer_address ?? '');
  const localId = String(connection.local_id ?? '');
  const given = [peerId, localId].filter((id) => id !== '');
  const areNames = dialect === 'openstack' && !given.every(isAddress);
  return {
    own: identity('own.identity', peerId, areNames),
    cloud: localId === '' ? { type: 'address', text: gateway } : identity('cloud.identity', localId, areNames),
  };
}

/** Networks in canonical form, in an order of their own: the cloud's order means nothing. */
function networks(field: PeerField, cidrs: readonly string[]): string[] {
  const known = cidrs.map((cidr) => parseCidr(cidr)?.canonical);
  const usable = known.filter((cidr) => cidr !== undefined);
  if (usable.length === 0 || usable.length < known.length) {
    throw new Inexpressible(field, usable.length === 0 ? 'has no networks' : 'has an entry that is no network');
  }
  return [...new Set(usable)];
}

function cloudNetworks({ localSubnets }: Outcome, { subnets }: Observed): string[] {
  const cidrs = localSubnets.map((id) => {
    const cidr = subnets.find((subnet) => subnet.id === id)?.cidr;
    if (cidr === undefined) {
      throw new Inexpressible('cloud.networks', `has the subnet ${id}, of which the cloud does not tell the network`);
    }
    return cidr;
  });
  return networks('cloud.networks', cidrs);
}

const dpdActions: Readonly<Record<string, Peer['dpd']['action']>> = {
  hold: 'hold',
  clear: 'clear',
  restart: 'restart',
  'restart-by-peer': 'restart',
  disabled: 'disabled',
};

function dpdOf(source: Source): Peer['dpd'] {
  const { action, interval, timeout } = settings(source, 'dpd');
  const [every, after] = [Number(interval), Number(timeout)];
  if (!Number.isSafeInteger(every) || !Number.isSafeInteger(after) || every < 1 || after < 1) {
    throw new Inexpressible('dpd', 'has no interval and timeout in seconds');
  }
  return { action: meaning('dpd', String(action), dpdActions), interval: every, timeout: after };
}

function ikeOf(source: Source): Peer['ike'] {
  const version = meaning('ike.version', text(source, 'ike_version'), { v1: 1, v2: 2 } as const);
  const mode = meaning('ike.mode', text(source, 'phase1_negotiation_mode'), { main: false, aggressive: true });
  return {
    version,
    isAggressive: version === 1 && mode,
    proposal: proposal(source),
    lifetime: lifetime('ike.lifetime', source),
  };
}

function ipsecOf(source: Source): Peer['ipsec'] {
  const protocols = { esp: 'esp', ah: 'ah', 'ah-esp': 'ah-esp' } as const;
  const modes = { tunnel: 'tunnel', transport: 'transport' } as const;
  return {
    protocol: meaning('ipsec.protocol', text(source, 'transform_protocol'), protocols),
    mode: meaning('ipsec.mode', text(source, 'encapsulation_mode'), modes),
    proposal: proposal(source),
    lifetime: lifetime('ipsec.lifetime', source),
  };
}

/**
 * The other end's view of one connection.
 * @throws Inexpressible for a value of the cloud that no gateway can be set up with
 */
export function peerView(name: string, outcome: Outcome, observed: Observed, dialect: DialectName): PeerView {
  const connection: Source = { kind: 'ipsec_site_connection', values: outcome.connection };
  const address = text(connection, 'peer_address');
  const own = networks('own.networks', outcome.peerCidrs);
  const cloud = cloudNetworks(outcome, observed);
  const ike = ikeOf({ kind: 'ikepolicy', values: outcome.ikepolicy });
  const ipsec = ipsecOf({ kind: 'ipsecpolicy', values: outcome.ipsecpolicy });
  const dpd = dpdOf(connection);
  const starts = meaning('starts', text(connection, 'initiator'), {
    'bi-directional': 'either',
    'response-only': 'own',
  } as const);
  return (gateway) => {
    const known = identities(outcome, dialect, gateway);
    return {
      name,
      own: { address, identity: known.own, networks: own },
      cloud: { address: gateway, identity: known.cloud, networks: cloud },
      ...{ ike, ipsec, dpd, starts },
    };
  };
}
