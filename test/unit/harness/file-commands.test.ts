import { expect, test } from 'vitest';
import { parsePairs } from '../../scenarios/harness/file-commands.ts';

test.each([
  ['', {}],
  ['a=b\n', { a: 'b' }],
  ['a=b=c<<d\n\ne=\n', { a: 'b=c<<d', e: '' }],
  ['a<<EOF\nfirst\n\nb=2\nEOF\nc=3', { a: 'first\n\nb=2', c: '3' }],
  ['a<<EOF\nEOF\n', { a: '' }],
  ['a<<E=F\nx\nE=F\n', { a: 'x' }],
  ['a<<EOF\nx\r\nEOF\n', { a: 'x\r' }],
  ['a=1\na=2\n', { a: '2' }],
])('%j', (text, pairs) => {
  expect(parsePairs(text)).toEqual(pairs);
});

test.each([
  ['a<<EOF\nx\n', /delimiter not found 'EOF'/],
  ['nothing', /Invalid format 'nothing'/],
  ['<<EOF\nx\nEOF', /Invalid format/],
  ['a<<\nx', /Invalid format/],
])('%j is refused', (text, message) => {
  expect(() => parsePairs(text)).toThrow(message);
});
