import { beforeEach, expect, test } from 'vitest';
import { marker } from '../../../src/github/marker.ts';
import { keepComment } from '../../../src/github/sticky-comment.ts';
import { bot, person } from '../../cloud/github/rest/index.ts';
import { type Bench, bench, pullRequest, refusal } from './support.ts';

let github: Bench;

beforeEach(async () => {
  github = await bench();
});

const bodies = (): readonly string[] =>
  github.rest.conversations.get(pullRequest)?.comments.map(({ body }) => body) ?? [];
const keep = (text: string, key = 'vpn.yml', token?: string): Promise<void> =>
  keepComment(github.api(token), pullRequest, key, text);

test('created once, then updated in place', async () => {
  await keep('first');
  expect(bodies()).toEqual([`${marker('plan', 'vpn.yml')}\nfirst`]);
  github.rest.conversations.comment(pullRequest, person('octocat'), 'Looks good');
  await keep('second');
  expect(bodies()).toEqual([`${marker('plan', 'vpn.yml')}\nsecond`, 'Looks good']);
  const path = '…/issues/12/comments';
  expect(github.calls()).toEqual([
    `GET ${path} 200`,
    `POST ${path} 201`,
    `GET ${path} 200`,
    'POST /graphql 200',
    'PATCH …/issues/comments/2400000017 200',
  ]);
});

test('found among many, on any page', async () => {
  for (let count = 0; count < 150; count += 1) {
    github.rest.conversations.comment(pullRequest, person('octocat'), `Comment ${count}`);
  }
  await keep('first');
  await keep('second');
  expect(bodies()).toHaveLength(151);
  expect(bodies().at(-1)).toBe(`${marker('plan', 'vpn.yml')}\nsecond`);
});

test('each key has its own', async () => {
  await keep('one', 'a');
  await keep('two', 'b');
  await keep('three', 'a');
  expect(bodies().map((body) => body.split('\n')[1])).toEqual(['three', 'two']);
});

test('of several, as of runs at the same time, the oldest stays', async () => {
  const mark = marker('plan', 'vpn.yml');
  for (const text of ['one', 'two', 'three']) github.rest.conversations.comment(pullRequest, bot, `${mark}\n${text}`);
  await keep('four');
  expect(bodies()).toEqual([`${mark}\nfour`]);
});

test("others' comments are theirs, whatever they begin with", async () => {
  const foreign = `${marker('plan', 'vpn.yml')}\nMine`;
  github.rest.conversations.comment(pullRequest, person('mallory'), foreign);
  github.rest.conversations.comment(pullRequest, person('github-actions'), foreign);
  github.rest.conversations.comment(pullRequest, bot, `As ${foreign} shows`);
  await keep('first');
  await keep('second');
  expect(bodies().slice(0, 3)).toEqual([foreign, foreign, `As ${foreign} shows`]);
  expect(bodies().slice(3)).toEqual([`${marker('plan', 'vpn.yml')}\nsecond`]);
});

test("a person's token keeps that person's comment", async () => {
  const token = github.rest.token({ pullRequests: 'write' }, person('Octocat'));
  await keep('first', 'a', token);
  await keep('second', 'a', token);
  await keep('third', 'a');
  expect(bodies().map((body) => body.split('\n')[1])).toEqual(['second', 'third']);
});

test('where nobody says whose token it is, nothing is changed', async () => {
  await keep('first');
  github.rest.fault({ on: /graphql/, effect: { status: 200, body: {} } });
  expect((await refusal(keep('second'))).kind).toBe('unexpected');
  expect(bodies()).toEqual([`${marker('plan', 'vpn.yml')}\nfirst`]);
});

test('what is no comment is passed over', async () => {
  const body = [
    null,
    'text',
    { id: 1 },
    { id: '../2', user: { login: bot.login }, body: marker('plan', 'a') },
    { id: 3, user: null, body: marker('plan', 'a') },
  ];
  github.rest.fault({ on: /^GET/, effect: { status: 200, body } });
  await keep('first', 'a');
  expect(bodies()).toHaveLength(1);
});
