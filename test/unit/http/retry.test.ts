import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  leavesDoubt,
  parseRetryAfter,
  type Repeat,
  repeatsFailure,
  repeatsStatus,
  waitMs,
} from '../../../src/http/retry.ts';

const repeats: readonly Repeat[] = ['freely', 'if not carried out', 'if not carried out or 503', 'never'];

// For each status: what freely, if not carried out, … or 503, never do with it: repeat, lost (answer in doubt), fail.
test.each<[number, string[]]>([
  [400, ['fail', 'fail', 'fail', 'fail']],
  [401, ['fail', 'fail', 'fail', 'fail']],
  [403, ['fail', 'fail', 'fail', 'fail']],
  [404, ['fail', 'fail', 'fail', 'fail']],
  [408, ['fail', 'fail', 'fail', 'fail']],
  [409, ['fail', 'fail', 'fail', 'fail']],
  [429, ['repeat', 'repeat', 'repeat', 'fail']],
  [500, ['fail', 'lost', 'lost', 'fail']],
  [501, ['fail', 'fail', 'fail', 'fail']],
  [502, ['repeat', 'lost', 'lost', 'fail']],
  [503, ['repeat', 'lost', 'repeat', 'fail']],
  [504, ['repeat', 'lost', 'lost', 'fail']],
])('status %i', (status, expected) => {
  const found = repeats.map((repeat) =>
    repeatsStatus(repeat, status) ? 'repeat' : leavesDoubt(repeat, status) ? 'lost' : 'fail',
  );
  expect(found).toEqual(expected);
});

test('a failed connection: only what was not sent is repeated, unless it may be repeated freely', () => {
  expect(repeats.map((repeat) => repeatsFailure(repeat, true))).toEqual([true, false, false, false]);
  expect(repeats.map((repeat) => repeatsFailure(repeat, false))).toEqual([true, true, true, false]);
});

test('the wait has full jitter below a growing, capped ceiling, and is never shorter than the server asks', () => {
  const limits = { backoffMs: 500, backoffCapMs: 15_000 };
  expect([2, 3, 4, 5, 6, 7, 8].map((next) => waitMs(next, undefined, limits, () => 1))).toEqual([
    500, 1000, 2000, 4000, 8000, 15_000, 15_000,
  ]);
  expect(waitMs(2, undefined, limits, () => 0)).toBe(0);
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 10 }),
      fc.nat(100_000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, after, r) => {
        const wait = waitMs(n, after, limits, () => r);
        expect(wait).toBeGreaterThanOrEqual(after);
        expect(wait).toBeLessThanOrEqual(after + 15_000);
      },
    ),
  );
});

const now = Date.parse('2026-03-14T09:26:53Z');

test.each([
  [undefined, undefined],
  ['', undefined],
  ['0', 0],
  ['17', 17_000],
  [' 3 ', 3000],
  ['-1', undefined],
  ['1.5', undefined],
  ['12345678901', undefined],
  ['soon', undefined],
  ['2026', 2_026_000],
  ['Sat, 14 Mar 2026 09:27:03 GMT', 10_000],
  ['Saturday, 14-Mar-26 09:27:03 GMT', 10_000],
  ['Sat, 14 Mar 2026 09:00:00 GMT', 0],
  ['Sat, yesterday', undefined],
])('Retry-After: %j', (value, expected) => {
  expect(parseRetryAfter(value, now)).toBe(expected);
});
