import { badRequest, internalError, neutronError } from '../answer.ts';
import type { VpnKind } from '../kinds.ts';
import { gatewayAddresses } from '../network.ts';
import type { Incoming } from '../request.ts';
import { type Accepted, find, type Rules, type Scene, shownPsk, usersOf, type View } from '../rules.ts';
import type { Entry } from '../store.ts';
import { subnet as validateSubnet } from '../validators.ts';
import { type Attributes, isRecord, isUuid, pyInt, pyRepr, pyStr, text } from '../values.ts';
import { OPENSTACK_ATTRIBUTES } from './attributes.ts';
import { createConnection, updateConnection } from './connection.ts';
import { inUse, notFound, notOnRouter, pending } from './errors.ts';
import { checkQuota } from './quotas.ts';

const MAX_INT = 2_147_483_647;

/** Neutron 21 with neutron-vpnaas 21 (OpenStack Zed). */
export const OPENSTACK_RULES: Rules = {
  attributes: OPENSTACK_ATTRIBUTES,
  refuse: badRequest,
  notJson: () => neutronError(400, 'MalformedRequestBody', 'Malformed request body: Cannot understand JSON.'),
  bodyForm,
  owner,
  create(kind, values, scene, owner) {
    checkQuota(kind, scene, owner);
    const accepted = create(kind, values, scene);
    checkText(values);
    return accepted;
  },
  update,
  remove(entry, scene) {
    if (entry.kind === 'router' || entry.kind === 'subnet' || entry.kind === 'ipsec_site_connection') return;
    if (usersOf(entry, scene.store).length > 0) throw inUse(entry.kind, entry.id);
  },
  show,
  notFound,
};

function create(kind: VpnKind, values: Attributes, scene: Scene): Accepted {
  switch (kind) {
    case 'vpnservice':
      return { attributes: newService(values, scene) };
    case 'endpoint_group':
      return { attributes: newGroup(values, scene) };
    case 'ipsec_site_connection':
      return createConnection(values, scene);
    default:
      return policy(values, { units: 'seconds', value: 3600 });
  }
}

/** Zed's PUT copies the body before it looks at it. */
function bodyForm(body: unknown, request: Incoming): void {
  if (request.method !== 'PUT' || isRecord(body)) return;
  if (Array.isArray(body)) throw internalError();
  throw neutronError(400, 'BadRequest', `Bad body request: Invalid format: b'${request.text}'.`);
}

/** The database's text columns hold no characters outside of the basic plane. */
function checkText(values: Attributes): void {
  const beyond = Object.values(values).some(
    (value) => typeof value === 'string' && /[\u{10000}-\u{10ffff}]/u.test(value),
  );
  if (beyond) throw internalError();
}

function owner(body: Attributes, { caller }: Scene, isCreate: boolean): string {
  const { tenant_id: tenant = body['project_id'], project_id: project = body['tenant_id'] } = body;
  if (tenant !== project) throw badRequest("'project_id' and 'tenant_id' do not match");
  if (tenant !== undefined) {
    if (!caller.admin && tenant !== caller.projectId) {
      const rights = 'in request requires admin or advsvc privileges';
      throw badRequest(`Specifying 'project_id' or 'tenant_id' other than the authenticated project ${rights}`);
    }
    Object.assign(body, 'tenant_id' in body ? { project_id: tenant } : { tenant_id: tenant });
    return pyStr(tenant);
  }
  if (!isCreate) return '';
  if (caller.projectId === null) {
    throw badRequest('Running without keystone AuthN requires that tenant_id is specified');
  }
  Object.assign(body, { project_id: caller.projectId, tenant_id: caller.projectId });
  return caller.projectId;
}

function newService(values: Attributes, scene: Scene): Attributes {
  const { router_id: routerId, subnet_id: subnetId, flavor_id: flavor } = values;
  if (flavor !== null) throw neutronError(404, 'FlavorNotFound', `Flavor ${text(flavor)} could not be found.`);
  const router = find(scene, 'router', routerId);
  if (router === undefined) {
    throw neutronError(404, 'RouterNotFound', `Router ${text(routerId)} could not be found`);
  }
  const gateways = gatewayAddresses(router);
  if (gateways.length === 0) {
    const message = `Router ${router.id} has no external network gateway set`;
    throw neutronError(400, 'RouterIsNotExternal', message);
  }
  if (subnetId !== null) {
    const attached = scene.store.entry('subnet', text(subnetId))?.attributes['router_id'] === router.id;
    if (!attached) throw notOnRouter(text(subnetId), router.id);
  }
  const external_v4_ip = gateways.find((address) => !address.includes(':')) ?? null;
  const external_v6_ip = gateways.find((address) => address.includes(':')) ?? null;
  return { ...values, external_v4_ip, external_v6_ip };
}

function newGroup(values: Attributes, scene: Scene): Attributes {
  const type = text(values['type']);
  const endpoints: unknown[] = Array.isArray(values['endpoints']) ? values['endpoints'] : [];
  if (endpoints.length === 0) {
    const message = `No endpoints specified for endpoint group '${pyRepr(values)}'`;
    throw neutronError(400, 'MissingEndpointForEndpointGroup', message);
  }
  for (const endpoint of endpoints) checkEndpoint(type, endpoint, scene);
  const names = endpoints.map(pyStr);
  if (names.some((endpoint) => endpoint.length > 255)) throw internalError();
  // The database refuses the repetition and the server retries for minutes before it gives up.
  if (new Set(names.map((endpoint) => endpoint.toLowerCase())).size < names.length) {
    throw internalError(scene.settings.repeatedCidrMs);
  }
  return { ...values, endpoints: names.sort() };
}

function checkEndpoint(type: string, endpoint: unknown, scene: Scene): void {
  const invalid = (why: string) => {
    const message = `Endpoint '${pyStr(endpoint)}' is invalid for group type '${type}': ${why}`;
    return neutronError(400, 'InvalidEndpointInEndpointGroup', message);
  };
  if (type === 'cidr' && validateSubnet(endpoint) !== null) throw invalid('Invalid CIDR');
  if (type !== 'subnet') return;
  if (!isUuid(endpoint)) throw invalid('Invalid UUID');
  if (find(scene, 'subnet', endpoint) !== undefined) return;
  const message = `Subnet ${endpoint} in endpoint group does not exist`;
  throw neutronError(400, 'NonExistingSubnetInEndpointGroup', message);
}

/** The lifetime merges per key; the answer echoes the value as it was sent. */
function policy(values: Attributes, old: object): Accepted {
  const sent = isRecord(values['lifetime']) ? values['lifetime'] : {};
  const lifetime: Record<string, unknown> = { ...old, ...sent };
  const value = pyInt(lifetime['value']) ?? 0;
  if (value > MAX_INT) throw internalError();
  return { attributes: { ...values, lifetime: { ...lifetime, value } }, echo: { lifetime } };
}

function update(entry: Entry, changes: Attributes, scene: Scene): Accepted {
  checkText(changes);
  const attributes = { ...entry.attributes, ...changes };
  switch (entry.kind) {
    case 'ikepolicy':
    case 'ipsecpolicy': {
      if (usersOf(entry, scene.store).length > 0) throw inUse(entry.kind, entry.id);
      const old = isRecord(entry.attributes['lifetime']) ? entry.attributes['lifetime'] : {};
      return policy(attributes, old);
    }
    case 'ipsec_site_connection': {
      const accepted = updateConnection(entry, changes, scene);
      refusePending(entry, scene);
      return accepted;
    }
    case 'vpnservice':
      refusePending(entry, scene);
      return { attributes };
    default:
      return { attributes };
  }
}

/** Refuses to update a service or connection that isn't settled. */
export function refusePending(entry: Entry, scene: Scene): void {
  const status = scene.store.statusOf(entry) ?? '';
  if (status.startsWith('PENDING_')) throw pending(entry.id, status);
}

const ORDER: Record<VpnKind, string> = {
  ikepolicy: 'name description auth_algorithm encryption_algorithm phase1_negotiation_mode lifetime ike_version pfs',
  ipsecpolicy:
    'name description transform_protocol auth_algorithm encryption_algorithm encapsulation_mode lifetime pfs',
  vpnservice: 'name description subnet_id router_id flavor_id admin_state_up external_v4_ip external_v6_ip status',
  endpoint_group: 'name description type endpoints',
  ipsec_site_connection:
    'name description peer_address peer_id local_id route_mode mtu auth_mode psk initiator dpd admin_state_up status ' +
    'vpnservice_id ikepolicy_id ipsecpolicy_id peer_cidrs local_ep_group_id peer_ep_group_id',
};

function show(entry: Entry, _view: View, scene: Scene): Attributes {
  const kind = entry.kind === 'router' || entry.kind === 'subnet' ? null : entry.kind;
  const values: Attributes = {
    ...entry.attributes,
    ...(kind === 'ipsec_site_connection' ? { route_mode: 'static', auth_mode: 'psk' } : {}),
    status: scene.store.statusOf(entry),
    psk: shownPsk(entry, scene.settings).psk,
  };
  const names = kind === null ? [] : ORDER[kind].split(' ');
  const shown = names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]);
  return { id: entry.id, tenant_id: entry.projectId, ...Object.fromEntries(shown), project_id: entry.projectId };
}
