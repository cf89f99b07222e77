/** Keeps the comment on the pull request and the drift issue. What GitHub refuses is a warning; a secret is a failure. */
import { ActionError } from '../errors.ts';
import type { Cancellation, Clock, Log } from '../ports.ts';
import { redactReport } from '../runner/redact-report.ts';
import type { Secret } from '../secret.ts';
import type { Notice, Report } from '../vpn/report.ts';
import type { GitHubApi } from './api.ts';
import { createGitHubClient } from './client.ts';
import { closeDriftIssue, keepDriftIssue } from './drift-issue.ts';
import { isWithoutSecrets, type PullRequest, pullRequestOf, type RunEvent } from './event.ts';
import { driftGoneText, driftText, driftTitle, planComment } from './plan-text.ts';
import { Refusal } from './refusal.ts';
import { type RunFacts, type RunIdentity, runFacts } from './run-facts.ts';
import { keepComment } from './sticky-comment.ts';

/** What the inputs ask for. */
export interface PublishWants {
  readonly comment: boolean;
  readonly driftIssue: boolean;
  /** Tells comments and issues of several plans apart. */
  readonly key: string;
  readonly token: Secret | undefined;
}

export interface PublisherOptions extends RunIdentity {
  /** Of GITHUB_API_URL. */
  readonly apiUrl: string;
  readonly event: RunEvent;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly cancellation: Cancellation;
  readonly log: Pick<Log, 'debug' | 'info'>;
  /** Replaces known secrets. */
  redact(text: string): string;
}

/** All calls together, milliseconds: nobody waits for a comment for longer. */
const budgetMs = 60_000;

/** What to do about a refusal, where its words do not say it. */
function advice({ kind }: Refusal, permission: string, event: RunEvent): string {
  if (kind === 'permission' || kind === 'missing') {
    return isWithoutSecrets(event)
      ? ' On a pull request from a fork or of Dependabot the token only reads, whatever permissions the job has.'
      : ` Give the job "permissions: ${permission}", or check github-token.`;
  }
  if (kind === 'token')
    return " Check github-token: without the input it is the job's own token, which ends with the job.";
  if (kind === 'disabled') return ' Switch issues on in the settings of the repository.';
  return '';
}

/**
 * A text without any known secret.
 * @throws ActionError COMMENT if there is one, whole or in part, before or after the text was escaped and cut
 */
function withoutSecrets(
  render: (report: Report) => string,
  report: Report,
  { key, redact, what }: { key: string; redact: (text: string) => string; what: string },
): string {
  const text = render(report);
  if (text === render(redactReport(report, redact)) && redact(text) === text && redact(key) === key) {
    return text;
  }
  throw new ActionError('COMMENT', `The text for ${what} has a known secret in it, so it was not posted.`, {
    hint: 'A value of the file or of the cloud repeats a secret of this run: the log shows *** in its place. Take it out there.',
  });
}

/** Whether a report says for certain that there are changes, or that there are none. */
function driftOf({ offline, failure, changes, digest }: Report): 'changes' | 'none' | 'unknown' {
  if (offline === true) return 'unknown';
  if (changes.length > 0) return 'changes';
  return failure === undefined && digest !== undefined ? 'none' : 'unknown';
}

class Publisher {
  readonly #options: PublisherOptions;
  readonly #report: Report;
  readonly #wants: PublishWants;
  readonly #facts: RunFacts;

  constructor(options: PublisherOptions, report: Report, wants: PublishWants) {
    this.#options = options;
    this.#report = report;
    this.#wants = wants;
    this.#facts = runFacts(options, options.event, wants.key);
  }

  /** @throws ActionError COMMENT */
  async publish(): Promise<readonly Notice[]> {
    const { comment, driftIssue, token } = this.#wants;
    const { event, log } = this.#options;
    const pullRequest = pullRequestOf(event);
    if (comment && pullRequest === undefined) log.info('No comment: this run is for no pull request.');
    // What a pull request changes is no drift, before it is merged.
    const isProposal = pullRequest !== undefined || event.name === 'merge_group';
    if (driftIssue && isProposal) log.info('No drift issue: this run is for what is not merged yet.');
    const tasks = [
      ...(comment && pullRequest !== undefined ? [(api: GitHubApi) => this.#comment(api, pullRequest)] : []),
      ...(driftIssue && !isProposal ? [(api: GitHubApi) => this.#drift(api)] : []),
    ];
    if (tasks.length === 0) return [];
    if (token === undefined) return [warning('The plan was not posted to GitHub: github-token is empty.')];
    const { clock } = this.#options;
    const api = createGitHubClient({ ...this.#options, token, deadline: clock.now() + budgetMs });
    const notices: Notice[] = [];
    for (const task of tasks) notices.push(...(await task(api)));
    return notices;
  }

  async #comment(api: GitHubApi, { number }: PullRequest): Promise<readonly Notice[]> {
    const what = `the comment on pull request ${number}`;
    const text = this.#text((report) => planComment(report, this.#facts), what);
    return await this.#tell(what, 'pull-requests: write', () => keepComment(api, number, this.#wants.key, text));
  }

  async #drift(api: GitHubApi): Promise<readonly Notice[]> {
    const { key } = this.#wants;
    const what = 'the drift issue';
    const found = driftOf(this.#report);
    if (found === 'unknown') {
      return [warning('The drift issue stays as it is: this run could not tell whether there is anything to change.')];
    }
    if (found === 'none') {
      const text = this.#text((report) => driftGoneText(report, this.#facts), what);
      return await this.#tell(what, 'issues: write', () => closeDriftIssue(api, key, text));
    }
    const text = this.#text((report) => driftText(report, this.#facts), what);
    const issue = { title: driftTitle(key), text };
    return await this.#tell(what, 'issues: write', () => keepDriftIssue(api, key, issue));
  }

  #text(render: (report: Report) => string, what: string): string {
    const { redact } = this.#options;
    return withoutSecrets(render, this.#report, { key: this.#wants.key, redact, what });
  }

  async #tell(what: string, permission: string, write: () => Promise<void>): Promise<readonly Notice[]> {
    try {
      await write();
      this.#options.log.info(`Brought ${what} up to date.`);
      return [];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const how = `${error.message}.${advice(error, permission, this.#options.event)}`;
      return [warning(`${capital(what)} is not up to date. ${how} The summary has the plan.`)];
    }
  }
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function warning(text: string): Notice {
  return { level: 'warning', text };
}

/**
 * Posts what a plan found, as far as the inputs want it; resolves with what a person must know of what was not posted.
 * Sends nothing, and loads nothing for it, if nothing is wanted.
 * @throws ActionError COMMENT if the text has a known secret in it
 */
export function createPublisher(
  options: PublisherOptions,
): (report: Report, wants: PublishWants) => Promise<readonly Notice[]> {
  return async (report, wants) => await new Publisher(options, report, wants).publish();
}
