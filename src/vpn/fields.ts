/**
 * The fields of each kind of object: the one table from which the file is validated, the JSON Schema is generated,
 * bodies are built and differences are found. References (`*_id`), endpoints, psk and tags have rules of their own.
 */
import type { FieldValue } from './desired.ts';
import type { ChoiceName, DialectName } from './dialects.ts';
import type { Kind } from './kinds.ts';
import type { Impact } from './report.ts';

/** Shapes of values; limits that differ between the clouds are in the dialect. */
export type Shape =
  | 'name'
  | 'description'
  | 'address'
  | 'peer identity'
  | 'local identity'
  | 'cidrs'
  | 'mtu'
  | 'flag'
  | 'lifetime'
  | 'dpd'
  | 'id'
  | { readonly choice: ChoiceName };

export interface Field {
  readonly shape: Shape;
  /** Whether a PUT may carry it. */
  readonly updatable: boolean;
  readonly impact: Impact;
  /** Sent for a new object when the file leaves it out, never left to the server: the servers' defaults disagree and are weak. */
  readonly default?: FieldValue;
  /** Only this dialect knows it. */
  readonly only?: DialectName;
  /** Values that work and that a warning advises against. */
  readonly weak?: readonly (string | boolean)[];
  readonly words: string;
}

const name: Field = { shape: 'name', updatable: true, impact: 'none', words: 'Name of the object.' };
const description: Field = { shape: 'description', updatable: true, impact: 'none', words: 'Free text.' };

/** A value that both ends negotiate; the weak ones work, with a warning. */
function negotiated(choice: ChoiceName, preset: string, words: string, weak: readonly string[] = []): Field {
  const field: Field = { shape: { choice }, updatable: true, impact: 'rekey', default: preset, words };
  return weak.length === 0 ? field : { ...field, weak };
}

function lifetime(seconds: number, words: string): Field {
  return { shape: 'lifetime', updatable: true, impact: 'rekey', default: { units: 'seconds', value: seconds }, words };
}

const adminStateUp: Field = {
  shape: 'flag',
  updatable: true,
  impact: 'interruption',
  default: true,
  weak: [false],
  words: 'Administrative state.',
};

const weakHashes = ['md5', 'sha1'];
const weakCiphers = ['3des'];
const weakGroups = ['group1', 'group2', 'group5'];

const ikepolicy: Readonly<Record<string, Field>> = {
  name,
  description,
  ike_version: negotiated('ike_version', 'v2', 'IKE version.', ['v1']),
  auth_algorithm: negotiated('auth_algorithm', 'sha256', 'Integrity (hash) algorithm of phase 1.', weakHashes),
  encryption_algorithm: negotiated('encryption_algorithm', 'aes-256', 'Encryption algorithm of phase 1.', weakCiphers),
  pfs: negotiated('ike_pfs', 'group14', 'Diffie-Hellman group of phase 1.', weakGroups),
  phase1_negotiation_mode: negotiated('phase1_negotiation_mode', 'main', 'Phase 1 exchange of IKE v1.', ['aggressive']),
  lifetime: lifetime(86_400, 'Lifetime of the IKE SA.'),
};

const ipsecpolicy: Readonly<Record<string, Field>> = {
  name,
  description,
  // AH alone authenticates the packets but does not encrypt them.
  transform_protocol: negotiated(
    'transform_protocol',
    'esp',
    'Protocol that carries the packets; ah alone does not encrypt.',
    ['ah'],
  ),
  encapsulation_mode: negotiated('encapsulation_mode', 'tunnel', 'Encapsulation mode.'),
  auth_algorithm: negotiated('auth_algorithm', 'sha256', 'Integrity (hash) algorithm of phase 2.', weakHashes),
  encryption_algorithm: negotiated('encryption_algorithm', 'aes-256', 'Encryption algorithm of phase 2.', weakCiphers),
  pfs: negotiated('ipsec_pfs', 'group14', 'Diffie-Hellman group for perfect forward secrecy.', [
    ...weakGroups,
    'disable',
  ]),
  lifetime: lifetime(3600, 'Lifetime of the IPsec SA.'),
};

const vpnservice: Readonly<Record<string, Field>> = {
  name,
  description,
  admin_state_up: adminStateUp,
  flavor_id: { shape: 'id', updatable: false, impact: 'none', only: 'openstack', words: 'Service flavour.' },
  external_v4_ip: {
    shape: 'address',
    updatable: false,
    impact: 'none',
    only: 'otc',
    words: 'Public address; only privileged accounts may choose it.',
  },
};

const endpointGroup: Readonly<Record<string, Field>> = { name, description };

const connection: Readonly<Record<string, Field>> = {
  name,
  description: { ...description, only: 'openstack' },
  peer_address: {
    shape: 'address',
    updatable: true,
    impact: 'interruption',
    words: 'Public address of the peer (the gateway at the other end).',
  },
  peer_id: {
    shape: 'peer identity',
    updatable: true,
    impact: 'interruption',
    words: 'IKE identity of the peer; default: peer_address.',
  },
  local_id: {
    shape: 'local identity',
    updatable: true,
    impact: 'interruption',
    only: 'openstack',
    words: 'IKE identity of the cloud side; default: its address.',
  },
  peer_cidrs: {
    shape: 'cidrs',
    updatable: true,
    impact: 'interruption',
    only: 'openstack',
    words: 'Networks of the peer in the legacy model (VPN service with a subnet).',
  },
  mtu: {
    shape: 'mtu',
    updatable: true,
    impact: 'interruption',
    default: 1500,
    words: 'Maximum transmission unit, bytes.',
  },
  initiator: {
    shape: { choice: 'initiator' },
    updatable: true,
    impact: 'rekey',
    default: 'bi-directional',
    words: 'Whether the cloud side also initiates.',
  },
  dpd: {
    shape: 'dpd',
    updatable: true,
    impact: 'rekey',
    default: { action: 'hold', interval: 30, timeout: 120 },
    words: 'Dead peer detection; interval and timeout in seconds.',
  },
  admin_state_up: adminStateUp,
};

export const fields: Readonly<Record<Kind, Readonly<Record<string, Field>>>> = {
  vpnservice,
  ikepolicy,
  ipsecpolicy,
  endpoint_group: endpointGroup,
  ipsec_site_connection: connection,
};
