/** The connection as the gateway at the other end sees it: from what the cloud holds once the plan is carried out. */
import { ActionError, type Place } from '../errors.ts';
import { canonicalAddress } from '../net/cidr.ts';
import type { Identity, Inexpressible, Peer, PeerField } from '../peer/peer.ts';
import { isSettings, shown } from './compare.ts';
import type { ConnectionSpec, FieldValue, Settings } from './desired.ts';
import type { DialectName } from './dialects.ts';
import { fields } from './fields.ts';
import { canonicalCidr } from './objects.ts';
import type { Observed } from './observe.ts';
import type { Outcome } from './plan/outcome.ts';

type Values = Readonly<Record<string, FieldValue>>;

/** All but what is known only once the VPN service is there. */
export type PeerView = (gatewayAddress: string) => Peer;

/** Where a value of the peer comes from, as messages name it. */
const sources: Readonly<Record<PeerField, { readonly part?: 'ikepolicy' | 'ipsecpolicy'; readonly key: string }>> = {
  'own.identity': { key: 'peer_id' },
  'own.networks': { key: 'peer_ep_group' },
  'cloud.identity': { key: 'local_id' },
  'cloud.networks': { key: 'local_ep_group' },
  'ike.encryption': { part: 'ikepolicy', key: 'encryption_algorithm' },
  'ike.integrity': { part: 'ikepolicy', key: 'auth_algorithm' },
  'ike.group': { part: 'ikepolicy', key: 'pfs' },
  'ipsec.protocol': { part: 'ipsecpolicy', key: 'transform_protocol' },
  'ipsec.encryption': { part: 'ipsecpolicy', key: 'encryption_algorithm' },
  'ipsec.integrity': { part: 'ipsecpolicy', key: 'auth_algorithm' },
  'ipsec.group': { part: 'ipsecpolicy', key: 'pfs' },
};

/** The line that states the value, else the connection's. */
function placeOf({ parts, fields: stated, at }: ConnectionSpec, field: PeerField): Place {
  const { part, key } = sources[field];
  const described = part === undefined ? undefined : parts[part];
  const own = part === undefined ? stated[key] : undefined;
  const ofPart = described?.by === 'description' ? described.fields[key] : undefined;
  return (own ?? ofPart)?.at ?? described?.at ?? at;
}

/** The refusal of a value that the device cannot be set up with, at its line. */
export function refusal(
  { spec, outcome }: { readonly spec: ConnectionSpec; readonly outcome: Outcome },
  { field, message }: Inexpressible,
): ActionError {
  const { part, key } = sources[field];
  const value = (part === undefined ? outcome.connection : outcome[part])[key];
  const what = `${part === undefined ? '' : `${part}.`}${key}${value === undefined ? '' : ` ${shown(value)}`}`;
  return new ActionError(
    'PEER_CONFIG',
    `Connection ${spec.name.value}: no configuration can be written for the other end: ${what} ${message}.`,
    {
      hint: 'Nothing was changed. Choose another value, or leave the inputs peer-config and peer-config-file out and set the other end up by hand.',
      at: placeOf(spec, field),
    },
  );
}

/** A value that the cloud does not tell is the one that a new object is sent with. */
function text(kind: 'ikepolicy' | 'ipsecpolicy' | 'ipsec_site_connection', values: Values, key: string): string {
  return String(values[key] ?? fields[kind][key]?.default ?? '');
}

function settings(kind: 'ikepolicy' | 'ipsecpolicy' | 'ipsec_site_connection', values: Values, key: string): Settings {
  const known = values[key];
  const preset = fields[kind][key]?.default;
  return Object.assign({}, ...[preset, known].filter(isSettings));
}

/** The one spelling for both dialects. */
function algorithm(name: string): string {
  return name.replace(/^sha2-/, 'sha');
}

function proposal(kind: 'ikepolicy' | 'ipsecpolicy', values: Values): Peer['ike']['proposal'] {
  const group = text(kind, values, 'pfs');
  return {
    encryption: text(kind, values, 'encryption_algorithm'),
    integrity: algorithm(text(kind, values, 'auth_algorithm')),
    group: group === 'disable' ? undefined : group,
  };
}

/**
 * What Neutron's agent makes of the identities: addresses as they are, else both become names by an `@` before them
 * (neutron_vpnaas/services/vpn/service_drivers/base_ipsec.py), which turns one that begins with `@` into a mail address.
 */
function identities(
  { connection }: Outcome,
  dialect: DialectName,
  gateway: string,
): { own: Identity; cloud: Identity } {
  const address = String(connection.peer_address ?? '');
  const peerId = String(connection.peer_id ?? address);
  const localId = String(connection.local_id ?? '');
  const isAddress = (id: string): boolean => canonicalAddress(id) !== undefined;
  const areNames = dialect === 'openstack' && !(isAddress(peerId) && (localId === '' || isAddress(localId)));
  const identity = (id: string): Identity => {
    if (isAddress(id) && !areNames) {
      return { type: 'address', text: id };
    }
    return id.startsWith('@') ? { type: 'email', text: id.slice(1) } : { type: 'fqdn', text: id };
  };
  return { own: identity(peerId), cloud: localId === '' ? { type: 'address', text: gateway } : identity(localId) };
}

function networksOf({ localSubnets }: Outcome, { subnets }: Observed): string[] {
  return localSubnets.flatMap((id) => {
    const cidr = subnets.find((subnet) => subnet.id === id)?.cidr;
    return cidr === undefined ? [] : [canonicalCidr(cidr)];
  });
}

const dpdActions: Readonly<Record<string, Peer['dpd']['action']>> = {
  hold: 'hold',
  clear: 'clear',
  restart: 'restart',
  'restart-by-peer': 'restart',
  disabled: 'disabled',
};

const protocols: Readonly<Record<string, Peer['ipsec']['protocol']>> = { esp: 'esp', ah: 'ah', 'ah-esp': 'ah-esp' };

/** The other end's view of one connection. */
export function peerView(spec: ConnectionSpec, outcome: Outcome, observed: Observed, dialect: DialectName): PeerView {
  const { connection, ikepolicy: ike, ipsecpolicy: ipsec } = outcome;
  const dpd = settings('ipsec_site_connection', connection, 'dpd');
  const version = text('ikepolicy', ike, 'ike_version') === 'v1' ? 1 : 2;
  return (gateway) => {
    const { own, cloud } = identities(outcome, dialect, gateway);
    return {
      name: spec.name.value,
      own: { address: String(connection.peer_address ?? ''), identity: own, networks: outcome.peerCidrs },
      cloud: { address: gateway, identity: cloud, networks: networksOf(outcome, observed) },
      ike: {
        version,
        isAggressive: version === 1 && text('ikepolicy', ike, 'phase1_negotiation_mode') === 'aggressive',
        proposal: proposal('ikepolicy', ike),
        lifetime: Number(settings('ikepolicy', ike, 'lifetime').value),
      },
      ipsec: {
        protocol: protocols[text('ipsecpolicy', ipsec, 'transform_protocol')] ?? 'esp',
        mode: text('ipsecpolicy', ipsec, 'encapsulation_mode') === 'transport' ? 'transport' : 'tunnel',
        proposal: proposal('ipsecpolicy', ipsec),
        lifetime: Number(settings('ipsecpolicy', ipsec, 'lifetime').value),
      },
      dpd: {
        action: dpdActions[String(dpd.action)] ?? 'hold',
        interval: Number(dpd.interval),
        timeout: Number(dpd.timeout),
      },
      starts: text('ipsec_site_connection', connection, 'initiator') === 'response-only' ? 'own' : 'either',
    };
  };
}
