import { describe, expect, test } from 'vitest';
import { createMask, derivedForms } from '../../../src/runner/secrets.ts';
import { stdoutOf, stepLogOf } from './capture.ts';

const nasty = `p!'()*+/=%"\\ x`;

async function masked(...secrets: readonly string[]): Promise<readonly string[]> {
  const log = await stepLogOf(() => secrets.forEach(createMask()));
  expect(log.faults).toEqual([]);
  return log.commands.map(({ name, data }) => `${name} ${data}`);
}

describe('derivedForms', () => {
  test('a plain text has no other form', () => {
    expect(derivedForms('hunter22')).toEqual(['hunter22']);
  });

  test('percent-encoding and JSON', () => {
    expect(derivedForms(nasty)).toEqual([nasty, `p!'()*%2B%2F%3D%25%22%5C%20x`, `p!'()*+/=%\\"\\\\ x`]);
  });

  test('a lone surrogate does not throw', () => {
    expect(derivedForms('abc\ud800')).toContain('abc%EF%BF%BD');
  });
});

describe('createMask', () => {
  test('masks a text and its forms, each once', async () => {
    expect(await masked('pass word', 'pass word')).toEqual(['add-mask pass word', 'add-mask pass%20word']);
  });

  test('each line of several by itself, and no trivial one', async () => {
    expect(await masked('{\r\n  "key": 1\n}\n')).toEqual([
      'add-mask "key": 1',
      'add-mask %22key%22%3A%201',
      'add-mask \\"key\\": 1',
    ]);
  });

  test.each(['', 'abc', ' abc ', '\n', '    '])(
    'masks nothing that is shorter than four characters: %j',
    async (text) => {
      expect(await masked(text)).toEqual([]);
    },
  );

  test('spaces around a password belong to it, and it is masked without them too', async () => {
    expect(await masked(' pass1')).toEqual(['add-mask  pass1', 'add-mask %20pass1', 'add-mask pass1']);
  });

  test('redacts all known forms, the longest first', async () => {
    await stdoutOf(() => {
      const mask = createMask();
      expect(mask.redact('nothing known')).toBe('nothing known');
      mask('abcd');
      mask('abcdefgh');
      mask(nasty);
      expect(mask.redact('abcdefgh abcd abc')).toBe('*** *** abc');
      expect(mask.redact(`x ${encodeURIComponent(nasty)} ${JSON.stringify(nasty)}`)).toBe('x *** "***"');
    });
  });

  test('redacts a form of a text that is nothing but what encodings change', async () => {
    await stdoutOf(() => {
      const mask = createMask();
      mask('%0A%0D%25');
      expect(mask.redact(`x ${encodeURIComponent('%0A%0D%25')} %0A%0D%25`)).toBe('x *** ***');
    });
  });

  test('finds a masked text in another', async () => {
    await stdoutOf(() => {
      const mask = createMask();
      mask('10.0.0.1');
      expect(mask.occursIn('gateway 10.0.0.10')).toBe(true);
      expect(mask.occursIn('gateway 10.0.1.0')).toBe(false);
    });
  });
});
