import { expect, test } from 'vitest';
import type { RecordedRequest } from '../../cloud/index.ts';
import { fileSecrets, givenSecrets, sentSecrets, sentTokens, withParts } from '../../scenarios/harness/secrets.ts';

function request(headers: RecordedRequest['headers'], body?: unknown): RecordedRequest {
  return { n: 1, at: 0, service: 'identity', method: 'POST', path: '/', headers, body, status: 201, startedAt: 0 };
}

test('of inputs and variables, those that hold secrets', () => {
  const inputs = {
    ...{ username: 'ci-bot', password: 'p4ssword', passcode: '123456', token: ' t0ken ', psk: 'k3y!' },
    ...{ 'access-key': 'AAAA', 'secret-key': 's3cret', 'security-token': 's-t0ken', 'user-domain-name': 'acme' },
    ...{ 'application-credential-id': 'id-1', 'application-credential-secret': 'ac-s3cret', secrets: 'A=one1\nB=two2' },
  };
  const env = {
    ...{ OS_USERNAME: 'name', OS_PASSWORD: 'os-p4ss', OS_SK: 'os-sk', OS_AUTH_TOKEN: 'os-token', GITHUB_TOKEN: 'none' },
    ...{ ACTIONS_ID_TOKEN_REQUEST_URL: 'http://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'ask-m3' },
  };
  expect(givenSecrets(inputs, env).sort()).toEqual(
    [
      ...['one1', 'two2', 'p4ssword', '123456', 't0ken', 'k3y!', 's3cret', 's-t0ken', 'ac-s3cret'],
      ...['os-p4ss', 'os-sk', 'os-token', 'ask-m3'],
    ].sort(),
  );
});

test('of a clouds.yaml, and of no other file', () => {
  const text = 'clouds: { a: { auth: { username: ci, password: p4ssword }, regions: [x] }, b: { auth: { sk: abcd } } }';
  expect(fileSecrets({ '../temp/clouds.yaml': text, 'vpn.yml': 'password: nobodys' })).toEqual(['p4ssword', 'abcd']);
});

test('of requests: tokens, which have to be masked, and what else proves who somebody is', () => {
  const signed = 'SDK-HMAC-SHA256 Access=KEY, SignedHeaders=host, Signature=0123abcd';
  const requests = [
    request({ 'x-auth-token': 'given', authorization: 'Bearer id-token' }),
    request({ authorization: signed, 'x-security-token': 'st-1' }, { auth: { id_token: { id: 'posted' } } }),
    request({}, { auth: { identity: { totp: { user: { passcode: '654321' } }, token: { id: 'parent' } } } }),
  ];
  expect(sentTokens(requests)).toEqual(['given', 'id-token', 'posted']);
  const others = ['Bearer id-token', signed, '0123abcd', 'st-1', '654321', 'parent'];
  expect(new Set(sentSecrets(requests))).toEqual(new Set([...sentTokens(requests), ...others]));
});

test('of a JWT, its parts too', () => {
  expect(withParts(['plain.text.only', 'eyJhbGci.eyJpc3Mi.c2lnbmF0'])).toEqual([
    ...['plain.text.only', 'eyJhbGci.eyJpc3Mi.c2lnbmF0', 'eyJpc3Mi', 'c2lnbmF0'],
  ]);
});
