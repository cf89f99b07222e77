/** One open issue as long as the cloud differs from the file. */
import type { GitHubApi } from './api.ts';
import { marked, marker, numberOf, ownOf } from './marker.ts';

export interface DriftIssue {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
}

const route = '/repos/{owner}/{repo}/issues';
const one = `${route}/{issue_number}` as const;

/** Numbers of our open issues with the key, the oldest first. */
async function openIssues(api: GitHubApi, key: string): Promise<readonly number[]> {
  const issues = await api.list({
    what: 'read the open issues',
    route: `GET ${route}`,
    // Neither by label nor by author: people take labels away, and a filter that finds nothing would have us open a second.
    parameters: { state: 'open', sort: 'created', direction: 'asc' },
  });
  const own = await ownOf(issues, marker('drift', key), api);
  // To this list a pull request is an issue too.
  const numbers = own.filter((issue) => issue.pull_request === undefined).flatMap((issue) => numberOf(issue, 'number'));
  return numbers.sort((a, b) => a - b);
}

/**
 * Opens the issue, or updates the text of the one that is open; labels, title and whatever else people set stay.
 * @throws Refusal
 */
export async function keepDriftIssue(api: GitHubApi, key: string, { title, text }: DriftIssue): Promise<void> {
  const [kept, ...others] = await openIssues(api, key);
  const body = marked('drift', key, text);
  if (kept === undefined) {
    await api.send({ what: 'open the issue', route: `POST ${route}`, parameters: { title, body } });
    return;
  }
  await api.send({
    what: `update issue ${kept}`,
    route: `PATCH ${one}`,
    parameters: { issue_number: kept, body },
  });
  for (const number of others) {
    const parameters = { issue_number: number, state: 'closed', state_reason: 'not_planned' };
    await api.send({ what: `close issue ${number}, which is a second one`, route: `PATCH ${one}`, parameters });
  }
}

/**
 * Closes what is open.
 * @param text says that the drift is gone
 * @throws Refusal
 */
export async function closeDriftIssue(api: GitHubApi, key: string, text: string): Promise<void> {
  const body = marked('drift', key, text);
  for (const number of await openIssues(api, key)) {
    const parameters = { issue_number: number, body, state: 'closed', state_reason: 'completed' };
    await api.send({ what: `close issue ${number}`, route: `PATCH ${one}`, parameters });
  }
}
