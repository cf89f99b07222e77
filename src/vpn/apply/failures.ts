/** Which connections failed, and why: by their own steps, or by what these needed. */
import { type ActionError, asActionError } from '../../errors.ts';
import type { DeleteStep, Step } from '../plan/steps.ts';
import type { Notice } from '../report.ts';
import type { Outcome } from './schedule.ts';

function isUnknown(error: ActionError | undefined): boolean {
  return error?.code === 'RESULT_UNKNOWN';
}

/**
 * @param steps in the order of the plan: what a step needs comes before it
 * @param stopped why steps were not started that needed nothing that failed: the signal, or the end of the time
 * @returns failures by connection: the first of each, but what may have been done before what was not
 */
export function failuresOf(
  steps: readonly Step[],
  { failed, skipped }: Outcome,
  stopped: unknown,
): Map<string, ActionError> {
  const reasons = new Map<string, ActionError>();
  const failures = new Map<string, ActionError>();
  for (const step of steps) {
    const { key, after, connections } = step;
    if (failed.has(key)) {
      reasons.set(key, asActionError(failed.get(key)));
    } else if (skipped.has(key) && !(step.do === 'delete' && !step.required)) {
      // What nobody needs is deleted by the next run as well.
      const needed = after.map((before) => reasons.get(before)).find((reason) => reason !== undefined);
      reasons.set(key, needed ?? asActionError(stopped));
    }
    const reason = reasons.get(key);
    for (const name of reason === undefined ? [] : connections) {
      const first = failures.get(name);
      const error = asActionError(reason);
      failures.set(name, first === undefined || (isUnknown(error) && !isUnknown(first)) ? error : first);
    }
  }
  return failures;
}

/** What may have been done, but is no connection's failure: a second write in flight, or one that only cleans up. */
export function untold(failed: Outcome['failed'], failures: ReadonlyMap<string, ActionError>): Notice[] {
  const told = new Set(failures.values());
  return [...failed.values()]
    .map(asActionError)
    .filter((error) => isUnknown(error) && !told.has(error))
    .map(({ message, at }) => ({ level: 'warning', text: message, ...(at === undefined ? {} : { at }) }));
}

/** Deletions of what nobody needs any more that were not begun although nothing they wait for failed: the run ended before. */
export function notBegun(steps: readonly Step[], { failed, skipped }: Outcome): DeleteStep[] {
  const kept = new Map<string, DeleteStep>();
  for (const step of steps) {
    const isFree = step.after.every((key) => kept.has(key) || !(failed.has(key) || skipped.has(key)));
    if (step.do === 'delete' && !step.required && skipped.has(step.key) && isFree) {
      kept.set(step.key, step);
    }
  }
  return [...kept.values()];
}
