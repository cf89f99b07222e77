import { vpcError } from '../answer.ts';
import type { VpnKind } from '../kinds.ts';
import { gatewayAddresses } from '../network.ts';
import { inUse, notFound, pending } from '../openstack/errors.ts';
import { type Accepted, find, type Rules, type Scene, shownPsk, usersOf, type View } from '../rules.ts';
import type { Entry } from '../store.ts';
import { subnet as validateCidr } from '../validators.ts';
import { type Attributes, isRecord, isUuid, pyInt, text } from '../values.ts';
import { OTC_ATTRIBUTES } from './attributes.ts';
import { createConnection, updateConnection } from './connection.ts';
import { invalid, refused } from './errors.ts';

/** Open Telekom Cloud's classic VPN as its API reference describes it. */
export const OTC_RULES: Rules = {
  attributes: OTC_ATTRIBUTES,
  refuse: invalid,
  notJson: () => vpcError(400, 'VPC.0002', 'The request body is not valid JSON.'),
  bodyForm: () => undefined,
  owner,
  create(kind, values, scene, owner) {
    switch (kind) {
      case 'vpnservice':
        return newService(values, scene, owner);
      case 'endpoint_group':
        return { attributes: newGroup(values, scene) };
      case 'ipsec_site_connection':
        return createConnection(values, scene, owner);
      default:
        return { attributes: withLifetime(values, { units: 'seconds', value: 3600 }) };
    }
  },
  update,
  remove(entry, scene) {
    if (entry.kind === 'router' || entry.kind === 'subnet' || entry.kind === 'ipsec_site_connection') return;
    if (usersOf(entry, scene.store).length > 0) throw inUse(entry.kind, entry.id);
  },
  show,
  notFound,
};

/** `tenant_id` may be sent if it's the token's; a token without a project may not write at all. */
function owner(body: Attributes, { caller }: Scene, isCreate: boolean): string {
  if (caller.projectId === null) throw vpcError(403, 'VPC.2701', 'You do not have permission to perform this action.');
  const { tenant_id: tenant } = body;
  if (isCreate && tenant !== undefined && tenant !== caller.projectId && !caller.admin) {
    throw vpcError(400, 'VPC.1017', 'You do not have permission to perform this operation.');
  }
  return typeof tenant === 'string' ? tenant : caller.projectId;
}

function newService(values: Attributes, scene: Scene, owner: string): Accepted {
  const router = find(scene, 'router', values['router_id']);
  if (router === undefined) throw vpcError(404, 'VPC.0003', `VPC ${text(values['router_id'])} could not be found.`);
  const services = scene.store.entries('vpnservice');
  if (services.some((service) => service.attributes['router_id'] === router.id)) throw refused('VPC.1026');
  const own = services.filter((service) => service.projectId === owner);
  if (own.length >= scene.settings.quota.services) throw refused('VPC.1003');
  const gateways = gatewayAddresses(router);
  const external_v4_ip = gateways.find((address) => !address.includes(':')) ?? `203.0.113.${100 + services.length}`;
  const external_v6_ip = gateways.find((address) => address.includes(':')) ?? null;
  const attributes = { ...values, admin_state_up: true, external_v4_ip, external_v6_ip };
  // Left out, it has left services frozen (a report of the Terraform provider's users).
  return values['admin_state_up'] === true ? { attributes } : { attributes, status: 'FROZEN' };
}

function newGroup(values: Attributes, scene: Scene): Attributes {
  const { type, endpoints } = values;
  if (!Array.isArray(endpoints) || endpoints.length === 0) throw invalid('endpoints must not be empty.');
  if (new Set(endpoints).size < endpoints.length) throw invalid('endpoints contains duplicates.');
  for (const endpoint of endpoints) {
    const known = type === 'subnet' && isUuid(endpoint) && find(scene, 'subnet', endpoint) !== undefined;
    const fine = type === 'subnet' ? known : validateCidr(endpoint) === null;
    if (!fine) throw invalid(`Endpoint '${String(endpoint)}' is invalid for group type '${text(type)}'.`);
  }
  return values;
}

function withLifetime(values: Attributes, old: object): Attributes {
  const lifetime: Record<string, unknown> = { ...old, ...(isRecord(values['lifetime']) ? values['lifetime'] : {}) };
  return { ...values, lifetime: { ...lifetime, value: pyInt(lifetime['value']) } };
}

/** A policy may be changed while in use; it takes effect when the connection is updated too. */
function update(entry: Entry, changes: Attributes, scene: Scene): Accepted {
  const attributes = { ...entry.attributes, ...changes };
  switch (entry.kind) {
    case 'ikepolicy':
    case 'ipsecpolicy': {
      const old = isRecord(entry.attributes['lifetime']) ? entry.attributes['lifetime'] : {};
      return { attributes: withLifetime(attributes, old) };
    }
    case 'ipsec_site_connection': {
      refusePending(entry, scene);
      return updateConnection(entry, changes, scene);
    }
    case 'vpnservice':
      refusePending(entry, scene);
      return { attributes };
    default:
      return { attributes };
  }
}

function refusePending(entry: Entry, scene: Scene): void {
  const status = scene.store.statusOf(entry) ?? '';
  if (status.startsWith('PENDING_')) throw pending(entry.id, status);
}

const ORDER: Record<VpnKind, string> = {
  vpnservice: 'name description router_id subnet_id admin_state_up status external_v4_ip external_v6_ip',
  ikepolicy: 'name description auth_algorithm encryption_algorithm ike_version pfs phase1_negotiation_mode lifetime',
  ipsecpolicy:
    'name description transform_protocol encapsulation_mode auth_algorithm encryption_algorithm pfs lifetime',
  endpoint_group: 'name description type endpoints',
  ipsec_site_connection:
    'name status description vpnservice_id ikepolicy_id ipsecpolicy_id local_ep_group_id peer_ep_group_id peer_cidrs ' +
    'peer_address peer_id psk initiator auth_mode route_mode mtu admin_state_up dpd',
};

function show(entry: Entry, view: View, scene: Scene): Attributes {
  const kind = entry.kind === 'router' || entry.kind === 'subnet' ? null : entry.kind;
  const values: Attributes = { ...entry.attributes, status: scene.store.statusOf(entry) };
  if (kind === 'ipsec_site_connection') {
    Object.assign(values, { description: '', auth_mode: 'psk', route_mode: 'static' });
    values['psk'] = shownPsk(entry, scene.settings).psk;
  }
  const names = kind === null ? [] : ORDER[kind].split(' ');
  const left = kind === 'vpnservice' && view === 'update' ? ['external_v4_ip', 'external_v6_ip'] : [];
  const shown = names.filter((name) => values[name] !== undefined && !left.includes(name));
  return {
    id: entry.id,
    ...Object.fromEntries(shown.map((name) => [name, values[name]])),
    tenant_id: entry.projectId,
    ...extras(entry, view, scene),
  };
}

/** Billing left-overs, the time of creation, and the tags, which only GET shows. */
function extras(entry: Entry, view: View, scene: Scene): Attributes {
  const reading = view === 'show' || view === 'list';
  const created_at = new Date(entry.createdAt).toISOString().replace('T', ' ').replace('Z', '000');
  const billing = { order_id: '', product_id: '' };
  if (entry.kind === 'vpnservice') {
    const more = { ...billing, prepay_connection_num: 0, resource_speccode: '', created_at };
    return reading ? { ...more, tags: [] } : more;
  }
  if (entry.kind !== 'ipsec_site_connection') return {};
  const tags = [...entry.tags].map(([key, value]) => ({ key, value }));
  return { ...billing, created_at, ...(reading && scene.settings.tagsInLists ? { tags } : {}) };
}
