import { beforeEach, expect, test } from 'vitest';
import { closeDriftIssue, keepDriftIssue } from '../../../src/github/drift-issue.ts';
import { marker } from '../../../src/github/marker.ts';
import { bot, person } from '../../cloud/github/rest/index.ts';
import { type Bench, bench, refusal } from './support.ts';

let github: Bench;

beforeEach(async () => {
  github = await bench();
});

const key = 'vpn.yml';
const issues = () => github.rest.conversations.all().filter(({ isPullRequest }) => !isPullRequest);
const keep = (text: string, of = key): Promise<void> =>
  keepDriftIssue(github.api(), of, { title: `IPsec drift: ${of}`, text });

test('opened, updated, closed; the next drift opens another', async () => {
  await keep('first');
  await keep('second');
  expect(issues()).toMatchObject([
    { number: 13, title: 'IPsec drift: vpn.yml', body: `${marker('drift', key)}\nsecond`, state: 'open' },
  ]);
  await closeDriftIssue(github.api(), key, 'gone');
  expect(issues()).toMatchObject([
    { body: `${marker('drift', key)}\ngone`, state: 'closed', state_reason: 'completed' },
  ]);
  await closeDriftIssue(github.api(), key, 'gone again');
  await keep('third');
  expect(issues()).toMatchObject([{ body: `${marker('drift', key)}\ngone` }, { number: 14, state: 'open' }]);
});

test('what people set on it stays', async () => {
  await keep('first');
  Object.assign(github.rest.conversations.get(13) ?? {}, { title: 'Ask Bonn', labels: ['vpn', 'p1'] });
  await keep('second');
  expect(issues()).toMatchObject([
    { title: 'Ask Bonn', labels: ['vpn', 'p1'], body: `${marker('drift', key)}\nsecond` },
  ]);
});

test('each key has its own', async () => {
  await keep('one', 'a');
  await keep('two', 'b');
  await closeDriftIssue(github.api(), 'a', 'gone');
  expect(issues().map(({ state }) => state)).toEqual(['closed', 'open']);
});

test('of several the oldest stays open', async () => {
  for (const body of ['one', 'two'])
    github.rest.conversations.open({ user: bot, body: `${marker('drift', key)}\n${body}` });
  await keep('three');
  expect(issues()).toMatchObject([
    { number: 13, state: 'open', body: `${marker('drift', key)}\nthree` },
    { number: 14, state: 'closed', state_reason: 'not_planned' },
  ]);
});

test("others' issues and pull requests are left alone", async () => {
  const body = `${marker('drift', key)}\nMine`;
  github.rest.conversations.open({ user: person('mallory'), body });
  github.rest.conversations.open({ user: bot, body, isPullRequest: true });
  await keep('first');
  await closeDriftIssue(github.api(), key, 'gone');
  expect(github.rest.conversations.all().map(({ state }) => state)).toEqual(['open', 'open', 'open', 'closed']);
});

test('found behind hundreds of others', async () => {
  for (let count = 0; count < 120; count += 1) github.rest.conversations.open();
  await keep('first');
  await keep('second');
  expect(issues()).toHaveLength(121);
});

test('a repository without issues', async () => {
  github.rest.hasIssues = false;
  expect(await refusal(keep('first'))).toMatchObject({
    kind: 'disabled',
    message: 'Could not read the open issues: 410 Issues are disabled for this repo',
  });
});
