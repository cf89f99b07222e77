import { expect, test } from 'vitest';
import { brief } from '../../../src/vpn/brief.ts';

const list = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `10.${from + index}.0.0/24`).join(', ');

test.each([
  ['short lists stay', 'endpoints', list(0, 4), list(0, 5), list(0, 4), list(0, 5)],
  ['one more', 'endpoints', list(0, 30), list(0, 31), '30 that stay', '10.30.0.0/24, and 30 that stay'],
  ['one less', 'peer_cidrs', list(0, 31), list(0, 30), '10.30.0.0/24, and 30 that stay', '30 that stay'],
  ['all others', 'endpoints', list(0, 9), list(10, 19), list(0, 9), list(10, 19)],
  ['another order', 'endpoints', `${list(0, 20)}, a`, `a, ${list(0, 20)}`, '21 that stay', '21 that stay'],
  ['no list', 'description', list(0, 30), list(0, 31), list(0, 30), list(0, 31)],
])('%s', (_, field, before, after, shownBefore, shownAfter) => {
  const change = { field, before, after, impact: 'interruption' as const };
  expect(brief(change)).toEqual({ ...change, before: shownBefore, after: shownAfter });
});

test.each([{ before: list(0, 30) }, { after: list(0, 30) }])('one side alone stays: %j', (sides) => {
  const change = { field: 'endpoints', impact: 'none' as const, ...sides };
  expect(brief(change)).toBe(change);
});
