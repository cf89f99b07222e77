/** What nobody needs any more: old objects whose last user this run moves away, and orphans of runs that were cut off. */
import { kindNames, type Part } from '../kinds.ts';
import { splitDescription } from '../mark.ts';
import type { Change } from '../report.ts';
import type { Context } from './context.ts';
import { objectsOf, type PartObject } from './entries.ts';
import type { Decision } from './part-steps.ts';
import type { ConnectionDecision } from './planning.ts';
import type { Pruned } from './prune.ts';
import { type Leaving, removalsOfUsers } from './removal.ts';
import type { DeleteStep } from './steps.ts';

interface CleanUp {
  readonly steps: readonly DeleteStep[];
  readonly changes: readonly Change[];
}

/** A younger orphan may belong to a run that is still at work. */
const orphanAge = 3_600_000;

/** The service is not among them: its address is what the far side dials. */
const removable = ['ikepolicy', 'ipsecpolicy', 'local_ep_group', 'peer_ep_group'] as const;

/** An object that the run may delete, if nothing uses it then. */
interface Candidate {
  readonly object: PartObject;
  /** Keys of the steps that must have succeeded before. */
  readonly after: readonly string[];
  readonly connections: readonly string[];
}

/** Whether the file describes the object that the connection leaves: by its id, by its name, or without either. */
function wasDescribed({ spec }: ConnectionDecision, part: Part, object: PartObject): boolean {
  const given = spec.parts[part];
  if (given?.by !== 'description') {
    return false;
  }
  return given.id === undefined ? (given.name?.value ?? object.name) === object.name : given.id.value === object.id;
}

/** Objects that a connection of the run leaves. */
function left(context: Context, decision: ConnectionDecision): Candidate[] {
  const { existing, refs, step, spec } = decision;
  return removable.flatMap((part): Candidate[] => {
    const id = existing?.refs[part];
    const target = refs[part];
    const object = objectsOf(context, part).find((candidate) => candidate.id === id);
    const stays = target !== undefined && 'id' in target && target.id === id;
    const ours = object !== undefined && (context.isMarked(object) || wasDescribed(decision, part, object));
    return stays || !ours || step === undefined ? [] : [{ object, after: [], connections: [spec.name.value] }];
  });
}

/** Objects that a new one takes the place of; also those that no connection refers to yet. */
function superseded(context: Context, { superseded: object, step, object: { entries } }: Decision): Candidate[] {
  const ours =
    object !== undefined &&
    (context.isMarked(object) || entries.some(({ described }) => described.name?.value === object.name));
  const connections = entries.map(({ spec }) => spec.name.value);
  return ours ? [{ object, after: step === undefined ? [] : [step.key], connections }] : [];
}

/** Each object once, after everything that frees it: also connections to which it meant nothing. */
function joined(candidates: readonly Candidate[], connections: readonly ConnectionDecision[]): Candidate[] {
  const byObject = Map.groupBy(candidates, ({ object }) => object);
  return [...byObject].map(([object, all]) => {
    const users = connections.filter(({ existing }) => Object.values(existing?.refs ?? {}).includes(object.id));
    const leaving = users.flatMap(({ step }) => step?.key ?? []);
    return {
      object,
      after: [...new Set([...all.flatMap(({ after }) => after), ...leaving])],
      connections: [...new Set(all.flatMap((candidate) => candidate.connections))],
    };
  });
}

/** Ids that something uses after the run; what only leaving connections use is not among them. */
export function usedAfter(
  context: Context,
  decisions: readonly Decision[],
  connections: readonly ConnectionDecision[],
  leaving: readonly Leaving[],
): ReadonlySet<string> {
  const described = new Set([
    ...connections.map(({ existing }) => existing?.id),
    ...leaving.map(({ connection }) => connection.id),
  ]);
  const others = context.observed.connections.filter(({ id }) => !described.has(id));
  const targets = [...decisions.map(({ target }) => target), ...connections.flatMap(({ refs }) => Object.values(refs))];
  return new Set([
    ...others.flatMap(({ refs }) => Object.values(refs)),
    ...targets.flatMap((target) => ('id' in target ? target.id : [])),
  ]);
}

/** Objects of these connections that an earlier run made and nobody uses. */
function orphans(context: Context): Candidate[] {
  const owners = new Map(context.specs.map((spec) => [context.owner(spec), spec.name.value]));
  const { ikepolicies, ipsecpolicies, endpointGroups } = context.observed;
  return [...ikepolicies, ...ipsecpolicies, ...endpointGroups].flatMap((object): Candidate[] => {
    const { mark } = splitDescription(object.description);
    const owner = owners.get(mark?.owner ?? '');
    const old = mark !== undefined && context.options.now - mark.time > orphanAge;
    return owner === undefined || !old ? [] : [{ object, after: [], connections: [owner] }];
  });
}

function deletion({ object, after, connections }: Candidate, reason: string): { step: DeleteStep; change: Change } {
  const { kind, id, name } = object;
  return {
    step: {
      do: 'delete',
      key: `delete ${id}`,
      after,
      name: name === '' ? id : name,
      connections,
      kind,
      id,
      justFreed: after.length > 0,
      required: false,
    },
    change: { action: 'delete', kind, name, id, fields: [], impact: 'none', reason, connections },
  };
}

/** Deletions at the end of the run, each after the steps that free the object. */
export function cleanUp(
  context: Context,
  decisions: readonly Decision[],
  connections: readonly ConnectionDecision[],
  { leaving, steps }: Pruned,
): CleanUp {
  const used = usedAfter(context, decisions, connections, leaving);
  const pruned = new Set(steps.map(({ id }) => id));
  const isFree = ({ object: { id } }: Candidate): boolean => !used.has(id) && !pruned.has(id);
  // A connection that is left out may mean the object by its name: then only what has a successor of that name goes.
  const isPartial = context.options.leftOut.length > 0;
  const isReplaced = ({ object }: Candidate): boolean =>
    !isPartial || decisions.some((decision) => decision.superseded === object && decision.object.name === object.name);
  const candidates = [
    ...connections.flatMap((decision) => left(context, decision)),
    ...decisions.flatMap((decision) => superseded(context, decision)),
  ];
  const afterRemovals = (one: Candidate): Candidate => ({
    ...one,
    after: [...one.after, ...removalsOfUsers(one.object.id, leaving)],
  });
  const freed = joined(candidates, connections).filter(isFree).filter(isReplaced).map(afterRemovals);
  const freedIds = new Set(freed.map(({ object }) => object.id));
  const forgotten = (isPartial ? [] : orphans(context))
    .filter((one) => isFree(one) && !freedIds.has(one.object.id))
    .map(afterRemovals);
  const deletions = [
    ...freed.map((one) => deletion(one, `the old ${kindNames[one.object.kind].words}, which nothing uses any more`)),
    ...forgotten.map((one) => deletion(one, 'made by an earlier run of this action, and nothing uses it')),
  ];
  return { steps: deletions.map(({ step }) => step), changes: deletions.map(({ change }) => change) };
}
