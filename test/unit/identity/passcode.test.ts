import { expect, test } from 'vitest';
import { login } from '../../../src/identity/login.ts';
import type { PasswordWay } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';
import { failure, json, visible } from '../http/support.ts';
import { calls, cloud, issue, list, passwordLogin, passwordWay, trying, unauthorized } from './support.ts';

const way: PasswordWay = { ...passwordWay, user: { id: 'u1' }, passcode: new Secret('492039') };

test.each([
  [{ id: 'u1' }, { project: { name: 'prod' } }],
  [{ name: 'ci-bot', domain: { name: 'acme' } }, { project: { name: 'prod', domain: { name: 'acme' } } }],
])('password and passcode of %j go together', async (user, scope) => {
  const server = await cloud();
  await login(trying(server, { login: { ...passwordLogin, way: { ...way, user } } }).options);
  expect(JSON.parse(server.requests[0]?.body ?? '').auth).toEqual({
    identity: {
      methods: ['password', 'totp'],
      password: { user: { ...user, password: 'Pass-Wort1' } },
      totp: { user: { ...user, passcode: '492039' } },
    },
    scope,
  });
});

test('a user that needs one, and gives none', async () => {
  const receipt = { receipt: { methods: ['password'] }, required_auth_methods: [['password', 'totp']] };
  const server = await cloud({ post: json(401, receipt, { 'Openstack-Auth-Receipt': 'gAAA-receipt' }) });
  const error = await failure(login(trying(server).options));
  expect(error).toMatchObject({
    code: 'LOGIN_REFUSED',
    message: expect.stringContaining('The user has to log in with password and totp. (HTTP 401)'),
    hint: expect.stringMatching(/^The user needs a passcode too: give it as passcode\./),
  });
});

test('a refusal names the passcode, and shows neither', async () => {
  const server = await cloud({ post: unauthorized });
  const { options, lines } = trying(server, { login: { ...passwordLogin, way } });
  const error = await failure(login(options));
  expect(error).toMatchObject({ code: 'LOGIN_REFUSED', hint: expect.stringMatching(/the passcode is wrong, too old/) });
  expect(error).toMatchObject({ hint: expect.stringContaining('the user with id u1 does not exist') });
  expect(visible(error) + lines.join()).not.toMatch(/492039|Pass-Wort1/);
  expect(server.requests).toHaveLength(1);
});

test('it is not used twice: a 401 later on fails with the remedy', async () => {
  const server = await cloud({ network: unauthorized });
  const session = await login(trying(server, { login: { ...passwordLogin, way } }).options);
  expect(await failure(session.send(list(session)))).toMatchObject({
    code: 'LOGIN_TOKEN',
    hint: expect.stringMatching(/has expired\. A login with a passcode cannot be repeated/),
  });
  await session.close(1000);
  expect(calls(server)).toEqual(['POST /v3/auth/tokens', 'GET /v2.0/vpn/ikepolicies', 'DELETE /v3/auth/tokens']);
});

test('a token that will not last is told before it fails', async () => {
  const server = await cloud({ post: issue('tok-1', { expires_at: new Date(Date.now() + 125_000).toISOString() }) });
  const { options, warnings } = trying(server, { login: { ...passwordLogin, way } });
  await login(options);
  expect(warnings).toEqual([
    expect.stringMatching(/expires in about 2 minutes, .* take 10 minutes; .* passcode cannot be repeated/),
  ]);
});
