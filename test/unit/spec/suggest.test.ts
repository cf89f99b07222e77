import { describe, expect, it, test } from 'vitest';
import { clip, oneOf, shown } from '../../../src/spec/show.ts';
import { closest, didYouMean } from '../../../src/spec/suggest.ts';

describe('closest', () => {
  const groups = ['group1', 'group2', 'group14', 'group15', 'disable'];
  const hashes = ['md5', 'sha1', 'sha2-256', 'sha2-384'];
  test.each([
    ['14', groups, 'group14'],
    ['Group14', groups, 'group14'],
    ['dh-14', groups, 'group14'],
    ['gropu14', groups, 'group14'],
    ['group-1', groups, 'group1'],
    ['disabled', groups, 'disable'],
    ['sha-256', hashes, 'sha2-256'],
    ['SHA2_384', hashes, 'sha2-384'],
    ['ikev2', ['v1', 'v2'], 'v2'],
    ['peer_adress', ['peer_address', 'peer_id'], 'peer_address'],
    ['peer_adrses', ['peer_address', 'peer_id'], 'peer_address'],
    ['5', ['a-5-xyz', 'bcde5'], undefined],
    ['nonsense', groups, undefined],
    ['', groups, undefined],
    ['---', groups, undefined],
    ['g'.repeat(100), groups, undefined],
  ])('%j', (text, candidates, expected) => {
    expect(closest(text, candidates)).toBe(expected);
    expect(didYouMean(text, candidates)).toBe(expected === undefined ? '' : ` Did you mean "${expected}"?`);
  });
});

describe('texts in messages', () => {
  it('shows what is invisible, and no more than 60 characters', () => {
    expect(shown('a\nb\u202e\u2028\u0000')).toBe('"a\\u{a}b\\u{202e}\\u{2028}\\u{0}"');
    expect(shown('\ud800')).toBe('"\\u{d800}"');
    expect(shown('x'.repeat(100))).toBe(`"${'x'.repeat(59)}…"`);
  });

  it('cuts no character in half', () => {
    expect(clip('😀😀😀', 3)).toBe('😀😀😀');
    expect(clip('😀😀😀', 2)).toBe('😀…');
  });

  it('lists choices', () => {
    expect([oneOf([]), oneOf(['a']), oneOf(['a', 'b']), oneOf(['a', 'b', 'c'])]).toEqual([
      '',
      'a',
      'a or b',
      'a, b or c',
    ]);
  });
});
