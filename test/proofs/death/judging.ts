/** What must be true of a run that was told to stop. */
import type { RecordedRequest } from '../../cloud/index.ts';
import { writes } from '../../scenarios/harness/run.ts';
import { nested } from '../../scenarios/harness/secrets.ts';
import { logins } from '../../scenarios/harness/tokens.ts';
import { type Trial, timeless } from '../bundle/trial.ts';
import { isWrite, type Target } from '../targets.ts';
import type { Death } from './deaths.ts';
import type { Died } from './dying.ts';

/**
 * That it ends at all, by itself. The 6 s that the action promises are proven by a scenario; here many processes share the
 * machine.
 */
const endsWithinMs = 20_000;

const isRevocation = ({ method, path }: Pick<RecordedRequest, 'method' | 'path'>): boolean =>
  method === 'DELETE' && path === '/v3/auth/tokens';

const isLogin = ({ method, path }: Target): boolean => method === 'POST' && path.endsWith('/auth/tokens');

/** Whether the cloud is as the file wants it, but for parts that nothing uses any more, which are told. */
function isDone(trial: Trial, { run }: Died): boolean {
  return trial.isDone || /was not deleted: (The run was cancelled|Cancelled)/.test(run.log);
}

/** Exit code 0 says that all is done; 1 comes with one failure, which says what to do. */
function endFaults(trial: Trial, { signal, target, silent }: Death, died: Died): string[] {
  const { run } = died;
  const errors = run.annotations.filter(({ level }) => level === 'error');
  const faults = (run.endedAfterSignalMs[0] ?? 0) < endsWithinMs ? [] : ['it ends too late'];
  // The very last moment: everything is said, and nobody listens for signals any more.
  if (run.signal === signal && isRevocation(target)) return faults;
  if (run.exitCode === 0) {
    return [...faults, ...(isDone(trial, died) && errors.length === 0 ? [] : ['success, although not all is done'])];
  }
  const [error, ...others] = errors;
  const isUnknown = silent && isWrite(target) && !isLogin(target) && !isRevocation(target);
  // Of several failures the first gives the code.
  const isOneOfSeveral = /connections failed/.test(error?.message ?? '');
  const codes = [...(isUnknown ? ['RESULT_UNKNOWN'] : ['CANCELLED']), ...(isOneOfSeveral ? ['CANCELLED'] : [])];
  return [
    ...faults,
    ...(run.exitCode === 1 ? [] : [`it ends with ${run.exitCode ?? run.signal}`]),
    ...(error !== undefined && others.length === 0 ? [] : [`${errors.length} failures`]),
    ...(codes.includes(error?.title ?? '') ? [] : [`the failure is a ${error?.title}`]),
    ...(/\brun (it )?again\b/i.test(error?.message ?? '') ? [] : ['it does not say that the run can be repeated']),
    ...(isUnknown && !/unknown/.test(error?.message ?? '') ? ['it does not say what is unknown'] : []),
  ];
}

/** Ids that are known leave the run, and each of them is true; but nobody knows of one whose deletion had no answer. */
function outputFaults(trial: Trial, { target, silent }: Death, { run }: Died): string[] {
  const isInDoubt = silent && target.method === 'DELETE' && target.path.includes('/ipsec-site-connections/');
  const ids = trial.ground.connectionIds();
  const told = run.outputs['connections'] ?? '';
  const created = run.requests
    .filter(
      ({ method, path, status }) => method === 'POST' && path.endsWith('/ipsec-site-connections') && status === 201,
    )
    .map(({ body }) => String(nested(body, 'ipsec_site_connection', 'name')));
  const missing = created.flatMap((name) => ids[name] ?? []).filter((id) => !told.includes(id));
  const id = run.outputs['connection-id'] ?? '';
  return [
    ...missing.map((one) => `the output connections has no ${one}: ${told}`),
    ...(id === '' || isInDoubt || Object.values(ids).includes(id)
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
    const faults = timeless(run.faults).filter((fault) => fault !== 'a group is left open');
    return [...always, ...faults, ...(run.signal === 'SIGKILL' || run.exitCode === 0 ? [] : ['it did not die'])];
  }
  return [
    ...always,
    ...timeless(run.faults),
    ...endFaults(trial, death, died),
    ...outputFaults(trial, death, died),
    ...afterFaults(died),
    ...tokenFaults(death, died),
  ];
}
