/** Which object each part of a connection will be: a described one, or one that must exist. */
import type { ConnectionSpec, FieldValue, Reference } from '../desired.ts';
import { kindNames, type Part, partKind, parts } from '../kinds.ts';
import type { Connection } from '../objects.ts';
import { type Context, listed } from './context.ts';
import { objectsOf, type PartObject } from './entries.ts';
import type { Decision } from './part-steps.ts';
import type { Target } from './steps.ts';

export interface PartTarget {
  readonly target: Target;
  readonly name: string;
  /** Key of the step that makes it. */
  readonly made: string | undefined;
  readonly decision: Decision | undefined;
  readonly values: Readonly<Record<string, FieldValue>>;
}

export type PartTargets = Readonly<Partial<Record<Part, PartTarget>>>;

function ofDecision(decision: Decision): PartTarget {
  const { target, object, values } = decision;
  return { target, name: object.name, made: 'made' in target ? target.made : undefined, decision, values };
}

interface Referring {
  readonly context: Context;
  readonly spec: ConnectionSpec;
  readonly existing: Connection | undefined;
  readonly decisions: readonly Decision[];
}

/** The object that must exist; among several of one name, the one that the connection refers to now. */
function find({ context, spec, existing }: Referring, part: Part, reference: Reference): PartObject | undefined {
  const found = objectsOf(context, part).filter((object) =>
    reference.by === 'id' ? object.id === reference.id : object.name === reference.name,
  );
  const chosen = found.find(({ id }) => existing?.refs[part] === id) ?? found[0];
  const words = kindNames[partKind[part]].words;
  const text = reference.by === 'id' ? reference.id : `"${reference.name}"`;
  if (chosen === undefined) {
    context.refuse(
      [spec],
      'NOT_FOUND',
      `Connection ${spec.name.value}: there is no ${words} ${text} in this project${part.endsWith('_ep_group') ? ` that can be its ${part}` : ''}.`,
      `Correct it, or describe the ${words} as a mapping to have it created.`,
      reference.at,
    );
  } else if (found.length > 1 && chosen.id !== existing?.refs[part]) {
    context.refuse(
      [spec],
      'AMBIGUOUS',
      `Connection ${spec.name.value}: ${text} fits ${found.length} objects: ${listed(found)}.`,
      `Give the id: "${part}_id: …".`,
      reference.at,
    );
  }
  return chosen;
}

/** A name prefers the object that the same run describes; an id may mean one, too. */
function referred(referring: Referring, part: Part, reference: Reference): PartTarget | undefined {
  const { decisions } = referring;
  const named = decisions.find(
    ({ object }) => reference.by === 'name' && object.part === part && object.name === reference.name,
  );
  if (named !== undefined) {
    return ofDecision(named);
  }
  const object = find(referring, part, reference);
  if (object === undefined) {
    return undefined;
  }
  const { id, name, values } = object;
  const described = decisions.find(({ target }) => 'id' in target && target.id === id);
  return described === undefined
    ? { target: { id }, name, made: undefined, decision: undefined, values }
    : ofDecision(described);
}

/** Targets of all parts that the file gives. Refusals are in the context. */
export function partTargets(
  context: Context,
  spec: ConnectionSpec,
  existing: Connection | undefined,
  decisions: readonly Decision[],
): PartTargets {
  const targets: Partial<Record<Part, PartTarget>> = {};
  for (const part of parts) {
    const given = spec.parts[part];
    const described = decisions.find(({ object: { entries } }) =>
      entries.some((entry) => entry.spec === spec && entry.part === part),
    );
    const target =
      given === undefined || given.by === 'description'
        ? described && ofDecision(described)
        : referred({ context, spec, existing, decisions }, part, given);
    if (target !== undefined) {
      targets[part] = target;
    }
  }
  return targets;
}
