import { expect, test } from 'vitest';
import { failureText } from '../../../src/runner/failure.ts';
import { failure, json, raw, reset, visible } from '../http/support.ts';
import { claims, exchanging, gitHubAndCloud, issued, jwt, requestToken } from './oidc-support.ts';
import { calls } from './support.ts';

const idTokenCall = `GET /idtoken?api-version=2.0&audience=${encodeURIComponent(claims.aud)}`;
const otcCall = 'POST /identity/v3.0/OS-AUTH/id-token/tokens';
const keystoneCall = 'POST /identity/v3/OS-FEDERATION/identity_providers/github/protocols/openid/auth';
const flat = (error_code: string, error_msg: string) => ({ error_code, error_msg });

/** Nothing of the tokens, whole or a part of them, in what can be seen. */
function expectNoToken(text: string): void {
  for (const secret of [requestToken, ...jwt().split('.')]) {
    expect(text).not.toContain(secret);
  }
}

test.each([
  [{ id: 'p1' }, { scope: { project: { id: 'p1' } } }],
  [{ name: 'eu-nl_prod' }, { scope: { project: { name: 'eu-nl_prod' } } }],
  [{ name: 'eu-nl_prod', domain: { name: 'OTC-EU' } }, { scope: { project: { name: 'eu-nl_prod' } } }],
  [undefined, {}],
])('OTC: one request for the project %j', async (project, scope) => {
  const server = await gitHubAndCloud();
  const { grant, masked, obtained, lines } = exchanging(server, project === undefined ? {} : { project });
  expect(await grant).toMatchObject({ token: 'tok-1', body: { expiresAt: Date.parse('2099-01-01') } });
  expect(calls(server)).toEqual([idTokenCall, otcCall]);
  expect(server.requests[1]?.headers).toMatchObject({ 'x-idp-id': 'github', 'content-type': 'application/json' });
  expect(server.requests[1]?.headers.authorization).toBeUndefined();
  expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual({ auth: { id_token: { id: jwt() }, ...scope } });
  expect(masked).toEqual([requestToken, jwt()]);
  expect(obtained).toEqual(['tok-1']);
  expectNoToken(lines.join());
});

test('OpenStack: the ID token as bearer, no body, a token without a scope', async () => {
  const server = await gitHubAndCloud();
  const { grant, obtained } = exchanging(server, { otc: false, project: { name: 'prod' } });
  expect(await grant).toMatchObject({ token: 'tok-1' });
  expect(calls(server)).toEqual([idTokenCall, keystoneCall]);
  expect(server.requests[1]).toMatchObject({ body: '', headers: { authorization: `Bearer ${jwt()}` } });
  expect(obtained).toEqual(['tok-1']);
});

test('OpenStack: names in the path are encoded', async () => {
  const server = await gitHubAndCloud();
  await exchanging(server, { otc: false, way: { identityProvider: 'git/hub ä', protocol: 'map?ped' } }).grant;
  expect(calls(server)[1]).toBe(
    'POST /identity/v3/OS-FEDERATION/identity_providers/git%2Fhub%20%C3%A4/protocols/map%3Fped/auth',
  );
});

test('each login asks for an ID token of its own', async () => {
  const server = await gitHubAndCloud();
  await exchanging(server).grant;
  await exchanging(server).grant;
  expect(calls(server)).toEqual([idTokenCall, otcCall, idTokenCall, otcCall]);
});

test('without an ID token the cloud is not asked', async () => {
  const server = await gitHubAndCloud({ idToken: raw(403) });
  expect(await failure(exchanging(server).grant)).toMatchObject({ code: 'ID_TOKEN' });
  expect(calls(server)).toEqual([idTokenCall]);
});

test('OTC refuses: the claims, what they have to fit, and the copy of the keys; sent once', async () => {
  const server = await gitHubAndCloud({ exchange: json(401, flat('IAM.0001', `Token ${jwt()} is not accepted`)) });
  const { grant, lines } = exchanging(server, { project: { name: 'eu-nl' } });
  const error = await failure(grant);
  expect(error).toMatchObject({ name: 'ResponseError', code: 'LOGIN_REFUSED', status: 401, serverCode: 'IAM.0001' });
  expect(error).toMatchObject({
    message: [
      `Could not log in at ${server.url.origin}/identity/v3 by the ID token of this job, through identity provider "github": Token *** is not accepted (IAM.0001, HTTP 401)`,
      'The ID token that was offered says:',
      ...Object.entries(claims)
        .toSorted(([a], [b]) => order(a) - order(b))
        .map(([name, value]) => `- ${name}: "${value}"`),
      '- key (kid): "1F2AB83404C0"',
    ].join('\n'),
    hint: expect.stringMatching(
      /^For identity provider "github": its conversion rule .*idp_url must be iss.*client_id must be aud\. If it worked until lately: .*the key "1F2AB83404C0" may be missing.*https:\/\/token\.actions\.githubusercontent\.com\/\.well-known\/jwks has \(PUT \/v3\.0\/OS-FEDERATION\/identity-providers\/github\/openid-connect-config/,
    ),
  });
  expect(calls(server)).toEqual([idTokenCall, otcCall]);
  expectNoToken(visible(error) + lines.join());
});

function order(claim: string): number {
  return ['iss', 'aud', 'sub', 'repository', 'repository_id', 'ref', 'environment', 'event_name'].indexOf(claim) >>> 0;
}

test.each(['The signature of the ID token is invalid.', 'public key not found', 'kid mismatch', 'No matching JWK'])(
  'OTC says "%s": the key comes first',
  async (words) => {
    const server = await gitHubAndCloud({ exchange: json(401, flat('IAM.0001', words)) });
    expect(await failure(exchanging(server).grant)).toMatchObject({
      hint: expect.stringMatching(
        /^Likely the key: .*"1F2AB83404C0" is not in that .*signing_key.*Is it there: its conversion rule/,
      ),
    });
  },
);

test.each(['Keystone says no', 'The keyboard is missing', 'Authentication failed'])(
  'OTC says "%s", which is about no key',
  async (words) => {
    const server = await gitHubAndCloud({ exchange: json(401, flat('IAM.0001', words)) });
    expect(await failure(exchanging(server).grant)).toMatchObject({ hint: expect.stringMatching(/^For identity/) });
  },
);

test('GitHub Enterprise Server: the keys are those of its issuer; a token that does not tell key and issuer', async () => {
  const ofServer = { ...claims, iss: 'https://github.acme.example/_services/token' };
  const exchange = json(401, flat('IAM.0001', 'no'));
  const server = await gitHubAndCloud({ idToken: json(200, { value: jwt(ofServer) }), exchange });
  expect(await failure(exchanging(server).grant)).toMatchObject({
    hint: expect.stringContaining('https://github.acme.example/_services/token/.well-known/jwks'),
  });
  const bare = await gitHubAndCloud({ idToken: json(200, { value: jwt({}, {}) }), exchange });
  expect(await failure(exchanging(bare).grant)).toMatchObject({
    message: expect.stringMatching(/- iss: none\n(?:.*\n)*- key \(kid\): none$/),
    hint: expect.stringMatching(/a key that it does not name.*token\.actions\.githubusercontent\.com/),
  });
});

test('a token whose parts are no JSON is exchanged all the same, and its refusal lists no claims', async () => {
  const idToken = json(200, { value: 'AAAAA.BBBBB.CCCCC' });
  const server = await gitHubAndCloud({ idToken, exchange: json(401, flat('IAM.0001', 'no')) });
  expect(await failure(exchanging(server).grant)).toMatchObject({
    code: 'LOGIN_REFUSED',
    message: expect.stringMatching(/\(IAM\.0001, HTTP 401\)$/),
  });
});

test.each([
  [400, flat('IAM.0011', 'Invalid'), /conversion rule/, true],
  [403, flat('IAM.0003', 'Forbidden'), /no right in the project "eu-nl".*enabled.*API ACL/, true],
  [
    404,
    flat('IAM.0004', 'Not found'),
    /^There is no identity provider "github", .*protocol oidc, or there is no project "eu-nl"/,
    false,
  ],
  [404, undefined, /^There is no identity provider "github"/, false],
  [403, flat('APIGW.0402', 'no'), /allows the API from certain addresses/, false],
  [401, flat('IAM.0061', 'locked'), /locked/, false],
  [401, flat('IAM.4711', 'news'), /conversion rule/, true],
  [405, undefined, /does not offer this call/, false],
  [302, undefined, /redirect/, false],
])('OTC: HTTP %i, %j', async (status, body, hint, listsClaims) => {
  const server = await gitHubAndCloud({ exchange: body === undefined ? raw(status) : json(status, body) });
  const error = await failure(exchanging(server, { project: { name: 'eu-nl' } }).grant);
  expect(error).toMatchObject({ code: 'LOGIN_REFUSED', status, hint: expect.stringMatching(hint) });
  expect(visible(error).includes('claims above') || visible(error).includes('that was offered says')).toBe(listsClaims);
  expect(server.requests).toHaveLength(2);
});

test('OTC, for an agency: words without a project', async () => {
  const forbidden = await gitHubAndCloud({ exchange: json(403, flat('IAM.0003', 'no')) });
  expect(await failure(exchanging(forbidden).grant)).toMatchObject({
    hint: expect.stringContaining('no right in the account'),
  });
  const unknown = await gitHubAndCloud({ exchange: json(404, flat('IAM.0004', 'no')) });
  expect(await failure(exchanging(unknown).grant)).toMatchObject({
    hint: expect.stringMatching(/has no protocol oidc\. Check/),
  });
});

const page = (title: string): string =>
  `<!DOCTYPE HTML><html><head><title>${title}</title></head><body><p>…</p></body></html>`;
const keystone = (code: number, message: string) => ({ error: { code, title: 'x', message } });
const ofKeystone = { 'www-authenticate': 'Keystone uri="http://cloud.example/v3"' };

test.each([
  [
    'mod_auth_openidc does not know the key',
    raw(401, page('401 Unauthorized'), {
      'www-authenticate': 'Bearer error="invalid_token", error_description="JWT token could not be validated"',
    }),
    /: JWT token could not be validated \(invalid_token, HTTP 401\)\nThe ID token that/,
    /Keystone has not seen it.*tokens of https:\/\/token\.actions.*\/\.well-known\/jwks.*OIDCOAuthVerifyJwksUri/,
  ],
  ['a web server with a page', raw(401, page('401 Unauthorized')), /: 401 Unauthorized \(/, /Keystone has not seen it/],
  ['a web server without words', raw(401), /without a reason/, /Keystone has not seen it/],
  [
    'no rule of the mapping',
    json(401, keystone(401, 'The request you have made requires authentication.'), ofKeystone),
    /requires authentication\. \(HTTP 401\)\nThe ID token that was offered says:\n- iss/,
    /^Keystone has seen the token and found no user for it: no rule/,
  ],
  ['remote_ids', json(403, keystone(403, 'You are not authorized.')), /says:\n- iss/, /disabled.*issuer.*remote_ids/],
  [
    'a login page',
    raw(302, '', { location: 'https://github.com/login/oauth' }),
    /redirect to github\.com, which is not followed \(HTTP 302\)$/,
    /wants a login in a browser.*OIDCOAuthVerifyJwksUri.*mod_oauth2/,
  ],
  [
    'an unknown identity provider',
    json(404, keystone(404, 'Could not find Identity Provider: github.')),
    /Could not find Identity Provider: github\. \(HTTP 404\)$/,
    /^There is no identity provider "github", or it has no protocol "openid", or there is no identity service/,
  ],
  [
    'a protocol that is none of its methods',
    json(401, keystone(401, 'Attempted to authenticate with an unsupported method.')),
    /unsupported method\. \(HTTP 401\)$/,
    /^There is no identity provider "github", or it has no protocol "openid"/,
  ],
  ['no such call', raw(405), /\(HTTP 405\)$/, /does not offer this call/],
  ['a bad request', json(400, keystone(400, 'bad')), /bad \(HTTP 400\)$/, /value that the message names/],
])('OpenStack: %s', async (_name, exchange, message, hint) => {
  const server = await gitHubAndCloud({ exchange });
  const error = await failure(exchanging(server, { otc: false }).grant);
  expect(error).toMatchObject({
    ...{ code: 'LOGIN_REFUSED', message: expect.stringMatching(message), hint: expect.stringMatching(hint) },
  });
  expect(calls(server)).toEqual([idTokenCall, keystoneCall]);
  expectNoToken(visible(error));
});

test('a service that is unavailable is asked again with the same token, a lost answer is not', async () => {
  const server = await gitHubAndCloud({
    exchange: (response, request, n) => (n < 3 ? raw(503) : issued)(response, request, n),
  });
  await exchanging(server).grant;
  expect(calls(server)).toEqual([idTokenCall, otcCall, otcCall]);
  const cut = await gitHubAndCloud({ exchange: reset });
  expect(await failure(exchanging(cut).grant)).toMatchObject({ name: 'LostAnswerError', code: 'NETWORK' });
  expect(calls(cut)).toEqual([idTokenCall, otcCall]);
});

test('an answer without a token', async () => {
  const server = await gitHubAndCloud({ exchange: json(201, { token: {} }) });
  expect(await failure(exchanging(server).grant)).toMatchObject({ code: 'API_UNAVAILABLE' });
});

test('between the two halves of a replacement a cancel signal stops neither request', async () => {
  const server = await gitHubAndCloud();
  const { grant, reads } = exchanging(server, { critical: true });
  reads.abort();
  expect((await grant).token).toBe('tok-1');
});

test.each([true, false])('the error fits into an annotation and the summary (OTC: %s)', async (otc) => {
  const long = Object.fromEntries(Object.keys(claims).map((name) => [name, `https://${name}.${'x'.repeat(250)}`]));
  for (const payload of [claims, long]) {
    const exchange = json(401, { error: { message: 'm'.repeat(900) } });
    const server = await gitHubAndCloud({ idToken: json(200, { value: jwt(payload) }), exchange });
    const error = await exchanging(server, { otc }).grant.catch((thrown) => thrown);
    const text = failureText(error);
    expect(text).toContain('- key (kid): "1F2AB83404C0"');
    expect(text).toMatch(/\(LOGIN_REFUSED\)$/);
    expect(payload === claims ? error.hint.length : 0).toBeLessThanOrEqual(500);
  }
});
