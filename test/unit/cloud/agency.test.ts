/** Tokens by another account's agency: who gets one, for what, and what it shows. */
import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, build, column, endAll, problem, type Reply, type Session } from './client.ts';
import { type Signing, signed } from './signer.ts';

afterEach(endAll);

interface Wish {
  role?: object;
  scope?: unknown;
  headers?: Record<string, string>;
}

function bodyOf({ cloud }: Session, { role = {}, scope }: Wish): object {
  const { agency } = cloud.account;
  const assume_role = { domain_name: agency.domain, xrole_name: agency.name, ...role };
  const identity = { methods: ['assume_role'], assume_role };
  return { auth: { identity, scope: scope ?? { project: { name: agency.project } } } };
}

function assume(session: Session, wish: Wish = {}): Promise<Reply> {
  const headers = wish.headers ?? { 'x-auth-token': session.token };
  return session.identity('POST', '/auth/tokens', bodyOf(session, wish), headers);
}

function assumeSigned(session: Session, signing: Signing, wish: Wish = {}): Promise<Reply> {
  return signed(session, 'POST', '/v3/auth/tokens', signing, bodyOf(session, wish));
}

function tokenOf(reply: Reply): string {
  return reply.headers.get('x-subject-token') ?? '';
}

test('the token is for the project of the other account, and tells who has it', async () => {
  const session = await begin({ dialect: 'otc' });
  const { agency, username, userId, domain, domainId, projectId } = session.cloud.account;
  const reply = await assume(session);
  expect(reply.status).toBe(201);
  const theirs = { id: agency.domainId, name: agency.domain };
  expect(at(reply.json, 'token')).toMatchObject({
    methods: ['assume_role'],
    user: { name: `${agency.domain}/ci-agency`, domain: theirs },
    assumed_by: { user: { id: userId, name: username, domain: { id: domainId, name: domain } } },
    project: { id: agency.projectId, name: agency.project, domain: theirs },
  });
  expect(agency.projectId).not.toBe(projectId);
  const catalog = await session.identity('GET', '/auth/catalog', undefined, { 'x-auth-token': tokenOf(reply) });
  expect(column(catalog, 'catalog', 'type')).toContain('network');
});

test('its project has objects of its own, among them routers and subnets for a connection', async () => {
  const session = await begin({ dialect: 'otc' });
  const { cloud } = session;
  const mine = await build(session);
  const token = tokenOf(await assume(session));
  const { projectId } = cloud.account.agency;
  const call: Session['call'] = (method, path, body) => session.call(method, path, body, token);
  const acting: Session = {
    ...{ ...session, token, call },
    vpn: (method, path, body) => call(method, `/v2.0/vpn${path}`, body),
    cloud: { ...cloud, account: { ...cloud.account, projectId } },
  };
  const theirs = await build(acting);
  const list = '/ipsec-site-connections';
  expect(column(await acting.vpn('GET', list), 'ipsec_site_connections')).toEqual([theirs.connection]);
  expect(column(await session.vpn('GET', list), 'ipsec_site_connections')).toEqual([mine.connection]);
  const routers = await acting.call('GET', '/v2.0/routers');
  expect(new Set(column(routers, 'routers', 'tenant_id'))).toEqual(new Set([projectId]));
  expect(column(routers, 'routers', 'name').sort()).toEqual(['vpc-closed', 'vpc-dev', 'vpc-prod']);
});

test.each<[string, (cloud: Session['cloud']) => Wish]>([
  [
    'the account by id',
    ({ account: { agency } }) => ({ role: { domain_name: undefined, domain_id: agency.domainId } }),
  ],
  ['the project by id', ({ account: { agency } }) => ({ scope: { project: { id: agency.projectId } } })],
  [
    'the project by name and account',
    ({ account: { agency } }) => ({ scope: { project: { name: agency.project, domain: { id: agency.domainId } } } }),
  ],
  ['a token without a project', (cloud) => ({ headers: { 'x-auth-token': cloud.issueToken({ project: null }) } })],
])('%s', async (_case, wish) => {
  const session = await begin({ dialect: 'otc' });
  const reply = await assume(session, wish(session.cloud));
  expect(at(reply.json, 'token', 'project', 'id')).toBe(session.cloud.account.agency.projectId);
});

test('for the whole account: no project', async () => {
  const session = await begin({ dialect: 'otc' });
  const reply = await assume(session, { scope: { domain: { name: session.cloud.account.agency.domain } } });
  expect([reply.status, at(reply.json, 'token', 'project')]).toEqual([201, undefined]);
});

test('signed, in the name of the own account', async () => {
  const session = await begin({ dialect: 'otc' });
  const { domainId, projectId, agency } = session.cloud.account;
  const reply = await assumeSigned(session, { headers: { 'x-domain-id': domainId } });
  expect(at(reply.json, 'token', 'project', 'id')).toBe(agency.projectId);
  expect((await session.vpn('GET', '/ikepolicies', undefined, tokenOf(reply))).status).toBe(200);
  expect(problem(await assumeSigned(session, {}))).toBe('403 Forbidden');
  expect(problem(await assumeSigned(session, { headers: { 'x-project-id': projectId } }))).toBe('403 Forbidden');
  expect(problem(await assumeSigned(session, { headers: { 'x-domain-id': agency.domainId } }))).toBe('403 APIGW.0306');
  const wrong = { headers: { 'x-domain-id': domainId }, secretKey: 'wrong' };
  expect(problem(await assumeSigned(session, wrong))).toBe('401 APIGW.0301');
});

test.each<[string, (cloud: Session['cloud']) => Wish, string]>([
  ['no token', () => ({ headers: {} }), '401 Unauthorized'],
  ['an unknown token', () => ({ headers: { 'x-auth-token': 'wrong' } }), '401 Unauthorized'],
  ['an unknown account', () => ({ role: { domain_name: 'nobody' } }), '404 Not Found'],
  ['an account of another id', () => ({ role: { domain_id: 'nobody' } }), '404 Not Found'],
  ['the own account', ({ account }) => ({ role: { domain_name: account.domain } }), '404 Not Found'],
  ['an unknown agency', () => ({ role: { xrole_name: 'nothing' } }), '404 Not Found'],
  ['an agency for another account', () => ({ role: { xrole_name: 'private-agency' } }), '403 Forbidden'],
  ['no account', () => ({ role: { domain_name: undefined } }), '400 Bad Request'],
  ['no agency', () => ({ role: { xrole_name: undefined } }), '400 Bad Request'],
  ['no scope', () => ({ scope: 'unscoped' }), '400 Bad Request'],
  ['an unknown project', () => ({ scope: { project: { name: 'nothing' } } }), '404 Not Found'],
  ['the own project', ({ account }) => ({ scope: { project: { id: account.projectId } } }), '403 Forbidden'],
  [
    'the own project by name',
    ({ account }) => ({ scope: { project: { name: account.project, domain: { name: account.domain } } } }),
    '403 Forbidden',
  ],
  ['the own account as scope', ({ account }) => ({ scope: { domain: { id: account.domainId } } }), '403 Forbidden'],
  [
    'a user who is no Agent Operator',
    ({ account, issueToken }) => ({ headers: { 'x-auth-token': issueToken({ project: account.otherProjectId }) } }),
    '403 Forbidden',
  ],
])('%s: refused', async (_case, wish, expected) => {
  const session = await begin({ dialect: 'otc' });
  expect(problem(await assume(session, wish(session.cloud)))).toBe(expected);
});

test('a token that has ended, was revoked, or comes from an agency itself', async () => {
  let now = Date.UTC(2026, 0, 1);
  const session = await begin({ dialect: 'otc', now: () => now });
  const brief = session.cloud.issueToken({ ttlMs: 1000 });
  const chained = { 'x-auth-token': tokenOf(await assume(session)) };
  expect(problem(await assume(session, { headers: chained }))).toBe('403 Forbidden');
  now += 1000;
  expect(problem(await assume(session, { headers: { 'x-auth-token': brief } }))).toBe('401 Unauthorized');
  session.cloud.revokeToken(session.token);
  expect(problem(await assume(session))).toBe('401 Unauthorized');
});

test('an agency is no user who could log in', async () => {
  const session = await begin({ dialect: 'otc' });
  const { agency } = session.cloud.account;
  const user = { name: `${agency.domain}/${agency.name}`, password: '', domain: { name: agency.domain } };
  const identity = { methods: ['password'], password: { user } };
  expect((await session.identity('POST', '/auth/tokens', { auth: { identity } })).status).toBe(401);
});

test('openstack has no such method', async () => {
  const session = await begin({ dialect: 'openstack' });
  const { agency } = session.cloud.account;
  const reply = await assume(session, { scope: { project: { id: agency.projectId } } });
  expect(problem(reply)).toBe('401 Unauthorized');
  expect(at(reply.json, 'error', 'message')).toBe('Attempted to authenticate with an unsupported method.');
});
