import { expect, test } from 'vitest';
import { assumeRole, type Principal } from '../../../src/identity/agency.ts';
import { createSigner } from '../../../src/identity/signed-send.ts';
import type { Agency, KeysWay, WayContext } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';
import { type Answer, client, failure, json, serve, type TestServer, visible } from '../http/support.ts';
import { issue } from './support.ts';

const agency: Agency = { name: 'ci-agency', domain: { name: 'OTC-acme' } };
const byToken: Principal = { token: 'own-token' };

function context(server: TestServer): WayContext & { readonly tokens: string[] } {
  const { http } = client();
  const tokens: string[] = [];
  return {
    ...{ http, authUrl: new URL('/v3', server.url), otc: true, clock: { now: Date.now }, critical: false, tokens },
    idTokens: { url: undefined, token: undefined },
    obtained: (token) => tokens.push(token),
    mask: () => undefined,
  };
}

test('a token asks for one with the rights of the agency', async () => {
  const server = await serve(issue('agency-token'));
  const around = context(server);
  const grant = await assumeRole(agency, { name: 'eu-nl' }, byToken, around);
  expect(grant).toMatchObject({ token: 'agency-token', body: { project: { name: 'prod' } } });
  expect(around.tokens).toEqual(['agency-token']);
  expect(server.requests).toMatchObject([
    { method: 'POST', path: '/v3/auth/tokens', headers: { 'x-auth-token': 'own-token' } },
  ]);
  expect(JSON.parse(String(server.requests[0]?.body))).toEqual({
    auth: {
      identity: { methods: ['assume_role'], assume_role: { domain_name: 'OTC-acme', xrole_name: 'ci-agency' } },
      scope: { project: { name: 'eu-nl', domain: { name: 'OTC-acme' } } },
    },
  });
});

test.each([
  [{ id: 'd1' }, { name: 'eu-nl' }, { domain_id: 'd1' }, { name: 'eu-nl', domain: { id: 'd1' } }],
  [
    { id: 'd1' },
    { name: 'eu-nl', domain: { name: 'x' } },
    { domain_id: 'd1' },
    { name: 'eu-nl', domain: { name: 'x' } },
  ],
  [{ name: 'a' }, { id: 'p1' }, { domain_name: 'a' }, { id: 'p1' }],
])('the account %j and the project %j', async (domain, project, account, scope) => {
  const server = await serve(issue('agency-token'));
  await assumeRole({ ...agency, domain }, project, byToken, context(server));
  expect(JSON.parse(String(server.requests[0]?.body)).auth).toMatchObject({
    identity: { assume_role: { ...account, xrole_name: 'ci-agency' } },
    scope: { project: scope },
  });
});

const keys: KeysWay = { way: 'keys', accessKey: 'EXAMPLEAK0000000TEST', secretKey: new Secret('ExampleSecretKey0123') };

function signing(server: TestServer, { http, clock }: WayContext): Principal {
  return { send: createSigner({ http, keys, clock }).sendTo([server.url.origin], { domainId: 'd9' }) };
}

test('keys sign the same request, in the name of their own account', async () => {
  const server = await serve(issue('agency-token'));
  const around = context(server);
  expect(await assumeRole(agency, { id: 'p1' }, signing(server, around), around)).toMatchObject({
    token: 'agency-token',
  });
  const [request] = server.requests;
  expect(request?.headers).toMatchObject({
    'x-domain-id': 'd9',
    authorization: expect.stringContaining('SignedHeaders=content-type;host;x-domain-id;x-sdk-date,'),
  });
  expect(request?.headers).not.toHaveProperty('x-auth-token');
  expect(around.tokens).toEqual(['agency-token']);
});

const says = (status: number): Answer => json(status, { error: { code: status, message: 'no' } });

test.each([
  [
    403,
    /first: the user who logs in may not use agencies.*Agent Operator.*; the agency is for another account.*no rights in it\.$/,
  ],
  [
    404,
    /first: domain "OTC-acme" \(an account\) does not exist, or has no agency "ci-agency"; the project "eu-nl" of domain "OTC-acme"/,
  ],
  [
    401,
    /first: the user .*; domain "OTC-acme" .*; the agency .*; the project .*; the token of the login itself is not valid any more\.$/,
  ],
  [400, /first: the user .*not valid any more\.$/],
])('a refusal (%i) is explained, and not repeated', async (status, hint) => {
  const server = await serve(says(status));
  const error = await failure(assumeRole(agency, { name: 'eu-nl' }, byToken, context(server)));
  expect(error).toMatchObject({
    code: 'LOGIN_REFUSED',
    status,
    message: `Could not take on the agency "ci-agency" of domain "OTC-acme": no (HTTP ${status})`,
    hint: expect.stringMatching(hint),
  });
  expect(server.requests).toHaveLength(1);
});

test('a name that may be a secret in the wrong input is not shown', async () => {
  const server = await serve(says(404));
  const error = await failure(assumeRole({ ...agency, name: 'Pa$$w0rd&1' }, { id: 'p1' }, byToken, context(server)));
  expect(error).toMatchObject({
    message: 'Could not take on the agency of the given name of domain "OTC-acme": no (HTTP 404)',
    hint: expect.stringContaining('or has no agency of the given name; the project with id p1 does not exist'),
  });
  expect(visible(error)).not.toContain('Pa$$w0rd');
});

test('refused keys are explained as such', async () => {
  const server = await serve(says(401));
  const around = context(server);
  const error = await failure(assumeRole(agency, { id: 'p1' }, signing(server, around), around));
  expect(error).toMatchObject({
    code: 'LOGIN_REFUSED',
    hint: expect.stringContaining('secret-key is not the secret of'),
  });
});
