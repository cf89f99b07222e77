/** What cannot be changed in place: a new object takes the old one's place. */

import { canonicalJson } from '../../canonical-json.ts';
import { sameSet } from '../compare.ts';
import { kindNames } from '../kinds.ts';
import { splitDescription } from '../mark.ts';
import type { Change, FieldChange } from '../report.ts';
import { specsOf } from './described.ts';
import { objectsOf, type PartObject } from './entries.ts';
import { isFree } from './find.ts';
import { changeOf, create, type Deciding, type Decision } from './part-steps.ts';
import type { CreateStep } from './steps.ts';

/** A successor that an earlier run made and did not live to use. */
function unfinished(
  { context, object }: Deciding,
  existing: PartObject,
  { step, values }: Decision & { readonly step: CreateStep },
): PartObject | undefined {
  const { part, entries, wanted, name } = object;
  const specs = entries.map(({ spec }) => spec);
  const textOf = (description: unknown): string => splitDescription(String(description ?? '')).text;
  return objectsOf(context, part).find(
    (candidate) =>
      candidate.id !== existing.id &&
      candidate.name === name &&
      context.isMarked(candidate, specs) &&
      isFree(context, part, candidate) &&
      textOf(candidate.description) === textOf(step.body.description) &&
      canonicalJson(candidate.values) === canonicalJson(values) &&
      (candidate.kind !== 'endpoint_group' || sameSet(candidate.endpoints, wanted.endpoints?.members ?? [])),
  );
}

/** The id in the file names the old object, which would be gone at the next run. */
function refuseId({ context, object }: Deciding, existing: PartObject, reason: string): void {
  const id = object.entries.find(({ described }) => described.id !== undefined)?.described.id;
  if (id !== undefined) {
    context.refuse(
      specsOf(object),
      'CONFLICT',
      `${kindNames[existing.kind].words} ${existing.name} (${existing.id}): ${reason}, but the file names it by its id.`,
      'Remove "id:" from the mapping: its name is enough to find it.',
      id.at,
    );
  }
}

/** A new object with the old one's values and the stated ones over them; the connections are then pointed at it. */
export function succeed(deciding: Deciding, existing: PartObject, changed: readonly FieldChange[]): Decision {
  const isGroup = existing.kind === 'endpoint_group';
  const reason = isGroup
    ? 'members of an endpoint group cannot be changed: a new group takes its place'
    : 'a policy in use cannot be changed here: a new policy takes its place';
  refuseId(deciding, existing, reason);
  const made = create(deciding, existing, `succeed ${existing.id}`);
  const impact = isGroup ? 'interruption' : 'replacement';
  const change: Change = { ...changeOf(deciding, 'update', changed, existing.id), impact, reason };
  const found = unfinished(deciding, existing, made);
  return found === undefined
    ? { ...made, change, superseded: existing }
    : { ...made, change, superseded: existing, target: { id: found.id }, step: undefined };
}
