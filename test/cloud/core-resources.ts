import { type Answer, neutronError, type Refusal } from './answer.ts';
import { plural } from './kinds.ts';
import { type ListStyle, listBody, onlyFields, type Row } from './lists.ts';
import { showPort, showRouter, showSubnet } from './network.ts';
import type { Incoming } from './request.ts';
import { type Scene, visible } from './rules.ts';
import type { Attributes } from './values.ts';

type CoreKind = 'router' | 'subnet' | 'port';

const PATH = /^\/v2\.0\/(routers|subnets|ports)(?:\.json)?(?:\/([^/]+))?$/;
const SORT_KEYS = new Set(['id', 'name', 'tenant_id', 'project_id', 'admin_state_up', 'status', 'cidr', 'network_id']);

/** True for the paths of the network's own resources. */
export function isCorePath(path: string): boolean {
  return PATH.test(path);
}

/** Read-only: routers, subnets, and the ports by which they're attached. */
export function answerCore(request: Incoming, scene: Scene, style: Omit<ListStyle, 'plural' | 'sortKeys'>): Answer {
  const [, collection = '', id] = PATH.exec(request.path) ?? [];
  const kind: CoreKind = collection === 'routers' ? 'router' : collection === 'subnets' ? 'subnet' : 'port';
  if (request.method !== 'GET') {
    throw neutronError(403, 'PolicyNotAuthorized', `rule:${request.method} is disallowed by policy`);
  }
  const rows = objects(kind, scene).map((shown): Row => ({ id: String(shown['id']), columns: columns(shown), shown }));
  if (id === undefined) {
    const badMarker = style.badMarker ?? ((marker: string) => notFound(kind, marker));
    const listStyle = { plural: plural(kind), sortKeys: SORT_KEYS, ...style, badMarker };
    return { status: 200, body: listBody(rows, request.query, listStyle) };
  }
  const row = rows.find((one) => one.id === id);
  if (row) return { status: 200, body: { [kind]: onlyFields(row.shown, request.query) } };
  throw notFound(kind, id);
}

function notFound(kind: CoreKind, id: string): Refusal {
  const title = kind.replace(/^./, (letter) => letter.toUpperCase());
  const message = `${title} ${id} could not be found`;
  return neutronError(404, `${title}NotFound`, kind === 'router' ? message : `${message}.`);
}

function objects(kind: CoreKind, { store, caller }: Scene): Attributes[] {
  const entries = store.entries(kind === 'router' ? 'router' : 'subnet').filter((entry) => visible(entry, caller));
  if (kind === 'router') return entries.map(showRouter);
  if (kind === 'subnet') return entries.map(showSubnet);
  return entries.filter((entry) => entry.attributes['router_id'] !== null).map(showPort);
}

/** Plain values; a port's address also as Neutron's filter spells it. */
function columns(shown: Attributes): Attributes {
  const plain = Object.entries(shown).filter(([, value]) => typeof value !== 'object' || value === null);
  const fixed: unknown[] = Array.isArray(shown['fixed_ips']) ? shown['fixed_ips'] : [];
  const addresses = fixed.map((ip) => `subnet_id=${Object(ip)['subnet_id']}`);
  return { ...Object.fromEntries(plain), ...(addresses[0] ? { fixed_ips: addresses[0] } : {}) };
}
