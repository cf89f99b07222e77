import { describe, expect, test } from 'vitest';
import { Masker, runnerForms } from '../../scenarios/harness/masker.ts';

function masked(secrets: readonly string[], text: string): string {
  const masker = new Masker();
  for (const secret of secrets) masker.addMask(secret);
  return masker.mask(text);
}

describe('forms that the runner masks', () => {
  const secret = `p'a"s\\s <w>&o!r(d)*%\u2028é`;
  test.each([
    ['the value', secret],
    ['base64', Buffer.from(secret).toString('base64')],
    ['base64 from the second byte on', Buffer.from(secret).subarray(1).toString('base64')],
    ['base64 from the third byte on', Buffer.from(secret).subarray(2).toString('base64')],
    ['command line', secret.replaceAll('"', '\\"')],
    ['expression', secret.replaceAll("'", "''")],
    ['JSON', `p'a\\"s\\\\s <w>&o!r(d)*%\\u2028é`],
    ['URI', 'p%27a%22s%5Cs%20%3Cw%3E%26o%21r%28d%29%2A%25%E2%80%A8%C3%A9'],
    ['XML', `p&apos;a&quot;s\\s &lt;w&gt;&amp;o!r(d)*%\u2028é`],
    ['PowerShell, before the ampersand', `p'a"s\\s <w>&`],
    ['PowerShell, after the ampersand', 'o!r(d)*%\u2028é'],
  ])('%s', (_, form) => {
    expect(runnerForms(secret)).toContain(form);
    expect(masked([secret], `>${form}<`)).toBe('>***<');
  });

  test('double quotes around a value of more than eight characters', () => {
    expect(runnerForms('"quoted-secret"')).toContain('quoted-secret');
    expect(runnerForms('"quoted"')).not.toContain('quoted');
  });

  test('PowerShell colours the letter after &+, so that the rest begins one later', () => {
    expect(runnerForms('first-part&+second-part')).toEqual(expect.arrayContaining(['first-part&+', 'econd-part']));
    expect(runnerForms('ab&cd')).not.toContain('ab&');
  });

  test('a form that differs from encodeURIComponent is not masked', () => {
    expect(masked(["it's a secret!"], encodeURIComponent("it's a secret!"))).toBe("it's%20a%20secret!");
  });
});

describe('masking', () => {
  test.each([
    ['overlapping hits become one', ['abcd', 'cdef'], 'xabcdefx', 'x***x'],
    ['touching hits become one', ['abcd', 'efgh'], 'xabcdefghx', 'x***x'],
    ['a value that overlaps itself', ['aba'], 'xababax', 'x***x'],
    ['separate hits', ['abcd'], 'abcd and abcd', '*** and ***'],
    ['nothing to mask', ['abcd'], 'harmless', 'harmless'],
    ['each line of a value, trimmed', ['first\r\n  second  \n\n}'], 'first second } third', '*** *** *** third'],
    ['blanks alone are no value', ['   '], 'a   b', 'a   b'],
  ])('%s', (_, secrets, text, expected) => {
    expect(masked(secrets, text)).toBe(expected);
  });
});
