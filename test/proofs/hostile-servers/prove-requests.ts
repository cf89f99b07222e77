import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { casesOf, randomFrom, seed } from '../size.ts';
import { tally } from '../tally.ts';
import { request } from './requests.ts';

/** Shown at most: one cause has many cases. */
const shown = 12;

/** @param part tells the files apart that share the work */
export function proveRequests(part: number): void {
  test(`refusals, redirects, pages and noise, part ${part}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const count = casesOf(16_200, 100_000);
    const found: string[] = [];
    let told = 0;
    for (let nth = 0; nth < count && found.length < shown; nth += 1) {
      const start = seed + part * 10_000_000 + nth;
      const verdict = await request(randomFrom(start), join(folder, 'output'));
      told += verdict.told ? 1 : 0;
      found.push(...verdict.problems.map((problem) => `seed ${start}: ${problem}`));
    }
    expect(found.slice(0, shown)).toEqual([]);
    tally('hostile servers', told);
  });
}
