/** What must hold after a run in which one request went wrong, whichever it was and whatever the fault. */
import { type ErrorCode, errorCodes } from '../../../src/errors.ts';
import { revocations } from '../../unit/stage.ts';
import type { Situation } from '../situations.ts';
import type { Case, Outcome } from './proving.ts';
import { isSurvived } from './survived.ts';

/** The run's own limit (10 minutes, the default), and a write that was under way when it ended. */
const longestMs = 600_000 + 130_000;

/** In real time, ms: a time-out passes at once here, so anything slower hangs. */
const longestRealMs = 20_000;

/** What a fault may be called: nothing else would help the person. */
const codes: readonly (readonly [RegExp, readonly ErrorCode[]])[] = [
  [/^401/, ['API_REFUSED', 'LOGIN_REFUSED', 'CONNECTION_STATE']],
  [/^403/, ['RIGHTS', 'LOGIN_REFUSED', 'CONNECTION_STATE']],
  // A cloud that says 404 to the deletion of what it goes on to show.
  [/^404/, ['API_REFUSED', 'LOGIN_REFUSED', 'CONNECTION_STATE', 'TIMEOUT']],
  [/^409/, ['API_REFUSED', 'LOGIN_REFUSED', 'CONNECTION_STATE']],
  [/^(429|5\d\d)/, ['API_UNAVAILABLE', 'RESULT_UNKNOWN', 'CONNECTION_STATE', 'TIMEOUT']],
  [/^(invalid JSON|20 MB)/, ['API_UNAVAILABLE', 'RESULT_UNKNOWN', 'CONNECTION_STATE']],
  [/^(connection refused|reset|answer cut|time-out)/, ['NETWORK', 'RESULT_UNKNOWN', 'CONNECTION_STATE']],
];

/** What a run that fails of this fault may call it. */
export function codesFor(fault: string): readonly ErrorCode[] {
  return codes.find(([pattern]) => pattern.test(fault))?.[1] ?? [];
}

function wordsProblems({ told }: Outcome, { fault: { name } }: Case): string[] {
  const { failure } = told.conclusion;
  if (failure === undefined) return [];
  const expected = codesFor(name);
  const status = /^\d{3}/.exec(name)?.[0] ?? '';
  const isNamed = failure.message.includes(status) || failure.code === 'TIMEOUT';
  return [
    ...(expected.includes(failure.code) ? [] : [`${name} is called ${failure.code}: ${failure.message}`]),
    ...(isNamed ? [] : [`the failure does not name the status ${status}: ${failure.message}`]),
  ];
}

function failureProblems({ told }: Outcome): string[] {
  const { failure } = told.conclusion;
  if (failure === undefined) return [];
  const { code, message, hint } = failure;
  return [
    ...(code === 'BUG' || !errorCodes.includes(code) ? [`the failure has the code ${code}`] : []),
    ...(message.trim().length < 20 ? [`the failure says nothing: ${message}`] : []),
    ...(`${hint ?? ''}${message}`.length < 60 ? [`no advice: ${message}`] : []),
  ];
}

/** A connection may be missing only if that was wanted, or if it is said and the way on is told. */
function lossProblems({ told, lost }: Outcome, { step }: Situation): string[] {
  if (lost.length === 0 || step.inputs['mode'] === 'destroy') return [];
  const { failure } = told.conclusion;
  const words = `${failure?.message} ${failure?.hint}`;
  const isSaid = /is deleted already|may not exist now|was deleted to replace it|or it was done/.test(words);
  const isAdvised = /[Rr]un (it )?again/.test(words);
  return isSaid && isAdvised ? [] : [`the connection ${lost.join()} is gone, and the run says: ${words}`];
}

/** What stays behind is told, and is something that nothing refers to. */
function leftBehind({ told, isAsDescribed }: Outcome, { target, fault }: Case): string[] {
  const { failure, notices } = told.conclusion;
  if (failure !== undefined || isAsDescribed) return [];
  // A cloud that says "it is not there" of what is there is believed.
  const isTold = fault.name === '404' || notices.some(({ text }) => text.includes('was not deleted'));
  const isSideWork = target.method === 'DELETE' && !target.path.includes('ipsec-site-connections');
  return isTold && isSideWork ? [] : ['the run succeeds, but the cloud is not as described'];
}

/** Every token is given back, unless that very request failed, or there is nobody any more to give it back to. */
function tokenProblems({ requests }: Outcome, { target, fault, forGood }: Case): string[] {
  const { issued, revoked } = revocations(requests);
  const cannot = target.path.includes('/auth/tokens') || (fault.effect.kind === 'refused' && forGood);
  return cannot || revoked >= issued ? [] : [`${issued} tokens, ${revoked} revoked`];
}

/** What is wrong, in words. */
export function problemsOf(outcome: Outcome, one: Case, situation: Situation): readonly string[] {
  const { told, tookMs, realMs, damage, isAsDescribed } = outcome;
  const { target, fault, forGood } = one;
  const { failure } = told.conclusion;
  const mustSucceed = !forGood && isSurvived(target, fault.name);
  return [
    ...(told.rejection === undefined ? [] : [`the run itself failed: ${told.rejection}`]),
    ...(told.listening ? ['somebody still listens for signals'] : []),
    ...damage,
    ...failureProblems(outcome),
    ...wordsProblems(outcome, one),
    ...(mustSucceed && failure !== undefined ? [`it must be survived: ${failure.code} ${failure.message}`] : []),
    ...(mustSucceed && !isAsDescribed ? ['it must be survived, but the cloud is not as described'] : []),
    ...lossProblems(outcome, situation),
    ...leftBehind(outcome, one),
    ...tokenProblems(outcome, one),
    ...(tookMs > longestMs ? [`it took ${tookMs / 1000} s`] : []),
    ...(realMs > longestRealMs ? [`it took ${realMs / 1000} s of real time`] : []),
  ];
}
