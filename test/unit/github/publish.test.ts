import { beforeEach, describe, expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import type { RunEvent } from '../../../src/github/event.ts';
import { createPublisher, type PublisherOptions, type PublishWants } from '../../../src/github/publish.ts';
import { createRedactor } from '../../../src/redact.ts';
import { Secret } from '../../../src/secret.ts';
import type { Notice, Report } from '../../../src/vpn/report.ts';
import { unicorn } from '../../cloud/github/rest/index.ts';
import { change, connection, refused, updated } from '../runner/reports.ts';
import { type Bench, bench, pullRequest } from './support.ts';

const secret = 'Ex4mple@Only_Key.1';
const sha = '3f2c9a1d5b7e4860a1c2d3e4f5061728394a5b6c';
const digest = 'cd'.repeat(32);
const plan = (over: Partial<Report> = {}): Report => ({
  ...updated,
  mode: 'plan',
  progress: 'planned',
  digest,
  ...over,
});
const unchanged = plan({ connections: [connection()], changes: [] });
const { digest: _digest, ...withoutDigest } = unchanged;

function pullRequestEvent(fork = false): RunEvent {
  const repo = { id: 74 };
  const head = { sha, repo: fork ? { id: 75 } : repo };
  return {
    name: 'pull_request',
    ref: `refs/pull/${pullRequest}/merge`,
    sha: '1'.repeat(40),
    payload: { number: pullRequest, pull_request: { number: pullRequest, head, base: { repo } } },
  };
}

const schedule: RunEvent = { name: 'schedule', ref: 'refs/heads/main', sha, payload: { schedule: '0 3 * * *' } };

let github: Bench;
let infos: string[];

beforeEach(async () => {
  github = await bench();
  infos = [];
});

function publish(
  given: Report,
  wants: Partial<PublishWants>,
  over: Partial<PublisherOptions> = {},
): Promise<readonly Notice[]> {
  const redactor = createRedactor();
  redactor.add(secret);
  const never = new AbortController().signal;
  const publisher = createPublisher({
    ...{ apiUrl: github.rest.apiUrl, repository: github.rest.repository, serverUrl: 'https://github.com' },
    ...{ runId: '7142230001', runAttempt: '1', userAgent: 'test/1', event: pullRequestEvent(), clock: github.clock },
    cancellation: { reads: never, writes: never },
    log: { debug: () => undefined, info: (line) => void infos.push(line) },
    redact: (text) => redactor.redact(text),
    ...over,
  });
  const token = new Secret(github.rest.jobToken);
  return publisher(given, { comment: false, driftIssue: false, key: 'vpn.yml', token, ...wants });
}

const comment = { comment: true };
const drift = { driftIssue: true };
const comments = (): readonly string[] =>
  github.rest.conversations.get(pullRequest)?.comments.map(({ body }) => body) ?? [];
const issues = () => github.rest.conversations.all().filter(({ isPullRequest }) => !isPullRequest);

describe('the comment', () => {
  test('is the plan, for the last commit of the pull request', async () => {
    expect(await publish(plan(), comment)).toEqual([]);
    expect(comments()).toEqual([expect.stringContaining('## IPsec plan: `office-bonn` would be updated')]);
    expect(comments()[0]).toContain(`[\`3f2c9a1\`](https://github.com/example/network/commit/${sha})`);
    expect(comments()[0]).toContain('(https://github.com/example/network/actions/runs/7142230001/attempts/1)');
    expect(infos).toEqual(['Brought the comment on pull request 12 up to date.']);
  });

  test('always shows the last run: failed, unchanged, offline', async () => {
    await publish(plan(), comment);
    for (const [given, words] of [
      [plan({ failure: refused }), 'failed'],
      [unchanged, 'unchanged'],
      [plan({ offline: true, changes: [] }), 'The cloud was not asked.'],
    ] as const) {
      await publish(given, comment);
      expect(comments()).toEqual([expect.stringContaining(words)]);
    }
  });

  test('is not made where there is no pull request', async () => {
    expect(await publish(plan(), comment, { event: schedule })).toEqual([]);
    expect(github.rest.requests).toEqual([]);
    expect(infos).toEqual(['No comment: this run is for no pull request.']);
  });

  test('nothing is sent if nothing is wanted', async () => {
    expect(await publish(plan(), {})).toEqual([]);
    expect([github.rest.requests, infos]).toEqual([[], []]);
  });
});

describe('a warning says why, and what to do', () => {
  const warned = async (work: Promise<readonly Notice[]>): Promise<string> => {
    const [notice, ...others] = await work;
    expect(others).toEqual([]);
    expect(notice?.level).toBe('warning');
    return notice?.text ?? '';
  };

  test('no permission', async () => {
    const token = new Secret(github.rest.token({ pullRequests: 'read' }));
    expect(await warned(publish(plan(), { ...comment, token }))).toBe(
      'The comment on pull request 12 is not up to date. Could not create the comment: 403 Resource not accessible by integration. Give the job "permissions: pull-requests: write", or check github-token. The summary has the plan.',
    );
  });

  test('a fork', async () => {
    const token = new Secret(github.rest.token({ pullRequests: 'read' }));
    const event = pullRequestEvent(true);
    expect(await warned(publish(plan(), { ...comment, token }, { event }))).toContain(
      ' On a pull request from a fork or of Dependabot the token only reads, whatever permissions the job has. The summary',
    );
  });

  test.each([
    ['no token', { token: undefined }, 'The plan was not posted to GitHub: github-token is empty.'],
    [
      'a token that has ended',
      { token: new Secret('ghs_gone') },
      "401 Bad credentials. Check github-token: without the input it is the job's own token",
    ],
  ])('%s', async (_words, wants, words) => {
    expect(await warned(publish(plan(), { ...comment, ...wants }))).toContain(words);
  });

  test('a locked conversation', async () => {
    github.rest.conversations.open({ number: pullRequest, isPullRequest: true, locked: true });
    expect(await warned(publish(plan(), comment))).toContain('because issue is locked. The summary has the plan.');
  });

  test('issues are switched off', async () => {
    github.rest.hasIssues = false;
    expect(await warned(publish(plan(), drift, { event: schedule }))).toBe(
      'The drift issue is not up to date. Could not read the open issues: 410 Issues are disabled for this repo. Switch issues on in the settings of the repository. The summary has the plan.',
    );
  });

  test('GitHub is down', async () => {
    github.rest.fault({ on: /./, times: 9, effect: unicorn(503) });
    expect(await warned(publish(plan(), comment))).toContain('Could not read the comments of the pull request: 503');
  });
});

describe('the drift issue', () => {
  const event = schedule;

  test('opens, is updated, closes', async () => {
    await publish(plan(), drift, { event });
    await publish(plan({ failure: new ActionError('DRIFT', 'There is something to change.') }), drift, { event });
    expect(issues()).toMatchObject([{ title: 'IPsec drift: vpn.yml', state: 'open', labels: [] }]);
    expect(issues()[0]?.body).toContain('The cloud is not as the file describes it.');
    await publish(unchanged, drift, { event });
    expect(issues()).toMatchObject([{ state: 'closed', state_reason: 'completed' }]);
    expect(issues()[0]?.body).toContain('The cloud is as the file describes it again.');
    expect(infos).toEqual(Array(3).fill('Brought the drift issue up to date.'));
  });

  test.each([
    ['failed before its plan', plan({ changes: [], failure: refused })],
    ['did not ask the cloud', plan({ changes: [], offline: true })],
    ['made no plan', withoutDigest],
  ])('stays as it is after a run that %s', async (_words, given) => {
    await publish(plan(), drift, { event });
    const before = structuredClone(issues());
    expect(await publish(given, drift, { event })).toEqual([
      {
        level: 'warning',
        text: 'The drift issue stays as it is: this run could not tell whether there is anything to change.',
      },
    ]);
    expect(issues()).toEqual(before);
  });

  test.each([
    ['a pull request', pullRequestEvent()],
    ['a merge queue', { ...schedule, name: 'merge_group' }],
  ])('is not touched by %s', async (_words, other) => {
    expect(await publish(plan(), drift, { event: other })).toEqual([]);
    expect(github.rest.requests).toEqual([]);
    expect(infos).toEqual(['No drift issue: this run is for what is not merged yet.']);
  });

  test('and the comment: one run makes one of them', async () => {
    await publish(plan(), { ...drift, ...comment }, { event });
    await publish(plan(), { ...drift, ...comment });
    expect([issues().length, comments().length]).toEqual([1, 1]);
  });
});

describe('a known secret', () => {
  const of = (fields: Parameters<typeof change>[0]): Report => plan({ changes: [change(fields)] });
  const field = (after: string) => ({ fields: [{ field: 'description', after, impact: 'none' as const }] });
  test.each([
    ['in a value', of(field(`key ${secret}`))],
    ['in a name', of({ name: secret })],
    ['in the name of a project', plan({ changes: [change({})], project: { id: 'p1', name: secret } })],
    ['in a notice', plan({ notices: [{ level: 'notice', text: `It is ${secret}` }] })],
    ['escaped by Markdown', of(field(`<${secret}>`))],
    ['in another encoding', of(field(encodeURIComponent(secret)))],
    ['cut where a value is cut', of(field(`${'x '.repeat(985)}${secret}${'y'.repeat(2000)}`))],
  ])('%s: nothing is posted', async (_words, given) => {
    await expect(publish(given, comment)).rejects.toMatchObject({ code: 'COMMENT' });
    await expect(publish(given, drift, { event: schedule })).rejects.toMatchObject({ code: 'COMMENT' });
    expect(github.rest.requests).toEqual([]);
  });

  test('in the key', async () => {
    await expect(publish(plan(), { ...comment, key: `a ${secret}` })).rejects.toMatchObject({
      code: 'COMMENT',
      message: 'The text for the comment on pull request 12 has a known secret in it, so it was not posted.',
    });
  });

  test('that would not be posted is no reason to post nothing', async () => {
    const failure = new ActionError('API_REFUSED', `The server said ${secret}`);
    expect(await publish(plan({ failure }), comment)).toEqual([]);
    expect(comments()).toEqual([expect.not.stringContaining('server said')]);
  });
});
