/** Which connections of the files `confirm-destroy` permits to remove. */
import { didYouMean } from '../../spec/suggest.ts';
import type { ConnectionSpec } from '../desired.ts';
import type { Connection } from '../objects.ts';
import type { Context, PlanOptions } from './context.ts';
import { markedFor } from './marked.ts';
import { Refusal } from './refusal.ts';

/** Confirms every connection of the files that this action made. */
const all = '*';

function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}

/** What to write to remove these connections. */
function howTo(specs: readonly ConnectionSpec[]): string {
  const [only, ...others] = specs.map(({ name }) => name.value);
  return others.length === 0 && only !== undefined
    ? `Look at the plan; if that is what you want, run again with confirm-destroy: ${only}.`
    : `Look at the plan; if that is what you want, run again with the name of each connection that is to go on a line of confirm-destroy, or with confirm-destroy: "${all}".`;
}

/**
 * Whether the run as a whole may remove anything: not without a confirmation, and not with one that names what no file
 * describes, since the person then means something else than the files say.
 */
export function confirmation(specs: readonly ConnectionSpec[], options: PlanOptions): Refusal | undefined {
  const { confirmDestroy, isWhole } = options;
  const known = specs.map(({ name }) => name.value);
  // What is not described here may be so in a file that is wrong.
  const strangers = isWhole ? confirmDestroy.filter((name) => name !== all && !known.includes(name)) : [];
  const [stranger] = strangers;
  if (stranger !== undefined) {
    const meant = didYouMean(stranger, known);
    return new Refusal(
      specs,
      'NOT_CONFIRMED',
      `confirm-destroy names ${quoted(strangers)}, which no connection file of this run describes.${meant} Nothing was removed.`,
      { hint: `The files describe ${quoted(known)}. Repeat the name of the connection that is to go, exactly.` },
    );
  }
  if (confirmDestroy.length > 0) {
    return undefined;
  }
  return new Refusal(
    specs,
    'NOT_CONFIRMED',
    `mode: destroy removes ${quoted(known)}, and confirm-destroy does not name ${known.length === 1 ? 'it' : 'any of them'}. Nothing was removed.`,
    { hint: howTo(specs) },
  );
}

/** What to show of a run that is not confirmed: what it would do with the confirmation that it has, or if it has none, with all. */
export function previewed(specs: readonly ConnectionSpec[], { confirmDestroy }: PlanOptions): readonly string[] {
  const names = specs.map(({ name }) => name.value);
  return confirmDestroy.some((name) => name === all || names.includes(name)) ? confirmDestroy : names;
}

/** A connection that is called by its name goes, whatever its mark: one that was taken over has none. */
function isNamed({ options: { confirmDestroy } }: Context, { name }: ConnectionSpec): boolean {
  return confirmDestroy.includes(name.value);
}

/**
 * Whether the connection is confirmed. One that is not, stays, and a notice says why.
 * @param existing undefined: it is not there, or not any more
 */
export function isConfirmed(context: Context, spec: ConnectionSpec, existing: Connection | undefined): boolean {
  const name = spec.name.value;
  if (existing !== undefined && existing.name !== '' && existing.name !== name) {
    context.notice(
      'warning',
      `Connection ${name} stays: the file means ${existing.id}, which is called ${JSON.stringify(existing.name)} in the cloud, so its name is no confirmation. Correct or remove "id:" in the file; or rename the connection first, with mode: apply.`,
      spec.id?.at ?? spec.name.at,
    );
    return false;
  }
  if (isNamed(context, spec)) {
    return true;
  }
  if (!context.options.confirmDestroy.includes(all)) {
    context.notice('notice', `Connection ${name} stays: confirm-destroy does not name it.`, spec.name.at);
    return false;
  }
  const mark = existing === undefined ? undefined : markedFor(existing);
  const { repository } = context.options;
  // Without a repository the mark says nothing of whose it is.
  if (existing === undefined || (repository !== '' && mark === context.owner(spec))) {
    return true;
  }
  const why =
    mark === undefined
      ? 'was not made by this action'
      : 'carries the mark of another repository, or of a connection of another name';
  context.notice(
    'warning',
    `Connection ${name} (${existing.id}) stays: it ${why}, and "${all}" confirms only what was made from these files. To remove it, name it: confirm-destroy: ${name}.`,
    spec.name.at,
  );
  return false;
}
