import { type Answer, vpcError } from '../answer.ts';
import type { Incoming } from '../request.ts';
import type { Scene } from '../rules.ts';

const PATH = /^\/v1\/([^/]+)\/quotas$/;

/** The others of the VPC service's types, which nobody here asks for. */
const OTHERS = { vpc: 5, subnet: 100, securityGroup: 100, publicIp: 10 } as const;

export function isVpcQuotaPath(path: string): boolean {
  return PATH.test(path);
}

/** The quotas of the VPC service: `{quotas: {resources: [{type, used, quota, min}]}}`, of one type with `?type=`. */
export function answerVpcQuotas(request: Incoming, { store, settings, caller }: Scene): Answer {
  if (request.method !== 'GET') return { status: 405 };
  if (PATH.exec(request.path)?.[1] !== caller.projectId) {
    throw vpcError(400, 'VPC.0007', 'The project ID in the URL is not the one of the token.');
  }
  const of = (type: string, used: number, quota: number) => ({
    ...{ type, used, min: 0 },
    quota: Number.isFinite(quota) ? quota : -1,
  });
  const own = (kind: 'vpnservice' | 'ipsec_site_connection'): number =>
    store.entries(kind).filter(({ projectId }) => projectId === caller.projectId).length;
  const { services, connections } = settings.quota;
  const all = [
    ...Object.entries(OTHERS).map(([type, quota]) => of(type, 1, quota)),
    of('vpn', own('ipsec_site_connection'), connections),
    of('vpngw', own('vpnservice'), services),
  ];
  const wanted = request.query.get('type');
  const resources = wanted === null ? all : all.filter(({ type }) => type === wanted);
  if (resources.length === 0) throw vpcError(400, 'VPC.1207', 'The resource type is invalid.');
  return { status: 200, body: { quotas: { resources } } };
}
