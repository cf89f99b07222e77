import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeName } from '../../../src/peer/safe-name.ts';

test.each(['office-bonn', 'Office_2', '1st', 'a', 'x'.repeat(48)])('%s stays as it is', (name) => {
  expect(safeName(name)).toBe(name);
});

test.each([
  ['office bonn', /^office-bonn-[0-9a-f]{8}$/],
  ['office.bonn', /^office-bonn-[0-9a-f]{8}$/],
  ['../../etc/passwd', /^etc-passwd-[0-9a-f]{8}$/],
  ['.git', /^git-[0-9a-f]{8}$/],
  ['-rf', /^rf-[0-9a-f]{8}$/],
  ['include', /^include-[0-9a-f]{8}$/],
  ['INCLUDE', /^INCLUDE-[0-9a-f]{8}$/],
  ['日本', /^connection-[0-9a-f]{8}$/],
  ['', /^connection-[0-9a-f]{8}$/],
  ['x'.repeat(49), /^x{39}-[0-9a-f]{8}$/],
])('%s becomes safe', (name, form) => {
  expect(safeName(name)).toMatch(form);
});

test('every name is safe in files and sections, and short', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(safeName(name)).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$/);
      expect(safeName(safeName(name))).toBe(safeName(name));
    }),
  );
});

test('two names never become one, be they ever so alike', () => {
  const names = ['office bonn', 'office.bonn', 'office/bonn', 'office-bonn', 'office bonn '];
  expect(new Set(names.map(safeName)).size).toBe(names.length);
});
