/** The login against the embedded cloud, whose answers are those of real servers. */
import { expect, onTestFinished, test } from 'vitest';
import { type LoginOptions, login } from '../../../src/identity/login.ts';
import type { CloudDialect } from '../../../src/identity/regions.ts';
import type { Login, PasswordWay } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/index.ts';
import { client, failure } from '../http/support.ts';

async function start(options: CloudOptions): Promise<{ cloud: Cloud; way: PasswordWay; options: LoginOptions }> {
  const cloud = await startCloud(options);
  onTestFinished(() => cloud.close());
  const { username, password, domain, project: projectName } = cloud.account;
  const user = { name: username, domain: { name: domain } };
  const way: PasswordWay = { way: 'password', user, password: new Secret(password) };
  const login: Login = { way, project: { name: projectName } };
  const { http } = client();
  return {
    cloud,
    way,
    options: {
      ...{ login, authUrl: new URL(cloud.authUrl), dialect: options.dialect, http, clock: { now: Date.now } },
      ...{ deadline: Date.now() + 600_000, idTokens: { url: undefined, token: undefined } },
      log: { warning: () => undefined },
      mask: () => undefined,
    },
  };
}

const both: readonly CloudDialect[] = ['openstack', 'otc'];

test.each(both)('%s: password, by name and by id, a request, revocation', async (dialect) => {
  const { cloud, way, options } = await start({ dialect });
  const byName = await login(options);
  const byId = await login({ ...options, login: { way, project: { id: cloud.account.projectId } } });
  for (const session of [byName, byId]) {
    expect(session.project).toMatchObject({ id: cloud.account.projectId, name: cloud.account.project });
    const url = new URL(`${session.networkUrl.href}/vpn/ikepolicies`);
    const { body } = await session.send({ method: 'GET', url, what: 'list', repeat: 'freely' });
    expect(body).toEqual({ ikepolicies: [] });
    expect(await session.close(1000)).toBeUndefined();
  }
  const revoked = cloud.requests.filter(({ method }) => method === 'DELETE');
  expect(revoked.map(({ status }) => status)).toEqual([204, 204]);
});

test.each(both)('%s: a given token', async (dialect) => {
  const { cloud, options } = await start({ dialect });
  const session = await login({ ...options, login: { way: { way: 'token', token: new Secret(cloud.issueToken()) } } });
  expect(session.project.id).toBe(cloud.account.projectId);
  const dead = cloud.issueToken();
  cloud.revokeToken(dead);
  const error = await failure(login({ ...options, login: { way: { way: 'token', token: new Secret(dead) } } }));
  expect(error).toMatchObject({ code: 'LOGIN_TOKEN' });
});

test.each(both)('%s: a wrong password, user, domain or project is refused once', async (dialect) => {
  const { cloud, way, options } = await start({ dialect });
  const wrong: readonly Partial<PasswordWay>[] = [
    { password: new Secret('wrong-one') },
    { user: { name: 'nobody', domain: { name: cloud.account.domain } } },
    { user: { name: cloud.account.username, domain: { name: 'nowhere' } } },
    { user: { id: 'f00d' } },
  ];
  for (const part of wrong) {
    cloud.clearRequests();
    const error = await failure(login({ ...options, login: { ...options.login, way: { ...way, ...part } } }));
    expect(error).toMatchObject({ code: 'LOGIN_REFUSED' });
    expect(cloud.requests).toHaveLength(1);
  }
  const nowhere = await failure(login({ ...options, login: { way, project: { name: 'nothing' } } }));
  expect(nowhere).toMatchObject({ code: 'LOGIN_REFUSED' });
});

test('several regions, a wrong one, no network service, no catalogue', async () => {
  const { options } = await start({ dialect: 'openstack', regions: ['one', 'two'] });
  expect(await failure(login(options))).toMatchObject({
    code: 'CATALOGUE',
    message: expect.stringContaining('one, two'),
  });
  expect(await failure(login({ ...options, region: 'three' }))).toMatchObject({ code: 'CATALOGUE' });
  expect((await login({ ...options, region: 'two' })).networkUrl.href).toMatch(/\/v2\.0$/);
  for (const catalogue of ['no-network', 'none'] as const) {
    const other = await start({ dialect: 'openstack', catalogue });
    expect(await failure(login(other.options))).toMatchObject({ code: 'CATALOGUE' });
    const given = await login({ ...other.options, networkEndpoint: new URL(other.cloud.networkUrl) });
    expect(given.networkUrl.href).toBe(`${other.cloud.networkUrl}/v2.0`);
  }
});
