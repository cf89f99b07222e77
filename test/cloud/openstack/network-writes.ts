import { type Answer, badRequest, neutronError, type Refusal } from '../answer.ts';
import { portId, showRouter } from '../network.ts';
import { envelope, type Incoming } from '../request.ts';
import { find, type Rules, type Scene } from '../rules.ts';
import type { Entry, Store } from '../store.ts';
import { isRecord, strings, text } from '../values.ts';

const PATH = /^\/v2\.0\/(router|subnet)s\/([^/]+)(\/remove_router_interface)?$/;

/**
 * What takes the network away from under a VPN: a subnet off its router, a router's gateway, the objects themselves.
 * Undefined for any other request.
 */
export function answerNetworkWrite(request: Incoming, scene: Scene, rules: Rules): Answer | undefined {
  const [, kind, id = '', detach] = PATH.exec(request.path) ?? [];
  const entry = kind === 'router' || kind === 'subnet' ? find(scene, kind, id) : undefined;
  if (entry === undefined) return undefined;
  switch (`${request.method} ${kind}${detach ?? ''}`) {
    case 'PUT router/remove_router_interface':
      return detachSubnet(entry, request, scene);
    case 'PUT router':
      return updateRouter(entry, request, scene, rules);
    case 'DELETE router':
      return removeRouter(entry, scene);
    case 'DELETE subnet':
      return removeSubnet(entry, scene);
    default:
      return undefined;
  }
}

function detachSubnet(router: Entry, request: Incoming, { store }: Scene): Answer {
  const body: unknown = JSON.parse(request.text || '{}');
  const id = isRecord(body) ? text(body['subnet_id']) : '';
  const subnet = store.entry('subnet', id);
  if (subnet?.attributes['router_id'] !== router.id) {
    throw neutronError(404, 'RouterInterfaceNotFoundForSubnet', `Router ${router.id} has no interface on subnet ${id}`);
  }
  refuseUsedByService(subnet, store);
  refuseUsedByConnection(subnet, router, store);
  subnet.attributes = { ...subnet.attributes, router_id: null };
  const { network_id } = subnet.attributes;
  const port_id = portId(id);
  const { id: routerId, projectId: tenant_id } = router;
  return { status: 200, body: { id: routerId, tenant_id, port_id, network_id, subnet_id: id, subnet_ids: [id] } };
}

function refuseUsedByService(subnet: Entry, store: Store): void {
  const service = store.entries('vpnservice').find(({ attributes }) => attributes['subnet_id'] === subnet.id);
  if (service === undefined) return;
  const message = `Subnet ${subnet.id} is used by VPNService ${service.id}`;
  throw neutronError(409, 'SubnetInUseByVPNService', message);
}

function refuseUsedByConnection(subnet: Entry, router: Entry, store: Store): void {
  const uses = ({ attributes }: Entry): boolean => {
    const service = store.entry('vpnservice', text(attributes['vpnservice_id']));
    const group = store.entry('endpoint_group', text(attributes['local_ep_group_id']));
    return (
      service?.attributes['router_id'] === router.id && strings(group?.attributes['endpoints']).includes(subnet.id)
    );
  };
  const connection = store.entries('ipsec_site_connection').find(uses);
  if (connection === undefined) return;
  const message = `Subnet ${subnet.id} is used by ipsec site connection ${connection.id}`;
  throw neutronError(409, 'SubnetInUseByIPsecSiteConnection', message);
}

function updateRouter(router: Entry, request: Incoming, { store }: Scene, rules: Rules): Answer {
  const changes = envelope(request, 'router', rules);
  const gateway = changes['external_gateway_info'];
  const clears = gateway === null || (isRecord(gateway) && Object.keys(gateway).length === 0);
  if (gateway !== undefined && !clears) throw badRequest('The embedded cloud has one external network.');
  const services = store.entries('vpnservice').filter(({ attributes }) => attributes['router_id'] === router.id);
  if (clears && services.length > 0) {
    const ids = services.map(({ id }) => id).join(',');
    throw routerInUse(router, `is currently used by VPN services (${ids})`);
  }
  router.attributes = { ...router.attributes, ...changes, ...(clears ? { external_gateway_info: null } : {}) };
  return { status: 200, body: { router: showRouter(router) } };
}

function removeRouter(router: Entry, { store }: Scene): Answer {
  const subnets = store.entries('subnet').filter(({ attributes }) => attributes['router_id'] === router.id);
  if (subnets.length > 0) {
    throw routerInUse(router, `has ports still attached: ${subnets.map(({ id }) => portId(id)).join(', ')}`);
  }
  store.remove('router', router.id);
  return { status: 204 };
}

function removeSubnet(subnet: Entry, { store }: Scene): Answer {
  const unable = (why: string): Refusal =>
    neutronError(409, 'SubnetInUse', `Unable to complete operation on subnet ${subnet.id}: ${why}.`);
  const groups = store.entries('endpoint_group').filter(({ attributes }) => attributes['type'] === 'subnet');
  const group = groups.find(({ attributes }) => strings(attributes['endpoints']).includes(subnet.id));
  if (group !== undefined) {
    const callback = 'neutron_vpnaas.db.vpn.vpn_db.subnet_callback-8761601565246';
    throw unable(`Callback ${callback} failed with "Subnet ${subnet.id} is used by endpoint group ${group.id}"`);
  }
  if (subnet.attributes['router_id'] !== null) {
    throw unable('One or more ports have an IP allocation from this subnet');
  }
  store.remove('subnet', subnet.id);
  return { status: 204 };
}

function routerInUse({ id }: Entry, reason: string): Refusal {
  return neutronError(409, 'RouterInUse', `Router ${id} ${reason}`);
}
