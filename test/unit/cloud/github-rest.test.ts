import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  type GitHubRest,
  person,
  primaryLimit,
  secondaryLimit,
  startGitHubRest,
  unicorn,
} from '../../cloud/github/rest/index.ts';
import { at, decoded } from '../../json.ts';

let rest: GitHubRest;

beforeEach(async () => {
  rest = await startGitHubRest();
  onTestFinished(() => rest.close());
});

interface Answer {
  readonly status: number;
  readonly json: unknown;
  readonly headers: Headers;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${rest.apiUrl}${path}`, {
    method,
    headers: { authorization: `token ${rest.jobToken}`, 'user-agent': 'test', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: decoded(await response.text()), headers: response.headers };
}

const issues = '/repos/example/network/issues';

describe('who may', () => {
  test.each([
    ['without a token', { authorization: '' }, 401, 'Bad credentials'],
    ['with a wrong token', { authorization: 'token ghs_no' }, 401, 'Bad credentials'],
    [
      'with an unknown version',
      { 'x-github-api-version': '2020-01-01' },
      400,
      '"2020-01-01" is not a supported version.',
    ],
  ])('nobody %s', async (_words, headers, status, message) => {
    const answer = await call('GET', issues, undefined, headers);
    expect({ status: answer.status, message: at(answer.json, 'message') }).toEqual({ status, message });
  });

  test('a token reads and writes what its permissions say', async () => {
    rest.conversations.open({ number: 12, isPullRequest: true });
    rest.conversations.open({ number: 13 });
    const comment = (number: number, token: string): Promise<Answer> =>
      call('POST', `${issues}/${number}/comments`, { body: 'a' }, { authorization: `Bearer ${token}` });
    const pulls = rest.token({ pullRequests: 'write' });
    expect((await comment(12, pulls)).status).toBe(201);
    expect((await comment(13, pulls)).status).toBe(403);
    const reading = await comment(12, rest.token({ issues: 'read', pullRequests: 'read' }));
    expect(reading.json).toEqual({
      message: 'Resource not accessible by integration',
      documentation_url: 'https://docs.github.com/rest/issues/comments#create-an-issue-comment',
      status: '403',
    });
    const authorization = `token ${rest.token({})}`;
    expect((await call('GET', issues, undefined, { authorization })).status).toBe(403);
    rest.isPublic = true;
    expect((await call('GET', issues, undefined, { authorization })).status).toBe(200);
  });

  test('the token says who it is', async () => {
    const query = 'query { viewer { login } }';
    const own = await call('POST', '/graphql', { query });
    expect(own.json).toEqual({ data: { viewer: { login: 'github-actions[bot]' } } });
    const authorization = `token ${rest.token({}, person('octocat'))}`;
    expect(at((await call('POST', '/graphql', { query }, { authorization })).json, 'data', 'viewer', 'login')).toBe(
      'octocat',
    );
  });
});

test('comments: pages with links, changed, deleted', async () => {
  rest.conversations.open({ number: 12, isPullRequest: true });
  for (let count = 0; count < 31; count += 1) rest.conversations.comment(12, person('octocat'), `Comment ${count}`);
  const first = await call('GET', `${issues}/12/comments`);
  expect(first.json).toHaveLength(30);
  expect(first.headers.get('link')).toBe(
    `<${rest.apiUrl}${issues}/12/comments?page=2>; rel="next", <${rest.apiUrl}${issues}/12/comments?page=2>; rel="last"`,
  );
  const second = await call('GET', `${issues}/12/comments?page=2&per_page=30`);
  expect(second.json).toHaveLength(1);
  expect(second.headers.get('link')).toContain('rel="first"');
  expect((await call('GET', `${issues}/12/comments?per_page=1000`)).headers.get('link')).toBeNull();
  const id = at(second.json, 0, 'id');
  expect(at((await call('PATCH', `${issues}/comments/${id}`, { body: 'other' })).json, 'body')).toBe('other');
  expect((await call('DELETE', `${issues}/comments/${id}`)).status).toBe(204);
  expect((await call('PATCH', `${issues}/comments/${id}`, { body: 'other' })).status).toBe(404);
});

test('issues: opened, listed with pull requests, closed with a reason; labels that are given replace the others', async () => {
  rest.conversations.open({ isPullRequest: true });
  const made = await call('POST', issues, { title: 'Drift', body: 'text' });
  expect(made.status).toBe(201);
  const listed = await call('GET', `${issues}?state=open&direction=asc`);
  expect(at(listed.json, 0, 'pull_request')).toBeDefined();
  expect(at(listed.json, 1)).toMatchObject({ number: 2, title: 'Drift', user: { login: 'github-actions[bot]' } });
  await call('PATCH', `${issues}/2`, { labels: ['vpn'] });
  const closed = await call('PATCH', `${issues}/2`, { state: 'closed', state_reason: 'completed' });
  expect(closed.json).toMatchObject({ state: 'closed', state_reason: 'completed', labels: [{ name: 'vpn' }] });
  expect((await call('GET', issues)).json).toHaveLength(1);
});

describe('refusals', () => {
  const long = 'x'.repeat(65_537);
  test.each([
    ['an unknown path', 'GET', '/repos/example/other/issues', undefined, 404, 'Not Found'],
    ['an unknown pull request', 'GET', `${issues}/99/comments`, undefined, 404, 'Not Found'],
    ['an empty comment', 'POST', `${issues}/12/comments`, { body: ' ' }, 422, 'Validation Failed'],
    ['a long comment', 'POST', `${issues}/12/comments`, { body: long }, 422, 'Validation Failed'],
    ['a long issue', 'POST', issues, { title: 'a', body: long }, 422, 'Validation Failed'],
    ['a long title', 'POST', issues, { title: 'a'.repeat(257) }, 422, 'Validation Failed'],
    ['no title', 'POST', issues, {}, 422, 'Validation Failed'],
    [
      'a reason that is none',
      'PATCH',
      `${issues}/12`,
      { state: 'closed', state_reason: 'x' },
      422,
      'Validation Failed',
    ],
    ['a state that is none', 'PATCH', `${issues}/12`, { state: 'gone' }, 422, 'Validation Failed'],
    ['no JSON', 'POST', issues, undefined, 400, 'Problems parsing JSON'],
  ])('of %s', async (_words, method, path, body, status, message) => {
    rest.conversations.open({ number: 12, isPullRequest: true });
    const answer = await call(method, path, body);
    expect({ status: answer.status, message: at(answer.json, 'message') }).toEqual({ status, message });
  });

  test('of a comment on a locked conversation, and of issues that are switched off', async () => {
    rest.conversations.open({ number: 12, isPullRequest: true, locked: true });
    const locked = await call('POST', `${issues}/12/comments`, { body: 'a' });
    expect(at(locked.json, 'message')).toBe('Unable to create comment because issue is locked.');
    rest.hasIssues = false;
    expect((await call('POST', issues, { title: 'a' })).status).toBe(410);
  });

  test('by limits and trouble, as often as told', async () => {
    rest.fault({ on: /^GET/, effect: primaryLimit(1_800_000_000) });
    rest.fault({ on: /^GET/, effect: secondaryLimit(7) });
    rest.fault({ on: /^GET/, effect: unicorn() });
    rest.fault({ on: /^GET/, effect: 'closes' });
    const primary = await call('GET', issues);
    expect([primary.status, primary.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
    expect((await call('GET', issues)).headers.get('retry-after')).toBe('7');
    expect((await call('GET', issues)).status).toBe(502);
    await expect(call('GET', issues)).rejects.toThrow();
    expect((await call('GET', issues)).status).toBe(200);
    expect(rest.requests.map(({ status }) => status)).toEqual([403, 403, 502, 0, 200]);
  });
});
