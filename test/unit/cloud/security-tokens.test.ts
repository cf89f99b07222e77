/** Temporary keys that are obtained with a token, or by an agency. */
import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, column, endAll, problem, type Reply, type Session, send } from './client.ts';
import { signed } from './signer.ts';

afterEach(endAll);

const START = Date.UTC(2026, 2, 14);

function urlOf({ cloud }: Session): string {
  return cloud.authUrl.replace(/\/v3$/, '/v3.0/OS-CREDENTIAL/securitytokens');
}

function obtain(session: Session, token: object, headers: Record<string, string>, methods = ['token']) {
  return send(urlOf(session), 'POST', { auth: { identity: { methods, token } } }, headers);
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

function byAgency(session: Session, changes: object = {}, scope?: unknown, token = session.token): Promise<Reply> {
  const { agency } = session.cloud.account;
  const assume_role = { domain_name: agency.domain, xrole_name: agency.name, ...changes };
  const auth = { identity: { methods: ['assume_role'], assume_role }, scope };
  return send(urlOf(session), 'POST', { auth }, token === '' ? {} : { 'x-auth-token': token });
}

test('keys by an agency have the rights of that, as long as it was asked for', async () => {
  let now = START;
  const session = await begin({ dialect: 'otc', now: () => now });
  const { projectId, domain } = session.cloud.account.agency;
  const reply = await byAgency(session, { duration_seconds: 1000 });
  const ask = () => signed(session, 'GET', '/v3/auth/projects', { ...keysOf(reply), at: now });
  expect([reply.status, column(await ask(), 'projects')]).toEqual([201, [projectId]]);
  now += 1_000_000;
  expect(problem(await ask())).toBe('400 IAM.1108');
  for (const scope of [{ project: { id: projectId } }, { domain: { name: domain } }]) {
    expect((await byAgency(session, {}, scope)).status).toBe(201);
  }
});

test('keys by an agency: refused, in the form of these paths', async () => {
  const session = await begin({ dialect: 'otc' });
  const { account } = session.cloud;
  const mine = { project: { id: account.projectId } };
  const notOperator = session.cloud.issueToken({ project: account.otherProjectId });
  expect(problem(await byAgency(session, {}, undefined, ''))).toBe('401 IAM.0001');
  expect(problem(await byAgency(session, { id: session.token }, undefined, ''))).toBe('401 IAM.0001');
  expect(problem(await byAgency(session, {}, undefined, notOperator))).toBe('403 IAM.0003');
  expect(problem(await byAgency(session, { xrole_name: 'private-agency' }))).toBe('403 IAM.0003');
  expect(problem(await byAgency(session, {}, mine))).toBe('403 IAM.0003');
  expect(problem(await byAgency(session, { xrole_name: 'nothing' }))).toBe('404 IAM.0004');
  expect(problem(await byAgency(session, { domain_name: 'nobody' }))).toBe('404 IAM.0004');
  expect(problem(await byAgency(session, { xrole_name: undefined }))).toBe('400 IAM.1102');
  expect(problem(await byAgency(session, { duration_seconds: 899 }))).toBe('400 IAM.1102');
  expect(at((await byAgency(session, { xrole_name: 'nothing' })).json, 'error_msg')).toBe(
    'Could not find agency: nothing.',
  );
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
