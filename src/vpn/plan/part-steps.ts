/** The steps that create a described object or update it in place. */
import type { Lines } from '../api.ts';
import { namedBody, newValues } from '../body.ts';
import { fieldChange, shown } from '../compare.ts';
import type { FieldValue } from '../desired.ts';
import { type Part, partKind } from '../kinds.ts';
import { keepMark, markDescription, splitDescription } from '../mark.ts';
import type { Connection } from '../objects.ts';
import { type Change, type FieldChange, worst } from '../report.ts';
import { contentChange } from './content.ts';
import type { Context } from './context.ts';
import type { RunObject } from './described.ts';
import type { PartObject, Wanted } from './entries.ts';
import type { CreateStep, Target, UpdateStep } from './steps.ts';

/** What becomes of one described object. */
export interface Decision {
  readonly object: RunObject;
  readonly target: Target;
  readonly step: CreateStep | UpdateStep | undefined;
  readonly change: Change | undefined;
  /** Values after the run: the digest of OTC's policies is made of them. */
  readonly values: Readonly<Record<string, FieldValue>>;
  /** The object whose place a new one takes. */
  readonly superseded?: PartObject;
}

export interface Deciding {
  readonly context: Context;
  readonly object: RunObject;
  readonly connections: readonly string[];
  /** Connections of the project that no file describes and that use the object. */
  readonly outside: readonly Connection[];
  readonly inUse: boolean;
}

export function changeOf(
  { object, connections }: Deciding,
  action: Change['action'],
  changed: readonly FieldChange[],
  id?: string,
): Change {
  const { part, name, entries } = object;
  const at = entries[0].described.at;
  const base = { action, kind: partKind[part], name, fields: changed, impact: worst(changed), connections, at };
  return id === undefined ? base : { ...base, id };
}

/** Members of a group as a person knows them: subnets by name, where names were looked up. */
export function memberNames({ observed }: Context, part: Part, members: readonly string[]): string {
  const nameOf = (id: string): string => observed.subnets.find((subnet) => subnet.id === id)?.name ?? id;
  return members.map((id) => (part === 'local_ep_group' ? nameOf(id) : id)).join(', ');
}

function createdFields({ context, object }: Deciding, values: Decision['values']): FieldChange[] {
  const { part, wanted } = object;
  const { routerId, subnetId, endpoints } = wanted;
  const members = endpoints === undefined ? undefined : memberNames(context, part, endpoints.members);
  const fields = Object.entries(values).map(([key, value]): [string, string] => [key, shown(value)]);
  const all: [string, string | undefined][] = [
    ...fields,
    ['router_id', routerId],
    ['subnet_id', subnetId],
    ['endpoints', members],
    ['description', wanted.description === '' ? undefined : wanted.description],
  ];
  return all.flatMap(([key, after]) => (after === undefined ? [] : [fieldChange(key, 'none', undefined, after)]));
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

/**
 * A new object, with the predecessor's values where the file states none.
 * @param key of the step
 */
export function create(
  deciding: Deciding,
  predecessor: PartObject | undefined,
  key: string,
): Decision & { readonly step: CreateStep } {
  const { context, object, connections } = deciding;
  const { part, entries, name, wanted } = object;
  const kind = partKind[part];
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
  const at = entries[0].described.at;
  const lines = linesOf(object);
  return {
    object,
    target: { made: key },
    step: { do: 'create', key, after: [], kind, name, at, lines, connections, body, refs: {} },
    change: changeOf(deciding, 'create', createdFields(deciding, values)),
    values,
  };
}

/** Name and description as far as they are stated and differ. */
export function labelChanges(wanted: Wanted, existing: PartObject): FieldChange[] {
  const found = { name: existing.name, description: splitDescription(existing.description).text };
  return (['name', 'description'] as const).flatMap((field) => {
    const value = wanted[field];
    return value === undefined || value === found[field] ? [] : [fieldChange(field, 'none', found[field], value)];
  });
}

/** One PUT with what differs. */
export function update(deciding: Deciding, existing: PartObject, changed: readonly FieldChange[]): Decision {
  const { context, object, connections } = deciding;
  const { wanted, part, name, entries } = object;
  const { kind, id } = existing;
  const max = context.dialect.descriptionLength;
  const labels = labelChanges(wanted, existing).map(({ field }) => [
    field,
    field === 'name' ? name : keepMark(wanted.description ?? '', existing.description, max),
  ]);
  const values = Object.fromEntries(contentChange(wanted, existing).fields.map(({ field, value }) => [field, value]));
  const at = entries[0].described.at;
  return {
    object,
    target: { id },
    step: {
      do: 'update',
      key: `update ${part} ${id}`,
      after: [],
      kind,
      id,
      name,
      at,
      lines: linesOf(object),
      connections,
      body: { ...Object.fromEntries(labels), ...values },
      refs: {},
      pending: false,
    },
    change: changeOf(deciding, 'update', changed, id),
    values: { ...existing.values, ...values },
  };
}
