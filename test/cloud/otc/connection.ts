import { type Cidr, overlap, parseAddress, parseCidr, sameNetwork } from '../ip.ts';
import type { VpnKind } from '../kinds.ts';
import { notFound } from '../openstack/errors.ts';
import { type Accepted, find, type Scene } from '../rules.ts';
import type { Entry, Store } from '../store.ts';
import { type Attributes, isRecord, pyInt, strings, text } from '../values.ts';
import { invalid, nested, refused } from './errors.ts';

const MAX_LOCAL_SUBNETS = 5;
const DPD = { action: 'hold', interval: 30, timeout: 120 };
const UNROUTABLE = ['127.0.0.0/8', '224.0.0.0/4', '240.0.0.0/4'].map(parseCidr);

/** Both sides of a connection, looked up. */
interface Sides {
  service: Entry;
  local: Entry;
  peer: Entry;
}

/** POST of a connection (classic VPN API, chapters 9 and 12). */
export function createConnection(values: Attributes, scene: Scene, owner: string): Accepted {
  const all = scene.store.entries('ipsec_site_connection').filter((entry) => entry.projectId === owner);
  if (all.length >= scene.settings.quota.connections) throw refused('VPC.1003');
  for (const kind of ['ikepolicy', 'ipsecpolicy'] as const) lookUp(scene, kind, values[`${kind}_id`]);
  return settleConnection(values, values, DPD, undefined, scene);
}

/** PUT of a connection: checked as a whole, like POST. */
export function updateConnection(entry: Entry, changes: Attributes, scene: Scene): Accepted {
  const old = isRecord(entry.attributes['dpd']) ? entry.attributes['dpd'] : DPD;
  return settleConnection({ ...entry.attributes, ...changes }, changes, old, entry, scene);
}

function settleConnection(
  values: Attributes,
  sent: Attributes,
  oldDpd: object,
  self: Entry | undefined,
  scene: Scene,
): Accepted {
  const sides = {
    service: lookUp(scene, 'vpnservice', values['vpnservice_id']),
    local: lookUp(scene, 'endpoint_group', values['local_ep_group_id']),
    peer: lookUp(scene, 'endpoint_group', values['peer_ep_group_id']),
  };
  if (parseAddress(text(values['peer_address'])) === null) throw invalid('peer_address is not an IP address.');
  checkNetworks(sides, scene.store);
  checkOthers(values, sides, self, scene.store);
  const dpd: Record<string, unknown> = { ...oldDpd, ...(isRecord(sent['dpd']) ? sent['dpd'] : {}) };
  const [interval, timeout] = [pyInt(dpd['interval']) ?? 0, pyInt(dpd['timeout']) ?? 0];
  if (timeout <= interval) throw invalid('dpd timeout must be greater than dpd interval.');
  return { attributes: { ...values, dpd: { ...dpd, interval, timeout } } };
}

function lookUp(scene: Scene, kind: VpnKind, id: unknown): Entry {
  const entry = find(scene, kind, id);
  if (entry === undefined) throw nested(notFound(kind, text(id)));
  return entry;
}

function checkNetworks({ service, local, peer }: Sides, store: Store): void {
  if (service.attributes['subnet_id'] !== null) throw invalid('The VPN service has a subnet.');
  if (local.attributes['type'] !== 'subnet') throw invalid('local_ep_group_id is not a group of subnets.');
  if (peer.attributes['type'] !== 'cidr') throw invalid('peer_ep_group_id is not a group of CIDRs.');
  const routerId = service.attributes['router_id'];
  const inVpc = store.entries('subnet').filter((subnet) => subnet.attributes['router_id'] === routerId);
  const localIds = strings(local.attributes['endpoints']);
  if (localIds.length > MAX_LOCAL_SUBNETS) throw invalid(`At most ${MAX_LOCAL_SUBNETS} local subnets are supported.`);
  const stranger = localIds.find((id) => !inVpc.some((subnet) => subnet.id === id));
  if (stranger !== undefined) throw invalid(`Subnet ${stranger} does not belong to the VPC.`);
  const remotes = remoteCidrs(peer);
  const versions = [...cidrs(inVpc.filter(({ id }) => localIds.includes(id))), ...remotes].map(
    ({ version }) => version,
  );
  if (new Set(versions).size > 1) throw invalid('IP versions of local and remote subnets differ.');
  if (remotes.some((remote) => UNROUTABLE.some((net) => net && overlap(net, remote)))) {
    throw invalid('The remote subnet is not routable.');
  }
  // Not only the connection's local subnets: any subnet of the VPC.
  if (remotes.some((remote) => cidrs(inVpc).some((net) => overlap(net, remote)))) throw refused('VPC.1016');
}

/** What other connections of the same VPC rule out; two that share both groups are an active/standby pair. */
function checkOthers(values: Attributes, { service, local, peer }: Sides, self: Entry | undefined, store: Store): void {
  const routerOf = (id: unknown) => store.entry('vpnservice', text(id))?.attributes['router_id'];
  for (const other of store.entries('ipsec_site_connection')) {
    if (other.id === self?.id || routerOf(other.attributes['vpnservice_id']) !== service.attributes['router_id'])
      continue;
    const { peer_address, local_ep_group_id, peer_ep_group_id } = other.attributes;
    if (peer_address === values['peer_address']) throw refused('VPC.1004');
    if (local_ep_group_id === local.id && peer_ep_group_id === peer.id) continue;
    const theirs = store.entry('endpoint_group', text(peer_ep_group_id));
    const shared = theirs && remoteCidrs(theirs).some((net) => remoteCidrs(peer).some((one) => sameNetwork(net, one)));
    if (!shared) continue;
    const subnets = strings(store.entry('endpoint_group', text(local_ep_group_id))?.attributes['endpoints']);
    const bothShared = strings(local.attributes['endpoints']).some((id) => subnets.includes(id));
    throw refused(bothShared ? 'VPC.1018' : 'VPC.1021');
  }
}

function remoteCidrs(group: Entry): Cidr[] {
  return strings(group.attributes['endpoints'])
    .map(parseCidr)
    .filter((cidr) => cidr !== null);
}

function cidrs(subnets: Entry[]): Cidr[] {
  return subnets.map((subnet) => parseCidr(text(subnet.attributes['cidr']))).filter((cidr) => cidr !== null);
}
