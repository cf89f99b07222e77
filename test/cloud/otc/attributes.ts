import { type Attribute, type AttributeMap, attributeMap, oneOf, stringUpTo } from '../attributes.ts';
import type { VpnKind } from '../kinds.ts';
import * as is from '../validators.ts';
import { pyStr } from '../values.ts';

const readOnly: Attribute = { post: false, put: false };
const id: Attribute = { ...readOnly, sortKey: true };
const tenant_id: Attribute = { post: true, put: false, default: null, validate: stringUpTo(255), sortKey: true };
const name: Attribute = { post: true, put: true, default: '', validate: nameText, sortKey: true };
const description: Attribute = { post: true, put: true, default: '', validate: stringUpTo(255) };
const fixedId: Attribute = { post: true, put: false, validate: is.uuid };
const groupId: Attribute = { post: true, put: true, validate: is.uuid };

/** 1 to 64 characters. */
function nameText(value: unknown): string | null {
  return value === '' ? "'' is too short, 1 to 64 characters are allowed" : stringUpTo(64)(value);
}

function choice(values: readonly unknown[], initial: unknown): Attribute {
  return { post: true, put: true, default: initial, validate: oneOf(values) };
}

const AUTH = choice(['md5', 'sha1', 'sha2-256', 'sha2-384', 'sha2-512'], 'sha1');
const ENCRYPTION = choice(['3des', 'aes-128', 'aes-192', 'aes-256'], 'aes-128');
const GROUPS = [1, 2, 5, 14, 15, 16, 19, 20, 21].map((number) => `group${number}`);
const LIFETIME: Attribute = {
  post: true,
  put: true,
  default: {},
  validate: is.dictOf({ units: oneOf(['seconds']), value: is.range(60, 604_800) }),
};
const DPD: Attribute = {
  post: true,
  put: true,
  default: {},
  validate: is.dictOf({
    action: oneOf(['clear', 'disabled', 'hold', 'restart', 'restart-by-peer']),
    interval: is.range(1, 3600),
    timeout: is.range(1, 3600),
  }),
};

/** 6 to 128 characters of a fixed alphabet (classic VPN API, 9.2); the key is never repeated in the answer. */
function pskText(value: unknown): string | null {
  const fine = typeof value === 'string' && /^[0-9A-Za-z~`!@#$%^()\-_+=[\]{}|\\,./:;]{6,128}$/.test(value);
  return fine ? null : "'?' is not a valid psk";
}

/** `peer_cidrs` is deprecated: nothing but an empty list is taken. */
function noCidrs(value: unknown): string | null {
  return Array.isArray(value) && value.length === 0 ? null : `${pyStr(value)} is not supported, use peer_ep_group_id`;
}

/** What the classic VPN API documents (its chapters 5 to 9). `project_id` is refused everywhere. */
export const OTC_ATTRIBUTES: Record<VpnKind, AttributeMap> = {
  vpnservice: attributeMap({
    id,
    tenant_id,
    name,
    description,
    subnet_id: { post: true, put: false, default: null, validate: is.uuidOrNone },
    router_id: { post: true, put: false, validate: is.uuid, sortKey: true },
    // null stands for "left out", which is not the same as true.
    admin_state_up: { post: true, put: true, default: null, validate: oneOf([true]) },
    external_v4_ip: readOnly,
    external_v6_ip: readOnly,
    status: readOnly,
    created_at: readOnly,
  }),
  ikepolicy: attributeMap({
    id,
    tenant_id,
    name,
    description,
    auth_algorithm: AUTH,
    encryption_algorithm: ENCRYPTION,
    phase1_negotiation_mode: choice(['main', 'aggressive'], 'main'),
    lifetime: LIFETIME,
    ike_version: choice(['v1', 'v2'], 'v1'),
    pfs: choice(GROUPS, 'group5'),
  }),
  ipsecpolicy: attributeMap({
    id,
    tenant_id,
    name,
    description,
    transform_protocol: choice(['esp', 'ah', 'ah-esp'], 'esp'),
    auth_algorithm: AUTH,
    encryption_algorithm: ENCRYPTION,
    encapsulation_mode: choice(['tunnel'], 'tunnel'),
    lifetime: LIFETIME,
    pfs: choice([...GROUPS, 'disable'], 'group5'),
  }),
  endpoint_group: attributeMap({
    id: readOnly,
    tenant_id,
    name,
    description,
    type: { post: true, put: false, validate: oneOf(['subnet', 'cidr']) },
    endpoints: { post: true, put: false },
  }),
  ipsec_site_connection: attributeMap({
    id,
    tenant_id,
    name,
    peer_address: { post: true, put: true, validate: stringUpTo(250) },
    peer_id: { post: true, put: true, validate: stringUpTo(250) },
    peer_cidrs: { post: true, put: true, default: [], validate: noCidrs },
    local_ep_group_id: groupId,
    peer_ep_group_id: groupId,
    route_mode: readOnly,
    mtu: choice([1500], 1500),
    initiator: choice(['bi-directional', 'response-only'], 'bi-directional'),
    auth_mode: readOnly,
    psk: { post: true, put: true, validate: pskText },
    dpd: DPD,
    admin_state_up: choice([true], true),
    status: readOnly,
    created_at: readOnly,
    tags: readOnly,
    vpnservice_id: fixedId,
    ikepolicy_id: fixedId,
    ipsecpolicy_id: fixedId,
  }),
};
