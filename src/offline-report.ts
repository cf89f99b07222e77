/** What a plan says that did not ask the cloud. Pure. */
import type { ReadConnections } from './connection-files.ts';
import { ActionError } from './errors.ts';
import type { Offline } from './inputs/offline.ts';
import { type Rejected, rejectedReports, untouched } from './vpn/known.ts';
import type { Notice, Report } from './vpn/report.ts';

const reasons: Readonly<Record<Offline['reason'], Notice>> = {
  withheld: {
    level: 'notice',
    text: 'The cloud was not asked: GitHub gives no secrets to pull requests from forks and to Dependabot. The files alone were checked; what would be changed is not known.',
  },
  'no login': {
    level: 'warning',
    text: 'The cloud was not asked, because the step has no login. The files alone were checked; what would be changed is not known. If it should have one, its secret is empty.',
  },
};

const assumed: Notice = {
  level: 'notice',
  text: 'Nothing says which cloud it is (cloud, auth-url or region), so the files were checked against the limits of OpenStack, or of Open Telekom Cloud where they fit those better. Write cloud: otc or cloud: openstack.',
};

/** The errors of all files together; undefined if there is none. */
function failureOf(rejected: readonly Rejected[]): ActionError | undefined {
  const [first, ...others] = rejected;
  if (first === undefined || others.length === 0) {
    return first?.failure;
  }
  const { code, at } = first.failure;
  const lines = rejected.map(({ failure: { message } }, index) => `${index + 1}. ${message}`);
  return new ActionError(code, `${lines.length} problems:\n${lines.join('\n')}`, {
    hint: 'Each is in the log, at its line.',
    at,
    cause: first.failure,
  });
}

/** What holds whatever the files say. */
export function notAsked({ reason, isDialectAssumed }: Offline): Pick<Report, 'offline' | 'notices'> {
  return { offline: true, notices: [reasons[reason], ...(isDialectAssumed ? [assumed] : [])] };
}

/** @param report with what is said of a cloud that was not asked */
export function offlineReport(report: Report, { specs, rejected, unchecked }: ReadConnections): Report {
  const failure = failureOf(rejected);
  return {
    ...report,
    notices: [...report.notices, ...unchecked],
    connections: [...specs.map(({ name, at }) => untouched(name.value, at)), ...rejectedReports(rejected)],
    ...(failure === undefined ? {} : { failure }),
  };
}
