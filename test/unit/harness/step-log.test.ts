import { describe, expect, test } from 'vitest';
import { readStepLog } from '../../scenarios/harness/step-log.ts';

const read = (text: string, debug = false) => readStepLog(text, { debug, workspace: '/home/runner/ws/x' });
const texts = (text: string) => read(text).lines.map((line) => line.text);

describe('lines', () => {
  test('a mask counts for later lines only', () => {
    expect(texts('hunter22\n::add-mask::hunter22\nhunter22\n::error::hunter22')).toEqual(['hunter22', '***', '***']);
  });

  test('a lone CR starts a line, so it can start a command', () => {
    const log = read('harmless\r::add-mask::e\rthe end');
    expect(log.commands.map((command) => command.name)).toEqual(['add-mask']);
    expect(log.lines.at(-1)?.text).toBe('th*** ***nd');
  });

  test('groups', () => {
    const log = read('a\n::group::G\nb\n::error::c\n::endgroup::\nd');
    expect(log.lines).toEqual([
      { kind: 'text', text: 'a', inGroup: false },
      { kind: 'group', text: 'G', inGroup: false },
      { kind: 'text', text: 'b', inGroup: true },
      { kind: 'error', text: 'c', inGroup: true },
      { kind: 'text', text: 'd', inGroup: false },
    ]);
    expect(log.faults).toEqual([]);
  });

  test('debug lines show with step debugging only', () => {
    expect(read('::debug::x').lines).toEqual([]);
    expect(read('::debug::x', true).lines).toEqual([{ kind: 'debug', text: 'x', inGroup: false }]);
  });

  test('stopped commands are text, masks too, until the token', () => {
    const log = read('::stop-commands::resume-me\n::add-mask::abcd\n::error::abcd\n::resume-me::\n::error::abcd');
    expect(log.annotations.map((annotation) => annotation.message)).toEqual(['abcd']);
    expect(log.commands.map((command) => command.name)).toEqual(['stop-commands', 'error']);
  });

  test('a message of several lines', () => {
    expect(texts('::error::a%0Ab')).toEqual(['a', 'b']);
  });
});

describe('annotations', () => {
  test('ten of each level are kept, messages are cut', () => {
    const log = read(`${'::error::e\n'.repeat(12)}${'::warning::w\n'.repeat(11)}::notice::${'n'.repeat(5000)}`);
    const count = (level: string) => log.annotations.filter((annotation) => annotation.level === level).length;
    expect([count('error'), count('warning'), count('notice')]).toEqual([10, 10, 1]);
    expect(log.annotations.at(-1)?.message).toHaveLength(4096);
    expect(log.lines).toHaveLength(24);
  });

  test.each([
    ['line=3,col=5,endColumn=9', { line: 3, column: 5, endColumn: 9 }],
    ['line=3,endLine=3,col=5', { line: 3, endLine: 3, column: 5 }],
    ['line=3,endLine=4,col=5', { line: 3, endLine: 4 }],
    ['line=3,endLine=2', {}],
    ['line=3,col=9,endColumn=5', { line: 3 }],
    ['col=5', {}],
    ['line=x,col=5', {}],
  ])('range %s', (properties, expected) => {
    expect(read(`::error ${properties}::m`).annotations).toEqual([{ level: 'error', message: 'm', ...expected }]);
  });

  test('a path in the workspace becomes relative', () => {
    const log = read('::error file=/home/runner/ws/x/a/b.yml,title=T::m\n::error file=c.yml::m');
    expect(log.annotations).toEqual([
      { level: 'error', message: 'm', file: 'a/b.yml', title: 'T' },
      { level: 'error', message: 'm', file: 'c.yml' },
    ]);
  });
});

describe('faults', () => {
  test.each([
    ['::group::a', 'a group is left open'],
    ['::group::a\n::group::b\n::endgroup::', 'a group inside a group: b'],
    ['::endgroup::', 'a group is closed that was not open'],
    ['::add-mask:: ', 'an empty text was masked'],
    ['::set-env name=A::b', 'the command set-env was used'],
    ['##[add-path]/tmp', 'the command add-path was used'],
  ])('%j', (text, fault) => {
    expect(read(text).faults).toEqual([fault]);
  });
});

test('the old commands on stdout still set outputs and state', () => {
  const log = read('::set-output name=status::ACTIVE\nx ##[save-state name=a]b');
  expect(log.outputs).toEqual({ status: 'ACTIVE' });
  expect(log.state).toEqual({ a: 'b' });
});
