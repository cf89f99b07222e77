/** What nobody needs any more: old objects whose last user this run moves away, and orphans of runs that were cut off. */
import { kindNames, type Part, partKind, parts } from '../kinds.ts';
import { ownerOf, splitDescription } from '../mark.ts';
import type { VpnObject } from '../objects.ts';
import type { Change } from '../report.ts';
import type { ConnectionDecision } from './connections.ts';
import type { Context } from './context.ts';
import { objectsOf, type PartObject } from './described.ts';
import type { Decision } from './parts.ts';
import type { DeleteStep } from './steps.ts';

interface CleanUp {
  readonly steps: readonly DeleteStep[];
  readonly changes: readonly Change[];
}

/** A younger orphan may belong to a run that is still at work. */
const orphanAge = 3_600_000;

/** The service is not among them: its address is what the far side dials. */
const removable: readonly Part[] = ['ikepolicy', 'ipsecpolicy', 'local_ep_group', 'peer_ep_group'];

interface Freed {
  readonly object: PartObject;
  readonly part: Part;
  readonly after: string[];
  readonly connections: string[];
}

/** Whether the file describes the object that the connection leaves: by its name, or without one. */
function wasDescribed({ spec }: ConnectionDecision, part: Part, object: PartObject): boolean {
  const given = spec.parts[part];
  return given?.by === 'description' && (given.name === undefined || given.name.value === object.name);
}

function freedBy(context: Context, connections: readonly ConnectionDecision[]): Freed[] {
  const freed = new Map<string, Freed>();
  for (const decision of connections) {
    const { existing, targets, step, spec } = decision;
    for (const part of removable) {
      const id = existing?.refs[part];
      const target = targets[part]?.target;
      const object = objectsOf(context, part).find((candidate) => candidate.id === id);
      const leaves = target !== undefined && !('id' in target && target.id === id);
      if (object === undefined || step === undefined || !leaves) {
        continue;
      }
      if (context.isMarked(object) || wasDescribed(decision, part, object)) {
        const entry = freed.get(object.id) ?? { object, part, after: [], connections: [] };
        entry.after.push(step.key);
        entry.connections.push(spec.name.value);
        freed.set(object.id, entry);
      }
    }
  }
  return [...freed.values()];
}

/** Ids that something uses after the run. */
function usedAfter(
  context: Context,
  decisions: readonly Decision[],
  connections: readonly ConnectionDecision[],
): Set<string> {
  const used = new Set(decisions.flatMap(({ target }) => ('id' in target ? [target.id] : [])));
  const byConnection = new Map(connections.map((decision) => [decision.existing?.id, decision]));
  for (const { id, refs } of context.observed.connections) {
    for (const part of parts) {
      const target = byConnection.get(id)?.targets[part]?.target;
      const ref = target === undefined ? refs[part] : 'id' in target ? target.id : undefined;
      used.add(ref ?? '');
    }
  }
  for (const { targets } of connections) {
    for (const target of Object.values(targets)) {
      used.add('id' in target.target ? target.target.id : '');
    }
  }
  return used;
}

function orphans(context: Context, used: ReadonlySet<string>): { object: PartObject; part: Part; owner: string }[] {
  const { now, repository } = context.options;
  const owners = new Map(context.specs.map(({ name }) => [ownerOf(repository, name.value), name.value]));
  const groups = context.observed.endpointGroups.map((object) => ({ object, part: 'peer_ep_group' as const }));
  const policies = [
    ...context.observed.ikepolicies.map((object) => ({ object, part: 'ikepolicy' as const })),
    ...context.observed.ipsecpolicies.map((object) => ({ object, part: 'ipsecpolicy' as const })),
  ];
  return [...policies, ...groups].flatMap(({ object, part }) => {
    const { mark } = splitDescription(object.description);
    const owner = owners.get(mark?.owner ?? '');
    const old = mark !== undefined && now - mark.time > orphanAge;
    return owner === undefined || !old || used.has(object.id) ? [] : [{ object, part, owner }];
  });
}

function deletion(
  object: VpnObject,
  part: Part,
  after: readonly string[],
  connections: readonly string[],
  reason: string,
) {
  const kind = partKind[part];
  const { id, name } = object;
  const step: DeleteStep = {
    do: 'delete',
    key: `delete ${id}`,
    after,
    name: name === '' ? id : name,
    connections,
    kind,
    id,
    justFreed: after.length > 0,
  };
  const change: Change = { action: 'delete', kind, name, id, fields: [], impact: 'none', reason, connections };
  return { step, change };
}

/** Deletions at the end of the run, each after the steps that free the object. */
export function cleanUp(
  context: Context,
  decisions: readonly Decision[],
  connections: readonly ConnectionDecision[],
): CleanUp {
  const used = usedAfter(context, decisions, connections);
  const freed = freedBy(context, connections).filter(({ object }) => !used.has(object.id));
  const freedIds = new Set(freed.map(({ object }) => object.id));
  const deletions = [
    ...freed.map(({ object, part, after, connections: names }) =>
      deletion(object, part, after, names, `the old ${kindNames[partKind[part]].words}, which nothing uses any more`),
    ),
    ...orphans(context, used)
      .filter(({ object }) => !freedIds.has(object.id))
      .map(({ object, part, owner }) =>
        deletion(object, part, [], [owner], 'made by an earlier run of this action, and nothing uses it'),
      ),
  ];
  return { steps: deletions.map(({ step }) => step), changes: deletions.map(({ change }) => change) };
}
