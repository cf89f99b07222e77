import { expect, test } from 'vitest';
import { runFacts } from '../../../src/github/run-facts.ts';

const sha = '3f2c9a1d5b7e4860a1c2d3e4f5061728394a5b6c';
const event = { name: 'push', ref: 'refs/heads/main', sha, payload: {} };
const run = { serverUrl: 'https://github.com', repository: 'acme/network', runId: '71', runAttempt: '2' };

test.each([
  ['github.com', {}, 'https://github.com/acme/network'],
  [
    'a server of its own, below a path',
    { serverUrl: 'http://git.example:8443/hub/' },
    'http://git.example:8443/hub/acme/network',
  ],
])('links at %s', (_words, over, base) => {
  expect(runFacts({ ...run, ...over }, event, 'k')).toEqual({
    key: 'k',
    commit: `[\`3f2c9a1\`](${base}/commit/${sha})`,
    run: `[run 71](${base}/actions/runs/71/attempts/2)`,
  });
});

test.each([
  ['no attempt', { runAttempt: '' }, { run: '[run 71](https://github.com/acme/network/actions/runs/71)' }],
  ['no run', { runId: '7)1' }, { run: undefined }],
  ['no repository', { repository: 'a/b)/c' }, { commit: undefined, run: undefined }],
  ['no server', { serverUrl: '' }, { commit: undefined, run: undefined }],
  ['another protocol', { serverUrl: 'javascript:alert(1)' }, { commit: undefined, run: undefined }],
  ['a path that ends the link', { serverUrl: 'https://github.com/a)b' }, { commit: undefined, run: undefined }],
])('%s', (_words, over, expected) => {
  expect(runFacts({ ...run, ...over }, event, 'k')).toMatchObject(expected);
});

test('no commit', () => {
  expect(runFacts(run, { ...event, sha: 'main' }, 'k').commit).toBeUndefined();
});
