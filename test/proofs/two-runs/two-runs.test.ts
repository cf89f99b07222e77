/** Two runs at once with the same file, in every situation: orders of their requests that a seed chooses. */
import { expect, test } from 'vitest';
import { situations } from '../situations.ts';
import { casesOf, seed } from '../size.ts';
import { tally } from '../tally.ts';
import { TwoRuns } from './proving.ts';

const orders = casesOf(100, 500);

test.each(situations)('$name on $dialect, beside itself', async (situation) => {
  const runs = await TwoRuns.of(situation);
  const problems: string[] = [];
  for (let order = 0; order < orders && problems.length === 0; order += 1) {
    problems.push(...(await runs.play(seed + order)).problems);
  }
  expect(problems).toEqual([]);
  tally('two runs at once', orders);
});
