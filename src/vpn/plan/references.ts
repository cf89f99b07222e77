/** Which object each part of a connection will be: a described one, or one that must exist. */
import type { ConnectionSpec, FieldValue, Reference } from '../desired.ts';
import { kindNames, type Part, partKind, parts } from '../kinds.ts';
import type { Connection } from '../objects.ts';
import { type Context, listed } from './context.ts';
import { objectsOf } from './entries.ts';
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

function referred(
  context: Context,
  spec: ConnectionSpec,
  part: Part,
  reference: Reference,
  existing: Connection | undefined,
): PartTarget | undefined {
  const all = objectsOf(context, part);
  const found = all.filter((object) =>
    reference.by === 'id' ? object.id === reference.id : object.name === reference.name,
  );
  const chosen = found.find(({ id }) => existing?.refs[part] === id) ?? found[0];
  const words = kindNames[partKind[part]].words;
  const text = reference.by === 'id' ? reference.id : `"${reference.name}"`;
  if (chosen === undefined) {
    context.refuse(
      'NOT_FOUND',
      `Connection ${spec.name.value}: there is no ${words} ${text} in this project${part.endsWith('_ep_group') ? ` that can be its ${part}` : ''}.`,
      `Correct it, or describe the ${words} as a mapping to have it created.`,
      reference.at,
    );
    return undefined;
  }
  if (found.length > 1 && chosen.id !== existing?.refs[part]) {
    context.refuse(
      'AMBIGUOUS',
      `Connection ${spec.name.value}: ${text} fits ${found.length} objects: ${listed(found)}.`,
      `Give the id: "${part}_id: …".`,
      reference.at,
    );
  }
  return { target: { id: chosen.id }, name: chosen.name, made: undefined, decision: undefined, values: chosen.values };
}

/** Targets of all parts that the file gives; a name prefers the object that the same run describes. */
export function partTargets(
  context: Context,
  spec: ConnectionSpec,
  existing: Connection | undefined,
  decisions: readonly Decision[],
): PartTargets {
  const targets: Partial<Record<Part, PartTarget>> = {};
  for (const part of parts) {
    const given = spec.parts[part];
    if (given === undefined) {
      continue;
    }
    const described = decisions.find(({ object }) =>
      given.by === 'description'
        ? object.entries.some((entry) => entry.spec === spec && entry.part === part)
        : given.by === 'name' && object.part === part && object.name === given.name,
    );
    const target =
      described !== undefined
        ? ofDecision(described)
        : given.by === 'description'
          ? undefined
          : referred(context, spec, part, given, existing);
    if (target !== undefined) {
      targets[part] = target;
    }
  }
  return targets;
}
