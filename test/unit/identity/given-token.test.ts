import { expect, test } from 'vitest';
import { login } from '../../../src/identity/login.ts';
import type { LoginWay } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';
import { failure, json, raw, visible } from '../http/support.ts';
import { calls, cloud, list, project, tokenBody, tokenWay, trying, unauthorized } from './support.ts';

test('learns its project and catalogue, and is never revoked', async () => {
  const server = await cloud();
  const { options, masked, warnings } = trying(server, { login: { way: tokenWay, project: { name: 'prod' } } });
  const session = await login(options);
  expect(session.project.id).toBe(project.id);
  expect(server.requests[0]?.headers).toMatchObject({
    'x-auth-token': 'gAAAA-given',
    'x-subject-token': 'gAAAA-given',
    'openstack-identity-access-rules': '1.0',
  });
  await session.send(list(session));
  expect(await session.close(1000)).toBeUndefined();
  expect(calls(server)).toEqual(['GET /v3/auth/tokens', 'GET /v2.0/vpn/ikepolicies']);
  expect([masked, warnings]).toEqual([[], []]);
});

test.each([
  ['expired', unauthorized, 401, /expired, revoked/],
  [
    'unknown',
    json(404, { error: { code: 404, message: 'Failed to validate token' } }),
    404,
    /has expired, or there is no identity/,
  ],
])('that is %s', async (_name, get, status, hint) => {
  const server = await cloud({ get });
  const error = await failure(login(trying(server, { login: { way: tokenWay } }).options));
  expect(error).toMatchObject({ code: 'LOGIN_TOKEN', status, hint: expect.stringMatching(hint) });
  expect(visible(error)).not.toContain('gAAAA-given');
});

test('the service is down', async () => {
  const server = await cloud({ get: raw(500) });
  expect(await failure(login(trying(server, { login: { way: tokenWay } }).options))).toMatchObject({
    code: 'API_UNAVAILABLE',
  });
});

test.each(['with blank', 'with\nbreak', 'mit-ä', ''])('%j is no token, and is not sent', async (text) => {
  const server = await cloud();
  const way: LoginWay = { way: 'token', token: new Secret(text) };
  expect(await failure(login(trying(server, { login: { way } }).options))).toMatchObject({ code: 'LOGIN_TOKEN' });
  expect(server.requests).toEqual([]);
});

test.each([
  ['unscoped', { project: undefined }, 'LOGIN_SCOPE'],
  ['of a domain', { project: undefined, domain: { id: 'd0' } }, 'LOGIN_SCOPE'],
])('that is %s is refused, and stays valid', async (_name, more, code) => {
  const server = await cloud({
    get: (response, request, n) => json(200, tokenBody(request, more))(response, request, n),
  });
  expect(await failure(login(trying(server, { login: { way: tokenWay } }).options))).toMatchObject({ code });
  expect(calls(server)).toEqual(['GET /v3/auth/tokens']);
});

test.each([
  [4 * 60_000, 0, 'about 4 minutes'],
  [-2000, 0, 'about 0 seconds'],
  [61_000, 0, ' seconds, and the input timeout lets the run take 10 minutes'],
  [11 * 60_000, 0, undefined],
  [undefined, 0, undefined],
  // A clock that is wrong does not make it live longer or shorter.
  [4 * 60_000, -3_600_000, 'about 4 minutes'],
  [11 * 60_000, 3_600_000, undefined],
])('a token that lives %s ms longer, with a clock that is off by %s ms', async (lifeMs, offMs, words) => {
  const expires_at = lifeMs === undefined ? undefined : new Date(Date.now() + lifeMs + 1000).toISOString();
  const now = Date.now() + offMs;
  const server = await cloud({
    get: (response, request, n) => json(200, tokenBody(request, { expires_at }))(response, request, n),
  });
  const { options, warnings } = trying(server, {
    login: { way: tokenWay },
    clock: { now: () => now },
    deadline: now + 600_000,
  });
  await login(options);
  expect(warnings).toEqual(words === undefined ? [] : [expect.stringContaining(words)]);
});

test('a 401 later on fails with the remedy', async () => {
  const server = await cloud({ network: unauthorized });
  const session = await login(trying(server, { login: { way: tokenWay } }).options);
  expect(await failure(session.send(list(session)))).toMatchObject({
    code: 'LOGIN_TOKEN',
    status: 401,
    message: expect.stringContaining('Could not list the IKE policies: '),
    hint: expect.stringMatching(/has expired\. A given token cannot be renewed.*username and password/),
  });
  expect(calls(server)).toEqual(['GET /v3/auth/tokens', 'GET /v2.0/vpn/ikepolicies']);
});
