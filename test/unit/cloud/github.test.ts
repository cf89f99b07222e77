import { createPublicKey, generateKeyPairSync, type JsonWebKey, verify } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { type GitHub, type GitHubOptions, startGitHub } from '../../cloud/github/index.ts';
import { at, decoded } from '../../json.ts';

const running: GitHub[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

async function start(options?: GitHubOptions): Promise<GitHub> {
  const gitHub = await startGitHub(options);
  running.push(gitHub);
  return gitHub;
}

async function ask(gitHub: GitHub, authorization = `bearer ${gitHub.requestToken}`, audience = 'https://cloud') {
  const url = `${gitHub.requestUrl}&audience=${encodeURIComponent(audience)}`;
  const response = await fetch(url, { headers: { authorization } });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type'), text, json: decoded(text) };
}

function parts(jwt: unknown): { header: unknown; claims: unknown; signed: Buffer; signature: Buffer } {
  const [header = '', payload = '', signature = ''] = String(jwt).split('.');
  const json = (part: string) => decoded(Buffer.from(part, 'base64url').toString());
  const signed = Buffer.from(`${header}.${payload}`);
  return { header: json(header), claims: json(payload), signed, signature: Buffer.from(signature, 'base64url') };
}

function isSignedBy(jwt: unknown, jwks: string): boolean {
  const { header, signed, signature } = parts(jwt);
  const keys: unknown = at(decoded(jwks), 'keys');
  const found: unknown = (Array.isArray(keys) ? keys : []).find((key) => at(key, 'kid') === at(header, 'kid'));
  if (found === undefined) return false;
  const key: JsonWebKey = Object(found);
  return verify('sha256', signed, createPublicKey({ format: 'jwk', key }), signature);
}

test("a job's token: GitHub's claims for the audience, signed by the key of the key set", async () => {
  const now = Date.UTC(2026, 10, 23);
  const gitHub = await start({ now: () => now });
  const reply = await ask(gitHub);
  const jwt = at(reply.json, 'value');
  expect([reply.status, isSignedBy(jwt, gitHub.jwks)]).toEqual([200, true]);
  expect(parts(jwt).header).toMatchObject({ alg: 'RS256', typ: 'JWT' });
  expect(parts(jwt).claims).toMatchObject({
    ...{ iss: 'https://token.actions.githubusercontent.com', aud: 'https://cloud', ref: 'refs/heads/main' },
    ...{ sub: 'repo:acme/network:ref:refs/heads/main', repository: 'acme/network', repository_owner: 'acme' },
    ...{ iat: now / 1000, exp: now / 1000 + 300, nbf: now / 1000 - 600 },
  });
  expect(gitHub.requests).toMatchObject([{ method: 'GET', audience: 'https://cloud', status: 200, idToken: jwt }]);
});

test.each([
  [{ environment: 'production' }, 'repo:acme/network:environment:production'],
  [{ event: 'pull_request', ref: 'refs/pull/1/merge' }, 'repo:acme/network:pull_request'],
  [{ repository: 'evil/network', ref: 'refs/tags/v1' }, 'repo:evil/network:ref:refs/tags/v1'],
])('the run %j has the subject %s', async (run, sub) => {
  const gitHub = await start({ run });
  expect(parts(gitHub.idToken('x')).claims).toMatchObject({ sub });
});

test.each(['', 'bearer', 'bearer wrong', 'Basic x'])('the authorization "%s" is refused', async (authorization) => {
  const gitHub = await start();
  expect((await ask(gitHub, authorization)).status).toBe(401);
});

test('the scheme may be written with a capital', async () => {
  const gitHub = await start();
  expect((await ask(gitHub, `Bearer ${gitHub.requestToken}`)).status).toBe(200);
});

test.each(['rotated', 'wrong', 'none', 'HS256'] as const)(
  'signature %s: not by a key of the set',
  async (signature) => {
    const gitHub = await start();
    gitHub.knobs.signature = signature;
    const jwt = gitHub.idToken('x');
    expect(isSignedBy(jwt, gitHub.jwks)).toBe(false);
    expect(gitHub.jwks.includes(String(at(parts(jwt).header, 'kid')))).toBe(signature !== 'rotated');
  },
);

test('claims can be replaced and left out, and the time be wrong', async () => {
  const now = Date.UTC(2026, 10, 23);
  const gitHub = await start({ now: () => now });
  gitHub.knobs.claims = { ref: 'refs/heads/x', sub: undefined };
  const { claims } = parts(gitHub.idToken('x'));
  expect([at(claims, 'ref'), 'sub' in Object(claims)]).toEqual(['refs/heads/x', false]);
  gitHub.knobs.time = 'expired';
  expect(at(parts(gitHub.idToken('x')).claims, 'exp')).toBe(now / 1000 - 600);
  gitHub.knobs.time = 'early';
  expect(at(parts(gitHub.idToken('x')).claims, 'nbf')).toBe(now / 1000 + 3600);
});

test.each([
  [403, 403, 'application/json; charset=utf-8'],
  [500, 500, 'application/json; charset=utf-8'],
  ['garbage', 200, 'application/json; charset=utf-8'],
  ['html', 200, 'text/html; charset=utf-8'],
  ['empty', 200, 'application/json; charset=utf-8'],
] as const)('the answer %s', async (answer, status, type) => {
  const gitHub = await start();
  gitHub.knobs.answer = answer;
  const reply = await ask(gitHub);
  expect([reply.status, reply.type, at(reply.json, 'value')]).toEqual([status, type, undefined]);
});

test('signs with a key from outside, under its kid', async () => {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const gitHub = await start({ key: { kid: 'mine', privateKey: String(pem) } });
  const other = await start();
  const jwt = gitHub.idToken('x');
  expect(at(parts(jwt).header, 'kid')).toBe('mine');
  expect([isSignedBy(jwt, gitHub.jwks), isSignedBy(jwt, other.jwks)]).toEqual([true, false]);
});
