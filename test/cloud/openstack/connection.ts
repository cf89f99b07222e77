import { internalError, neutronError } from '../answer.ts';
import { looseAddress, parseAddress, parseCidr } from '../ip.ts';
import { gatewayAddresses } from '../network.ts';
import { type Accepted, find, type Scene } from '../rules.ts';
import type { Entry } from '../store.ts';
import { type Attributes, isRecord, pyInt, strings, text } from '../values.ts';
import { notFound, notOnRouter } from './errors.ts';

/** Columns of 255 characters; more is a database error, hence 500. */
const COLUMNS = ['psk', 'peer_id', 'local_id', 'peer_address'];
const MAX_INT = 2_147_483_647;
const MIN_MTU = { 4: 68, 6: 1280 };
const DPD = { action: 'hold', interval: 30, timeout: 120 };

/** POST of a connection: the checks of Zed's plugin, driver and database, in their order. */
export function createConnection(values: Attributes, scene: Scene): Accepted {
  const policy = find(scene, 'ipsecpolicy', values['ipsecpolicy_id']);
  // Zed looks for the service's driver and checks the policy outside its transaction: a KeyError, resp. an error that
  // hides the 404 or 400, so a service that is nowhere, an unknown policy and ah-esp are all 500.
  // (It looks for the service by the very spelling of the id.)
  if (scene.store.entry('vpnservice', text(values['vpnservice_id']))?.id !== values['vpnservice_id'])
    throw internalError();
  if (policy === undefined || policy.attributes['transform_protocol'] === 'ah-esp') throw internalError();
  const service = find(scene, 'vpnservice', values['vpnservice_id']);
  if (service === undefined) throw notFound('vpnservice', text(values['vpnservice_id']));
  if (find(scene, 'ikepolicy', values['ikepolicy_id']) === undefined) {
    throw notFound('ikepolicy', text(values['ikepolicy_id']));
  }
  return settleConnection(values, values, DPD, service, scene);
}

/** PUT of a connection: what isn't sent is taken from the present one, then checked as in POST. */
export function updateConnection(entry: Entry, changes: Attributes, scene: Scene): Accepted {
  const service = scene.store.entry('vpnservice', text(entry.attributes['vpnservice_id']));
  if (service === undefined) throw internalError();
  const old = isRecord(entry.attributes['dpd']) ? entry.attributes['dpd'] : DPD;
  return settleConnection({ ...entry.attributes, ...changes }, changes, old, service, scene);
}

function settleConnection(
  values: Attributes,
  sent: Attributes,
  oldDpd: object,
  service: Entry,
  scene: Scene,
): Accepted {
  checkModel(values, service);
  const version = checkNetworks(values, service, scene);
  const dpd = { ...oldDpd, ...(isRecord(sent['dpd']) ? sent['dpd'] : {}) };
  const checked = dpdNumbers(dpd);
  if (dpdTooShort(dpd)) {
    const message = 'ipsec_site_connection dpd_timeout is equal to or less than dpd_interval';
    throw neutronError(400, 'IPsecSiteConnectionDpdIntervalValueError', message);
  }
  const mtu = Number('mtu' in sent ? sent['mtu'] : 0);
  if (mtu !== 0 && mtu < MIN_MTU[version]) {
    const message = `ipsec_site_connection MTU ${mtu} is too small for ipv${version}`;
    throw neutronError(400, 'IPsecSiteConnectionMtuError', message);
  }
  const peer = 'peer_address' in sent ? { peer_address: resolvePeer(text(sent['peer_address']), service, scene) } : {};
  const attributes: Attributes = { ...values, ...peer, dpd: { ...dpd, ...checked } };
  attributes['peer_cidrs'] = strings(values['peer_cidrs']).sort();
  checkColumns(attributes, [Number(values['mtu']), checked.interval, checked.timeout]);
  return { attributes, echo: { dpd } };
}

function dpdNumbers(dpd: Record<string, unknown>): { interval: number; timeout: number } {
  return { interval: pyInt(dpd['interval']) ?? 0, timeout: pyInt(dpd['timeout']) ?? 0 };
}

/** Zed compares what was sent: texts as texts, and it fails on a text and a number. */
function dpdTooShort({ interval, timeout }: Record<string, unknown>): boolean {
  if (typeof interval === 'string' && typeof timeout === 'string') return timeout <= interval;
  if (typeof interval === 'string' || typeof timeout === 'string') throw internalError();
  return Number(timeout) <= Number(interval);
}

function checkColumns(attributes: Attributes, numbers: number[]): void {
  const tooLong = COLUMNS.some((column) => [...text(attributes[column])].length > 255);
  if (tooLong || numbers.some((number) => number > MAX_INT)) throw internalError();
}

/** Either a service with a subnet and peer_cidrs, or one without and two groups (classic VPN API, 15.3). */
function checkModel(values: Attributes, service: Entry): void {
  const groups = { local: values['local_ep_group_id'], peer: values['peer_ep_group_id'] };
  const hasCidrs = strings(values['peer_cidrs']).length > 0;
  if (service.attributes['subnet_id'] !== null) {
    if (!hasCidrs) {
      throw neutronError(400, 'MissingPeerCidrs', 'Missing peer CIDRs for IPsec site-to-site connection');
    }
    const { which, suffix } = name(Object.entries(groups).filter(([, id]) => Boolean(id)));
    const message = `Endpoint group${suffix} ${which} cannot be specified, when VPN Service has subnet specified`;
    if (which) throw neutronError(400, 'InvalidEndpointGroup', message);
    return;
  }
  if (hasCidrs) {
    throw neutronError(400, 'PeerCidrsInvalid', 'Peer CIDRs cannot be specified, when using endpoint groups');
  }
  const { which, suffix } = name(Object.entries(groups).filter(([, id]) => !id));
  const message = `Missing endpoint group${suffix} ${which} for IPSec site-to-site connection`;
  if (which) throw neutronError(400, 'MissingRequiredEndpointGroup', message);
}

function name(groups: [string, unknown][]): { which: string; suffix: string } {
  return { which: groups.map(([side]) => side).join(' and '), suffix: groups.length > 1 ? 's' : '' };
}

/** The IP version of the tunnel's inside. */
function checkNetworks(values: Attributes, service: Entry, scene: Scene): 4 | 6 {
  const local = service.attributes['subnet_id'] === null ? localVersion(values, service, scene) : null;
  if (local !== null) return compatible(local, peerVersion(values, scene));
  const subnet = scene.store.entry('subnet', text(service.attributes['subnet_id']));
  const versions = new Set(strings(values['peer_cidrs']).map((cidr) => parseCidr(cidr)?.version ?? 4));
  if (versions.size > 1) {
    const message = 'Peer CIDRs do not have the same IP version, as required for IPSec site-to-site connection';
    throw neutronError(400, 'MixedIPVersionsForPeerCidrs', message);
  }
  return compatible(subnet?.attributes['ip_version'] === 6 ? 6 : 4, [...versions][0] ?? 4);
}

function compatible(local: 4 | 6, peer: 4 | 6): 4 | 6 {
  if (local === peer) return local;
  const message = 'IP versions are not compatible between peer and local endpoints';
  throw neutronError(400, 'MixedIPVersionsForIPSecConnection', message);
}

function localVersion(values: Attributes, service: Entry, scene: Scene): 4 | 6 {
  const local = group(values['local_ep_group_id'], scene);
  group(values['peer_ep_group_id'], scene);
  mustBe(local, 'subnet');
  const routerId = text(service.attributes['router_id']);
  const ids = strings(local.attributes['endpoints']);
  const subnets = ids.map((id) => scene.store.entry('subnet', id)).filter((entry) => entry !== undefined);
  for (const subnet of subnets) {
    if (subnet.attributes['router_id'] !== routerId) throw notOnRouter(subnet.id, routerId);
  }
  return oneVersion(local, new Set(subnets.map((subnet) => (subnet.attributes['ip_version'] === 6 ? 6 : 4))));
}

function peerVersion(values: Attributes, scene: Scene): 4 | 6 {
  const peer = group(values['peer_ep_group_id'], scene);
  mustBe(peer, 'cidr');
  return oneVersion(peer, new Set(strings(peer.attributes['endpoints']).map((cidr) => parseCidr(cidr)?.version ?? 4)));
}

function oneVersion(entry: Entry, versions: Set<4 | 6>): 4 | 6 {
  if (versions.size > 1) {
    const tail = 'do not have the same IP version, as required for IPSec site-to-site connection';
    throw neutronError(400, 'MixedIPVersionsForIPSecEndpoints', `Endpoints in group ${entry.id} ${tail}`);
  }
  const [version] = versions;
  if (version === undefined) throw internalError();
  return version;
}

function group(id: unknown, scene: Scene): Entry {
  const entry = find(scene, 'endpoint_group', id);
  if (entry === undefined) throw notFound('endpoint_group', text(id));
  return entry;
}

function mustBe(entry: Entry, expected: string): void {
  const type = text(entry.attributes['type']);
  if (type === expected) return;
  const message = `Endpoint group ${entry.id} type is '${type}' and should be '${expected}'`;
  throw neutronError(400, 'WrongEndpointGroupType', message);
}

/** A name is resolved once, here, and stored as the address. */
function resolvePeer(given: string, service: Entry, scene: Scene): string {
  // A label that is too long fails in the name's encoding, which nobody foresaw.
  if (given.split('.').some((label) => label.length > 63)) throw internalError();
  const known: Record<string, string> = { localhost: '127.0.0.1', ...scene.settings.hosts };
  const bare = given.replace(/(?<=:.*)%.+$/, '');
  const resolved = parseAddress(bare) === null ? (looseAddress(given) ?? known[given.toLowerCase()]) : bare;
  const address = resolved === undefined ? null : parseAddress(resolved);
  if (resolved === undefined || address === null) {
    throw neutronError(400, 'VPNPeerAddressNotResolved', `Peer address ${given} cannot be resolved`);
  }
  const routerId = text(service.attributes['router_id']);
  const router = scene.store.entry('router', routerId);
  const gateways = router ? gatewayAddresses(router) : [];
  if (gateways.some((gateway) => parseAddress(gateway)?.version === address.version)) return resolved;
  const message = `Router's ${routerId} external network has no IPv${address.version} subnet`;
  throw neutronError(400, 'ExternalNetworkHasNoSubnet', message);
}
