import { afterEach, describe, expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { fail, failureText } from '../../../src/runner/failure.ts';
import { stdoutOf, stepLogOf, workspace } from './capture.ts';
import { hostileTexts } from './hostile.ts';

const { exitCode } = process;
afterEach(() => {
  process.exitCode = exitCode;
});

describe('failureText', () => {
  test.each([
    [new ActionError('TIMEOUT', 'It took too long'), 'It took too long. (TIMEOUT)'],
    [new ActionError('TIMEOUT', 'Too long!', { hint: 'Wait.' }), 'Too long! Wait. (TIMEOUT)'],
    [
      new ActionError('SPEC_INVALID', '2 problems:\n- a\n- b', { hint: 'Mend.' }),
      '2 problems:\n- a\n- b\nMend.\n(SPEC_INVALID)',
    ],
  ])('message, hint, code', (failure, text) => {
    expect(failureText(failure)).toBe(text);
  });

  test.each([['x'.repeat(9000)], [Array.from({ length: 50 }, () => 'x'.repeat(500)).join('\n')]])(
    'a message that is too long never costs what to do',
    async (message) => {
      const failure = new ActionError('IMPACT', message, { hint: 'Raise it.', at: { file: 'a', line: 1, column: 1 } });
      const { annotations } = await stepLogOf(() => fail(failure));
      expect(annotations[0]?.message.length).toBeLessThanOrEqual(4000);
      expect(annotations[0]?.message).toMatch(/^a:1:1: x+.*Raise it\.\s\(IMPACT\)$/s);
    },
  );
});

describe('fail', () => {
  test('is one error with place and code, and exit code 1', async () => {
    const failure = new ActionError('API_REFUSED', 'Refused', {
      hint: 'Look.',
      at: { file: 'vpn/a.yml', line: 3, column: 5 },
    });
    const { annotations } = await stepLogOf(() => fail(failure, { workspace }));
    expect(process.exitCode).toBe(1);
    expect(annotations).toEqual([
      {
        level: 'error',
        message: 'vpn/a.yml:3:5: Refused. Look. (API_REFUSED)',
        title: 'API_REFUSED',
        ...{ file: 'vpn/a.yml', line: 3, endLine: 3, column: 5 },
      },
    ]);
  });

  test('several lines stay several', async () => {
    const log = await stepLogOf(() => fail(new ActionError('INPUT_INVALID', '2 problems:\n- ::error::a\n- b.')));
    expect(log.annotations).toHaveLength(1);
    expect(log.lines.map(({ text }) => text)).toEqual(['2 problems:', '- ::error::a', '- b.', '(INPUT_INVALID)']);
  });

  test.each(hostileTexts)('no text forms a command: %j', async (text) => {
    const failure = new ActionError('API_REFUSED', text, {
      hint: text,
      at: { file: text, line: 1, column: 1 },
      cause: new Error(text),
    });
    const log = await stepLogOf(() => fail(failure), true);
    expect(log.faults).toEqual([]);
    expect(new Set(log.commands.map(({ name }) => name))).toEqual(new Set(['debug', 'error']));
    expect(log.annotations).toHaveLength(1);
  });

  test('stack traces, of causes too, are for the debug log', async () => {
    const cause = new Error('connection reset', { cause: 'no error' });
    const failure = new ActionError('NETWORK', 'No answer.', { cause });
    const shown = await stepLogOf(() => fail(failure), false);
    expect(shown.lines.map(({ text }) => text)).toEqual(['No answer. (NETWORK)']);
    const debugged = (await stepLogOf(() => fail(failure), true)).lines.map(({ text }) => text);
    expect(debugged).toContain('Error: connection reset');
    expect(debugged.some((text) => text.includes('failure.test.ts'))).toBe(true);
  });

  test('an endless chain of causes ends', async () => {
    const loop = new Error('again');
    loop.cause = loop;
    const log = await stepLogOf(() => fail(new ActionError('BUG', 'x.', { cause: loop })), true);
    expect(log.lines.filter(({ text }) => text === 'Error: again')).toHaveLength(5);
  });

  test('known secrets are taken out of message, place and stack', async () => {
    const failure = new ActionError('BUG', 'hunter22', {
      hint: 'hunter22',
      at: { file: 'hunter22', line: 1, column: 1 },
    });
    expect(await stdoutOf(() => fail(failure, { redact: (text) => text.replaceAll('hunter22', '***') }))).not.toContain(
      'hunter22',
    );
  });
});
