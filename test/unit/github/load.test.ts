import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bench, refusal } from './support.ts';

test('a library that does not start is a refusal: it reads the event file on its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'event.json');
  writeFileSync(path, '{"number": ');
  vi.stubEnv('GITHUB_EVENT_PATH', path);
  const github = await bench();
  expect(await refusal(github.api().viewer())).toMatchObject({
    kind: 'unexpected',
    message: 'Could not prepare for calls to GitHub',
  });
  expect(github.rest.requests).toEqual([]);
});
