import { describe, expect, test } from 'vitest';
import { createLog } from '../../../src/runner/log.ts';
import { stdoutOf, stepLogOf, workspace } from './capture.ts';
import { hostileTexts, longText } from './hostile.ts';

const at = { file: '.github/vpn.yml', line: 12, column: 7, endColumn: 19 };

describe('createLog', () => {
  test.each([...hostileTexts.map((text) => [text]), ['', longText]])(
    'no text forms a command or a second line: %j',
    async (...texts) => {
      const text = texts.join('');
      const log = await stepLogOf(async () => {
        const { info, debug, warning, group } = createLog();
        info(text);
        debug(text);
        warning(text, { ...at, file: text }, text);
        await group(text, async () => info(text));
      }, true);
      expect(log.faults).toEqual([]);
      expect(log.commands.map(({ name }) => name)).toEqual(['debug', 'warning', 'group', 'endgroup']);
      expect(log.lines.map(({ kind }) => kind)).toEqual(['text', 'debug', 'warning', 'group', 'text']);
      expect(log.annotations[0]?.title?.length).toBeLessThanOrEqual(60);
    },
  );

  test('an annotation is on its line, and the log shows the place too', async () => {
    const { annotations, lines } = await stepLogOf(() => createLog().error('no such policy', at, 'ikepolicy'));
    expect(annotations).toEqual([
      {
        level: 'error',
        message: '.github/vpn.yml:12:7: no such policy',
        title: 'ikepolicy',
        file: '.github/vpn.yml',
        line: 12,
        endLine: 12,
        column: 7,
        endColumn: 19,
      },
    ]);
    expect(lines.map(({ text }) => text)).toEqual(['.github/vpn.yml:12:7: no such policy']);
  });

  test('paths become relative to the workspace, with slashes', async () => {
    const { annotations } = await stepLogOf(() => {
      const log = createLog({ workspace });
      log.notice('a', { file: `${workspace}/a/b.yml`, line: 1, column: 2 });
      log.notice('b', { file: 'a\\b.yml', line: 1, column: 2 });
      log.notice('c', { file: '/etc/b.yml', line: 1, column: 2 });
      createLog({ workspace: 'D:\\a\\vpn\\' }).notice('d', { file: 'D:\\a\\vpn\\a\\b.yml', line: 1, column: 2 });
    });
    expect(annotations.map(({ message }) => message)).toEqual([
      'a/b.yml:1:2: a',
      'a/b.yml:1:2: b',
      '/etc/b.yml:1:2: c',
      'a/b.yml:1:2: d',
    ]);
  });

  test('nine errors, ten warnings and ten notices are annotations; the log has all', async () => {
    const log = await stepLogOf(() => {
      const { error, warning, notice } = createLog();
      for (let number = 1; number <= 12; number += 1) {
        for (const write of [error, warning, notice]) write(`problem ${number}`, at);
      }
    });
    const commands = log.commands.map(({ name }) => name);
    expect(['error', 'warning', 'notice'].map((level) => commands.filter((name) => name === level).length)).toEqual([
      9, 10, 10,
    ]);
    expect(log.lines).toHaveLength(36);
    expect(log.lines.filter(({ kind }) => kind === 'text').map(({ text }) => text)).toEqual([
      'Error: .github/vpn.yml:12:7: problem 10',
      'Error: .github/vpn.yml:12:7: problem 11',
      'Warning: .github/vpn.yml:12:7: problem 11',
      'Notice: .github/vpn.yml:12:7: problem 11',
      'Error: .github/vpn.yml:12:7: problem 12',
      'Warning: .github/vpn.yml:12:7: problem 12',
      'Notice: .github/vpn.yml:12:7: problem 12',
    ]);
  });

  test('takes known secrets out of every text, also one that a cut would halve', async () => {
    const redact = (text: string) => text.replaceAll('hunter22', '***');
    const stdout = await stdoutOf(async () => {
      const log = createLog({ redact });
      log.info(`${'x'.repeat(475)}hunter22${'x'.repeat(100)}`);
      log.debug('hunter22');
      log.warning('hunter22', { ...at, file: 'hunter22.yml' }, 'hunter22');
      await log.group('hunter22', async () => log.info('hunter22'));
    });
    expect(stdout).not.toContain('hunter2');
    expect(stdout).toContain('***');
  });

  test('a group is closed when its body fails, and hands on the result', async () => {
    const log = await stepLogOf(async () => {
      const { group, info } = createLog();
      expect(await group('observe', async () => 7)).toBe(7);
      await expect(group('apply', async () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
      info('after');
    });
    expect(log.faults).toEqual([]);
    expect(log.lines.at(-1)).toEqual({ kind: 'text', text: 'after', inGroup: false });
  });
});
