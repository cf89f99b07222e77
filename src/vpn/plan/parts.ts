/** Decides for each described object: keep, create, update in place, or put a successor in its place. */
import { fieldChange } from '../compare.ts';
import { fields } from '../fields.ts';
import { kindNames } from '../kinds.ts';
import type { FieldChange } from '../report.ts';
import { contentChange } from './content.ts';
import { type Context, listed } from './context.ts';
import { type RunObject, specsOf } from './described.ts';
import type { PartObject } from './entries.ts';
import type { Matches } from './match.ts';
import { create, type Deciding, type Decision, labelChanges, memberNames, update } from './part-steps.ts';
import type { Leaving } from './removal.ts';
import { succeed } from './successor.ts';

function keep(object: RunObject, existing: PartObject): Decision {
  return { object, target: { id: existing.id }, step: undefined, change: undefined, values: existing.values };
}

/** @param forThem what the change means for connections outside the run */
function refuseShared({ context, object, outside }: Deciding, existing: PartObject, forThem: string): void {
  if (outside.length === 0) {
    return;
  }
  const users = `${kindNames[existing.kind].words} ${existing.name} is also used by connections outside these files: ${listed(outside)}`;
  const at = object.entries[0].described.at;
  // What this run leaves as it is, is not changed through what it shares either.
  const mayChange = outside.every(({ name }) => !context.options.leftOut.includes(name));
  if (context.options.allowShared && mayChange) {
    context.notice('warning', `${users}. ${forThem} (allow-shared: true).`, at);
  } else {
    context.refuse(
      specsOf(object),
      'SHARED',
      `${users}. It was left as it is.`,
      'Describe those connections too, give this connection an object of its own under another name, or set allow-shared: true.',
      at,
    );
  }
}

function refuseFixed({ context, object }: Deciding, existing: PartObject, fixed: readonly FieldChange[]): void {
  const what = fixed.map(({ field, before, after }) => `${field} ${before ?? '(unset)'} → ${after ?? '(unset)'}`);
  context.refuse(
    specsOf(object),
    'CONFLICT',
    `${kindNames[existing.kind].words} ${existing.name} (${existing.id}) cannot be changed: ${what.join(', ')}.`,
    'A VPN service is never replaced, because the far side dials its address. Correct the file, or describe a new service under another name.',
    object.entries[0].described.at,
  );
}

function noticeLabels({ context, object }: Deciding, existing: PartObject, labels: readonly FieldChange[]): void {
  const what = labels.map(({ field }) => field).join(' and ');
  context.notice(
    'notice',
    `${kindNames[existing.kind].words} ${existing.name}: ${what} cannot be changed while connections use it; it stays as it is.`,
    object.entries[0].described.at,
  );
}

/** An object that is there: kept if it is as described, otherwise changed as the dialect allows for its present use. */
function adapt(deciding: Deciding, existing: PartObject): Decision {
  const { context, object, inUse } = deciding;
  const { part, wanted, entries } = object;
  const { fields: differing, endpoints, fixed } = contentChange(wanted, existing);
  const unchangeable = differing.filter(({ field }) => fields[existing.kind][field]?.updatable === false);
  if (fixed.length + unchangeable.length > 0) {
    refuseFixed(deciding, existing, [...fixed, ...unchangeable.map(({ change }) => change)]);
    return keep(object, existing);
  }
  const labels = labelChanges(wanted, existing);
  const isPolicy = existing.kind === 'ikepolicy' || existing.kind === 'ipsecpolicy';
  const isFrozen = isPolicy && inUse && context.dialect.policyInUse === 'refused: replace the connection';
  if (endpoints === undefined && differing.length === 0 && (labels.length === 0 || isFrozen)) {
    if (labels.length > 0) {
      noticeLabels(deciding, existing, labels);
    }
    return keep(object, existing);
  }
  context.noticeTakeOver(existing, entries[0].described.at);
  const isSuperseded = endpoints !== undefined || isFrozen;
  refuseShared(deciding, existing, isSuperseded ? 'They keep the old one' : 'It changes for them too');
  if (endpoints !== undefined) {
    const [before, after] = [endpoints.before, endpoints.after].map((members) => memberNames(context, part, members));
    return succeed(deciding, existing, [fieldChange('endpoints', 'interruption', before, after), ...labels]);
  }
  const changed = [...labels, ...differing.map(({ change }) => change)];
  return isFrozen ? succeed(deciding, existing, changed) : update(deciding, existing, changed);
}

/**
 * What becomes of a described object. Refusals are in the context.
 * @param leaving connections that the run removes: nobody needs to be asked what changes for them
 */
export function decide(context: Context, object: RunObject, matches: Matches, leaving: readonly Leaving[]): Decision {
  const { existing, part, entries, predecessor } = object;
  const inRun = new Set([
    ...[...matches.values()].map((connection) => connection?.id),
    ...leaving.map(({ connection }) => connection.id),
  ]);
  const users = context.observed.connections.filter(({ refs }) => existing !== undefined && refs[part] === existing.id);
  const deciding: Deciding = {
    context,
    object,
    connections: entries.map(({ spec }) => spec.name.value),
    outside: users.filter(({ id }) => !inRun.has(id)),
    inUse: users.length > 0,
  };
  return existing === undefined
    ? create(deciding, predecessor, `create ${part} ${object.name}`)
    : adapt(deciding, existing);
}
