/** Decides for each described object: keep, create, update in place, or put a successor in its place. */
import type { Body, Lines } from '../api.ts';
import { namedBody, newValues } from '../body.ts';
import { fieldChange, shown } from '../compare.ts';
import type { FieldValue } from '../desired.ts';
import { fields } from '../fields.ts';
import { kindNames, type Part } from '../kinds.ts';
import { keepMark, markDescription, splitDescription } from '../mark.ts';
import type { Connection } from '../objects.ts';
import { type Change, type FieldChange, impacts } from '../report.ts';
import { canonicalJson } from '../tags.ts';
import { contentChange } from './content.ts';
import { type Context, listed } from './context.ts';
import { kindOf, objectsOf, type PartObject, type RunObject, type Wanted } from './described.ts';
import type { Matches } from './match.ts';
import type { CreateStep, Target, UpdateStep } from './steps.ts';

/** What becomes of one described object. */
export interface Decision {
  readonly object: RunObject;
  readonly target: Target;
  readonly step: CreateStep | UpdateStep | undefined;
  readonly change: Change | undefined;
  /** Values after the run: the digest of OTC's policies is made of them. */
  readonly values: Readonly<Record<string, FieldValue>>;
}

interface Deciding {
  readonly context: Context;
  readonly object: RunObject;
  readonly wanted: Wanted;
  readonly connections: readonly string[];
  /** Connections of the project that no file describes and that use the object. */
  readonly outside: readonly Connection[];
  readonly inUse: boolean;
}

export function worst(changes: readonly FieldChange[]): Change['impact'] {
  return impacts[Math.max(0, ...changes.map(({ impact }) => impacts.indexOf(impact)))] ?? 'none';
}

function changeOf(deciding: Deciding, action: Change['action'], changed: readonly FieldChange[], id?: string): Change {
  const { object, connections } = deciding;
  const at = object.entries[0].described.at;
  const base = { action, kind: kindOf(object), name: object.name, fields: changed, impact: worst(changed) };
  return { ...base, connections, at, ...(id === undefined ? {} : { id }) };
}

/** Subnets by name, where names were looked up. */
function labels(context: Context, part: Part, members: readonly string[]): string {
  const nameOf = (id: string): string => context.observed.subnets.find((subnet) => subnet.id === id)?.name ?? id;
  return members.map((id) => (part === 'local_ep_group' ? nameOf(id) : id)).join(', ');
}

function createdFields(context: Context, object: RunObject, body: Body): FieldChange[] {
  return Object.entries(body)
    .filter(([key]) => key !== 'name' && key !== 'description' && key !== 'type')
    .map(([key, value]) =>
      key === 'endpoints'
        ? fieldChange(key, 'none', undefined, labels(context, object.part, value as readonly string[]))
        : fieldChange(key, 'none', undefined, shown(value as FieldValue)),
    );
}

/** Where each stated value stands, also by the endpoint's own text: servers quote it. */
function linesOf({ entries: [{ described }] }: RunObject): Lines {
  const { fields: stated, name, endpoints = [] } = described;
  return {
    ...Object.fromEntries(Object.entries(stated).map(([key, { at }]) => [key, at])),
    ...(name === undefined ? {} : { name: name.at }),
    ...Object.fromEntries(endpoints.map(({ text, at }) => [text, at])),
  };
}

function create(deciding: Deciding, predecessor?: PartObject): Decision {
  const { context, object, wanted, connections } = deciding;
  const { part, entries, name } = object;
  const kind = kindOf(object);
  const values = newValues(kind, wanted.fields, context.dialect, predecessor?.values);
  const text = wanted.description ?? splitDescription(predecessor?.description ?? '').text;
  const mark = { owner: context.owner(entries[0].spec), time: context.options.now };
  const { routerId, subnetId, endpoints } = wanted;
  const body = namedBody(name, markDescription(text, mark, context.dialect.descriptionLength), {
    ...values,
    ...(routerId === undefined ? {} : { router_id: routerId }),
    ...(subnetId === undefined ? {} : { subnet_id: subnetId }),
    ...(endpoints === undefined ? {} : { type: endpoints.type, endpoints: endpoints.members }),
  });
  const key = `create ${part} ${name}${predecessor === undefined ? '' : ` after ${predecessor.id}`}`;
  const at = entries[0].described.at;
  const step: CreateStep = {
    do: 'create',
    key,
    after: [],
    kind,
    name,
    at,
    lines: linesOf(object),
    connections,
    body,
    refs: {},
  };
  const change = changeOf(deciding, 'create', createdFields(context, object, body));
  return { object, target: { made: key }, step, change, values };
}

function refuseShared(deciding: Deciding, existing: PartObject): void {
  const { context, object, outside } = deciding;
  if (outside.length === 0) {
    return;
  }
  const users = `${kindNames[existing.kind].words} ${existing.name} is also used by connections outside these files: ${listed(outside)}`;
  const at = object.entries[0].described.at;
  if (context.options.allowShared) {
    context.notice('warning', `${users}. It is changed because allow-shared is true.`, at);
  } else {
    context.refuse(
      'SHARED',
      `${users}. Nothing was changed.`,
      'Describe those connections too, give this connection an object of its own under another name, or set allow-shared: true.',
      at,
    );
  }
}

/** A successor that an earlier run made and did not live to use. */
function unfinished(deciding: Deciding, existing: PartObject, body: Body): PartObject | undefined {
  const { context, object } = deciding;
  const specs = object.entries.map(({ spec }) => spec);
  const text = splitDescription(String(body.description ?? '')).text;
  const fits = (candidate: PartObject): boolean =>
    candidate.id !== existing.id &&
    candidate.name === body.name &&
    context.isMarked(candidate, specs) &&
    splitDescription(candidate.description).text === text &&
    !context.observed.connections.some(({ refs }) => refs[object.part] === candidate.id) &&
    equalBody(candidate, body);
  return objectsOf(context, object.part).find(fits);
}

function equalBody(candidate: PartObject, body: Body): boolean {
  const { name: _name, description: _description, type: _type, endpoints, ...values } = body;
  const sorted = (members: unknown): unknown => (Array.isArray(members) ? members.toSorted() : undefined);
  return (
    canonicalJson(candidate.values) === canonicalJson(values) &&
    (candidate.kind !== 'endpoint_group' ||
      canonicalJson(candidate.endpoints.toSorted()) === canonicalJson(sorted(endpoints)))
  );
}

/** A new object with the old one's values and the stated ones over them; the connections are then pointed at it. */
function succeed(deciding: Deciding, existing: PartObject, changed: readonly FieldChange[]): Decision {
  refuseShared(deciding, existing);
  const made = create(deciding, existing);
  const reason =
    existing.kind === 'endpoint_group'
      ? 'members of an endpoint group cannot be changed: a new group takes its place'
      : 'a policy in use cannot be changed here: a new policy takes its place';
  const found = made.step?.do === 'create' ? unfinished(deciding, existing, made.step.body) : undefined;
  const impact = existing.kind === 'endpoint_group' ? 'interruption' : 'replacement';
  const change: Change = { ...changeOf(deciding, 'update', changed, existing.id), impact, reason };
  return found === undefined
    ? { ...made, change }
    : { object: deciding.object, target: { id: found.id }, step: undefined, change, values: found.values };
}

/** Name and description as far as they are stated and differ. */
function labelChanges(wanted: Wanted, existing: PartObject): FieldChange[] {
  const found = { name: existing.name, description: splitDescription(existing.description).text };
  return (['name', 'description'] as const).flatMap((field) => {
    const value = wanted[field];
    return value === undefined || value === found[field] ? [] : [fieldChange(field, 'none', found[field], value)];
  });
}

function update(deciding: Deciding, existing: PartObject, changed: readonly FieldChange[]): Decision {
  const { context, object, wanted, connections } = deciding;
  refuseShared(deciding, existing);
  const differing = contentChange(wanted, existing).fields;
  const max = context.dialect.descriptionLength;
  const labelsBody = Object.fromEntries(
    labelChanges(wanted, existing).map(({ field }) => [
      field,
      field === 'name' ? wanted.name : keepMark(wanted.description ?? '', existing.description, max),
    ]),
  );
  const values = Object.fromEntries(differing.map(({ field, value }) => [field, value]));
  const step: UpdateStep = {
    do: 'update',
    key: `update ${object.part} ${existing.id}`,
    after: [],
    kind: existing.kind,
    id: existing.id,
    name: object.name,
    at: object.entries[0].described.at,
    lines: linesOf(object),
    connections,
    body: { ...labelsBody, ...values },
    refs: {},
    pending: false,
  };
  const change = changeOf(deciding, 'update', changed, existing.id);
  return { object, target: { id: existing.id }, step, change, values: { ...existing.values, ...values } };
}

function refuseFixed({ context, object }: Deciding, existing: PartObject, fixed: readonly FieldChange[]): void {
  const what = fixed.map(({ field, before, after }) => `${field} ${before ?? '(unset)'} → ${after ?? '(unset)'}`);
  context.refuse(
    'CONFLICT',
    `${kindNames[existing.kind].words} ${existing.name} (${existing.id}) cannot be changed: ${what.join(', ')}.`,
    'A VPN service is never replaced, because the far side dials its address. Correct the file, or describe a new service under another name.',
    object.entries[0].described.at,
  );
}

function keep(object: RunObject, existing: PartObject): Decision {
  return { object, target: { id: existing.id }, step: undefined, change: undefined, values: existing.values };
}

/** Keeps what fits; otherwise what the dialect allows for this kind of object in its present use. */
export function decide(context: Context, object: RunObject, matches: Matches): Decision {
  const { existing, part, entries } = object;
  const { wanted } = entries[0];
  const inRun = new Set([...matches.values()].map((connection) => connection?.id));
  const users = context.observed.connections.filter(({ refs }) => existing !== undefined && refs[part] === existing.id);
  const deciding: Deciding = {
    context,
    object,
    wanted,
    connections: entries.map(({ spec }) => spec.name.value),
    outside: users.filter(({ id }) => !inRun.has(id)),
    inUse: users.length > 0,
  };
  if (existing === undefined) {
    return create(deciding);
  }
  const { fields: differing, endpoints, fixed } = contentChange(wanted, existing);
  const unchangeable = differing.filter(({ field }) => fields[existing.kind][field]?.updatable === false);
  if (fixed.length + unchangeable.length > 0) {
    refuseFixed(deciding, existing, [...fixed, ...unchangeable.map(({ change }) => change)]);
    return keep(object, existing);
  }
  const named = labelChanges(wanted, existing);
  if (endpoints !== undefined) {
    context.noticeTakeOver(existing, entries[0].described.at);
    const [before, after] = [endpoints.before, endpoints.after].map((members) => labels(context, part, members));
    return succeed(deciding, existing, [fieldChange('endpoints', 'interruption', before, after), ...named]);
  }
  const changed = [...named, ...differing.map(({ change }) => change)];
  if (changed.length === 0) {
    return keep(object, existing);
  }
  context.noticeTakeOver(existing, entries[0].described.at);
  const isPolicy = existing.kind === 'ikepolicy' || existing.kind === 'ipsecpolicy';
  if (!isPolicy || !deciding.inUse || context.dialect.policyInUse === 'update, then touch the connections') {
    return update(deciding, existing, changed);
  }
  if (differing.length > 0) {
    return succeed(deciding, existing, changed);
  }
  context.notice(
    'notice',
    `${kindNames[existing.kind].words} ${existing.name}: ${named.map(({ field }) => field).join(' and ')} cannot be changed while connections use it; it stays as it is.`,
    entries[0].described.at,
  );
  return keep(object, existing);
}
