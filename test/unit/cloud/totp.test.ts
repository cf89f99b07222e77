import { expect, test } from 'vitest';
import { Passcodes, passcode } from '../../cloud/totp.ts';

/** "12345678901234567890", the secret of RFC 6238, appendix B. */
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const NOW = 1_111_111_109_000;

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('RFC 6238, appendix B: at %i s it is %s', (seconds, code) => {
  expect(passcode(SEED, seconds * 1000)).toBe(code);
});

test('padding changes nothing, and what is not base32 is refused', () => {
  expect(passcode('MZXW6===', 0)).toBe(passcode('MZXW6', 0));
  expect(() => passcode('mzxw6', 0)).toThrow('base32');
});

test.each([
  [0, true],
  [-1, true],
  [-2, false],
  [1, false],
])('the passcode of window %i: taken %s', (window, taken) => {
  const code = passcode(SEED, NOW + window * 30_000);
  expect(new Passcodes(SEED, false).take(code, NOW)).toBe(taken);
});

test.each([undefined, '', '81804', ' 081804', '000000'])('%j is wrong', (code) => {
  expect(new Passcodes(SEED, false).take(code, NOW)).toBe(false);
});

test('once: neither the same again nor an older one', () => {
  const passcodes = new Passcodes(SEED, true);
  const [earlier, present, later] = [-30_000, 0, 30_000].map((ms) => passcode(SEED, NOW + ms));
  expect(passcodes.take(present, NOW)).toBe(true);
  expect(passcodes.take(present, NOW)).toBe(false);
  expect(passcodes.take(earlier, NOW)).toBe(false);
  expect(passcodes.take(present, NOW + 30_000)).toBe(false);
  expect(passcodes.take(later, NOW + 30_000)).toBe(true);
});

test('the earlier one first, then the present one', () => {
  const passcodes = new Passcodes(SEED, true);
  expect(passcodes.take(passcode(SEED, NOW - 30_000), NOW)).toBe(true);
  expect(passcodes.take(passcode(SEED, NOW), NOW)).toBe(true);
});

test('again and again, where the cloud allows it', () => {
  const passcodes = new Passcodes(SEED, false);
  expect([1, 2].map(() => passcodes.take('081804', NOW))).toEqual([true, true]);
});
