import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, build, column, connectionFields, endAll, problem } from './client.ts';

afterEach(endAll);

const DIALECTS = ['openstack', 'otc'] as const;
const LISTS = ['vpnservices', 'ikepolicies', 'ipsecpolicies', 'endpoint-groups', 'ipsec-site-connections'];

test.each(DIALECTS)('%s: the other project has objects, and none of them shows', async (dialect) => {
  const session = await begin({ dialect });
  const other = session.cloud.account.otherProjectId;
  for (const segment of LISTS) {
    const plural = segment.replaceAll('-', '_');
    expect(column(await session.vpn('GET', `/${segment}`), plural)).toEqual([]);
    expect(column(await session.vpn('GET', `/${segment}?tenant_id=${other}`), plural)).toEqual([]);
    const token = session.cloud.issueToken({ project: other });
    expect(column(await session.vpn('GET', `/${segment}`, undefined, token), plural)).not.toEqual([]);
  }
  const names = column(await session.call('GET', '/v2.0/routers'), 'routers', 'tenant_id');
  expect(new Set(names)).toEqual(new Set([session.cloud.account.projectId]));
});

test.each(DIALECTS)("%s: another project's connection can be neither read, changed nor deleted", async (dialect) => {
  const session = await begin({ dialect });
  const [theirs] = session.cloud.store.all('ipsec_site_connection');
  const path = `/ipsec-site-connections/${theirs?.id}`;
  expect(problem(await session.vpn('GET', path))).toBe('404 IPsecSiteConnectionNotFound');
  expect((await session.vpn('PUT', path, { ipsec_site_connection: { name: 'x' } })).status).toBe(404);
  expect((await session.vpn('DELETE', path)).status).toBe(404);
  expect(session.cloud.store.get('ipsec_site_connection', String(theirs?.id))).toEqual(theirs);
});

test.each(DIALECTS)('%s: an admin sees the objects of all projects', async (dialect) => {
  const session = await begin({ dialect });
  const mine = await build(session);
  const token = session.cloud.issueToken({ admin: true });
  const reply = await session.vpn('GET', '/ipsec-site-connections', undefined, token);
  expect(column(reply, 'ipsec_site_connections')).toHaveLength(2);
  expect(column(reply, 'ipsec_site_connections')).toContain(mine.connection);
});

test.each(DIALECTS)('%s: a token without a project sees empty lists and may not write', async (dialect) => {
  const session = await begin({ dialect });
  const mine = await build(session);
  const token = session.cloud.issueToken({ project: null });
  const list = await session.vpn('GET', '/ipsec-site-connections', undefined, token);
  expect([list.status, list.json]).toEqual([200, { ipsec_site_connections: [] }]);
  expect((await session.vpn('GET', `/ipsec-site-connections/${mine.connection}`, undefined, token)).status).toBe(404);
  const refused = await session.vpn('POST', '/ikepolicies', { ikepolicy: { name: 'x' } }, token);
  expect(problem(refused)).toBe(dialect === 'openstack' ? '400 HTTPBadRequest' : '403 VPC.2701');
});

test('openstack: objects of another project cannot be referred to', async () => {
  const session = await begin({ dialect: 'openstack' });
  const mine = await build(session);
  const theirs = session.cloud.store.all('ikepolicy').find((one) => one.project_id !== session.cloud.account.projectId);
  const fields = { ...connectionFields(mine), ikepolicy_id: theirs?.id };
  const reply = await session.vpn('POST', '/ipsec-site-connections', { ipsec_site_connection: fields });
  expect(problem(reply)).toBe('404 IKEPolicyNotFound');
});

test('a member cannot create for another project, an admin can', async () => {
  const session = await begin({ dialect: 'openstack' });
  const body = { ikepolicy: { name: 'x', project_id: session.cloud.account.otherProjectId } };
  expect(problem(await session.vpn('POST', '/ikepolicies', body))).toBe('400 HTTPBadRequest');
  const reply = await session.vpn('POST', '/ikepolicies', body, session.cloud.issueToken({ admin: true }));
  expect(at(reply.json, 'ikepolicy', 'tenant_id')).toBe(session.cloud.account.otherProjectId);
});

test('each region has its own endpoint and its own objects', async () => {
  const session = await begin({ dialect: 'openstack', regions: ['eu-nl', 'eu-de'] });
  const policy = session.cloud.storeOf('eu-de').seed('ikepolicy', { name: 'over there' });
  expect(column(await session.vpn('GET', '/ikepolicies'), 'ikepolicies')).toEqual([]);
  const elsewhere = session.cloud.networkUrlOf('eu-de').slice(session.cloud.networkUrl.length);
  expect(column(await session.call('GET', `${elsewhere}/v2.0/vpn/ikepolicies`), 'ikepolicies')).toEqual([policy.id]);
});
