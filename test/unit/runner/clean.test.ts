import { describe, expect, test } from 'vitest';
import { clean, cleanLines } from '../../../src/runner/clean.ts';
import { parseCommand } from '../../scenarios/harness/command.ts';
import { splitLines } from '../../scenarios/harness/lines.ts';
import { hostileTexts, longText } from './hostile.ts';

const esc = String.fromCharCode(0x1b);

describe('clean', () => {
  test.each([...hostileTexts.map((text) => [text]), ['', longText]])('lets no command through: %j', (...texts) => {
    const text = texts.join('');
    const line = clean(text);
    expect(splitLines(line)).toHaveLength(1);
    expect(parseCommand(line)).toBeUndefined();
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
    expect(line.length).toBeLessThanOrEqual(500);
  });

  test.each([
    [
      'plain text stays',
      'peer 198.51.100.20: 2001:db8::1 → ::1, größer',
      'peer 198.51.100.20: 2001:db8::1 → ::1, größer',
    ],
    ['line ends and tabs', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['other controls', 'a\u0000b\u0085c', 'a\\x00b\\x85c'],
    ['separators and bidirectional controls', 'a\u2028b\u202ec', 'a\\u2028b\\u202ec'],
    ['beyond the basic plane', 'a\u{e0041}b', 'a\\u{e0041}b'],
    ['colours', `${esc}[1;31mred${esc}[0m`, 'red'],
    ['titles and links', `${esc}]8;;https://x${esc}\\text${esc}]8;;\u0007`, 'text'],
    ['an unfinished sequence', `a${esc}`, 'a\\x1b'],
    ['a command at the start', '  ::error::x', '  : :error::x'],
    ['an address at the start', '::1 refused', ': :1 refused'],
    ['the old syntax', 'a ##[error]b', 'a ## [error]b'],
  ])('%s', (_, text, expected) => {
    expect(clean(text)).toBe(expected);
  });

  test('says how long a cut text was', () => {
    expect(clean('x'.repeat(501))).toBe(`${'x'.repeat(481)} … (501 characters)`);
    expect(clean('x'.repeat(500))).toBe('x'.repeat(500));
  });

  test('notes a cut even if what is left is short', () => {
    expect(clean(`${`${esc}[0m`.repeat(1000)}x`, 20)).toBe(' … (4001 characters)');
  });

  test('does not halve a character', () => {
    expect(clean(`${'x'.repeat(20)}${'😀'.repeat(20)}`, 41)).toBe(`${'x'.repeat(20)}😀 … (60 characters)`);
    expect(clean(`${'x'.repeat(20)}${'😀'.repeat(20)}`, 39)).toBe(`${'x'.repeat(20)} … (60 characters)`);
  });
});

test('cleanLines keeps the lines of a text of ours', () => {
  expect(cleanLines('two problems:\n- a\u0007\n::error::b')).toEqual(['two problems:', '- a\\x07', ': :error::b']);
});
