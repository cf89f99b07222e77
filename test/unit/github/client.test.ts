import { beforeEach, describe, expect, test } from 'vitest';
import { primaryLimit, secondaryLimit, unicorn } from '../../cloud/github/rest/index.ts';
import { type Bench, bench, pullRequest, refusal } from './support.ts';

const comments = {
  what: 'read the comments',
  route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  parameters: { issue_number: pullRequest },
} as const;
const create = {
  what: 'create the comment',
  route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  parameters: { issue_number: pullRequest, body: 'text' },
} as const;

let github: Bench;

beforeEach(async () => {
  github = await bench();
});

test('says who it is, and which version of the API it speaks', async () => {
  await github.api().send(create);
  const [request] = github.rest.requests;
  expect(request?.headers).toMatchObject({
    authorization: `token ${github.rest.jobToken}`,
    'x-github-api-version': '2022-11-28',
  });
  expect(request?.headers['user-agent']).toMatch(/^test\/1 /);
  expect(request?.body).toEqual({ body: 'text' });
  expect(github.debug).toEqual([expect.stringMatching(/^GitHub: create the comment: 201 in \d+ ms\.$/)]);
});

test('asks once whose token it is, on a server of its own as well', async () => {
  const api = github.api(undefined, { apiUrl: `${github.rest.apiUrl}/api/v3` });
  const first = await refusal(api.viewer());
  // The fake has no such path, but it shows which one was asked for.
  expect(github.rest.requests.map(({ path }) => path)).toEqual(['/api/graphql']);
  expect(first.kind).toBe('missing');
  const other = github.api();
  expect([await other.viewer(), await other.viewer()]).toEqual(['github-actions[bot]', 'github-actions[bot]']);
  expect(github.rest.requests).toHaveLength(2);
});

test('an answer without a login is refused', async () => {
  github.rest.fault({
    on: /graphql/,
    effect: { status: 200, body: { data: null, errors: [{ type: 'RATE_LIMITED' }] } },
  });
  expect(await refusal(github.api().viewer())).toMatchObject({
    kind: 'unexpected',
    message: 'Could not find out whose token it is: the answer does not say it',
  });
});

describe('lists', () => {
  test('all pages', async () => {
    for (let count = 0; count < 201; count += 1) {
      github.rest.conversations.comment(pullRequest, { login: 'a', id: 1, type: 'User' }, String(count));
    }
    expect(await github.api().list(comments)).toHaveLength(201);
    expect(github.rest.requests.map(({ path }) => path.split('?')[1])).toEqual([
      'per_page=100&page=1',
      'per_page=100&page=2',
      'per_page=100&page=3',
    ]);
  });

  test('a list without an end is refused', async () => {
    const body: unknown[] = [];
    const headers = { link: '<https://other.example/x?page=2>; rel="next"' };
    github.rest.fault({ on: /^GET/, times: 100, effect: { status: 200, body, headers } });
    expect((await refusal(github.api().list(comments))).message).toBe(
      'Could not read the comments: there are more than 5000',
    );
    expect(github.rest.requests).toHaveLength(50);
  });

  test.each([
    ['an object', { status: 200, body: {} }],
    ['a page of a proxy', unicornAs200()],
  ])('%s in its place is refused', async (_words, effect) => {
    github.rest.fault({ on: /^GET/, effect });
    expect((await refusal(github.api().list(comments))).message).toBe(
      'Could not read the comments: the answer is no list',
    );
  });
});

function unicornAs200() {
  return { ...unicorn(), status: 200 };
}

describe('tries again', () => {
  test('after trouble where nothing can be doubled, three times in all', async () => {
    github.rest.fault({ on: /^GET/, times: 2, effect: unicorn() });
    expect(await github.api().list(comments)).toEqual([]);
    github.rest.fault({ on: /^GET/, times: 3, effect: unicorn(503) });
    const failure = await refusal(github.api().list(comments));
    expect(failure.kind).toBe('unavailable');
    expect(failure.message).toMatch(/^Could not read the comments: 503 /);
    expect(github.rest.requests).toHaveLength(6);
  });

  test('after a lost connection', async () => {
    github.rest.fault({ on: /^GET/, effect: 'closes' });
    expect(await github.api().list(comments)).toEqual([]);
  });

  test('never a comment that may have been made', async () => {
    github.rest.fault({ on: /^POST/, effect: 'closes' });
    const failure = await refusal(github.api().send(create));
    expect(failure.kind).toBe('unavailable');
    expect(failure.message).toMatch(/^Could not create the comment: no answer \(.+\)$/);
    github.rest.fault({ on: /^POST/, effect: unicorn() });
    await refusal(github.api().send(create));
    expect(github.rest.requests).toHaveLength(2);
  });

  test('nor a request that is wrong', async () => {
    const failure = await refusal(github.api().send({ ...create, parameters: { ...create.parameters, body: '' } }));
    expect(failure.kind).toBe('invalid');
    expect(failure.message).toBe('Could not create the comment: 422 Validation Failed: missing_field');
    expect(github.rest.requests).toHaveLength(1);
  });
});

describe('limits of the rate', () => {
  test('as long as GitHub says, also for what creates', async () => {
    const waits: number[] = [];
    github.clock.onSleep = (ms) => void waits.push(ms);
    github.rest.fault({ on: /^POST/, effect: secondaryLimit(7) });
    await github.api().send(create);
    expect(waits).toEqual([7000]);
    github.rest.fault({ on: /^POST/, effect: primaryLimit(Math.floor(github.clock.now() / 1000) + 20) });
    await github.api().send(create);
    expect(waits[1]).toBeGreaterThan(19_000);
    expect(waits[1]).toBeLessThanOrEqual(21_000);
  });

  test.each([
    ['an hour', primaryLimit(Math.floor(Date.now() / 1000) + 3600), /; the limit ends in 6[01] minutes$/],
    ['longer than there is time', secondaryLimit(100), /; the limit ends in 2 minutes$/],
    ['nobody knows how long', secondaryLimit(), /; the limit ends in 1 minute$/],
  ])('%s is not waited for', async (_words, effect, message) => {
    github.rest.fault({ on: /^POST/, effect });
    const failure = await refusal(github.api(undefined, { deadline: github.clock.now() + 59_000 }).send(create));
    expect(failure.kind).toBe('limit');
    expect(failure.message).toMatch(message);
    expect(github.rest.requests).toHaveLength(1);
  });
});

describe('refusals', () => {
  test.each([
    ['token', 'ghs_expired', 'Could not create the comment: 401 Bad credentials'],
    ['permission', undefined, 'Could not create the comment: 403 Resource not accessible by integration'],
  ])('%s', async (kind, token, message) => {
    const reader = github.rest.token({ pullRequests: 'read' });
    expect(await refusal(github.api(token ?? reader).send(create))).toMatchObject({ kind, message });
  });

  test('a locked conversation', async () => {
    github.rest.conversations.open({ number: pullRequest, isPullRequest: true, locked: true });
    expect(await refusal(github.api().send(create))).toMatchObject({
      kind: 'locked',
      message: 'Could not create the comment: 403 Unable to create comment because issue is locked',
    });
  });

  test('nobody listens', async () => {
    await github.rest.close();
    const failure = await refusal(github.api().send(create));
    expect(failure.kind).toBe('unavailable');
    expect(failure.message).toContain('ECONNREFUSED');
  });

  test('an address that is none', async () => {
    const failure = await refusal(github.api(undefined, { apiUrl: 'no address' }).send(create));
    expect(failure.kind).toBe('unavailable');
  });
});

describe('a cancelled run', () => {
  test('sends nothing', async () => {
    const reads = AbortSignal.abort();
    const api = github.api(undefined, { cancellation: { reads, writes: reads } });
    expect(await refusal(api.send(create))).toMatchObject({
      kind: 'cancelled',
      message: 'Could not create the comment: the run was cancelled',
    });
    expect(github.rest.requests).toEqual([]);
  });

  test('ends a read at once, and a wait', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const api = github.api(undefined, { cancellation: { reads: signal, writes: signal } });
    github.rest.fault({ on: /^GET/, effect: { status: 200, body: [] }, lateMs: 60_000 });
    setTimeout(() => controller.abort(), 50);
    expect((await refusal(api.list(comments))).kind).toBe('cancelled');

    const other = new AbortController();
    github.clock.onSleep = () => other.abort();
    github.rest.fault({ on: /^POST/, effect: secondaryLimit(7) });
    const waiting = github.api(undefined, { cancellation: { reads: other.signal, writes: other.signal } });
    expect((await refusal(waiting.send(create))).kind).toBe('cancelled');
  });
});

test('an answer that does not come ends with the time', async () => {
  github.rest.fault({ on: /^POST/, effect: { status: 201, body: {} }, lateMs: 60_000 });
  const failure = await refusal(github.api(undefined, { deadline: github.clock.now() + 10 }).send(create));
  expect(failure.message).toMatch(/^Could not create the comment: no answer \(.*(?:time|abort).*\)$/i);
});

test('after its time nothing is sent', async () => {
  const failure = await refusal(github.api(undefined, { deadline: github.clock.now() }).send(create));
  expect(failure.message).toBe('Could not create the comment: the time for calls to GitHub is over');
  expect(github.rest.requests).toEqual([]);
});

test.each([302, 307])('a redirect (%i) is not followed: the text goes to no other host', async (status) => {
  const other = await bench();
  const location = `${other.rest.apiUrl}/repos/example/network/issues/12/comments`;
  github.rest.fault({ on: /^POST/, times: 3, effect: { status, headers: { location } } });
  const failure = await refusal(github.api().send(create));
  expect(failure.message).toMatch(/^Could not create the comment/);
  expect(other.rest.requests).toEqual([]);
});
