/** Decides for each connection: create, one PUT with what changed, replacement, or nothing. */
import type { Body } from '../api.ts';
import { type Difference, differences, fieldChange } from '../compare.ts';
import type { ConnectionSpec } from '../desired.ts';
import { type Part, parts } from '../kinds.ts';
import { keepMark, splitDescription } from '../mark.ts';
import { type Connection, isPending } from '../objects.ts';
import { pskChange } from '../psk-words.ts';
import { type Change, type FieldChange, worst } from '../report.ts';
import { connectionValues, linesOf } from './connection-body.ts';
import { createConnection } from './connection-create.ts';
import { replaceConnection } from './connection-replace.ts';
import type { Context } from './context.ts';
import { objectsOf, statedDescription } from './entries.ts';
import type { Decision } from './part-steps.ts';
import { type ConnectionDecision, type Planning, references } from './planning.ts';
import { decidePsk, type PskDecision, replacedPsk } from './psk.ts';
import type { PartTargets } from './references.ts';
import type { References, UpdateStep } from './steps.ts';
import { userTags } from './user-tags.ts';

const kind = 'ipsec_site_connection';
const immutable: readonly Part[] = ['vpnservice', 'ikepolicy', 'ipsecpolicy'];
const groups: readonly Part[] = ['local_ep_group', 'peer_ep_group'];

/** Whether the connection has to be pointed at another object. */
function moves({ targets }: Planning, existing: Connection, part: Part): boolean {
  const target = targets[part]?.target;
  return target !== undefined && (!('id' in target) || target.id !== existing.refs[part]);
}

function refChange({ context, targets }: Planning, existing: Connection, part: Part): FieldChange {
  const now = existing.refs[part];
  const name = objectsOf(context, part).find(({ id }) => id === now)?.name ?? '';
  const before = now === undefined ? undefined : `${name} (${now})`.trimStart();
  const target = targets[part];
  const after = target && `${target.name} (${'id' in target.target ? target.target.id : 'new'})`;
  return fieldChange(part, immutable.includes(part) ? 'replacement' : 'interruption', before, after);
}

/** Why the connection cannot stay the object that it is, in words; undefined if it can. */
function replacementReason(planning: Planning, existing: Connection): string | undefined {
  const part = immutable.find((candidate) => moves(planning, existing, candidate));
  if (part !== undefined) {
    return `the API cannot change the ${part} of a connection`;
  }
  const wasLegacy = existing.refs.peer_ep_group === undefined;
  const isLegacy = planning.spec.fields.peer_cidrs !== undefined;
  return wasLegacy === isLegacy ? undefined : 'the API cannot switch between peer_cidrs and endpoint groups';
}

/** Name and description as far as they differ. */
function labels({ context, spec }: Planning, existing: Connection): Difference[] {
  const name = spec.name.value;
  const { text } = splitDescription(existing.description);
  const stated = statedDescription(spec.fields) ?? text;
  const kept = keepMark(stated, existing.description, context.dialect.descriptionLength);
  return [
    { field: 'name', value: name, change: fieldChange('name', 'none', existing.name, name) },
    { field: 'description', value: kept, change: fieldChange('description', 'none', text, stated) },
  ].filter(({ change: { before, after } }) => before !== after);
}

interface Findings {
  readonly psk: PskDecision;
  /** Differences that the PUT carries. */
  readonly differing: readonly Pick<Difference, 'field' | 'value'>[];
  /** Groups that change. */
  readonly repointed: readonly Part[];
  readonly fields: readonly FieldChange[];
}

/** One PUT with what differs, or none. */
function put(planning: Planning, existing: Connection, findings: Findings): ConnectionDecision {
  const { spec, targets, after } = planning;
  const { psk, differing, repointed, fields } = findings;
  const { id, status } = existing;
  const { at } = spec;
  const name = spec.name.value;
  const connections = [name];
  const body: Body = {
    ...Object.fromEntries(differing.map(({ field, value }) => [field, value])),
    ...(psk.send ? { psk: spec.psk?.value } : {}),
  };
  const kept: References = Object.fromEntries(Object.entries(existing.refs).map(([part, ref]) => [part, { id: ref }]));
  const step: UpdateStep = {
    do: 'update',
    key: `update ${id}`,
    after,
    kind,
    id,
    name,
    at,
    lines: linesOf(spec),
    connections,
    body,
    refs: references(targets, repointed),
    pending: isPending(status),
  };
  const why = psk.rotation === undefined ? {} : { reason: psk.rotation.reason };
  const change: Change = { action: 'update', kind, name, id, fields, impact: worst(fields), ...why, connections, at };
  return {
    spec,
    existing,
    targets,
    refs: { ...kept, ...references(targets) },
    step: Object.keys(body).length + repointed.length > 0 ? step : undefined,
    change: fields.length > 0 ? change : undefined,
    psk,
  };
}

function update(planning: Planning, existing: Connection): ConnectionDecision {
  const { context, spec, targets } = planning;
  const values = differences(kind, connectionValues(spec, existing), existing.values);
  const differing = [...labels(planning, existing), ...values];
  const repointed = groups.filter((part) => moves(planning, existing, part));
  // Where a successor takes the place of a group, the group's own change says so.
  const shown = repointed.filter((part) => targets[part]?.decision?.superseded === undefined);
  const changed = [
    ...shown.map((part) => refChange(planning, existing, part)),
    ...differing.map(({ change }) => change),
  ];
  const reason = replacementReason(planning, existing);
  if (reason !== undefined) {
    context.noticeTakeOver(existing, spec.at);
    const fixed = immutable.filter((part) => moves(planning, existing, part));
    const found = replacedPsk(context, spec, existing);
    const rotated = found === undefined ? [] : [pskChange(found, 'replacement')];
    const tags = context.dialect.tags ? userTags(spec, existing.tags).fields : [];
    const moved = fixed.map((part) => refChange(planning, existing, part));
    const fields = [...moved, ...changed, ...tags, ...rotated];
    return replaceConnection(planning, existing, fields, reason);
  }
  const psk = decidePsk(context, spec, existing);
  const { rotation } = psk;
  const fields = rotation === undefined ? changed : [...changed, pskChange(rotation.found, 'rekey')];
  if (fields.length > 0) {
    context.noticeTakeOver(existing, spec.at);
  }
  return put(planning, existing, { psk, differing, repointed, fields });
}

/** Keys of the steps that make what the connection refers to, or change its policies: it is written after them. */
function prerequisites(targets: PartTargets, decisions: readonly Decision[]): string[] {
  const policies = [targets.ikepolicy?.target, targets.ipsecpolicy?.target];
  const used = policies.flatMap((target) => (target !== undefined && 'id' in target ? target.id : []));
  const changing = decisions.flatMap(({ step }) => (step?.do === 'update' && used.includes(step.id) ? step.key : []));
  return [...parts.flatMap((part) => targets[part]?.made ?? []), ...changing];
}

/** One connection of the files against the one of the cloud. */
export function decideConnection(
  context: Context,
  spec: ConnectionSpec,
  existing: Connection | undefined,
  targets: PartTargets,
  decisions: readonly Decision[],
): ConnectionDecision {
  const planning: Planning = { context, spec, targets, after: prerequisites(targets, decisions) };
  return existing === undefined ? createConnection(planning) : update(planning, existing);
}
