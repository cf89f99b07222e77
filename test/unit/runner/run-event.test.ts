import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readRunEvent } from '../../../src/runner/run-event.ts';

async function eventFile(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'event-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'event.json');
  await writeFile(path, text);
  return path;
}

test('what the runner tells', async () => {
  const payload = { pull_request: { number: 12 } };
  const variables = {
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_REF: 'refs/pull/12/merge',
    GITHUB_SHA: '3f2c9a1d5b7e4860a1c2d3e4f5061728394a5b6c',
    GITHUB_EVENT_PATH: await eventFile(JSON.stringify(payload)),
  };
  expect(readRunEvent(variables)).toEqual({
    name: 'pull_request',
    ref: 'refs/pull/12/merge',
    sha: '3f2c9a1d5b7e4860a1c2d3e4f5061728394a5b6c',
    payload,
  });
});

test('outside of GitHub Actions nothing is known', () => {
  expect(readRunEvent({})).toEqual({ name: '', ref: '', sha: '', payload: undefined });
});

test('a file that is not there, is cut off, or has no name: no payload', async () => {
  const paths = ['', '/nowhere/event.json', await eventFile('{"pull_request": {')];
  expect(paths.map((path) => readRunEvent({ GITHUB_EVENT_PATH: path }).payload)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
