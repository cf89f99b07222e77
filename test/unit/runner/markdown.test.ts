import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, prose, proseLines, row, tableHead } from '../../../src/runner/markdown.ts';
import { hostileTexts, longText } from './hostile.ts';

/** Everything in it that Markdown, HTML or GitHub could take for more than text. */
function markupIn(markdown: string): string {
  const rest = markdown
    .replace(/<span>[@#-]<\/span>/g, '')
    .replace(/&#\d+;/g, '')
    .replace(/(?<=[\p{L}\p{N}])_(?=[\p{L}\p{N}])/gu, '');
  return [...rest.matchAll(/[&<>|\\`*_[\]~$@#\n\r]|:\/\/|www\.|gh-\d/gi)].join(' ');
}

function unwrapped(markdown: string): string {
  const span = /^`([^`|<&\n]+)`$/.exec(markdown);
  const element = /^<code>(.*)<\/code>$/s.exec(markdown);
  return span ? '' : (element?.[1] ?? markdown);
}

describe.each([...hostileTexts.map((text) => [text]), ['', longText]])('hostile text %j', (...texts) => {
  const text = texts.join('');
  test('is text in prose', () => expect(markupIn(prose(text))).toBe(''));
  test('is text in code', () => expect(markupIn(unwrapped(code(text)))).toBe(''));
});

test('no text is markup', () => {
  const pieces = fc.constantFrom(
    ...hostileTexts,
    '`',
    '|',
    '\\',
    '<',
    '_',
    'a',
    ' ',
    '@',
    '#',
    '*',
    'www.',
    '://',
    'GH-12',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(markupIn(prose(text))).toBe('');
      expect(markupIn(unwrapped(code(text)))).toBe('');
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['198.51.100.20', '`198.51.100.20`'],
  ['10.80.0.0/24, 2001:db8::/32', '`10.80.0.0/24, 2001:db8::/32`'],
  ['a_b', '`a_b`'],
  ['größer', '<code>größer</code>'],
  [' spaced', '<code> spaced</code>'],
  ['a`b', '<code>a&#96;b</code>'],
  ['', ''],
])('code type of %j', (text, expected) => {
  expect(code(text)).toBe(expected);
});

test.each([
  ['peer_address is 10.0.0.1', 'peer_address is 10.0.0.1'],
  ['_em_ and __init__', '&#95;em&#95; and &#95;&#95;init&#95;&#95;'],
  ['at https://x', 'at https&#58;//x'],
  ['@me: #1', '<span>@</span>me: <span>#</span>1'],
  ['see GH-12, gh-x and 2-3', 'see GH<span>-</span>12, gh-x and 2-3'],
])('prose of %j', (text, expected) => {
  expect(prose(text)).toBe(expected);
});

test('lines of ours stay lines', () => {
  expect(proseLines('2 problems:\n- *a*\r')).toBe('2 problems:<br>- &#42;a&#42;&#92;r');
});

test('tables', () => {
  expect([...tableHead('A', 'B'), row('1', '2')]).toEqual(['| A | B |', '| --- | --- |', '| 1 | 2 |']);
});

test('blanks before a line stay, so that it can be copied', () => {
  expect(proseLines('Add to the job:\n  permissions:\n    id-token: write')).toBe(
    'Add to the job:<br>&nbsp;&nbsp;permissions:<br>&nbsp;&nbsp;&nbsp;&nbsp;id-token: write',
  );
});
