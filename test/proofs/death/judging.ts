/** What must be true of a run that was told to stop. */
import type { RecordedRequest } from '../../cloud/index.ts';
import { writes } from '../../scenarios/harness/run.ts';
import { logins } from '../../scenarios/harness/tokens.ts';
import type { Trial } from '../bundle/trial.ts';
import { isWrite, type Target } from '../targets.ts';
import type { Death } from './deaths.ts';
import type { Died } from './dying.ts';

/** GitHub's runner kills what is left 10 s after the first signal; the action is to be through long before. */
const endsWithinMs = 6000;

const isRevocation = ({ method, path }: Pick<RecordedRequest, 'method' | 'path'>): boolean =>
  method === 'DELETE' && path === '/v3/auth/tokens';

const isLogin = ({ method, path }: Target): boolean => method === 'POST' && path.endsWith('/auth/tokens');

/** Exit code 0 says that all is done; 1 comes with one failure, which says what to do. */
function endFaults(trial: Trial, { signal, target, silent }: Death, { run }: Died): string[] {
  const errors = run.annotations.filter(({ level }) => level === 'error');
  const faults = (run.endedAfterSignalMs[0] ?? 0) < endsWithinMs ? [] : ['it ends too late'];
  // The very last moment: everything is said, and nobody listens for signals any more.
  if (run.signal === signal && isRevocation(target)) return faults;
  if (run.exitCode === 0) {
    return [...faults, ...(trial.isDone && errors.length === 0 ? [] : ['success, although not all is done'])];
  }
  const [error, ...others] = errors;
  const isUnknown = silent && isWrite(target) && !isLogin(target) && !isRevocation(target);
  const codes = isUnknown ? ['RESULT_UNKNOWN'] : ['CANCELLED'];
  return [
    ...faults,
    ...(run.exitCode === 1 ? [] : [`it ends with ${run.exitCode ?? run.signal}`]),
    ...(error !== undefined && others.length === 0 ? [] : [`${errors.length} failures`]),
    ...(codes.includes(error?.title ?? '') ? [] : [`the failure is a ${error?.title}`]),
    ...(/\brun (it )?again\b/i.test(error?.message ?? '') ? [] : ['it does not say that the run can be repeated']),
    ...(isUnknown && !/unknown/.test(error?.message ?? '') ? ['it does not say what is unknown'] : []),
  ];
}

/** Ids that are known leave the run, and each of them is true. */
function outputFaults(trial: Trial, { run }: Died): string[] {
  const ids = trial.ground.connectionIds();
  const wasTold = run.requests.some(
    ({ method, path, status }) => method === 'POST' && path === '/v2.0/vpn/ipsec-site-connections' && status === 201,
  );
  const told = run.outputs['connections'] ?? '';
  const missing = Object.values(ids).filter((id) => wasTold && !told.includes(id));
  const id = run.outputs['connection-id'] ?? '';
  return [
    ...missing.map((one) => `the output connections has no ${one}: ${told}`),
    ...(id === '' || Object.values(ids).includes(id)
      ? []
      : [`the output connection-id is ${id}, which does not exist`]),
    ...(run.summary.trim() === '' ? ['there is no summary'] : []),
  ];
}

/** Nothing new is begun, but what leaves no gap: the connection that takes the place of a deleted one. */
function afterFaults({ run, after }: Died): string[] {
  const replaces = writes(run.requests).some((call) => call.startsWith('DELETE /v2.0/vpn/ipsec-site-connections'));
  return writes(after)
    .filter((call) => !(replaces && call === 'POST /v2.0/vpn/ipsec-site-connections'))
    .map((call) => `after the signal it still makes ${call}`);
}

/** Every token that arrived is revoked. One whose login was stopped is not known to the run: it ends by itself. */
function tokenFaults({ target, moment, silent }: Death, { run }: Died): string[] {
  const issued = logins(run.requests).filter(({ status }) => status === 201).length;
  const revoked = run.requests.filter((request) => isRevocation(request) && request.status === 204).length;
  if ((isRevocation(target) && silent) || (isLogin(target) && moment !== 'answered')) return [];
  return issued === revoked ? [] : [`${issued} tokens, ${revoked} revoked`];
}

/** @returns what is wrong, in words */
export function judge(trial: Trial, death: Death, died: Died): readonly string[] {
  const { run } = died;
  const always = [...trial.ground.damage(), ...trial.lost()];
  if (death.signal === 'SIGKILL') {
    // It had no time to end its groups; of secrets nothing shows even so.
    const faults = run.faults.filter((fault) => fault !== 'a group is left open');
    return [...always, ...faults, ...(run.signal === 'SIGKILL' || run.exitCode === 0 ? [] : ['it did not die'])];
  }
  return [
    ...always,
    ...run.faults,
    ...endFaults(trial, death, died),
    ...outputFaults(trial, died),
    ...afterFaults(died),
    ...tokenFaults(death, died),
  ];
}
