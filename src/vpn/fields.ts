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

const hash = { shape: { choice: 'auth_algorithm' }, updatable: true, impact: 'rekey', default: 'sha256' } as const;
const cipher = {
  shape: { choice: 'encryption_algorithm' },
  updatable: true,
  impact: 'rekey',
  default: 'aes-256',
} as const;
const weakHashes = ['md5', 'sha1'];
const weakCiphers = ['3des'];
const weakGroups = ['group1', 'group2', 'group5'];

const ikepolicy: Readonly<Record<string, Field>> = {
  name,
  description,
  ike_version: {
    shape: { choice: 'ike_version' },
    updatable: true,
    impact: 'rekey',
    default: 'v2',
    weak: ['v1'],
    words: 'IKE version.',
  },
  auth_algorithm: { ...hash, weak: weakHashes, words: 'Integrity (hash) algorithm of phase 1.' },
  encryption_algorithm: { ...cipher, weak: weakCiphers, words: 'Encryption algorithm of phase 1.' },
  pfs: {
    shape: { choice: 'ike_pfs' },
    updatable: true,
    impact: 'rekey',
    default: 'group14',
    weak: weakGroups,
    words: 'Diffie-Hellman group of phase 1.',
  },
  phase1_negotiation_mode: {
    shape: { choice: 'phase1_negotiation_mode' },
    updatable: true,
    impact: 'rekey',
    default: 'main',
    weak: ['aggressive'],
    words: 'Phase 1 exchange of IKE v1.',
  },
  lifetime: {
    shape: 'lifetime',
    updatable: true,
    impact: 'rekey',
    default: { units: 'seconds', value: 86_400 },
    words: 'Lifetime of the IKE SA.',
  },
};

const ipsecpolicy: Readonly<Record<string, Field>> = {
  name,
  description,
  transform_protocol: {
    shape: { choice: 'transform_protocol' },
    updatable: true,
    impact: 'rekey',
    default: 'esp',
    // AH alone authenticates the packets but does not encrypt them.
    weak: ['ah'],
    words: 'Protocol that carries the packets; ah alone does not encrypt.',
  },
  encapsulation_mode: {
    shape: { choice: 'encapsulation_mode' },
    updatable: true,
    impact: 'rekey',
    default: 'tunnel',
    words: 'Encapsulation mode.',
  },
  auth_algorithm: { ...hash, weak: weakHashes, words: 'Integrity (hash) algorithm of phase 2.' },
  encryption_algorithm: { ...cipher, weak: weakCiphers, words: 'Encryption algorithm of phase 2.' },
  pfs: {
    shape: { choice: 'ipsec_pfs' },
    updatable: true,
    impact: 'rekey',
    default: 'group14',
    weak: [...weakGroups, 'disable'],
    words: 'Diffie-Hellman group for perfect forward secrecy.',
  },
  lifetime: {
    shape: 'lifetime',
    updatable: true,
    impact: 'rekey',
    default: { units: 'seconds', value: 3600 },
    words: 'Lifetime of the IPsec SA.',
  },
};

const vpnservice: Readonly<Record<string, Field>> = {
  name,
  description,
  admin_state_up: {
    shape: 'flag',
    updatable: true,
    impact: 'interruption',
    default: true,
    weak: [false],
    words: 'Administrative state.',
  },
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
  admin_state_up: {
    shape: 'flag',
    updatable: true,
    impact: 'interruption',
    default: true,
    weak: [false],
    words: 'Administrative state.',
  },
};

export const fields: Readonly<Record<Kind, Readonly<Record<string, Field>>>> = {
  vpnservice,
  ikepolicy,
  ipsecpolicy,
  endpoint_group: endpointGroup,
  ipsec_site_connection: connection,
};
