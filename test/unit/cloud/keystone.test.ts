import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, endAll, problem, type Reply, type Session } from './client.ts';

afterEach(endAll);

/** A login; `user` and `scope` replace what's usual. */
function login(session: Session, user: object = {}, scope?: unknown): Promise<Reply> {
  const { account } = session.cloud;
  const usual = { name: account.username, password: account.password, domain: { name: account.domain } };
  const project = { name: account.project, domain: { name: account.domain } };
  const identity = { methods: ['password'], password: { user: { ...usual, ...user } } };
  return session.identity('POST', '/auth/tokens', { auth: { identity, scope: scope ?? { project } } });
}

function tokenOf(reply: Reply): string {
  return reply.headers.get('x-subject-token') ?? '';
}

test.each([
  ['openstack', 185],
  ['otc', 8004],
] as const)('%s: a login gives a token of %i characters that the network takes', async (dialect, length) => {
  const session = await begin({ dialect });
  const reply = await login(session);
  expect(reply.status).toBe(201);
  expect(tokenOf(reply)).toHaveLength(length);
  expect(at(reply.json, 'token', 'project', 'id')).toBe(session.cloud.account.projectId);
  expect((await session.vpn('GET', '/ikepolicies', undefined, tokenOf(reply))).status).toBe(200);
});

test('the catalogue leads to the network service, by its public endpoint alone', async () => {
  const session = await begin({ dialect: 'openstack', regions: ['eu-nl', 'eu-de'] });
  const catalog = at((await login(session)).json, 'token', 'catalog');
  const network = Array.isArray(catalog) ? catalog.find((entry) => at(entry, 'type') === 'network') : undefined;
  const endpoints = at(network, 'endpoints');
  const urls = (Array.isArray(endpoints) ? endpoints : []).map((one) => [
    at(one, 'interface'),
    at(one, 'region'),
    at(one, 'url'),
  ]);
  expect(urls).toContainEqual(['public', 'eu-nl', session.cloud.networkUrl]);
  expect(urls).toContainEqual(['public', 'eu-de', session.cloud.networkUrlOf('eu-de')]);
  expect(urls.filter(([kind, , url]) => kind !== 'public' && String(url).includes('127.0.0.1'))).toEqual([]);
});

test.each([
  ['no-network', ['identity', 'compute']],
  ['none', []],
] as const)('catalogue %s', async (catalogue, types) => {
  const session = await begin({ dialect: 'openstack', catalogue });
  const catalog = at((await login(session)).json, 'token', 'catalog');
  const found = Array.isArray(catalog) ? catalog.map((entry) => at(entry, 'type')).sort() : catalog;
  expect(found).toEqual([...types].sort());
});

test.each<[string, object, unknown, string]>([
  ['wrong password', { password: 'x' }, undefined, '401 Unauthorized'],
  ['unknown user', { name: 'x' }, undefined, '401 Unauthorized'],
  ['unknown domain', { domain: { name: 'x' } }, undefined, '401 Unauthorized'],
  ['unknown project', {}, { project: { id: 'x' } }, '401 Unauthorized'],
  ['project name without domain', {}, { project: { name: 'eu-nl_prod' } }, '400 Bad Request'],
  ['domain without a role', {}, { domain: { name: 'acme' } }, '401 Unauthorized'],
  ['two scopes', {}, { project: { id: 'x' }, domain: { name: 'acme' } }, '400 Bad Request'],
])('openstack: %s', async (_case, user, scope, expected) => {
  const session = await begin({ dialect: 'openstack' });
  expect(problem(await login(session, user, scope))).toBe(expected);
});

test('openstack: a project that the user has no role in is answered like a wrong password', async () => {
  const session = await begin({ dialect: 'openstack' });
  const refused = await login(session, {}, { project: { id: session.cloud.account.otherProjectId } });
  expect([refused.status, refused.json]).toEqual([401, (await login(session, { password: 'x' })).json]);
});

test('otc: a project name needs no domain; an unknown project is 404, a foreign one 403', async () => {
  const session = await begin({ dialect: 'otc' });
  const { account } = session.cloud;
  expect((await login(session, {}, { project: { name: account.project } })).status).toBe(201);
  expect((await login(session, {}, { project: { name: 'x' } })).status).toBe(404);
  expect((await login(session, {}, { project: { name: account.otherProject } })).status).toBe(403);
});

test('otc: the fifth wrong password locks the user, also for the right one, for 15 minutes', async () => {
  let now = 1_000_000;
  const session = await begin({ dialect: 'otc', now: () => now });
  const codes: unknown[] = [];
  for (let i = 0; i < 5; i += 1) codes.push(at((await login(session, { password: 'x' })).json, 'error_code'));
  expect(codes).toEqual(['IAM.0062', 'IAM.0062', 'IAM.0062', 'IAM.0062', 'IAM.0061']);
  expect(problem(await login(session))).toBe('401 IAM.0061');
  now += 15 * 60_000;
  expect((await login(session)).status).toBe(201);
});

test('an unscoped token can be turned into one for a project, which ends no later', async () => {
  const session = await begin({ dialect: 'openstack' });
  const unscoped = await login(session, {}, 'unscoped');
  expect(at(unscoped.json, 'token', 'project')).toBeUndefined();
  const identity = { methods: ['token'], token: { id: tokenOf(unscoped) } };
  const scope = { project: { id: session.cloud.account.projectId } };
  const scoped = await session.identity('POST', '/auth/tokens', { auth: { identity, scope } });
  expect(at(scoped.json, 'token', 'methods')).toEqual(['password', 'token']);
  expect(at(scoped.json, 'token', 'expires_at')).toBe(at(unscoped.json, 'token', 'expires_at'));
  const projects = await session.identity('GET', '/auth/projects', undefined, { 'x-auth-token': tokenOf(unscoped) });
  expect(at(projects.json, 'projects', 0, 'id')).toBe(session.cloud.account.projectId);
});

test('openstack: a revoked token dies at once at Keystone, at the network only when its cache ends', async () => {
  let now = Date.UTC(2026, 0, 1);
  const session = await begin({ dialect: 'openstack', now: () => now });
  const used = tokenOf(await login(session));
  const unused = tokenOf(await login(session));
  expect((await session.vpn('GET', '/ikepolicies', undefined, used)).status).toBe(200);
  for (const token of [used, unused]) {
    const headers = { 'x-auth-token': token, 'x-subject-token': token };
    expect((await session.identity('DELETE', '/auth/tokens', undefined, headers)).status).toBe(204);
    expect((await session.identity('GET', '/auth/tokens', undefined, headers)).status).toBe(401);
  }
  expect((await session.vpn('GET', '/ikepolicies', undefined, used)).status).toBe(200);
  expect((await session.vpn('GET', '/ikepolicies', undefined, unused)).status).toBe(401);
  now += 300_000;
  expect((await session.vpn('GET', '/ikepolicies', undefined, used)).status).toBe(401);
});

test('a token that a test revokes is refused at once', async () => {
  const session = await begin({ dialect: 'openstack' });
  expect((await session.vpn('GET', '/ikepolicies')).status).toBe(200);
  session.cloud.revokeToken(session.token);
  const reply = await session.vpn('GET', '/ikepolicies');
  expect(problem(reply)).toBe('401 Unauthorized');
  expect(reply.headers.get('www-authenticate')).toMatch(/^Keystone uri="http:/);
});

test('otc: unknown, expired and revoked tokens are refused in three shapes', async () => {
  let now = 1_000_000;
  const session = await begin({ dialect: 'otc', now: () => now });
  const brief = session.cloud.issueToken({ ttlMs: 1000 });
  session.cloud.revokeToken(session.token);
  now += 1000;
  const refusal = async (token: string) => problem(await session.vpn('GET', '/ikepolicies', undefined, token));
  expect(await refusal('garbage')).toBe('401 APIGW.0301');
  expect(await refusal(brief)).toBe('401 APIGW.0307');
  expect(await refusal(session.token)).toBe('401 Unauthorized');
});

test('version roots, and paths that are not there', async () => {
  const session = await begin({ dialect: 'openstack' });
  const root = session.cloud.authUrl.replace('/v3', '/');
  expect((await fetch(root)).status).toBe(300);
  expect((await session.identity('GET', '/')).status).toBe(200);
  expect((await session.identity('GET', '/nothing')).text).toMatch(/^<!doctype html>/);
  expect((await fetch(`${session.cloud.networkUrl}/`)).status).toBe(200);
  expect(problem(await session.call('GET', '/v3/auth/tokens'))).toBe('404 HTTPNotFound');
});
