import { type Attribute, type AttributeMap, attributeMap, oneOf, stringUpTo } from '../attributes.ts';
import type { VpnKind } from '../kinds.ts';
import * as is from '../validators.ts';

const readOnly: Attribute = { post: false, put: false };
const id: Attribute = { ...readOnly, sortKey: true };
const tenant: Attribute = { post: true, put: false, validate: stringUpTo(255), sortKey: true };
const name: Attribute = { post: true, put: true, default: '', validate: stringUpTo(255), sortKey: true };
const description: Attribute = { post: true, put: true, default: '', validate: stringUpTo(255) };
const onOff: Attribute = { post: true, put: true, default: true, convert: is.toBoolean };

/** One of the values, in POST and PUT. */
function choice(values: readonly string[], initial: string): Attribute {
  return { post: true, put: true, default: initial, validate: oneOf(values) };
}

const AUTH = choice(['sha1', 'sha256', 'sha384', 'sha512'], 'sha1');
const ENCRYPTION = choice(['3des', 'aes-128', 'aes-192', 'aes-256'], 'aes-128');
const PFS = choice(['group2', 'group5', 'group14'], 'group5');
const LIFETIME: Attribute = {
  post: true,
  put: true,
  default: {},
  convert: is.noneToEmpty,
  validate: is.dictOf({ units: oneOf(['seconds']), value: is.range(60, null) }),
};
const DPD_ACTIONS = ['clear', 'disabled', 'hold', 'restart', 'restart-by-peer'];

/**
 * What Zed's neutron-lib 3.1.0 and neutron-vpnaas 21 accept, in their order
 * (neutron_lib/api/definitions/vpn.py, vpn_endpoint_groups.py).
 */
export const OPENSTACK_ATTRIBUTES: Record<VpnKind, AttributeMap> = {
  vpnservice: attributeMap({
    id,
    tenant_id: tenant,
    name,
    description,
    subnet_id: { post: true, put: false, default: null, validate: is.uuidOrNone },
    router_id: { post: true, put: false, validate: is.uuid, sortKey: true },
    admin_state_up: onOff,
    external_v4_ip: readOnly,
    external_v6_ip: readOnly,
    status: readOnly,
    flavor_id: { post: true, put: false, default: null, validate: is.uuidOrNone },
    project_id: tenant,
  }),
  ikepolicy: attributeMap({
    id,
    tenant_id: tenant,
    name,
    description,
    auth_algorithm: AUTH,
    encryption_algorithm: ENCRYPTION,
    phase1_negotiation_mode: choice(['main', 'aggressive'], 'main'),
    lifetime: LIFETIME,
    ike_version: choice(['v1', 'v2'], 'v1'),
    pfs: PFS,
    project_id: tenant,
  }),
  ipsecpolicy: attributeMap({
    id,
    tenant_id: tenant,
    name,
    description,
    transform_protocol: choice(['ah', 'ah-esp', 'esp'], 'esp'),
    auth_algorithm: AUTH,
    encryption_algorithm: ENCRYPTION,
    encapsulation_mode: choice(['transport', 'tunnel'], 'tunnel'),
    lifetime: LIFETIME,
    pfs: PFS,
    project_id: tenant,
  }),
  endpoint_group: attributeMap({
    id: readOnly,
    tenant_id: { ...tenant, sortKey: false },
    name: { ...name, sortKey: false },
    description,
    type: { post: true, put: false, validate: oneOf(['cidr', 'network', 'router', 'subnet', 'vlan']) },
    endpoints: { post: true, put: false, default: [], convert: is.toList },
    project_id: { ...tenant, sortKey: false },
  }),
  ipsec_site_connection: attributeMap({
    id,
    tenant_id: tenant,
    name,
    description,
    local_id: { post: true, put: true, default: '', validate: stringUpTo(null) },
    peer_address: { post: true, put: true, validate: stringUpTo(null) },
    peer_id: { post: true, put: true, validate: stringUpTo(null) },
    peer_cidrs: { post: true, put: true, default: null, convert: is.toList, validate: is.subnetList },
    local_ep_group_id: { post: true, put: true, default: null, validate: is.uuidOrNone },
    peer_ep_group_id: { post: true, put: true, default: null, validate: is.uuidOrNone },
    route_mode: readOnly,
    mtu: { post: true, put: true, default: 1500, convert: is.toInt, validate: is.nonNegative },
    initiator: choice(['bi-directional', 'response-only'], 'bi-directional'),
    auth_mode: readOnly,
    psk: { post: true, put: true, validate: stringUpTo(null) },
    dpd: {
      post: true,
      put: true,
      default: {},
      convert: is.noneToEmpty,
      validate: is.dictOf({ action: oneOf(DPD_ACTIONS), interval: is.nonNegative, timeout: is.nonNegative }),
    },
    admin_state_up: onOff,
    status: readOnly,
    vpnservice_id: { post: true, put: false, validate: is.uuid },
    ikepolicy_id: { post: true, put: false, validate: is.uuid },
    ipsecpolicy_id: { post: true, put: false, validate: is.uuid },
    project_id: tenant,
  }),
};
