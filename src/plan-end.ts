/** What a plan does at its end: the comment, the drift issue, and the failure that a check for drift wants. */
import { ActionError, asActionError } from './errors.ts';
import type { PublishWants } from './github/publish.ts';
import type { Inputs } from './inputs.ts';
import { counted } from './runner/words.ts';
import type { Notice, Report } from './vpn/report.ts';

type PlanInputs = Pick<Inputs, 'mode' | 'comment' | 'commentKey' | 'githubToken' | 'driftIssue' | 'failOnChanges'>;

/** Resolves with what a person must know of what was not posted. @throws ActionError COMMENT */
export type Publish = (report: Report, wants: PublishWants) => Promise<readonly Notice[]>;

/** The report of a plan that is to fail over changes. */
function checked(report: Report, { failOnChanges }: PlanInputs): Report {
  const { changes, failure } = report;
  if (!failOnChanges || failure !== undefined || changes.length === 0) {
    return report;
  }
  const drift = new ActionError(
    'DRIFT',
    `The cloud is not as the file describes it: there ${changes.length === 1 ? 'is' : 'are'} ${counted(changes.length, 'change')} to make (fail-on-changes).`,
    {
      hint: 'The plan is in the log and the summary. Apply it, or bring the file up to date with the cloud.',
      at: changes.find(({ at }) => at !== undefined)?.at,
    },
  );
  return { ...report, failure: drift };
}

/** Posts what a plan found. What went wrong with that is a notice, or the failure of a run that has no other. */
export async function endPlan(known: Report, inputs: PlanInputs, publish: Publish): Promise<Report> {
  if (inputs.mode !== 'plan') {
    return known;
  }
  const report = checked(known, inputs);
  const { comment, driftIssue, commentKey: key, githubToken: token } = inputs;
  try {
    const notices = await publish(report, { comment, driftIssue, key, token });
    return { ...report, notices: [...report.notices, ...notices] };
  } catch (error) {
    const failure = asActionError(error);
    if (report.failure === undefined) {
      return { ...report, failure };
    }
    const notice: Notice = { level: 'warning', text: `${failure.message} ${failure.hint ?? ''}`.trim() };
    return { ...report, notices: [...report.notices, notice] };
  }
}
