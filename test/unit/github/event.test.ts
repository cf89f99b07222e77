import { describe, expect, test } from 'vitest';
import { commitOf, isWithoutSecrets, pullRequestOf, type RunEvent } from '../../../src/github/event.ts';

const merge = '1111111111111111111111111111111111111111';
const head = '2222222222222222222222222222222222222222';
const acme = { id: 74, full_name: 'acme/network' };
const fork = { id: 99, full_name: 'mallory/network' };

function pullRequest(repo: unknown = acme, sender = 'octocat', login = 'octocat'): object {
  return {
    number: 12,
    pull_request: { number: 12, user: { login }, head: { sha: head, repo }, base: { repo: acme } },
    repository: acme,
    sender: { login: sender },
  };
}

function event(name: string, payload: unknown, ref = 'refs/heads/main'): RunEvent {
  return { name, ref, sha: merge, payload };
}

const pullRef = 'refs/pull/12/merge';

describe('the pull request', () => {
  test.each([
    ['of the repository itself', event('pull_request', pullRequest(), pullRef), { number: 12, isFork: false }],
    ['from a fork', event('pull_request', pullRequest(fork), pullRef), { number: 12, isFork: true }],
    ['from a fork that is gone', event('pull_request', pullRequest(null), pullRef), { number: 12, isFork: true }],
    ['with the rights of the base', event('pull_request_target', pullRequest(fork)), { number: 12, isFork: true }],
    ['of a review', event('pull_request_review', pullRequest(), pullRef), { number: 12, isFork: false }],
    [
      'of a comment',
      event('issue_comment', { issue: { number: 12, pull_request: { url: 'x' } } }),
      { number: 12, isFork: false },
    ],
    ['by its ref alone', event('pull_request', undefined, 'refs/pull/7/head'), { number: 7, isFork: false }],
  ])('%s', (_words, given, expected) => {
    expect(pullRequestOf(given)).toEqual(expected);
  });

  test.each([
    ['a push', event('push', { ref: 'refs/heads/main', sender: { login: 'octocat' } })],
    ['a schedule', event('schedule', { schedule: '0 3 * * *' })],
    ['a comment on an issue', event('issue_comment', { issue: { number: 12 } })],
    ['no payload', event('', undefined, '')],
    ['a payload that is none', event('pull_request', 'text')],
    ['a number that is none', event('pull_request', { pull_request: { number: '12/../13' } })],
    ['a branch that looks like a ref', event('push', {}, 'refs/heads/refs/pull/12/merge')],
    ['a merge queue', event('merge_group', {}, 'refs/heads/gh-readonly-queue/main/pr-12-abc')],
  ])('none for %s', (_words, given) => {
    expect(pullRequestOf(given)).toBeUndefined();
  });
});

describe('a run without secrets', () => {
  const bot = 'dependabot[bot]';
  test.each([
    ['a fork', event('pull_request', pullRequest(fork), pullRef)],
    ['a fork that is gone', event('pull_request', pullRequest(null), pullRef)],
    ['a review of a fork', event('pull_request_review', pullRequest(fork), pullRef)],
    ['Dependabot on its pull request', event('pull_request', pullRequest(acme, bot, bot), pullRef)],
    ['Dependabot on its own, with the rights of the base', event('pull_request_target', pullRequest(acme, bot, bot))],
    ['Dependabot on a push', event('push', { sender: { login: bot } })],
  ])('of %s', (_words, given) => {
    expect(isWithoutSecrets(given)).toBe(true);
  });

  test.each([
    ['the repository itself', event('pull_request', pullRequest(), pullRef)],
    ['a fork, with the rights of the base', event('pull_request_target', pullRequest(fork))],
    ['a person on the pull request of Dependabot', event('pull_request', pullRequest(acme, 'octocat', bot), pullRef)],
    ['Dependabot on the pull request of a person', event('pull_request_target', pullRequest(acme, bot))],
    ['Dependabot by a schedule', event('schedule', { sender: { login: bot } })],
    ['a push', event('push', { sender: { login: 'octocat' } })],
    ['no event', event('', undefined, '')],
  ])('not of %s', (_words, given) => {
    expect(isWithoutSecrets(given)).toBe(false);
  });
});

describe('the commit', () => {
  test('of a pull request is its last one, not the merge', () => {
    expect(commitOf(event('pull_request', pullRequest(), pullRef))).toBe(head);
  });

  test.each([
    ['a push', event('push', {})],
    ['pull_request_target, which checks out the base', event('pull_request_target', pullRequest())],
    ['a payload without it', event('pull_request', { pull_request: { number: 1, head: { sha: '<b>' } } })],
  ])('of %s is the one that GitHub names', (_words, given) => {
    expect(commitOf(given)).toBe(merge);
  });
});
