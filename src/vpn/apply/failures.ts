/** Which connections failed, and why: by their own steps, or by what these needed. */
import { type ActionError, asActionError } from '../../errors.ts';
import type { Step } from '../plan/steps.ts';
import type { Outcome } from './schedule.ts';

/**
 * @param steps in the order of the plan: what a step needs comes before it
 * @param stopped why steps were not started that needed nothing that failed: the signal, or the end of the time
 * @returns failures by connection; the first of each
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
      failures.set(name, failures.get(name) ?? asActionError(reason));
    }
  }
  return failures;
}
