import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../src/canonical-json.ts';
import { keepMark, type Mark, markDescription, markTag, ownerOf, splitDescription } from '../../../src/vpn/mark.ts';
import { policiesDigest, pskTagValue, readPskTag } from '../../../src/vpn/tags.ts';
import { now } from './build.ts';

const mark: Mark = { owner: ownerOf('acme/network', 'office'), time: now };

describe('a mark in a description', () => {
  test('stands at the end, with a short hash and the UTC time', () => {
    expect(markDescription('to Bonn', mark, 255)).toMatch(
      /^to Bonn \[ipsec-connection-action [0-9a-f]{12} 2026-11-22T20:00:00Z\]$/,
    );
    expect(markDescription('', mark, 255)).toMatch(/^\[ipsec-connection-action/);
  });

  test('comes back, and so does any text before it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 150 }), (text) => {
        expect(splitDescription(markDescription(text, mark, 255))).toEqual({ text, mark });
      }),
    );
  });

  test('is left out where there is no room', () => {
    const long = 'x'.repeat(200);
    expect(markDescription(long, mark, 255)).toBe(long);
    expect(keepMark(long, markDescription('', mark, 255), 255)).toBe(long);
  });

  test('is kept when the text changes, and not made up', () => {
    expect(keepMark('new', markDescription('old', mark, 255), 255)).toBe(markDescription('new', mark, 255));
    expect(keepMark('new', 'old', 255)).toBe('new');
  });

  test.each([
    'plain',
    '[ipsec-connection-action abc 2026-11-22T20:00:00Z]',
    `${markDescription('', mark, 255)} tail`,
    '[ipsec-connection-action a1b2c3d4e5f6 yesterday]',
  ])('is not in %j', (text) => {
    expect(splitDescription(text)).toEqual({ text, mark: undefined });
  });
});

test('owners differ by repository and by connection', () => {
  const owners = [
    ['a/b', 'c'],
    ['a/b', 'd'],
    ['a/e', 'c'],
    ['a', 'b/c'],
  ] as const;
  expect(new Set(owners.map(([repository, name]) => ownerOf(repository, name))).size).toBe(4);
});

test('a mark as a tag keeps to the rules for tags', () => {
  expect(markTag(mark)).toMatch(/^[0-9a-f]{12}-20261122T200000Z$/);
  expect(markTag(mark).length).toBeLessThanOrEqual(43);
});

test.each([
  [{ hidden: false, version: undefined }, undefined],
  [{ hidden: true, version: undefined }, 'hidden'],
  [{ hidden: false, version: '3' }, 'clear-3'],
  [{ hidden: true, version: '2026-08' }, 'hidden-2026-08'],
] as const)('the psk tag of %j is %j, and reads back', (tag, text) => {
  expect(pskTagValue(tag)).toBe(text);
  expect(readPskTag(text)).toEqual(tag);
});

test.each(['', 'hidden-', 'other-3', 'clear'])('the psk tag %j says nothing of a version', (text) => {
  expect(readPskTag(text).version).toBeUndefined();
});

test('a digest tells contents apart, not the order of keys', () => {
  const [ike, ipsec] = [{ pfs: 'group14', lifetime: { units: 'seconds', value: 60 } }, { pfs: 'group19' }];
  const turned = { lifetime: { value: 60, units: 'seconds' }, pfs: 'group14' };
  expect(policiesDigest(turned, ipsec)).toBe(policiesDigest(ike, ipsec));
  expect(policiesDigest(ipsec, ike)).not.toBe(policiesDigest(ike, ipsec));
  expect(policiesDigest()).toMatch(/^[0-9a-f]{32}$/);
  expect(canonicalJson([{ b: 1, a: null }])).toBe('[{"a":null,"b":1}]');
});
