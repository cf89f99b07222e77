import { describe, expect, test } from 'vitest';
import { type Dialect, situations } from '../situations.ts';
import { casesOf, randomFrom, seed } from '../size.ts';
import { tally } from '../tally.ts';
import { Hostility } from './running.ts';

/** Shown at most: one cause has many cases. */
const shown = 12;

/** What one process may hold after thousands of hostile runs, bytes. */
const mostMemory = 1_500_000_000;

/**
 * Every situation against servers that attack at random answers: no crash, no defect, no command, no markup, no secret, no
 * request that nobody planned, bounded time and memory.
 */
export function proveRuns(dialect: Dialect): void {
  describe(`hostile answers in whole runs on ${dialect}`, () => {
    const own = situations.filter((situation) => situation.dialect === dialect);
    test.each(own)('$name', async (situation) => {
      const hostility = await Hostility.of(situation);
      const count = casesOf(300, 3000);
      const found: string[] = [];
      let attacks = 0;
      for (let nth = 0; nth < count; nth += 1) {
        const start = seed + nth + situation.name.length * 1_000_003;
        const result = await hostility.attack(randomFrom(start));
        attacks += result.attacks;
        found.push(...result.problems.map((problem) => `PROOF_SEED of this case ${start}: ${problem}`));
        if (found.length >= shown) break;
      }
      expect(found.slice(0, shown)).toEqual([]);
      expect(process.memoryUsage().rss).toBeLessThan(mostMemory);
      tally('hostile servers', attacks);
    });
  });
}
