import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/redact.ts';

function redacting(...secrets: readonly string[]): (text: string, isCut?: boolean) => string {
  const redactor = createRedactor();
  secrets.forEach(redactor.add);
  return redactor.redact;
}

const python = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const ascii = (text: string): string =>
  text.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
const html = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character === "'" ? 'x27' : character.charCodeAt(0)};`);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const secrets: Readonly<Record<string, string>> = {
  plain: 'Ex4mple-Only_Key.1',
  special: `Pä"ss\\w<b>0</b>rd'&+ %41=1`,
  'with blanks at its ends': '  pass word  ',
  'of a service': `gAAAAA${'bm9-dA_x'.repeat(1000)}==`,
  'beyond the basic plane': 'key-\u{1f511}-key',
};

const forms: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'percent-encoded': (secret) => encodeURIComponent(secret),
  'as a form': (secret) => new URLSearchParams({ key: secret }).toString().slice(4),
  JSON: (secret) => JSON.stringify(secret),
  'JSON in JSON in JSON': (secret) => JSON.stringify(JSON.stringify(JSON.stringify(secret))),
  'JSON in ASCII': (secret) => ascii(JSON.stringify(secret)),
  Python: python,
  'Python in JSON': (secret) => JSON.stringify(python(secret)),
  'bytes in Python': (secret) =>
    python(secret).replace(/[^ -~]/gu, (letter) => Buffer.from(letter).toString('hex').replace(/../g, '\\x$&')),
  'UTF-8 taken for Latin-1': (secret) => Buffer.from(secret).toString('latin1'),
  'accents apart': (secret) => secret.normalize('NFD'),
  HTML: html,
  'HTML in a URL': (secret) => encodeURIComponent(html(secret)),
  'broken over lines': (secret) => secret.replace(/(.{5})/gu, '$1\r\n  '),
};

describe.each(Object.entries(secrets))('a secret %s', (_name, secret) => {
  test.each(Object.entries(forms))('%s', (_form, encode) => {
    const text = redacting(secret)(`user ci sent ${encode(secret)} and was refused`);
    expect(text.replace(/[\\"'\s+]|%20/g, '')).toBe('usercisent***andwasrefused');
  });

  test.each([0, 1, 2])('base64, %i bytes behind something else', (shift) => {
    const text = redacting(secret)(`Basic ${base64('u:x'.slice(0, shift) + secret.trim())}`);
    expect(text).toMatch(/^Basic .{0,4}\*\*\*.{0,4}$/);
  });
});

test('hexadecimal', () => {
  const hex = Buffer.from('u:Ex4mple-Only').toString('hex');
  expect(redacting('Ex4mple-Only')(hex)).toBe('753a***');
  expect(redacting('Ex4mple-Only')(hex.toUpperCase())).toBe('753A***');
});

test('base64 in its form for URLs', () => {
  const secret = '>>>???>>>???';
  const url = Buffer.from(secret).toString('base64url');
  expect(url).toMatch(/[-_]/);
  expect(redacting(secret)(url)).toBe('***');
});

describe('a cut secret', () => {
  const secret = 'Ex4mple-Only_Key.1';

  test.each([
    ['found "Ex4mple-On…", allowed', 'found "***…", allowed'],
    ['found Ex4m... (18 characters)', 'found ***... (18 characters)'],
    ['found Ex4… here', 'found Ex4… here'],
    ['Ex4mple files', 'Ex4mple files'],
    ['see Ex4mple-Only', 'see Ex4mple-Only'],
  ])('%s', (text, expected) => {
    expect(redacting(secret)(text)).toBe(expected);
  });

  test('at the end of a text that may be cut', () => {
    expect(redacting(secret)('see Ex4mple-Only', true)).toBe('see ***');
    expect(redacting(secret)('see Ex4mple-Only is', true)).toBe('see Ex4mple-Only is');
  });
});

describe('a secret whose letters outside ASCII are no more what they were', () => {
  const secret = 'Pä"ß-Geheim/Wört+77é';

  test.each([
    ['Latin-1 in a URL', escape(secret)],
    ['named entities', 'P&auml;&quot;&szlig;-Geheim/W&ouml;rt+77&eacute;'],
    ['octal escapes', 'P\\303\\244\\"\\303\\237-Geheim/W\\303\\266rt+77\\303\\251'],
    ['escapes of JavaScript', 'P\\u{e4}"\\u{df}-Geheim/W\\u{00f6}rt+77\\u{e9}'],
    ['question marks', 'P?"?-Geheim/W?rt+77?'],
    ['question marks for bytes', 'P??"??-Geheim/W??rt+77??'],
    ['replacement characters', 'P\ufffd"\ufffd-Geheim/W\ufffdrt+77\ufffd'],
    ['accents apart, and lost', 'Pa?"ß-Geheim/Wo?rt+77e?'],
    ['UTF-8 taken for Windows-1252', 'PÃ¤"ÃŸ-Geheim/WÃ¶rt+77Ã©'],
    ['JSON of a list of them', JSON.stringify(['P?"?-Geheim/W?rt+77?']).slice(1, -1)],
  ])('%s', (_name, text) => {
    expect(redacting(secret)(`sent ${text} again`).replace(/["\\]/g, '')).toBe('sent *** again');
  });

  test('cut', () => {
    expect(redacting(secret)('found P?"?-Geh…')).toBe('found ***…');
    expect(redacting(secret)('found P?"?-Geh', true)).toBe('found ***');
    expect(redacting(secret)('found P?"?-Geh')).toBe('found P?"?-Geh');
  });

  test.each([
    ['Gebäude-Schlüssel', 'Gebäude, Schlüssel und Gebäude-Tür: Geb?ude'],
    ['Gebäude-Schlüssel', 'Gebude-Schlssel'],
    ['schön', 'Wasch? nein, schon'],
    ['größer', 'gr?er gr??er?'],
    ['пароль', '?????? äöüß …'],
    ['plain-and-plain', 'plain?and?plain plain&auml;and&nbsp;plain'],
  ])('%s stars nothing of %j', (other, text) => {
    expect(redacting(other)(text)).toBe(text);
  });

  test('takes a time that grows with the length of the text, however many secrets there are', () => {
    const many = Array.from({ length: 500 }, (_, index) => `Schlüssel-${index}-für-Köln`);
    const redact = redacting(...many);
    const text = 'Schl?ssel der T\\303\\274r, f%FCr K&ouml;ln; '.repeat(5000);
    const before = performance.now();
    expect(redact(text)).toBe(text);
    // Well below a second.
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

test('a blank that does not break', () => {
  expect(redacting('pass word')('<b>pass&nbsp;word</b>')).toBe('<b>***</b>');
});

test('overlapping secrets leave no piece of one another', () => {
  expect(redacting('abcdef', 'defghi')('abcdefghi')).toBe('***');
  expect(redacting('abcd', 'abcdefgh')('abcdefgh abcd abc')).toBe('*** *** abc');
});

test('what is too short is no secret', () => {
  expect(redacting('abc', '', '   ')('abc and abc')).toBe('abc and abc');
});

test('a secret of characters that encodings change is found as it is', () => {
  expect(redacting('"+"+ \\"')('x "+"+ \\" y')).toBe('x *** y');
});

test.each(['&#9999999;', '%', '%4', '\\u12', '%ff%fe', '&amp', '&#x;', ''])('%j is left as it is', (text) => {
  expect(redacting('secret')(text)).toBe(text);
});

test('escapes within escapes are followed some levels deep, and no further', () => {
  const nested = (levels: number): string => {
    let text = 'a&b-secret';
    for (let level = 0; level < levels; level += 1) text = encodeURIComponent(text);
    return text;
  };
  expect(redacting('a&b-secret')(nested(4))).toBe('***');
  expect(redacting('a&b-secret')(nested(6))).toBe(nested(6));
});

test.each([
  'Ex4mple\\n-Only',
  'Ex4mple\\\\n-Only',
  'Ex4mple\\r\\n\\t-Only',
  '%5CnEx4mple-On\\nly',
  'corp\\nEx4mple-Only',
])('a line break that became text, in %j', (text) => {
  expect(redacting('Ex4mple-Only')(`sent ${text}.`)).toMatch(/^sent (?:%5Cn|corp\\n)?\*\*\*\.$/);
});

test('a backslash and a letter are no line break where they belong to the secret', () => {
  expect(redacting('corp\\nadmin-7')('x corp\\nadmin-7 "corp\\\\nadmin-7" y')).toBe('x *** "***" y');
  expect(redacting('nadmin-7')('corp\\nadmin-7 corp\\\\nad\nmin-7')).toBe('corp\\*** corp\\\\***');
});
