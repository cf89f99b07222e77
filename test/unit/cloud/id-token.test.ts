import { sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Claims, claimsOf, GITHUB_ISSUER } from '../../cloud/github/claims.ts';
import { jwtOf } from '../../cloud/github/jwt.ts';
import { currentKey, keySet, nextKey } from '../../cloud/github/keys.ts';
import { verifyIdToken } from '../../cloud/id-token.ts';

const NOW = Date.UTC(2026, 10, 23);
const SECONDS = NOW / 1000;
const TRUST = { issuer: GITHUB_ISSUER, audience: 'https://cloud', jwks: keySet([currentKey()]) };

function token(changes: Claims = {}): string {
  return jwtOf({ ...claimsOf({}, 'https://cloud', NOW), ...changes }, currentKey(), 'right');
}

/** The token with a part replaced, so that the signature does not fit any more. */
function withPart(index: number, part: string): string {
  return token()
    .split('.')
    .map((one, i) => (i === index ? part : one))
    .join('.');
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function verdict(jwt: string, lenient = false, trust = TRUST): unknown {
  const found = verifyIdToken(jwt, trust, NOW, lenient);
  return 'fault' in found ? found.fault : 'taken';
}

test('a good one gives its claims', () => {
  const found = verifyIdToken(token(), TRUST, NOW, false);
  expect(found).toMatchObject({ claims: { repository: 'acme/network', aud: 'https://cloud' } });
});

test.each([
  ['wrong', 'a signature by another key, under a known kid'],
  ['rotated', 'a key whose kid is not known'],
  ['none', 'no signature'],
  ['HS256', 'the public key as secret'],
] as const)('refused: %s, %s', (signature, _what) => {
  const jwt = jwtOf(claimsOf({}, 'https://cloud', NOW), currentKey(), signature);
  expect([verdict(jwt), verdict(jwt, true)]).toEqual(['token', 'token']);
});

test('the other key is taken once the key set has it', () => {
  const jwt = jwtOf(claimsOf({}, 'https://cloud', NOW), currentKey(), 'rotated');
  expect(verdict(jwt, false, { ...TRUST, jwks: keySet([currentKey(), nextKey()]) })).toBe('taken');
});

test.each<[string, string]>([
  ['no JWT', 'garbage'],
  ['nothing', ''],
  ['four parts', `${token()}.x`],
  ['a changed payload', withPart(1, encoded({ ...claimsOf({}, 'https://cloud', NOW), ref: 'refs/heads/x' }))],
  ['a header that is no object', withPart(0, encoded([]))],
  ['a payload that is no JSON', withPart(1, 'AAAA')],
  ['another algorithm', withPart(0, encoded({ typ: 'JWT', alg: 'RS512', kid: currentKey().kid }))],
  ['a signature that is none', withPart(2, 'AAAA')],
  ['a header without kid, whose signature does not fit', withPart(0, encoded({ alg: 'RS256' }))],
])('refused: %s', (_what, jwt) => {
  expect([verdict(jwt), verdict(jwt, true)]).toEqual(['token', 'token']);
});

test('the right key under a kid that is not known is none', () => {
  const jwks = keySet([{ ...currentKey(), kid: 'other' }]);
  expect([verdict(token(), false, { ...TRUST, jwks }), verdict(token(), true, { ...TRUST, jwks })]).toEqual([
    'token',
    'token',
  ]);
});

test('without kid: tried with every key, or refused', () => {
  const signed = `${encoded({ alg: 'RS256' })}.${encoded(claimsOf({}, 'https://cloud', NOW))}`;
  const jwt = `${signed}.${sign('sha256', Buffer.from(signed), currentKey().privateKey).toString('base64url')}`;
  const trust = { ...TRUST, jwks: keySet([nextKey(), currentKey()]) };
  expect([verdict(jwt, false, trust), verdict(jwt, true, trust)]).toEqual(['token', 'taken']);
});

test.each<[string, Claims, string, string]>([
  ['over', { exp: SECONDS }, 'token', 'token'],
  ['over in a second', { exp: SECONDS + 1 }, 'taken', 'taken'],
  ['an end that is no number', { exp: 'tomorrow' }, 'token', 'token'],
  ['without an end', { exp: undefined }, 'token', 'taken'],
  ['valid from now on', { nbf: SECONDS }, 'taken', 'taken'],
  ['valid in a second', { nbf: SECONDS + 1 }, 'token', 'taken'],
  ['without a beginning', { nbf: undefined }, 'taken', 'taken'],
  ['another issuer', { iss: 'https://token.actions.githubusercontent.com.example.org' }, 'claims', 'claims'],
  ['no issuer', { iss: undefined }, 'claims', 'claims'],
  ['another audience', { aud: 'https://cloud/' }, 'claims', 'claims'],
  ['no audience', { aud: undefined }, 'claims', 'claims'],
  ['several audiences', { aud: ['https://elsewhere', 'https://cloud'] }, 'taken', 'taken'],
  ['several other audiences', { aud: ['https://elsewhere', 'https://cloud2'] }, 'claims', 'claims'],
])('%s', (_what, changes, strict, lenient) => {
  const jwt = token(changes);
  expect([verdict(jwt), verdict(jwt, true)]).toEqual([strict, lenient]);
});

test.each(['', '{}', '{"keys":[]}', 'garbage'])('the key set %j knows no key', (jwks) => {
  expect(verdict(token(), false, { ...TRUST, jwks })).toBe('token');
});
