/** GitHub's answers word for word, as far as clients depend on them. */

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const DOCS = 'https://docs.github.com/rest';

export const docs = {
  listComments: `${DOCS}/issues/comments#list-issue-comments`,
  createComment: `${DOCS}/issues/comments#create-an-issue-comment`,
  updateComment: `${DOCS}/issues/comments#update-an-issue-comment`,
  deleteComment: `${DOCS}/issues/comments#delete-an-issue-comment`,
  listIssues: `${DOCS}/issues/issues#list-repository-issues`,
  createIssue: `${DOCS}/issues/issues#create-an-issue`,
  updateIssue: `${DOCS}/issues/issues#update-an-issue`,
};

function refusal(status: number, message: string, url: string, headers: Reply['headers'] = {}): Reply {
  return { status, body: { message, documentation_url: url, status: String(status) }, headers };
}

export function notFound(url = DOCS): Reply {
  return refusal(404, 'Not Found', url);
}

export function badCredentials(): Reply {
  return refusal(401, 'Bad credentials', DOCS);
}

/** @param accepted what would have been enough, e.g. `issues=write; pull_requests=write` */
export function notAccessible(url: string, accepted: string): Reply {
  const headers = { 'x-accepted-github-permissions': accepted };
  return refusal(403, 'Resource not accessible by integration', url, headers);
}

export function locked(): Reply {
  const url = 'https://docs.github.com/articles/locking-conversations/';
  return refusal(403, 'Unable to create comment because issue is locked.', url);
}

export function issuesDisabled(url: string): Reply {
  return refusal(410, 'Issues are disabled for this repo', url);
}

export function noUserAgent(): Reply {
  const text =
    'Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required).';
  return { status: 403, body: text, headers: { 'content-type': 'text/html' } };
}

export function badVersion(version: string): Reply {
  return refusal(400, `"${version}" is not a supported version.`, `${DOCS}/about-the-rest-api/api-versions`);
}

export function invalid(url: string, ...errors: readonly Readonly<Record<string, string>>[]): Reply {
  return { status: 422, body: { message: 'Validation Failed', errors, documentation_url: url, status: '422' } };
}

export function notJson(): Reply {
  return refusal(400, 'Problems parsing JSON', DOCS);
}

/** @param reset seconds since 1970 */
export function primaryLimit(reset: number): Reply {
  const url = `${DOCS}/overview/rate-limits-for-the-rest-api`;
  return refusal(403, 'API rate limit exceeded for installation ID 5044123.', url, {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(reset),
  });
}

/** @param after seconds; GitHub does not always say it */
export function secondaryLimit(after?: number): Reply {
  const text =
    'You have exceeded a secondary rate limit and have been temporarily blocked from content creation. Please retry your request again later.';
  const headers = after === undefined ? {} : { 'retry-after': String(after) };
  return refusal(403, text, `${DOCS}/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits`, headers);
}

/** What stands in front of GitHub when it is down. */
export function unicorn(status: 502 | 503 | 504 = 502): Reply {
  const body =
    '<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head><body>This page is taking too long to load.</body></html>\n';
  return { status, body, headers: { 'content-type': 'text/html; charset=utf-8' } };
}
