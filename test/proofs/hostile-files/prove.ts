import { expect, test } from 'vitest';
import { casesOf, randomFrom, seed } from '../size.ts';
import { tally } from '../tally.ts';
import { readingProblems } from './spec.ts';
import { hostileText } from './texts.ts';

/**
 * Reads hostile connection files.
 * @param part which of the parts, from 0: each has texts of its own
 */
export function proveReading(part: number): void {
  test(`connection files, part ${part}`, () => {
    const cases = casesOf(30_000, 500_000);
    for (let number = 0; number < cases; number += 1) {
      const start = seed + part * 10_000_000 + number;
      const text = hostileText(randomFrom(start));
      const problems = readingProblems(text, randomFrom(start + 1));
      if (problems.length > 0) expect({ start, text: text.slice(0, 600), problems }).toBeUndefined();
    }
    tally('hostile files', cases);
  });
}
