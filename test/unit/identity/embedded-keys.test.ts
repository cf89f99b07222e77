/** Login by keys and by agency against the embedded cloud, which verifies signatures by code of its own. */
import { expect, onTestFinished, test } from 'vitest';
import { grantOf } from '../../../src/identity/grants.ts';
import { type LoginOptions, login } from '../../../src/identity/login.ts';
import type { Session } from '../../../src/identity/session.ts';
import type { Agency, KeysWay, LoginWay, WayContext } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';
import { type Cloud, startCloud, type TemporaryKeys } from '../../cloud/index.ts';
import { at } from '../../json.ts';
import { client, failure } from '../http/support.ts';

interface Started {
  cloud: Cloud;
  keys: KeysWay;
  agency: Agency;
  options: LoginOptions;
}

/** An otc cloud, and a login by keys for the account's project by name. */
async function start(): Promise<Started> {
  const cloud = await startCloud({ dialect: 'otc' });
  onTestFinished(() => cloud.close());
  const { accessKey, secretKey, project, agency } = cloud.account;
  const keys: KeysWay = { way: 'keys', accessKey, secretKey: new Secret(secretKey) };
  return {
    cloud,
    keys,
    agency: { name: agency.name, domain: { name: agency.domain } },
    options: {
      ...{ login: { way: keys, project: { name: project } }, authUrl: new URL(cloud.authUrl), dialect: 'otc' },
      ...{ http: client().http, clock: { now: Date.now }, deadline: Date.now() + 600_000 },
      ...{ idTokens: { url: undefined, token: undefined }, log: { warning: () => undefined }, mask: () => undefined },
    },
  };
}

function temporaryWay({ accessKey, secretKey, securityToken }: TemporaryKeys): KeysWay {
  return {
    ...{ way: 'keys', accessKey, secretKey: new Secret(secretKey), securityToken: new Secret(securityToken) },
  };
}

function vpnUrl(session: Session, path: string): URL {
  return new URL(`${session.networkUrl.href}/vpn${path}`);
}

/** Creates an object in the session's project, reads it with a filter, and deletes it again. */
async function work(session: Session, name = 'ö +/%&=~*'): Promise<unknown> {
  const url = vpnUrl(session, '/ikepolicies');
  const created = await session.send({
    ...{ method: 'POST', url, body: { ikepolicy: { name } }, what: 'create', repeat: 'if not carried out' },
  });
  const listUrl = new URL(url);
  listUrl.searchParams.set('name', name);
  listUrl.searchParams.set('limit', '10');
  const { body } = await session.send({ method: 'GET', url: listUrl, what: 'list', repeat: 'freely' });
  const id = at(created.body, 'ikepolicy', 'id');
  expect(at(body, 'ikepolicies', 0, 'id')).toBe(id);
  const one = vpnUrl(session, `/ikepolicies/${String(id)}`);
  await session.send({ method: 'DELETE', url: one, what: 'delete', repeat: 'freely' });
  return at(created.body, 'ikepolicy', 'tenant_id');
}

function summary({ requests }: Cloud): string[] {
  return requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
}

test('keys, with the project by name and by id: every request is signed, and there is no token', async () => {
  const { cloud, keys, options } = await start();
  const { project, projectId, domain } = cloud.account;
  const choices = [{ name: project }, { name: project, domain: { name: domain } }, { id: projectId }];
  for (const choice of choices) {
    cloud.clearRequests();
    const session = await login({ ...options, login: { way: keys, project: choice } });
    expect(session.project.id).toBe(projectId);
    expect(session.networkUrl.href).toBe(`${cloud.networkUrl}/v2.0`);
    expect(await work(session)).toBe(projectId);
    expect(await session.close(1000)).toBeUndefined();
    expect(cloud.requests.filter(({ headers }) => 'x-auth-token' in headers)).toEqual([]);
    expect(cloud.requests.filter(({ status }) => status !== 'pending' && Number(status) >= 300)).toEqual([]);
  }
  expect(summary(cloud)[0]).toBe('GET /v3/auth/catalog 200');
});

test('temporary keys', async () => {
  const { cloud, options } = await start();
  const way = temporaryWay(cloud.temporaryKeys({ ttlMs: 900_000 }));
  const session = await login({ ...options, login: { ...options.login, way } });
  expect(await work(session)).toBe(cloud.account.projectId);
});

test.each<[string, (started: Started) => Partial<LoginOptions>, RegExp]>([
  [
    'a wrong secret',
    ({ keys, options }) => ({ login: { ...options.login, way: { ...keys, secretKey: new Secret('Wrong-Secret') } } }),
    /secret-key is not the secret of the access key/,
  ],
  [
    'an unknown key',
    ({ keys, options }) => ({ login: { ...options.login, way: { ...keys, accessKey: 'EXAMPLEAK0000000TEST' } } }),
    /does not know the access key EXAMPLEAK0000000TEST/,
  ],
  [
    'temporary keys that have expired',
    ({ cloud, options }) => {
      return { login: { ...options.login, way: temporaryWay(cloud.temporaryKeys({ ttlMs: 0 })) } };
    },
    /security token has expired/,
  ],
  [
    'temporary keys with the security token of others',
    ({ cloud, options }) => {
      const { securityToken } = cloud.temporaryKeys({ ttlMs: 900_000 });
      const way = temporaryWay({ ...cloud.temporaryKeys({ ttlMs: 900_000 }), securityToken });
      return { login: { ...options.login, way } };
    },
    /security token has expired, is missing, or is not of the access key/,
  ],
  [
    'temporary keys without their security token',
    ({ cloud, options }) => {
      const { accessKey, secretKey } = cloud.temporaryKeys({ ttlMs: 900_000 });
      return { login: { ...options.login, way: { way: 'keys', accessKey, secretKey: new Secret(secretKey) } } };
    },
    /security token/,
  ],
  ['a clock that is an hour ahead', () => ({ clock: { now: () => Date.now() + 3_600_000 } }), /60 minutes ahead/],
  ['a clock that is an hour behind', () => ({ clock: { now: () => Date.now() - 3_600_000 } }), /60 minutes behind/],
])('%s: refused, after exactly one request', async (_case, change, hint) => {
  const started = await start();
  const error = await failure(login({ ...started.options, ...change(started) }));
  expect(error).toMatchObject({ code: 'LOGIN_REFUSED', hint: expect.stringMatching(hint) });
  expect(started.cloud.requests).toHaveLength(1);
});

test('a project of another account, by id and by name', async () => {
  const { cloud, keys, options } = await start();
  const { agency, otherProject, otherProjectId, domainId } = cloud.account;
  const asking = (project: NonNullable<typeof options.login.project>) =>
    failure(login({ ...options, login: { way: keys, project } }));
  for (const id of [agency.projectId, otherProjectId]) {
    const error = await asking({ id });
    expect(error).toMatchObject({ code: 'LOGIN_REFUSED', hint: expect.stringContaining(`project with id ${id}`) });
  }
  expect(await asking({ name: otherProject })).toMatchObject({ code: 'LOGIN_REFUSED' });
  const named = await asking({ name: agency.project, domain: { name: agency.domain } });
  expect(named).toMatchObject({ code: 'LOGIN_SCOPE', message: expect.stringContaining(domainId) });
  expect(await asking({ name: 'eu-nl_nothing' })).toMatchObject({ code: 'LOGIN_SCOPE' });
});

test('keys that are disabled during the run', async () => {
  const { cloud, options } = await start();
  const session = await login(options);
  cloud.disableKeys();
  cloud.clearRequests();
  const url = vpnUrl(session, '/ikepolicies');
  const list = () => session.send({ method: 'GET', url, what: 'list', repeat: 'freely' });
  expect(await failure(list())).toMatchObject({ code: 'LOGIN_TOKEN' });
  expect(await failure(list())).toMatchObject({ code: 'LOGIN_TOKEN' });
  expect(cloud.requests).toHaveLength(1);
});

type WayOf = (started: Started) => LoginWay;

const WAYS: readonly [string, WayOf][] = [
  [
    'password',
    ({ cloud: { account } }) => {
      const user = { name: account.username, domain: { name: account.domain } };
      return { way: 'password', user, password: new Secret(account.password) };
    },
  ],
  ['token', ({ cloud }) => ({ way: 'token', token: new Secret(cloud.issueToken()) })],
  ['keys', ({ keys }) => keys],
  ['temporary keys', ({ cloud }) => temporaryWay(cloud.temporaryKeys({ ttlMs: 900_000 }))],
];

test.each(WAYS)(
  "agency over %s: works in the other account's project, and revokes what it obtained",
  async (name, wayOf) => {
    const started = await start();
    const { cloud, agency, options } = started;
    const way = wayOf(started);
    const { project, projectId, domainId } = cloud.account.agency;
    const choices = [
      { agency, project: { name: project } },
      { agency: { ...agency, domain: { id: domainId } }, project: { id: projectId } },
    ];
    for (const choice of choices) {
      cloud.clearRequests();
      const session = await login({ ...options, login: { way, ...choice } });
      expect(session.project).toMatchObject({ id: projectId, name: project });
      expect(await work(session)).toBe(projectId);
      expect(await session.close(5000)).toBeUndefined();
      const revoked = cloud.requests.filter(({ method, path }) => method === 'DELETE' && path === '/v3/auth/tokens');
      expect(revoked.map(({ status }) => status)).toEqual(name === 'password' ? [204, 204] : [204]);
    }
    if (way.way === 'token') {
      const headers = { 'X-Auth-Token': way.token.reveal() };
      expect((await fetch(`${cloud.authUrl}/auth/projects`, { headers })).status).toBe(200);
    }
  },
);

test.each<[string, (started: Started) => { agency?: Agency; project?: { id: string } }, RegExp]>([
  [
    'an unknown agency',
    ({ agency }) => ({ agency: { ...agency, name: 'nothing' } }),
    /does not exist, or has no agency "nothing"/,
  ],
  ['an unknown account', ({ agency }) => ({ agency: { ...agency, domain: { name: 'nobody' } } }), /nobody/],
  [
    'an agency for another account',
    ({ agency }) => ({ agency: { ...agency, name: 'private-agency' } }),
    /the agency is for another account/,
  ],
  [
    'a project of the own account',
    ({ cloud }) => ({ project: { id: cloud.account.projectId } }),
    /its account has granted the agency no rights in it/,
  ],
])('%s: refused, over password and over keys', async (_case, change, hint) => {
  const started = await start();
  const { agency, options, cloud } = started;
  const project = { name: cloud.account.agency.project };
  for (const [, wayOf] of WAYS.filter(([name]) => name !== 'token')) {
    const way = wayOf(started);
    const error = await failure(login({ ...options, login: { way, agency, project, ...change(started) } }));
    expect(error).toMatchObject({ code: 'LOGIN_REFUSED', hint: expect.stringMatching(hint) });
  }
});

test('a user who is no Agent Operator', async () => {
  const { cloud, agency, options } = await start();
  const { otherUsername, otherPassword, domain } = cloud.account;
  const way: LoginWay = {
    ...{
      way: 'password',
      user: { name: otherUsername, domain: { name: domain } },
      password: new Secret(otherPassword),
    },
  };
  const project = { name: cloud.account.agency.project };
  const error = await failure(login({ ...options, login: { way, agency, project } }));
  expect(error).toMatchObject({ code: 'LOGIN_REFUSED', hint: expect.stringContaining('Agent Operator') });
});

test('agency: a wrong secret costs one signed request', async () => {
  const { cloud, keys, agency, options } = await start();
  const way = { ...keys, secretKey: new Secret('Wrong-Secret') };
  const project = { name: cloud.account.agency.project };
  const error = await failure(login({ ...options, login: { way, agency, project } }));
  expect(error).toMatchObject({ code: 'LOGIN_REFUSED' });
  expect(cloud.requests).toHaveLength(1);
});

test('a project of another region than stated', async () => {
  const { options } = await start();
  expect(await failure(login({ ...options, region: 'eu-de' }))).toMatchObject({
    code: 'LOGIN_SCOPE',
    message: expect.stringContaining('in region eu-nl, but the input region is eu-de'),
  });
});

test('between the two halves of a replacement a cancel signal stops no request of an agency’s renewal', async () => {
  const { cloud, keys, agency } = await start();
  const obtain = grantOf({ way: keys, agency, project: { id: cloud.account.agency.projectId } });
  const { http, reads } = client();
  reads.abort();
  const context: WayContext = {
    ...{ http, authUrl: new URL(cloud.authUrl), otc: true, clock: { now: Date.now }, critical: true },
    ...{ idTokens: { url: undefined, token: undefined }, mask: () => undefined, obtained: () => undefined },
  };
  const grant = typeof obtain === 'function' ? await obtain(context) : undefined;
  expect(grant?.body?.project?.id).toBe(cloud.account.agency.projectId);
});
