import { onTestFinished } from 'vitest';
import type { GitHubApi } from '../../../src/github/api.ts';
import { type ClientOptions, createGitHubClient } from '../../../src/github/client.ts';
import { Refusal } from '../../../src/github/refusal.ts';
import { Secret } from '../../../src/secret.ts';
import { type GitHubRest, startGitHubRest } from '../../cloud/github/rest/index.ts';
import { QuickClock } from '../quick.ts';

export const pullRequest = 12;

export interface Bench {
  readonly rest: GitHubRest;
  readonly clock: QuickClock;
  /** Of all clients. */
  readonly debug: string[];
  /** @param token default: the job's own */
  api(token?: string, over?: Partial<ClientOptions>): GitHubApi;
  /** `GET /repos/…/issues/12/comments 200`, without the query. */
  calls(): readonly string[];
}

/** GitHub with one pull request, for one test. */
export async function bench(): Promise<Bench> {
  const clock = new QuickClock();
  const rest = await startGitHubRest({ now: () => clock.now() });
  onTestFinished(() => rest.close());
  rest.conversations.open({ number: pullRequest, isPullRequest: true, title: 'Change the networks' });
  const debug: string[] = [];
  const never = new AbortController().signal;
  return {
    rest,
    clock,
    debug,
    api: (token = rest.jobToken, over = {}) =>
      createGitHubClient({
        ...{ apiUrl: rest.apiUrl, repository: rest.repository, token: new Secret(token), userAgent: 'test/1' },
        ...{ clock, cancellation: { reads: never, writes: never }, log: { debug: (line) => void debug.push(line) } },
        deadline: clock.now() + 60_000,
        ...over,
      }),
    calls: () =>
      rest.requests.map(({ method, path, status }) =>
        `${method} ${path.split('?')[0]} ${status}`.replace('/repos/example/network', '…'),
      ),
  };
}

/** What a call was refused with. */
export async function refusal(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
