/** OTC: tags of connections, and the touch that makes a changed policy take effect. */

import { fieldChange } from '../compare.ts';
import { markTag } from '../mark.ts';
import type { Connection } from '../objects.ts';
import type { Change, FieldChange } from '../report.ts';
import { ownTagPrefix, policiesDigest, tagKeys } from '../tags.ts';
import type { ConnectionDecision } from './connections.ts';
import type { Context } from './context.ts';
import type { Decision } from './parts.ts';
import type { Step, TagStep, Target, UpdateStep } from './steps.ts';

interface Additions {
  readonly steps: readonly Step[];
  readonly changes: readonly Change[];
}

/** Policies that this run updates, by id. */
type PolicyUpdates = ReadonlyMap<string, Decision>;

const kind = 'ipsec_site_connection';

function policyUpdates(decisions: readonly Decision[]): PolicyUpdates {
  const updated = decisions.filter(
    ({ step, change }) =>
      step?.do === 'update' &&
      (step.kind === 'ikepolicy' || step.kind === 'ipsecpolicy') &&
      change?.fields.some(({ impact }) => impact !== 'none'),
  );
  return new Map(updated.flatMap((decision) => ('id' in decision.target ? [[decision.target.id, decision]] : [])));
}

/** Digest of the policies that a connection refers to, before the run or after it. */
function digest(context: Context, connection: Connection, updates: PolicyUpdates): string {
  const valuesOf = (id: string | undefined) =>
    updates.get(id ?? '')?.values ??
    [...context.observed.ikepolicies, ...context.observed.ipsecpolicies].find((policy) => policy.id === id)?.values ??
    {};
  return policiesDigest(valuesOf(connection.refs.ikepolicy), valuesOf(connection.refs.ipsecpolicy));
}

function touchStep(connection: Connection, after: readonly string[], connections: readonly string[]): UpdateStep {
  const { id, name } = connection;
  const pending = connection.status.startsWith('PENDING_');
  return { do: 'update', key: `touch ${id}`, after, kind, id, name, connections, body: { name }, refs: {}, pending };
}

function touchChange(connection: Connection, reason: string, connections: readonly string[]): Change {
  const { id, name } = connection;
  return { action: 'touch', kind, name, id, fields: [], impact: 'rekey', reason, connections };
}

/** Tags that the file states and the connection has not. */
function userTags({ spec, existing }: ConnectionDecision): {
  set: Record<string, string>;
  remove: string[];
  changes: FieldChange[];
} {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  const changes: FieldChange[] = [];
  for (const [key, { value }] of Object.entries(spec.tags ?? {})) {
    const before = existing?.tags?.get(key);
    if (value === null && before !== undefined) {
      remove.push(key);
    } else if (value !== null && value !== before) {
      set[key] = value;
    } else {
      continue;
    }
    changes.push(fieldChange(`tags.${key}`, 'none', before, value ?? undefined));
  }
  return { set, remove, changes };
}

/** A new or replaced connection: mark, digest and the user's tags in one call. */
function newTags(context: Context, decision: ConnectionDecision, key: string): TagStep {
  const { spec, targets, existing } = decision;
  const { set } = userTags({ ...decision, existing: undefined });
  const kept = [...(existing?.tags ?? [])].filter(
    ([tag]) => !tag.startsWith(ownTagPrefix) && spec.tags?.[tag]?.value !== null,
  );
  const mark = { owner: context.owner(spec), time: context.options.now };
  const name = spec.name.value;
  return {
    do: 'tag',
    key: `tag ${name}`,
    after: [key],
    name,
    at: spec.at,
    connections: [name],
    connection: { made: key },
    set: {
      ...Object.fromEntries(kept),
      ...set,
      [tagKeys.mark]: markTag(mark),
      [tagKeys.policies]: policiesDigest(targets.ikepolicy?.values ?? {}, targets.ipsecpolicy?.values ?? {}),
    },
    remove: [],
    psk: { version: spec.pskVersion?.value },
  };
}

function existingTags(
  context: Context,
  decision: ConnectionDecision,
  connection: Connection,
  updates: PolicyUpdates,
): Additions {
  const { spec, step, psk } = decision;
  const connections = [spec.name.value];
  const updating = [connection.refs.ikepolicy, connection.refs.ipsecpolicy].flatMap(
    (id) => updates.get(id ?? '')?.step?.key ?? [],
  );
  const known = connection.tags?.get(tagKeys.policies);
  const wanted = digest(context, connection, updates);
  const missed = known !== undefined && known !== digest(context, connection, new Map());
  const touched = updating.length > 0 || missed;
  const touch = touched && step === undefined ? touchStep(connection, updating, connections) : undefined;
  const writing = step?.key ?? touch?.key;
  const { set, remove, changes: fields } = userTags(decision);
  const tags: Readonly<Record<string, string>> = touched ? { ...set, [tagKeys.policies]: wanted } : set;
  const target: Target = { id: connection.id };
  const sends = psk.send || psk.newVersion;
  const name = spec.name.value;
  const tagging: TagStep | undefined =
    Object.keys(tags).length + remove.length === 0 && !sends
      ? undefined
      : {
          do: 'tag',
          key: `tag ${connection.id}`,
          after: writing === undefined ? [] : [writing],
          name,
          at: spec.at,
          connections,
          connection: target,
          set: tags,
          remove,
          ...(sends ? { psk: { version: spec.pskVersion?.value } } : {}),
        };
  const reason = missed
    ? 'a policy was changed after the connection was last updated: without an update it does not take effect'
    : 'a changed policy takes effect when the connection is updated';
  const tagChange: Change = {
    action: 'update',
    kind,
    name,
    id: connection.id,
    fields,
    impact: 'none',
    connections,
    at: spec.at,
  };
  return {
    steps: [touch, tagging].filter((one) => one !== undefined),
    changes: [
      ...(touched ? [touchChange(connection, reason, connections)] : []),
      ...(fields.length > 0 ? [tagChange] : []),
    ],
  };
}

/** Connections that no file describes, but that use a policy which this run may change. */
function outside(connection: Connection, updates: PolicyUpdates): Additions {
  const updating = [connection.refs.ikepolicy, connection.refs.ipsecpolicy].flatMap(
    (id) => updates.get(id ?? '') ?? [],
  );
  if (updating.length === 0) {
    return { steps: [], changes: [] };
  }
  const connections = updating.flatMap(({ object }) => object.entries.map(({ spec }) => spec.name.value));
  const after = updating.flatMap(({ step }) => step?.key ?? []);
  const touch = touchStep(connection, after, connections);
  const reason = 'not described in these files, but uses a policy that changes';
  return { steps: [touch], changes: [touchChange(connection, reason, connections)] };
}

/**
 * Before a policy is changed, connections without a digest get the one of the old content: a run that is cut off
 * between policy and touch is then seen, and repaired, by the next.
 */
function remember(context: Context, connection: Connection, updates: PolicyUpdates): TagStep | undefined {
  const affected = [connection.refs.ikepolicy, connection.refs.ipsecpolicy].some((id) => updates.has(id ?? ''));
  return !affected || connection.tags?.has(tagKeys.policies) === true
    ? undefined
    : {
        do: 'tag',
        key: `remember ${connection.id}`,
        after: [],
        name: connection.name,
        connections: [],
        connection: { id: connection.id },
        set: { [tagKeys.policies]: digest(context, connection, new Map()) },
        remove: [],
      };
}

/** All that tags and touches add to the plan; nothing where the dialect has no tags. */
export function tagging(
  context: Context,
  decisions: readonly Decision[],
  connections: readonly ConnectionDecision[],
): Additions & { readonly beforePolicies: readonly string[] } {
  if (!context.dialect.tags) {
    return { steps: [], changes: [], beforePolicies: [] };
  }
  const updates = policyUpdates(decisions);
  const described = new Set(connections.map(({ existing }) => existing?.id));
  const inRun = connections.map((decision): Additions => {
    const { existing, step } = decision;
    if (existing === undefined || step?.do === 'replace') {
      return { steps: step === undefined ? [] : [newTags(context, decision, step.key)], changes: [] };
    }
    return existingTags(context, decision, existing, updates);
  });
  const others = context.observed.connections
    .filter(({ id }) => !described.has(id))
    .map((connection) => outside(connection, updates));
  const remembering = context.observed.connections.flatMap(
    (connection) => remember(context, connection, updates) ?? [],
  );
  const all = [...inRun, ...others];
  return {
    steps: [...remembering, ...all.flatMap(({ steps }) => steps)],
    changes: all.flatMap(({ changes }) => changes),
    beforePolicies: remembering.map(({ key }) => key),
  };
}
