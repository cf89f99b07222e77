import { type Answer, badRequest, neutronError } from '../answer.ts';
import type { VpnKind } from '../kinds.ts';
import { envelope, type Incoming } from '../request.ts';
import type { Rules, Scene } from '../rules.ts';
import { toInt } from '../validators.ts';
import { type Attributes, pyStr } from '../values.ts';

const PATH = /^\/v2\.0\/quotas\/([^/]+)$/;

/** What a project may have of each kind by default; -1 is no limit. */
const DEFAULTS: Readonly<Record<string, number>> = {
  ...{ network: 100, subnet: 100, subnetpool: -1, port: 500, router: 10, floatingip: 50, rbac_policy: 10 },
  ...{ security_group: 10, security_group_rule: 100 },
  ...{ endpoint_group: -1, vpnservice: -1, ipsec_site_connection: -1, ipsecpolicy: -1, ikepolicy: -1 },
};

/** True for the paths of a project's quotas. */
export function isQuotaPath(path: string): boolean {
  return PATH.test(path);
}

/** Everyone reads the own project's, an administrator reads and sets any. */
export function answerQuota(request: Incoming, scene: Scene, rules: Rules): Answer {
  const project = PATH.exec(request.path)?.[1] ?? '';
  const { caller, store } = scene;
  const action = { GET: 'get_quota', PUT: 'update_quota', DELETE: 'delete_quota' }[request.method];
  if (action === undefined) throw neutronError(501, 'HTTPNotImplemented', `${request.method} is not supported.`);
  if (!caller.admin && (request.method !== 'GET' || caller.projectId !== project)) {
    throw neutronError(403, 'PolicyNotAuthorized', `rule:${action} is disallowed by policy`);
  }
  if (request.method === 'DELETE') {
    store.quotas.delete(project);
    return { status: 204 };
  }
  if (request.method === 'PUT') {
    store.quotas.set(project, { ...store.quotas.get(project), ...limits(envelope(request, 'quota', rules)) });
  }
  return { status: 200, body: { quota: quotasOf(project, scene) } };
}

function limits(body: Attributes): Record<string, number> {
  const entries = Object.entries(body).map(([kind, given]): [string, number] => {
    if (!(kind in DEFAULTS)) throw badRequest(`Unrecognized attribute(s) '${kind}'`);
    const limit = toInt(given);
    if (limit < -1) throw badRequest(`Invalid input for ${kind}. Reason: '${pyStr(given)}' must be at least -1.`);
    return [kind, limit];
  });
  return Object.fromEntries(entries);
}

function quotasOf(project: string, { store, settings }: Scene): Record<string, number> {
  const finite = (limit: number): number => (Number.isFinite(limit) ? limit : -1);
  const { services, connections } = settings.quota;
  const start = { vpnservice: finite(services), ipsec_site_connection: finite(connections) };
  return { ...DEFAULTS, ...start, ...store.quotas.get(project) };
}

/** Refuses one more object of a kind where the project has as many as it may. */
export function checkQuota(kind: VpnKind, scene: Scene, project: string): void {
  const limit = quotasOf(project, scene)[kind] ?? -1;
  const own = scene.store.entries(kind).filter((entry) => entry.projectId === project);
  if (limit < 0 || own.length < limit) return;
  throw neutronError(409, 'OverQuota', `Quota exceeded for resources: ['${kind}'].`);
}
