import fc from 'fast-check';
import { expect, test } from 'vitest';
import { claimText, decodeClaims, isIdToken, offered } from '../../../src/identity/claims.ts';
import { claims, jwt } from './oidc-support.ts';

/** The claims of a token that has some. */
function claimsOf(token: string): NonNullable<ReturnType<typeof decodeClaims>> {
  const decoded = decodeClaims(token);
  if (decoded === undefined) throw new Error('no claims');
  return decoded;
}

test('a token of GitHub, in words', () => {
  expect(offered(claimsOf(jwt()))).toEqual([
    '- iss: "https://token.actions.githubusercontent.com"',
    '- aud: "https://iam.eu-nl.otc.t-systems.com"',
    '- sub: "repo:acme/infra:environment:production"',
    '- repository: "acme/infra"',
    '- repository_id: "123456"',
    '- ref: "refs/heads/main"',
    '- environment: "production"',
    '- event_name: "push"',
    '- job_workflow_ref: "acme/infra/.github/workflows/vpn.yml@refs/heads/main"',
    '- key (kid): "1F2AB83404C0"',
  ]);
});

test('what is missing, of another type, of several values, or made to deceive', () => {
  const odd = {
    ...{ iss: '', aud: ['a', 'b', 3], sub: `x\n::error::${'y'.repeat(900)}`, repository: '<b>acme</b>\u202einfra' },
    ...{ repository_id: 123456, ref: null, event_name: [], extra: 'unseen' },
  };
  const lines = offered(claimsOf(jwt(odd, { kid: { a: 1 } })));
  expect(lines).toEqual([
    '- iss: none',
    '- aud: "a", "b"',
    expect.stringMatching(/^- sub: "x ::error::y+…"$/),
    '- repository: "acme infra"',
    '- repository_id: not a text',
    '- ref: not a text',
    '- environment: none',
    '- event_name: not a text',
    '- job_workflow_ref: none',
    '- key (kid): not a text',
  ]);
  expect(lines[2]?.length).toBeLessThan(220);
});

test('single claims', () => {
  const decoded = claimsOf(jwt({ ...claims, aud: ['first', 'second'], environment: '', ref: 7 }));
  const names = ['iss', 'aud', 'environment', 'ref', 'kid'] as const;
  expect(names.map((name) => claimText(decoded, name))).toEqual([
    claims.iss,
    'first',
    undefined,
    undefined,
    '1F2AB83404C0',
  ]);
});

test.each([
  ['two parts', 'e30.e30'],
  ['four parts', 'e30.e30.e30.e30'],
  ['no base64url', 'e30.e30.sig='],
  ['no JSON', 'AAAA.e30.c2ln'],
  ['no objects', jwt([1], 'x')],
  ['a payload that is null', jwt(null)],
  ['too long', `e30.e30.${'a'.repeat(70_000)}`],
  ['nothing', ''],
])('%s is no token', (_name, text) => {
  expect(decodeClaims(text)).toBeUndefined();
});

test('the form alone does not ask for JSON inside', () => {
  expect([isIdToken('AAAA.BBBB.CCCC'), isIdToken('AAAA.BBBB.'), isIdToken('AAAA BBBB.C.D')]).toEqual([
    true,
    false,
    false,
  ]);
});

test('any text and any JSON: never an error, never the token in the words', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((text) => jwt(JSON.parse(text))),
      ),
      (token) => {
        const decoded = decodeClaims(token);
        const words = decoded === undefined ? [] : offered(decoded);
        expect(words).toHaveLength(decoded === undefined ? 0 : 10);
        expect(words.join('\n')).not.toContain(token.split('.')[2] || token || '\0');
        expect(words.every((line) => !/[\r\n]/.test(line))).toBe(true);
      },
    ),
  );
});
