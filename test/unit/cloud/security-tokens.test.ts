/** Temporary keys that are obtained with a token. */
import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, column, endAll, problem, type Reply, type Session, send } from './client.ts';
import { signed } from './signer.ts';

afterEach(endAll);

const START = Date.UTC(2026, 2, 14);

function obtain({ cloud }: Session, token: object, headers: Record<string, string>, methods = ['token']) {
  const url = cloud.authUrl.replace(/\/v3$/, '/v3.0/OS-CREDENTIAL/securitytokens');
  return send(url, 'POST', { auth: { identity: { methods, token } } }, headers);
}

function keysOf(reply: Reply) {
  const part = (name: string) => String(at(reply.json, 'credential', name));
  return { accessKey: part('access'), secretKey: part('secret'), securityToken: part('securitytoken') };
}

test.each([
  [{}, 900],
  [{ duration_seconds: 86_400 }, 86_400],
])('%j: keys of the user of the token that live for %i s', async (wanted, seconds) => {
  let now = START;
  const session = await begin({ dialect: 'otc', now: () => now });
  const reply = await obtain(session, wanted, { 'x-auth-token': session.token });
  expect(reply.status).toBe(201);
  expect(at(reply.json, 'credential', 'expires_at')).toBe(
    new Date(START + seconds * 1000).toISOString().replace('Z', '000Z'),
  );
  const ask = () => signed(session, 'GET', '/v3/auth/projects', { ...keysOf(reply), at: now });
  now += seconds * 1000 - 1;
  expect(column(await ask(), 'projects')).toContain(session.cloud.account.projectId);
  now += 1;
  expect(problem(await ask())).toBe('400 IAM.1108');
});

test('the token may be in the body; the one of the header counts', async () => {
  const session = await begin({ dialect: 'otc' });
  expect((await obtain(session, { id: session.token }, {})).status).toBe(201);
  expect(problem(await obtain(session, { id: session.token }, { 'x-auth-token': 'wrong' }))).toBe('401 IAM.0001');
});

test('keys from the token of an agency have its rights', async () => {
  const session = await begin({ dialect: 'otc' });
  const { projectId } = session.cloud.account.agency;
  const reply = await obtain(session, {}, { 'x-auth-token': session.cloud.issueToken({ project: projectId }) });
  expect(column(await signed(session, 'GET', '/v3/auth/projects', keysOf(reply)), 'projects')).toEqual([projectId]);
});

test('without a valid token, or with a malformed wish, there are none', async () => {
  const session = await begin({ dialect: 'otc' });
  const headers = { 'x-auth-token': session.token };
  for (const seconds of [899, 86_401, 900.5, '900']) {
    expect(problem(await obtain(session, { duration_seconds: seconds }, headers))).toBe('400 IAM.1102');
  }
  expect(problem(await obtain(session, {}, headers, ['password']))).toBe('400 IAM.1102');
  expect(problem(await obtain(session, {}, headers, ['token', 'token']))).toBe('400 IAM.1102');
  expect(problem(await obtain(session, {}, {}))).toBe('401 IAM.0001');
  session.cloud.revokeToken(session.token);
  expect(problem(await obtain(session, {}, headers))).toBe('401 IAM.0001');
});

test('openstack has no such thing', async () => {
  const session = await begin({ dialect: 'openstack' });
  expect((await obtain(session, {}, { 'x-auth-token': session.token })).status).toBe(404);
});
