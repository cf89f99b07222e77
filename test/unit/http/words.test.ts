import { expect, test } from 'vitest';
import { cleanWords, requestIdOf } from '../../../src/http/words.ts';

const esc = String.fromCharCode(27);
const bell = String.fromCharCode(7);

test.each([
  ['plain words stay', 'Quota exceeded.', 'Quota exceeded.'],
  ['line breaks of every kind', 'a\r\n::error::b\rc\u2028d', 'a ::error::b c d'],
  ['colours', `${esc}[31mred${esc}[0m`, 'red'],
  ['titles and links', `a${esc}]0;title${bell}b${esc}]8;;http://x${esc}\\c`, 'abc'],
  ['two-character escapes', `${esc}(Ba${esc}cb`, 'ab'],
  ['a lone escape and other controls', `a${esc}${String.fromCharCode(0x9b)}b${String.fromCharCode(0)}c`, 'a b c'],
  ['markup', '<p>The <b>gateway</b> is<br/>down</p>', 'The gateway is down'],
  ['comparison signs are no markup', 'mtu < 68 > 5', 'mtu < 68 > 5'],
  ['bidirectional controls and zero width', 'a\u202eb\u200bc\u2066d', 'a b c d'],
  ['lone surrogates', 'a\ud800b', 'a b'],
  ['blanks around and in a row', '  a \t  b ', 'a b'],
  ['nothing', '', ''],
])('%s', (_name, text, expected) => {
  expect(cleanWords(text)).toBe(expected);
});

test('long words are cut to 300 characters, never in the middle of one', () => {
  const words = cleanWords('x'.repeat(10_000));
  expect(words).toHaveLength(300);
  expect(words.endsWith('x…')).toBe(true);
  expect(cleanWords('😀'.repeat(200), 6)).toBe('😀😀…');
  expect(cleanWords('x'.repeat(300))).toHaveLength(300);
});

test.each([
  ['req-62495-57c1', 'req-62495-57c1'],
  ['a b', undefined],
  ['x\n::error::', undefined],
  ['', undefined],
  ['x'.repeat(101), undefined],
  [17, undefined],
])('request id %j', (value, expected) => {
  expect(requestIdOf(value)).toBe(expected);
});
