import { expect, test } from 'vitest';
import { harmlessJson } from '../../../src/runner/harmless-json.ts';
import { hostileTexts } from './hostile.ts';

test.each([...hostileTexts, '\u{e0041}tag', '###[x]', 'plain'])('%j stays what it is, and does no harm', (text) => {
  const json = harmlessJson({ [text]: [text] });
  expect(JSON.parse(json)).toEqual({ [text]: [text] });
  expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|##\[/u);
});

test('what does no harm is written as always', () => {
  expect(harmlessJson({ name: 'Köln', tags: ['#1', 7, null] })).toBe('{"name":"Köln","tags":["#1",7,null]}');
});
