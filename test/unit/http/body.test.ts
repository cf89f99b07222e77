import { expect, test } from 'vitest';
import { encodeBody, secretsIn, secretsInHeaders } from '../../../src/http/body.ts';
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
  expect(secrets).toEqual(['t1', 'SDK-HMAC a', 'a', 'p1', 's1']);
});

test.each([
  [{ 'X-Security-Token': 'sec-tok', 'x-sdk-date': 'd' }, ['sec-tok']],
  [{ Authorization: 'Bearer eyJ.a.b' }, ['Bearer eyJ.a.b', 'eyJ.a.b']],
  [
    { authorization: 'SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=0123' },
    ['SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=0123', '0123'],
  ],
])('an authorization is secret as a whole, and so is what it proves: %j', (headers, secrets) => {
  expect(secretsInHeaders(headers)).toEqual(secrets);
});

test.each([
  [undefined, undefined],
  [null, 'null'],
  ['text', '"text"'],
  [new Secret('s'), '"s"'],
])('%j', (body, text) => {
  expect(encodeBody(body).text).toBe(text);
});

test('the secrets of an answer: texts under the names of secrets, as deep as the APIs have them', () => {
  const connections = [{ name: 'a', psk: 'p1' }, { psk: null }, 'psk', { nested: { psk: 'p2' } }];
  expect(secretsIn({ ipsec_site_connections: connections, secret: 's1' })).toEqual(['p1', 'p2', 's1']);
  expect(secretsIn({ a: { b: { c: { d: { psk: 'p' } } } } })).toEqual(['p']);
  expect(secretsIn({ a: { b: { c: { d: { e: { psk: 'p' } } } } } })).toEqual([]);
  expect(secretsIn('psk')).toEqual([]);
  expect(secretsIn(undefined)).toEqual([]);
});
