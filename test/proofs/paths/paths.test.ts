/** What is read lies in the workspace, what is written too, and nothing else is touched; on a real file system. */
import { expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { createGeneratedFiles } from '../../../src/runner/generated-files.ts';
import { findFiles } from '../../../src/spec/files.ts';
import { createWorkspace } from '../../../src/spec/workspace.ts';
import { casesOf, randomFrom, seed } from '../size.ts';
import { tally } from '../tally.ts';
import { hostilePath, hostilePattern } from './names.ts';
import { insideText, makePlace, meansGit } from './place.ts';

/** Far more than a look at a few files takes, ms. */
const longestMs = 5000;

/** What it came to; anything but a result or a told failure fails the test. */
async function tried<Result>(work: () => Promise<Result>): Promise<Result | ActionError> {
  const started = performance.now();
  const result = await work().catch((error: unknown) => {
    if (error instanceof ActionError) return error;
    throw error;
  });
  expect(performance.now() - started).toBeLessThan(longestMs);
  return result;
}

function expectTold(error: ActionError, ...codes: readonly string[]): void {
  expect(codes).toContain(error.code);
  expect(error.message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(error.message.length).toBeLessThan(1000);
}

test('what is read', async () => {
  const { root, surroundings } = await makePlace();
  const before = await surroundings();
  const workspace = createWorkspace(root);
  const cases = casesOf(4000, 40_000);
  let read = 0;
  for (let number = 0; number < cases; number += 1) {
    const random = randomFrom(seed + number);
    const path = number % 2 === 0 ? hostilePath(root, random) : hostilePattern(root, random);
    const found = await tried(() => findFiles([path], workspace));
    if (found instanceof ActionError) {
      expectTold(found, 'SPEC_FILE', 'INPUT_INVALID');
      continue;
    }
    for (const { name, text } of found) {
      expect({ path, name, text }).toEqual({ path, name, text: insideText });
      read += 1;
    }
  }
  // The paths are not all nonsense.
  expect(read).toBeGreaterThan(cases / 100);
  expect(await surroundings()).toBe(before);
  tally('paths and links', cases);
});

test.each(['peer-config-file', 'export-file'] as const)('what is written: %s', async (input) => {
  const { root, surroundings, files: filesIn } = await makePlace();
  const before = await surroundings();
  const existing = await filesIn();
  const files = createGeneratedFiles(root, input);
  const text = '# ours\n';
  const isOurs = (found: string): boolean => found.startsWith('# ours');
  const cases = casesOf(3000, 30_000);
  let written = 0;
  for (let number = 0; number < cases; number += 1) {
    const path = hostilePath(root, randomFrom(seed + number));
    const result = await tried(async () => {
      files.nameOf(path);
      return await files.write(path, text, isOurs);
    });
    if (result instanceof ActionError) expectTold(result, input === 'export-file' ? 'EXPORT' : 'PEER_CONFIG');
    else written += 1;
    if (number % 100 === 0) expect({ path, around: await surroundings() }).toEqual({ path, around: before });
  }
  expect(await surroundings()).toBe(before);
  // What was there is as it was; what is new is whole, and lies where no file system has `.git` or `.github`.
  const left = await filesIn();
  expect([...existing].filter(([name, content]) => left.get(name) !== content)).toEqual([]);
  expect([...left.keys()].filter((name) => !existing.has(name) && meansGit(name))).toEqual([]);
  expect([...left].filter(([name, content]) => !existing.has(name) && content !== text)).toEqual([]);
  expect(written).toBeGreaterThan(cases / 100);
  tally('paths and links', cases);
});
