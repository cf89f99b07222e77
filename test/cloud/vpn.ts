import { type Answer, neutronError, type Refusal } from './answer.ts';
import { forCreate, forUpdate, refuseUnknown } from './attributes.ts';
import { hasStatus, type Kind, plural, type VpnKind } from './kinds.ts';
import { type ListStyle, listBody, onlyFields, type Row } from './lists.ts';
import { envelope, type Incoming, parseJson } from './request.ts';
import { find, type Rules, type Scene, visible } from './rules.ts';
import { creationSteps, firstConnectionSteps, type StatusStep, switchSteps, updateSteps } from './status.ts';
import type { Entry } from './store.ts';
import { type Attributes, isRecord, text } from './values.ts';

/** A request for VPN objects of one kind: the collection, or one object if there's an id. */
export interface VpnRequest {
  kind: VpnKind;
  id: string | undefined;
  request: Incoming;
  scene: Scene;
  rules: Rules;
  listStyle: Omit<ListStyle, 'plural' | 'sortKeys'>;
}

/** Create, list, show, update and delete, the same for all kinds; throws a `Refusal` otherwise. */
export function answerVpn(call: VpnRequest): Answer {
  const { id } = call;
  switch (call.request.method) {
    case 'GET':
      return id === undefined ? list(call) : show(call, id);
    case 'OPTIONS':
      return id === undefined ? list(unfiltered(call)) : show(call, id);
    case 'POST':
      return create(call);
    // Neutron takes the collection for an object without an id.
    case 'PUT':
      return update(call, id ?? 'None');
    case 'DELETE':
      return remove(call, id ?? 'None');
    default:
      throw notAllowed();
  }
}

/** Neutron takes OPTIONS for a GET that has nothing but fields. */
function unfiltered(call: VpnRequest): VpnRequest {
  const fields = call.request.query.getAll('fields').map((field): [string, string] => ['fields', field]);
  return { ...call, request: { ...call.request, query: new URLSearchParams(fields) } };
}

function notAllowed(): Refusal {
  const message = 'The server could not comply with the request since it is either malformed or otherwise incorrect.';
  return neutronError(405, 'HTTPMethodNotAllowed', message);
}

function list({ kind, request, scene, rules, listStyle }: VpnRequest): Answer {
  const entries = scene.store.entries(kind).filter((entry) => visible(entry, scene.caller));
  const rows: Row[] = entries.map((entry) => ({
    id: entry.id,
    columns: columns(entry, scene),
    shown: rules.show(entry, 'list', scene),
  }));
  const sortKeys = new Set([...rules.attributes[kind]].filter(([, spec]) => spec.sortKey).map(([name]) => name));
  return { status: 200, body: listBody(rows, request.query, { plural: plural(kind), sortKeys, ...listStyle }) };
}

/** What the database has columns for, under the columns' names. */
function columns(entry: Entry, scene: Scene): Attributes {
  const { dpd, lifetime, peer_cidrs: _cidrs, endpoints: _endpoints, type, ...rest } = entry.attributes;
  return {
    ...rest,
    ...prefixed('dpd', dpd),
    ...prefixed('lifetime', lifetime),
    ...(type === undefined ? {} : { endpoint_type: type }),
    ...(hasStatus(entry.kind) ? { status: scene.store.statusOf(entry) } : {}),
    id: entry.id,
    tenant_id: entry.projectId,
    project_id: entry.projectId,
  };
}

function prefixed(prefix: string, value: unknown): Attributes {
  const entries = isRecord(value) ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([key, item]) => [`${prefix}_${key}`, item]));
}

function show({ kind, request, scene, rules }: VpnRequest, id: string): Answer {
  const entry = demand(scene, rules, kind, id);
  return { status: 200, body: { [kind]: onlyFields(rules.show(entry, 'show', scene), request.query) } };
}

function create({ kind, id, request, scene, rules }: VpnRequest): Answer {
  if (id !== undefined && lacksObject(request, kind, rules)) throw notAllowed();
  const body = envelope(request, kind, rules);
  const owner = rules.owner(body, scene, true);
  refuseUnknown(rules.attributes[kind], body, rules.refuse);
  const values = forCreate(rules.attributes[kind], body, rules.refuse);
  // Neutron notices only now that this isn't the collection.
  if (id !== undefined) throw notAllowed();
  const { attributes, echo, status } = rules.create(kind, values, scene, owner);
  const now = scene.store.now();
  const { tenant_id: _tenant, project_id: _project, ...kept } = attributes;
  const entry = scene.store.add(kind, owner, kept, {
    createdAt: now,
    steps: status === undefined ? firstSteps(kind, scene) : [{ from: now, status }],
  });
  if (kind === 'ipsec_site_connection') realise(entry, scene);
  return { status: 201, body: { [kind]: { ...rules.show(entry, 'create', scene), ...echo } } };
}

/** Neutron looks into a body that has the kind's object before it notices that it was sent to the wrong place. */
function lacksObject(request: Incoming, kind: VpnKind, rules: Rules): boolean {
  const body = parseJson(request.text, rules.notJson);
  return !isRecord(body) || !isRecord(body[kind]);
}

function firstSteps(kind: Kind, { store, settings }: Scene): StatusStep[] {
  if (kind === 'ipsec_site_connection') return creationSteps(store.now(), settings);
  return kind === 'vpnservice' ? [{ from: store.now(), status: 'PENDING_CREATE' }] : [];
}

function realise(connection: Entry, { store, settings }: Scene): void {
  store.applyPolicies(connection);
  const service = store.entry('vpnservice', text(connection.attributes['vpnservice_id']));
  if (service) service.steps = firstConnectionSteps(service.steps, store.now(), settings);
}

function update({ kind, request, scene, rules }: VpnRequest, id: string): Answer {
  const body = envelope(request, kind, rules);
  rules.owner(body, scene, false);
  refuseUnknown(rules.attributes[kind], body, rules.refuse);
  const changes = forUpdate(rules.attributes[kind], body, rules.refuse);
  const entry = demand(scene, rules, kind, id);
  const { attributes, echo } = rules.update(entry, changes, scene);
  const switched = attributes['admin_state_up'] !== entry.attributes['admin_state_up'];
  entry.attributes = attributes;
  if (hasStatus(kind)) {
    // Only a tunnel is negotiated anew; a service stays what it is.
    const { statusLagMs: _lag, ...steady } = scene.settings;
    const settings = kind === 'vpnservice' ? steady : scene.settings;
    entry.steps = updateSteps(entry.steps, scene.store.now(), settings, entry.nextStatus);
    delete entry.nextStatus;
  }
  if (kind === 'ipsec_site_connection') scene.store.applyPolicies(entry);
  if (kind === 'vpnservice' && switched) switchConnections(entry, scene);
  return { status: 200, body: { [kind]: { ...rules.show(entry, 'update', scene), ...echo } } };
}

function switchConnections(service: Entry, { store, settings }: Scene): void {
  const on = service.attributes['admin_state_up'] === true;
  const now = store.now();
  service.steps = [
    { from: now, status: store.statusOf(service) ?? 'DOWN' },
    { from: now + settings.downAfterMs, status: on ? 'ACTIVE' : 'DOWN' },
  ];
  for (const connection of store.entries('ipsec_site_connection')) {
    if (connection.attributes['vpnservice_id'] !== service.id) continue;
    connection.steps = switchSteps(connection.steps, now, on, settings);
  }
}

function remove({ kind, scene, rules }: VpnRequest, id: string): Answer {
  const entry = demand(scene, rules, kind, id);
  rules.remove(entry, scene);
  const lasts = kind === 'ipsec_site_connection' ? scene.settings.deleteAfterMs : 0;
  if (lasts > 0) {
    entry.steps = [{ from: scene.store.now(), status: 'PENDING_DELETE' }];
    entry.removeAt ??= scene.store.now() + lasts;
  } else {
    scene.store.remove(kind, id);
  }
  return { status: 204 };
}

function demand(scene: Scene, rules: Rules, kind: VpnKind, id: string): Entry {
  const entry = find(scene, kind, id);
  if (entry === undefined) throw rules.notFound(kind, id);
  return entry;
}
