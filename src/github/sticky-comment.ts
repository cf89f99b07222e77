/** One comment on a pull request, updated in place by each run with the same key. */
import type { GitHubApi } from './api.ts';
import { marked, marker, numberOf, ownOf } from './marker.ts';

/**
 * Writes the comment: the oldest of ours is updated, others of ours (of runs at the same time) are deleted.
 * @param key tells several comments of one pull request apart
 * @param text Markdown that begins with nothing of a stranger's
 * @throws Refusal
 */
export async function keepComment(api: GitHubApi, pullRequest: number, key: string, text: string): Promise<void> {
  const comments = await api.list({
    what: 'read the comments of the pull request',
    route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters: { issue_number: pullRequest },
  });
  const own = await ownOf(comments, marker('plan', key), api);
  const [kept, ...others] = own.flatMap((comment) => numberOf(comment, 'id')).sort((a, b) => a - b);
  const body = marked('plan', key, text);
  if (kept === undefined) {
    await api.send({
      what: 'create the comment',
      route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      parameters: { issue_number: pullRequest, body },
    });
    return;
  }
  const route = '/repos/{owner}/{repo}/issues/comments/{comment_id}';
  await api.send({ what: 'update the comment', route: `PATCH ${route}`, parameters: { comment_id: kept, body } });
  for (const comment_id of others) {
    await api.send({ what: 'delete a second comment', route: `DELETE ${route}`, parameters: { comment_id } });
  }
}
