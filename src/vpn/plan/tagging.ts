/** OTC: tags of connections, and the touch that makes a changed policy take effect. */
import { fieldChange } from '../compare.ts';
import { markTag } from '../mark.ts';
import type { Connection } from '../objects.ts';
import type { Change, FieldChange } from '../report.ts';
import { ownTagPrefix, policiesDigest, readPskTag, tagKeys } from '../tags.ts';
import type { Context } from './context.ts';
import type { Decision } from './part-steps.ts';
import type { ConnectionDecision } from './planning.ts';
import type { Leaving } from './removal.ts';
import type { Step, TagStep } from './steps.ts';
import {
  describing,
  type PolicyUpdates,
  policyUpdates,
  remember,
  type Touching,
  touchChange,
  touching,
  touchStep,
} from './touch.ts';
import { userTags } from './user-tags.ts';

interface Additions {
  readonly steps: readonly Step[];
  readonly changes: readonly Change[];
}

const kind = 'ipsec_site_connection';

/** A new or replaced connection: mark, digest and the user's tags in one call. */
function newTags(context: Context, { spec, targets, existing }: ConnectionDecision, key: string): TagStep {
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
      ...userTags(spec, undefined).set,
      [tagKeys.mark]: markTag(mark),
      [tagKeys.policies]: policiesDigest(targets.ikepolicy?.values, targets.ipsecpolicy?.values),
    },
    remove: [],
    psk: { version: spec.pskVersion?.value },
  };
}

function versionChange({ spec, existing, psk }: ConnectionDecision): FieldChange[] {
  const before = readPskTag(existing?.tags?.get(tagKeys.psk)).version;
  return psk.newVersion ? [fieldChange('psk_version', 'none', before, spec.pskVersion?.value)] : [];
}

/**
 * What a run that was cut off between creation and tags could not set any more. That the connection is ours shows in its
 * policies, to which it was bound when it was made: they carry our mark.
 */
function lostTags(context: Context, { spec, targets }: ConnectionDecision, { refs, tags, name }: Connection) {
  const { ikepolicies, ipsecpolicies } = context.observed;
  const own = [...ikepolicies, ...ipsecpolicies].filter((policy) => context.isMarked(policy));
  if (tags?.has(tagKeys.mark) !== false || !own.some(({ id }) => id === refs.ikepolicy || id === refs.ipsecpolicy)) {
    return {};
  }
  context.notice('notice', `Connection ${name}: an earlier run could not set its tags; they are set now.`, spec.at);
  return {
    [tagKeys.mark]: markTag({ owner: context.owner(spec), time: context.options.now }),
    [tagKeys.policies]: policiesDigest(targets.ikepolicy?.values, targets.ipsecpolicy?.values),
  };
}

/** Tags of a connection that stays, after it was written or touched. */
function existingTags(
  context: Context,
  decision: ConnectionDecision,
  existing: Connection,
  touch: Touching | undefined,
): Additions {
  const { id, tags } = existing;
  const { spec, psk } = decision;
  const { set: stated, remove, fields: tagFields } = userTags(spec, tags);
  const set = { ...stated, ...lostTags(context, decision, existing) };
  const fields = [...tagFields, ...versionChange(decision)];
  const name = spec.name.value;
  const at = spec.at;
  const connections = [name];
  const sends = psk.send || psk.newVersion;
  const isNeeded = Object.keys(set).length + remove.length > 0 || sends || touch !== undefined;
  const step: TagStep = {
    do: 'tag',
    key: `tag ${id}`,
    after: [],
    name,
    at,
    connections,
    connection: { id },
    set: touch === undefined ? set : { ...set, [tagKeys.policies]: touch.digest },
    remove,
  };
  const isNoted = psk.newVersion && !psk.send;
  const why = isNoted ? { reason: 'the cloud has this psk already: its psk_version is noted' } : {};
  const change: Change = { action: 'update', kind, name, id, fields, impact: 'none', ...why, connections, at };
  return {
    steps: isNeeded ? [sends ? { ...step, psk: { version: spec.pskVersion?.value } } : step] : [],
    changes: fields.length > 0 ? [change] : [],
  };
}

/** A connection of the files: its own PUT, where there is one, is a touch too. */
function inRun(context: Context, decision: ConnectionDecision, updates: PolicyUpdates): Additions {
  const { existing, step, spec } = decision;
  if (existing === undefined || step?.do === 'replace') {
    return { steps: step === undefined ? [] : [newTags(context, decision, step.key)], changes: [] };
  }
  const connections = [spec.name.value];
  const touch = touching(context, existing, updates);
  const touched = touch === undefined || step !== undefined ? [] : [touchStep(existing, touch, connections)];
  const tags = existingTags(context, decision, existing, touch);
  const after = [step, ...touched].flatMap((one) => one?.key ?? []);
  return {
    steps: [...touched, ...tags.steps.map((one) => ({ ...one, after }))],
    changes: [...(touch === undefined ? [] : [touchChange(existing, touch, connections)]), ...tags.changes],
  };
}

/**
 * A connection that no file describes. It is touched, too, when its policy changes; and if a run was cut off before that,
 * the next one that may change what others use makes up for it.
 */
function outside(
  context: Context,
  connection: Connection,
  decisions: readonly Decision[],
  updates: PolicyUpdates,
): Additions {
  const { id, name } = connection;
  const connections = describing(connection, decisions);
  const touch = touching(context, connection, updates);
  const isLeftOut = context.options.leftOut.includes(name);
  if (touch === undefined || connections.length === 0 || !context.options.allowShared || isLeftOut) {
    return { steps: [], changes: [] };
  }
  const step = touchStep(connection, touch, connections);
  const tag: TagStep = {
    do: 'tag',
    key: `tag ${id}`,
    after: [step.key],
    name,
    connections,
    connection: { id },
    set: { [tagKeys.policies]: touch.digest },
    remove: [],
  };
  const reason = `not described in these files, but uses a policy that they describe: ${touch.reason}`;
  return { steps: [step, tag], changes: [touchChange(connection, { ...touch, reason }, connections)] };
}

/**
 * All that tags and touches add to the plan; nothing where the dialect has no tags.
 * @returns `before`: steps that must be done before any policy is changed
 */
export function tagging(
  context: Context,
  decisions: readonly Decision[],
  connections: readonly ConnectionDecision[],
  leaving: readonly Leaving[],
): Additions & { readonly before: readonly TagStep[] } {
  if (!context.dialect.tags) {
    return { steps: [], changes: [], before: [] };
  }
  const updates = policyUpdates(decisions);
  const found = context.observed.connections;
  const known = new Set([
    ...connections.map(({ existing }) => existing?.id),
    ...leaving.map(({ connection }) => connection.id),
  ]);
  const replaced = new Set(connections.flatMap(({ existing, step }) => (step?.do === 'replace' ? existing?.id : [])));
  const all = [
    ...connections.map((decision) => inRun(context, decision, updates)),
    ...found.filter(({ id }) => !known.has(id)).map((one) => outside(context, one, decisions, updates)),
  ];
  return {
    before: found.filter(({ id }) => !replaced.has(id)).flatMap((one) => remember(context, one, updates) ?? []),
    steps: all.flatMap(({ steps }) => steps),
    changes: all.flatMap(({ changes }) => changes),
  };
}
