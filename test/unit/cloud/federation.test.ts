import { afterEach, expect, test } from 'vitest';
import type { GitHub, Run } from '../../cloud/github/index.ts';
import { startGitHub } from '../../cloud/github/index.ts';
import type { CloudOptions, FederationOptions } from '../../cloud/index.ts';
import { at } from '../../json.ts';
import { begin, endAll, problem, type Reply, type Session, send } from './client.ts';

const gitHubs: GitHub[] = [];
afterEach(async () => {
  await endAll();
  await Promise.all(gitHubs.splice(0).map((one) => one.close()));
});

interface Place extends Session {
  gitHub: GitHub;
  audience: string;
  /** An ID token for the cloud. */
  idToken(): string;
}

async function place(
  dialect: CloudOptions['dialect'],
  run: Run = {},
  options: Partial<FederationOptions> = {},
): Promise<Place> {
  const gitHub = await startGitHub({ run });
  gitHubs.push(gitHub);
  const { issuer, jwks } = gitHub;
  const session = await begin({ dialect, federation: { issuer, jwks, ...options } });
  const audience = session.cloud.authUrl.replace(/\/v3$/, '');
  return { ...session, gitHub, audience, idToken: () => gitHub.idToken(audience) };
}

/** Keystone's way. */
async function enter(one: Place, idToken = one.idToken(), changes: { path?: string; method?: string } = {}) {
  const { identityProvider, protocol } = one.cloud.account;
  const { path = `/identity_providers/${identityProvider}/protocols/${protocol}/auth`, method = 'POST' } = changes;
  return await one.identity(method, `/OS-FEDERATION${path}`, undefined, { authorization: `Bearer ${idToken}` });
}

/** IAM's own way. */
async function exchange(one: Place, changes: { idToken?: unknown; provider?: string; scope?: unknown } = {}) {
  const { idToken = one.idToken(), provider = one.cloud.account.identityProvider, scope } = changes;
  const body = { auth: { id_token: { id: idToken }, ...(scope === undefined ? {} : { scope }) } };
  return await send(`${one.audience}/v3.0/OS-AUTH/id-token/tokens`, 'POST', body, { 'x-idp-id': provider });
}

function tokenOf(reply: Reply): string {
  return reply.headers.get('x-subject-token') ?? '';
}

async function rescope(one: Session, token: string, scope: unknown): Promise<Reply> {
  const auth = { identity: { methods: ['token'], token: { id: token } }, scope };
  return await one.identity('POST', '/auth/tokens', { auth });
}

const wrong: [string, (gitHub: GitHub) => void][] = [
  ['a key that is not known', ({ knobs }) => Object.assign(knobs, { signature: 'rotated' })],
  ['a signature that does not fit', ({ knobs }) => Object.assign(knobs, { signature: 'wrong' })],
  ['no signature', ({ knobs }) => Object.assign(knobs, { signature: 'none' })],
  ['a token that has expired', ({ knobs }) => Object.assign(knobs, { time: 'expired' })],
  ['another issuer', ({ knobs }) => Object.assign(knobs, { claims: { iss: 'https://gitlab.example.org' } })],
  ['another audience', ({ knobs }) => Object.assign(knobs, { claims: { aud: 'https://github.com/acme' } })],
];
const unmapped: [string, (gitHub: GitHub) => void][] = [
  ['another repository', ({ knobs }) => Object.assign(knobs, { claims: { repository: 'mallory/network' } })],
  ['another branch', ({ knobs }) => Object.assign(knobs, { claims: { ref: 'refs/heads/feature' } })],
  ['no branch', ({ knobs }) => Object.assign(knobs, { claims: { ref: undefined } })],
];

test.each(['openstack', 'otc'] as const)(
  '%s: an ID token, a token for no project, one for a project',
  async (dialect) => {
    const one = await place(dialect);
    const { account } = one.cloud;
    const unscoped = await enter(one);
    expect(unscoped.status).toBe(201);
    expect(at(unscoped.json, 'token', 'methods')).toEqual([dialect === 'otc' ? 'mapped' : 'openid']);
    expect(at(unscoped.json, 'token', 'user')).toMatchObject({
      name: 'repo:acme/network:ref:refs/heads/main',
      'OS-FEDERATION': { identity_provider: { id: 'github-ci' }, protocol: { id: account.protocol } },
    });
    expect(at(unscoped.json, 'token')).not.toHaveProperty('project');
    for (const path of ['/auth/projects', '/OS-FEDERATION/projects']) {
      const projects = await one.identity('GET', path, undefined, { 'x-auth-token': tokenOf(unscoped) });
      const ids = [0, 1, 2].map((i) => at(projects.json, 'projects', i, 'id'));
      expect(ids).toEqual([account.projectId, account.secondProjectId, undefined]);
    }
    const scoped = await rescope(one, tokenOf(unscoped), { project: { id: account.projectId } });
    expect(at(scoped.json, 'token', 'expires_at')).toBe(at(unscoped.json, 'token', 'expires_at'));
    expect((await one.vpn('GET', '/ikepolicies', undefined, tokenOf(scoped))).status).toBe(200);
    const foreign = await rescope(one, tokenOf(unscoped), { project: { id: account.otherProjectId } });
    expect(foreign.status).toBe(dialect === 'otc' ? 403 : 401);
  },
);

test.each(wrong)('openstack: %s is refused by the web server', async (_what, spoil) => {
  const one = await place('openstack');
  spoil(one.gitHub);
  const reply = await enter(one);
  expect([reply.status, reply.headers.get('content-type')]).toEqual([401, 'text/html; charset=iso-8859-1']);
  expect(reply.headers.get('x-openstack-request-id')).toBeNull();
  expect(reply.headers.get('www-authenticate') ?? 'none').not.toContain('Keystone');
});

test.each(unmapped)('openstack: %s is refused by Keystone', async (_what, spoil) => {
  const one = await place('openstack');
  spoil(one.gitHub);
  const reply = await enter(one);
  expect([problem(reply), reply.headers.get('www-authenticate')]).toEqual([
    '401 Unauthorized',
    `Keystone uri="${one.cloud.authUrl}"`,
  ]);
});

test.each([...wrong, ...unmapped])('otc: %s is refused, both ways', async (_what, spoil) => {
  const one = await place('otc');
  spoil(one.gitHub);
  const reply = await exchange(one);
  expect([reply.status, reply.json]).toEqual([401, { error_code: 'IAM.0001', error_msg: expect.any(String) }]);
  expect(problem(await enter(one))).toBe('401 Unauthorized');
});

test('otc: a token that is valid only later is refused', async () => {
  const one = await place('otc');
  one.gitHub.knobs.time = 'early';
  expect([problem(await exchange(one)), problem(await enter(one))]).toEqual(['401 IAM.0001', '401 Unauthorized']);
});

test.each<[string, (one: Place) => unknown]>([
  ['name', ({ cloud }) => ({ project: { name: cloud.account.project } })],
  ['id', ({ cloud }) => ({ project: { id: cloud.account.projectId } })],
])('otc: the exchange gives a token for a project by %s', async (_what, scope) => {
  const one = await place('otc');
  const reply = await exchange(one, { scope: scope(one) });
  expect([reply.status, at(reply.json, 'token', 'project', 'id')]).toEqual([201, one.cloud.account.projectId]);
  expect(at(reply.json, 'token', 'catalog')).not.toHaveLength(0);
  const groups = [{ id: expect.any(String), name: 'vpn-operators' }];
  expect(at(reply.json, 'token', 'user', 'OS-FEDERATION', 'groups')).toEqual(groups);
  expect((await one.vpn('GET', '/ikepolicies', undefined, tokenOf(reply))).status).toBe(200);
});

test('otc: without scope, or for the account, the exchange gives a token for no project', async () => {
  const one = await place('otc');
  for (const scope of [undefined, { domain: { name: one.cloud.account.domain } }]) {
    const reply = await exchange(one, { scope });
    expect([reply.status, at(reply.json, 'token', 'project')]).toEqual([201, undefined]);
  }
});

test.each([
  ['openstack', 'mapped', '404 Not Found'],
  ['openstack', 'oidc', '401 Unauthorized'],
  ['otc', 'openid', '404 Not Found'],
] as const)('%s: by protocol %s nobody gets in', async (dialect, protocol, expected) => {
  const one = await place(dialect);
  const path = `/identity_providers/${one.cloud.account.identityProvider}/protocols/${protocol}/auth`;
  expect(problem(await enter(one, one.idToken(), { path }))).toBe(expected);
});

test.each<[string, string, (one: Place) => Parameters<typeof exchange>[1]]>([
  ['an unknown project', '404 IAM.0004', () => ({ scope: { project: { name: 'nowhere' } } })],
  ['a foreign project', '403 IAM.0003', ({ cloud }) => ({ scope: { project: { id: cloud.account.otherProjectId } } })],
  ['another account', '404 IAM.0004', ({ cloud }) => ({ scope: { domain: { id: cloud.account.agency.domainId } } })],
  ['everything as scope', '404 IAM.0004', () => ({ scope: { system: { all: true } } })],
  ['a scope of no form', '400 IAM.0011', () => ({ scope: {} })],
  ['an unknown provider', '404 IAM.0004', () => ({ provider: 'nobody' })],
  ['no ID token', '400 IAM.0011', () => ({ idToken: 5 })],
])('otc: the exchange with %s: %s', async (_what, expected, changes) => {
  const one = await place('otc');
  const reply = await exchange(one, changes(one));
  expect([problem(reply), at(reply.json, 'error')]).toEqual([expected, undefined]);
});

test('otc: the exchange without X-Idp-Id, or without JSON, is malformed', async () => {
  const one = await place('otc');
  const url = `${one.audience}/v3.0/OS-AUTH/id-token/tokens`;
  const body = { auth: { id_token: { id: one.idToken() } } };
  expect(problem(await send(url, 'POST', body, {}))).toBe('400 IAM.0011');
  expect(problem(await send(url, 'POST', '{', { 'x-idp-id': 'github-ci' }))).toBe('400 IAM.0011');
});

test('openstack: there is no exchange', async () => {
  expect((await exchange(await place('openstack'))).status).toBe(404);
});

test.each(['openstack', 'otc'] as const)('%s: without a federation nobody vouches for anybody', async (dialect) => {
  const other = await place(dialect);
  const one = { ...other, ...(await begin({ dialect })) };
  const reply = await enter(one);
  expect(at(reply.json, 'error')).toMatchObject({ code: 404, message: 'Could not find Identity Provider: github-ci.' });
  const otc = { ...one, audience: one.cloud.authUrl.replace(/\/v3$/, '') };
  expect((await exchange(otc)).status).toBe(404);
});

test('an audience and rules of its own', async () => {
  const name = 'HTTP_OIDC_ENVIRONMENT';
  const rules = [{ local: [{ user: { name: 'ci-{0}' } }], remote: [{ type: name }] }];
  const one = await place('openstack', { environment: 'production' }, { audience: 'https://mine', rules });
  expect((await enter(one)).status).toBe(401);
  const reply = await enter(one, one.gitHub.idToken('https://mine'));
  expect(at(reply.json, 'token', 'user', 'name')).toBe('ci-production');
  const projects = await one.identity('GET', '/auth/projects', undefined, { 'x-auth-token': tokenOf(reply) });
  expect(at(projects.json, 'projects')).toEqual([]);
});

test('openstack: GET does the same, and nothing else is allowed', async () => {
  const one = await place('openstack');
  expect((await enter(one, one.idToken(), { method: 'GET' })).status).toBe(201);
  expect((await enter(one, one.idToken(), { method: 'PUT' })).status).toBe(405);
});
