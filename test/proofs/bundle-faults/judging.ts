/** What must be true of a run in which one request went wrong, as a person and the next job see it. */
import type { ActionRun } from '../../scenarios/harness/run.ts';
import { revocations } from '../../unit/stage.ts';
import { type Trial, timeless } from '../bundle/trial.ts';
import { codesFor } from '../faults/judge.ts';
import { isSurvived } from '../faults/survived.ts';
import type { Case } from './cases.ts';
import { isHanging } from './failing.ts';

/** The run's own limit (a minute at most), and a write that was under way when it ended, with the looks for what it did. */
const longestMs = 110_000;

/** A failure is a documented one, which says what to do; success is the truth. */
function endFaults(trial: Trial, one: Case, { annotations, exitCode, log, summary }: ActionRun): string[] {
  const errors = annotations.filter(({ level }) => level === 'error');
  const last = errors.at(-1);
  const faults = summary.trim() === '' ? ['there is no summary'] : [];
  if (exitCode === 0) {
    // A cloud that says "it is not there" of what is there is believed.
    const isTold = log.includes('was not deleted') || (one.fault.name === '404' && one.target.method === 'DELETE');
    const isTrue = errors.length === 0 && (trial.isDone || isTold);
    return isTrue ? faults : [...faults, 'success, although not all is done'];
  }
  // Here the run's time is short, so it ends some waits before they do.
  const codes: readonly string[] = [...codesFor(one.fault.name), 'TIMEOUT'];
  return [
    ...faults,
    ...(exitCode === 1 ? [] : [`exit code ${exitCode}`]),
    ...(codes.includes(last?.title ?? '') ? [] : [`the failure is a ${last?.title}`]),
    ...((last?.message.length ?? 0) < 60 ? ['the failure says nothing'] : []),
  ];
}

/** A connection may be missing only if that was wanted, or if it is said and the way on is told. */
function lossFaults(trial: Trial, { log }: ActionRun): string[] {
  const ids = trial.ground.connectionIds();
  const missing = Object.keys(trial.recorded.idsBefore).filter((name) => ids[name] === undefined);
  if (missing.length === 0 || trial.situation.step.inputs['mode'] === 'destroy') return trial.lost().slice();
  const isSaid = /is deleted already|may not exist now|was deleted to replace it|or it was done/.test(log);
  return isSaid && /[Rr]un (it )?again/.test(log)
    ? []
    : [`the connection ${missing.join()} is gone, and nobody says so`];
}

/** Every token is given back, unless that is what failed. */
function tokenFaults({ target, fault, forGood }: Case, { requests }: ActionRun): string[] {
  const isAway = fault.effect.kind === 'refused' && forGood;
  if (target.path.includes('/auth/tokens') || isAway) return [];
  const { issued, revoked } = revocations(requests);
  return revoked >= issued ? [] : [`${issued} tokens, ${revoked} revoked`];
}

/** Here a machine goes away with the request half done, and nobody waits until the client gives up. */
function mustSucceed(one: Case): boolean {
  const { target, fault, forGood } = one;
  const alike = fault.effect.kind === 'refused' ? ['connection refused', 'reset before handling'] : [fault.name];
  return !forGood && !isHanging(one) && alike.every((name) => isSurvived(target, name));
}

/** @returns what is wrong, in words */
export function judge(trial: Trial, one: Case, run: ActionRun): readonly string[] {
  return [
    ...timeless(run.faults),
    ...trial.ground.damage(),
    ...endFaults(trial, one, run),
    ...(mustSucceed(one) && !(run.exitCode === 0 && trial.isDone) ? ['it must be survived'] : []),
    ...lossFaults(trial, run),
    ...tokenFaults(one, run),
    ...(run.durationMs > longestMs ? [`it took ${Math.round(run.durationMs / 1000)} s`] : []),
  ];
}
