import { describe, expect, test } from 'vitest';
import { parseCommand } from '../../scenarios/harness/command.ts';
import { splitLines } from '../../scenarios/harness/lines.ts';

describe('::name properties::data', () => {
  test.each([
    ['::error::boom', { name: 'error', properties: {}, data: 'boom' }],
    ['  \t::ERROR::boom', { name: 'error', properties: {}, data: 'boom' }],
    [
      '\u00a0\u0085::notice::after blanks of other scripts',
      { name: 'notice', properties: {}, data: 'after blanks of other scripts' },
    ],
    ['::endgroup::', { name: 'endgroup', properties: {}, data: '' }],
    [
      '::warning file=a%2Cb.yml,line=3,title=x%3A y::100%25 of%0Ait',
      { name: 'warning', properties: { file: 'a,b.yml', line: '3', title: 'x: y' }, data: '100% of\nit' },
    ],
    ['::set-output name=a=b::c::d', { name: 'set-output', properties: { name: 'a=b' }, data: 'c::d' }],
    ['::group::%253A', { name: 'group', properties: {}, data: '%3A' }],
    ['::error line=,=3,file::x', { name: 'error', properties: {}, data: 'x' }],
  ])('%j', (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });
});

describe('##[name properties]data', () => {
  test.each([
    ['##[error]boom', { name: 'error', properties: {}, data: 'boom' }],
    ['anywhere ##[add-mask]e', { name: 'add-mask', properties: {}, data: 'e' }],
    [
      'x ##[set-output name=status;x=%3B%5D]A%0AB',
      { name: 'set-output', properties: { name: 'status', x: ';]' }, data: 'A\nB' },
    ],
    [':: ##[group]second syntax', { name: 'group', properties: {}, data: 'second syntax' }],
  ])('%j', (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });
});

describe('plain text', () => {
  test.each([
    ['', 'an empty line'],
    ['IAM: ::error::boom', 'not at the start'],
    ['::error', 'no second ::'],
    ['::unknown::x', 'not registered'],
    ['::errors::x', 'not registered'],
    [':: error::x', 'a blank before the name'],
    ['##[unknown]x', 'not registered'],
    ['##[error', 'not closed'],
    ['## [error]x', 'a blank inside'],
    ['#[error]x', 'one #'],
    ['\ufeff::error::x', 'a byte order mark is no blank'],
    ['\u200b::error::x', 'a zero width space is no blank'],
  ])('%j: %s', (line) => {
    expect(parseCommand(line)).toBeUndefined();
  });
});

test('LF, CR and CRLF end a line; U+2028 and U+0085 do not', () => {
  expect(splitLines('a\nb\rc\r\nd\n\ne')).toEqual(['a', 'b', 'c', 'd', '', 'e']);
  expect(splitLines('a\u2028b\u0085c\n')).toEqual(['a\u2028b\u0085c']);
  expect(splitLines('')).toEqual([]);
});
