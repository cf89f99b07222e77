import { expect, test } from 'vitest';
import { encodeBody, withoutSecrets } from '../../../src/http/body.ts';
import { Secret } from '../../../src/secret.ts';

test('a Secret becomes its text on the wire, at any depth', () => {
  const body = { auth: { list: [new Secret('one'), { password: new Secret('t"wo') }] }, n: 1, none: null };
  const { text, secrets } = encodeBody(body);
  expect(text).toBe('{"auth":{"list":["one",{"password":"t\\"wo"}]},"n":1,"none":null}');
  expect(secrets).toEqual(['one', 't"wo']);
});

test('texts under the names of secrets count as secrets too, and so do tokens in headers', () => {
  const { secrets } = encodeBody(
    { ipsec_site_connection: { name: 'office', psk: 'p1' }, secret: 's1', password: 5 },
    { 'X-Auth-Token': 't1', accept: 'x', authorization: 'SDK-HMAC a' },
  );
  expect(secrets).toEqual(['t1', 'SDK-HMAC a', 'p1', 's1']);
});

test.each([
  [undefined, undefined],
  [null, 'null'],
  ['text', '"text"'],
  [new Secret('s'), '"s"'],
])('%j', (body, text) => {
  expect(encodeBody(body).text).toBe(text);
});

test('secrets are taken out of words, the longest first', () => {
  expect(withoutSecrets('a abc ab', ['ab', 'abc', ''])).toBe('a *** ***');
  expect(withoutSecrets('nothing', [])).toBe('nothing');
});
