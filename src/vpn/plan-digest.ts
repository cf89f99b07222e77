/**
 * The digest of a plan, by which a run can be held to what was reviewed. It covers what would be done (dialect, project, and
 * the ordered changes with before, after and impact), and nothing that may differ between two equal plans: no status, no
 * time, no field that stays, no value of a psk.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import { ActionError } from '../errors.ts';
import { brief } from './brief.ts';
import { kindNames } from './kinds.ts';
import type { Change, FieldChange, Report } from './report.ts';

/** Raised whenever equal plans of two versions of the action would not be the same. */
const format = 1;

type Named = Pick<Change, 'action' | 'kind' | 'name' | 'id' | 'impact'>;

/** A change of the reviewed plan, as its JSON has it; without fields where the plan was too large for an output. */
export interface ReviewedChange extends Named {
  readonly fields?: readonly FieldChange[];
}

/** What the input `expect-plan` gives: the digest, and the changes if it is the whole plan. */
export interface ExpectedPlan {
  readonly digest: string;
  readonly changes?: readonly ReviewedChange[];
}

function content({ action, kind, name, id, impact, fields = [] }: ReviewedChange): readonly unknown[] {
  return [
    action,
    kind,
    name,
    id ?? null,
    impact,
    fields.map(({ field, before, after, impact: effect }) => [field, before ?? null, after ?? null, effect]),
  ];
}

/** SHA-256 of the canonical JSON of format, dialect, project and changes; 64 hexadecimal digits. */
export function planDigest({ dialect, project, changes }: Pick<Report, 'dialect' | 'project' | 'changes'>): string {
  const plan = { format, dialect, project: project?.id ?? null, changes: changes.map(content) };
  return createHash('sha256').update(canonicalJson(plan)).digest('hex');
}

function objectOf({ kind, name, id }: Named): string {
  return `${kindNames[kind].words} ${name === '' ? (id ?? '(no name)') : name}`;
}

function fieldWords(change: FieldChange): string {
  const { field, before, after } = brief(change);
  return `${field} ${before ?? 'unset'} → ${after ?? 'unset'}`;
}

/** What is done to what: the same object may be updated and touched. */
function keyOf({ action, kind, name, id }: Named): string {
  return JSON.stringify([action, kind, name, id]);
}

function changeWords(change: ReviewedChange): string {
  const { action, fields = [] } = change;
  const what = action === 'create' ? '' : fields.map(fieldWords).join(', ');
  return `${action} the ${objectOf(change)}${what === '' ? '' : `: ${what}`}`;
}

/** Fields that differ between the reviewed and the present change of the same object. */
function moved(reviewed: ReviewedChange, now: Change): readonly string[] {
  const before = new Map((reviewed.fields ?? []).map((change) => [change.field, change]));
  const after = new Map(now.fields.map((change) => [change.field, change]));
  const words = (change: FieldChange | undefined): string =>
    change === undefined ? 'nothing' : fieldWords(change).slice(change.field.length + 1);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const [old, present] = [words(before.get(field)), words(after.get(field))];
    return old === present ? [] : [`${field}: ${old} was reviewed, now it is ${present}`];
  });
}

/** What differs between the reviewed changes and those of now, a line each. */
function differencesOf(reviewed: readonly ReviewedChange[], now: readonly Change[]): readonly string[] {
  const then = new Map(reviewed.map((change) => [keyOf(change), change]));
  const present = new Map(now.map((change) => [keyOf(change), change]));
  const added = now.filter((change) => !then.has(keyOf(change))).map((one) => `- not reviewed: ${changeWords(one)}`);
  const gone = reviewed
    .filter((change) => !present.has(keyOf(change)))
    .map((one) => `- reviewed, but not to be done any more: ${changeWords(one)}`);
  const other = now.flatMap((change) => {
    const old = then.get(keyOf(change));
    const fields = old?.fields === undefined ? [] : moved(old, change);
    return fields.length === 0 ? [] : [`- ${change.action} the ${objectOf(change)}: ${fields.join('; ')}`];
  });
  return [...added, ...gone, ...other];
}

/**
 * Which of the present changes came after the review, where the digest alone is known: one or several that, left out, give
 * the reviewed plan. Tried for what happens most: one change came in between, or nothing was to be done.
 */
function cameAfter(expected: string, { dialect, project, changes }: Report): readonly Change[] {
  const without = (left: readonly Change[]): boolean => planDigest({ ...of, changes: left }) === expected;
  const of = { dialect, ...(project === undefined ? {} : { project }) };
  if (changes.length > 0 && without([])) {
    return changes;
  }
  return changes.filter((one) => without(changes.filter((other) => other !== one)));
}

function byDigest(expected: string, report: Report): readonly string[] {
  const later = cameAfter(expected, report);
  return later.length > 0
    ? later.map((one) => `- not reviewed: ${changeWords(one)}`)
    : report.changes.map((one) => `- now it would ${changeWords(one)}`);
}

/**
 * Why the plan must not be carried out: it is not the one that was reviewed. Undefined if it is, or if nothing is to be
 * done any more, as when the job is run again.
 */
export function planMoved(expected: ExpectedPlan, report: Report): ActionError | undefined {
  const digest = planDigest(report);
  if (report.changes.length === 0 || digest === expected.digest) {
    return undefined;
  }
  const known = expected.changes === undefined ? [] : differencesOf(expected.changes, report.changes);
  const lines = known.length > 0 ? known : byDigest(expected.digest, report);
  const more =
    expected.changes === undefined ? ' With the output plan in place of the digest, each difference is named.' : '';
  return new ActionError(
    'PLAN_CHANGED',
    [`The plan is not the one that was reviewed (expect-plan). Nothing was changed.`, ...lines].join('\n'),
    {
      hint: `The file or the cloud has changed since. Review the plan of this run, whose digest is ${digest}.${more}`,
      at: report.changes.find(({ at }) => at !== undefined)?.at,
    },
  );
}

const digestForm = /^(?:sha256:)?([0-9a-f]{64})$/i;

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readField(value: unknown): FieldChange[] {
  if (!isObject(value) || !isText(value.field)) {
    return [];
  }
  const { field, before, after } = value;
  return [{ field, impact: 'none', ...(isText(before) ? { before } : {}), ...(isText(after) ? { after } : {}) }];
}

const actions = ['create', 'update', 'replace', 'delete', 'touch'] as const satisfies readonly Change['action'][];

function readChange(value: unknown): ReviewedChange[] {
  const { action, kind, name, id, fields }: Readonly<Record<string, unknown>> = isObject(value) ? value : {};
  const known = actions.find((word) => word === action);
  const ofKind = Object.keys(kindNames).find((word) => word === kind);
  if (known === undefined || !isKind(ofKind) || !isText(name)) {
    return [];
  }
  return [
    {
      ...{ action: known, kind: ofKind, name, impact: 'none' },
      ...(isText(id) ? { id } : {}),
      ...(Array.isArray(fields) ? { fields: fields.flatMap(readField) } : {}),
    },
  ];
}

function isKind(text: string | undefined): text is Change['kind'] {
  return text !== undefined && Object.hasOwn(kindNames, text);
}

/** A digest, or the output `plan` of the run that was reviewed; undefined for anything else. */
export function readExpectedPlan(text: string): ExpectedPlan | undefined {
  const digest = digestForm.exec(text)?.[1]?.toLowerCase();
  if (digest !== undefined) {
    return { digest };
  }
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(plan) || !isText(plan.digest) || !Array.isArray(plan.changes)) {
    return undefined;
  }
  const own = digestForm.exec(plan.digest)?.[1]?.toLowerCase();
  return own === undefined ? undefined : { digest: own, changes: plan.changes.flatMap(readChange) };
}
