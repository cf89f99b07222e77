import { type Answer, gatewayError, keystoneError, neutronError, type Refusal, unauthorized } from './answer.ts';
import { answerCore, isCorePath } from './core-resources.ts';
import { extension, extensions, noExtension, resources } from './extensions.ts';
import type { Identities, Principal } from './identities.ts';
import { kindOfSegment } from './kinds.ts';
import type { ListStyle } from './lists.ts';
import { answerNetworkWrite } from './openstack/network-writes.ts';
import { answerQuota, isQuotaPath } from './openstack/quotas.ts';
import { OPENSTACK_RULES } from './openstack/rules.ts';
import { signedPrincipal } from './otc/gateway.ts';
import { answerVpcQuotas, isVpcQuotaPath } from './otc/quotas.ts';
import { OTC_RULES } from './otc/rules.ts';
import { answerTags } from './otc/tags.ts';
import type { Incoming } from './request.ts';
import type { Scene } from './rules.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';
import { answerVpn } from './vpn.ts';

/** What the network service of all regions works with. */
export interface NetworkService {
  settings: Settings;
  identities: Identities;
  /** By region; the first region's endpoint has no path, the others' is /region/<name>. */
  stores: Map<string, Store>;
  authUrl: string;
  origin: string;
}

/** A host that cannot be reached from outside: clients must not follow links to it. */
const INTERNAL_ORIGIN = 'http://192.168.244.7:9696';

/** Endpoint of a region's network service, without /v2.0. */
export function networkUrl({ settings, origin }: Pick<NetworkService, 'settings' | 'origin'>, region: string): string {
  return region === settings.regions[0] ? origin : `${origin}/region/${region}`;
}

/** Neutron v2.0 with VPNaaS. Throws a `Refusal` where it refuses. */
export function answerNetwork(service: NetworkService, incoming: Incoming): Answer {
  const [, region = service.settings.regions[0] ?? ''] = /^\/region\/([^/]+)/.exec(incoming.path) ?? [];
  const path = incoming.path.replace(/^\/region\/[^/]+/, '').replace(/(?<=.)\/$/, '') || '/';
  const store = service.stores.get(region);
  if (path === '/') return versions(service, region);
  const { user, project } =
    signedPrincipal(service, incoming) ?? authenticate(service, incoming.headers['x-auth-token']);
  if (store === undefined) throw noSuchPath(service.settings);
  const caller = { projectId: project?.id ?? null, admin: user.admin && project !== null };
  const scene: Scene = { store, settings: service.settings, caller };
  if (/^\/v2\.0\/$/.test(incoming.path)) return resources(networkUrl(service, region));
  return dispatch(service, { ...incoming, path }, scene);
}

function dispatch(service: NetworkService, request: Incoming, scene: Scene): Answer {
  const otc = service.settings.dialect === 'otc';
  const rules = otc ? OTC_RULES : OPENSTACK_RULES;
  if (request.method === 'HEAD') return { status: 405 };
  const [, collection, id] = /^\/v2\.0\/vpn\/([^/.]+)(?:\.json)?(?:\/([^/]+?)(?:\.json)?)?$/.exec(request.path) ?? [];
  const kind = kindOfSegment(collection ?? '');
  const listStyle = styleOf(service, request);
  if (kind !== undefined) {
    return answerVpn({ kind, id, request, scene, rules, listStyle });
  }
  if (otc && isVpcQuotaPath(request.path)) return answerVpcQuotas(request, scene);
  if (!otc && isQuotaPath(request.path)) return answerQuota(request, scene, rules);
  const written = otc ? undefined : answerNetworkWrite(request, scene, rules);
  if (written !== undefined) return written;
  if (isCorePath(request.path)) return answerCore(request, scene, listStyle);
  if (otc && request.path.includes('/ipsec-site-connections/')) return answerTags(request, scene);
  const [, listed, alias] = /^\/v2\.0\/(extensions)(?:\/([^/]+))?$/.exec(request.path) ?? [];
  if (listed && request.method === 'GET') return alias === undefined ? extensions() : extension(alias);
  if (listed && !otc) throw noExtension('Resource not found.');
  throw noSuchPath(service.settings);
}

function styleOf({ settings, origin }: NetworkService, request: Incoming): Omit<ListStyle, 'plural' | 'sortKeys'> {
  const otc = settings.dialect === 'otc';
  const internal = otc || settings.pageSize !== undefined;
  return {
    pageSize: settings.pageSize,
    url: `${internal ? INTERNAL_ORIGIN : origin}${request.path}`,
    exactLinks: otc,
    badMarker: otc ? () => neutronError(400, 'HTTPBadRequest', 'Invalid input for marker.') : undefined,
  };
}

function versions(service: NetworkService, region: string): Answer {
  // OTC's answer has this literal host.
  const href = service.settings.dialect === 'otc' ? 'https://None/v2.0' : `${networkUrl(service, region)}/v2.0/`;
  return { status: 200, body: { versions: [{ id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href }] }] } };
}

function noSuchPath({ dialect }: Settings): Refusal {
  if (dialect === 'openstack') return neutronError(404, 'HTTPNotFound', 'The resource could not be found.');
  return gatewayError(404, 'APIGW.0101', 'The API does not exist or has not been published in the environment');
}

function authenticate({ identities, settings, authUrl }: NetworkService, id: string | undefined): Principal {
  const token = identities.validForNetwork(id);
  if (token !== undefined) return token;
  if (settings.dialect === 'openstack') {
    const refusal = unauthorized();
    refusal.answer.headers = { 'Www-Authenticate': `Keystone uri="${authUrl.replace(/\/v3$/, '')}"` };
    throw refusal;
  }
  // The three shapes of the classic VPN API, 13.1, one for each reason.
  const known = identities.known(id);
  if (known?.revoked) throw keystoneError(401, 'Unauthorized', 'The X-Auth-Token is invalid!');
  if (known) throw gatewayError(401, 'APIGW.0307', 'The token must be updated.');
  throw gatewayError(401, 'APIGW.0301', 'Incorrect IAM authentication information: decrypt token fail');
}
