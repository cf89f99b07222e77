import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, build, endAll, problem } from './client.ts';

afterEach(endAll);

test('openstack: what a connection refers to cannot be deleted, with the status of each kind', async () => {
  const session = await begin({ dialect: 'openstack', downAfterMs: 0 });
  const built = await build(session);
  const remove = async (path: string) => problem(await session.vpn('DELETE', path));
  expect(await remove(`/vpnservices/${built.vpnservice}`)).toBe('409 VPNServiceInUse');
  expect(await remove(`/ikepolicies/${built.ikepolicy}`)).toBe('409 IKEPolicyInUse');
  expect(await remove(`/ipsecpolicies/${built.ipsecpolicy}`)).toBe('409 IPsecPolicyInUse');
  expect(await remove(`/endpoint-groups/${built.local}`)).toBe('400 EndpointGroupInUse');
  expect(await remove(`/endpoint-groups/${built.peer}`)).toBe('400 EndpointGroupInUse');
  expect(await remove(`/ipsec-site-connections/${built.connection}`)).toBe('204');
  expect(await remove(`/ipsec-site-connections/${built.connection}`)).toBe('404 IPsecSiteConnectionNotFound');
  expect(await remove(`/endpoint-groups/${built.peer}`)).toBe('204');
  expect(await remove(`/ikepolicies/${built.ikepolicy}`)).toBe('204');
  expect(await remove(`/vpnservices/${built.vpnservice}`)).toBe('204');
});

test('openstack: a policy in use refuses even a new name, a group in use takes one, neither other members', async () => {
  const session = await begin({ dialect: 'openstack', downAfterMs: 0 });
  const built = await build(session);
  const put = async (path: string, kind: string, fields: object) =>
    problem(await session.vpn('PUT', path, { [kind]: fields }));
  expect(await put(`/ikepolicies/${built.ikepolicy}`, 'ikepolicy', { name: 'x' })).toBe('409 IKEPolicyInUse');
  expect(await put(`/ipsecpolicies/${built.ipsecpolicy}`, 'ipsecpolicy', {})).toBe('409 IPsecPolicyInUse');
  expect(await put(`/ikepolicies/${built.ikepolicy}`, 'ikepolicy', { pfs: 'no' })).toBe('400 HTTPBadRequest');
  expect(await put(`/endpoint-groups/${built.peer}`, 'endpoint_group', { name: 'x' })).toBe('200');
  expect(await put(`/endpoint-groups/${built.peer}`, 'endpoint_group', { endpoints: ['10.0.0.0/8'] })).toBe(
    '400 HTTPBadRequest',
  );
  expect(session.cloud.store.get('ikepolicy', built.ikepolicy)?.['name']).not.toBe('x');
  expect(session.cloud.store.get('endpoint_group', built.peer)?.['endpoints']).not.toEqual(['10.0.0.0/8']);
});

test('a repointed connection frees its old group', async () => {
  const session = await begin({ dialect: 'openstack', downAfterMs: 0 });
  const built = await build(session);
  const successor = session.cloud.store.seed('endpoint_group', { type: 'cidr', endpoints: ['10.7.0.0/24'] });
  const path = `/ipsec-site-connections/${built.connection}`;
  const reply = await session.vpn('PUT', path, { ipsec_site_connection: { peer_ep_group_id: successor.id } });
  expect(at(reply.json, 'ipsec_site_connection', 'peer_ep_group_id')).toBe(successor.id);
  expect((await session.vpn('DELETE', `/endpoint-groups/${built.peer}`)).status).toBe(204);
  expect((await session.vpn('DELETE', `/endpoint-groups/${successor.id}`)).status).toBe(400);
});

test('read-only attributes are refused, even with their present value', async () => {
  const session = await begin({ dialect: 'openstack', downAfterMs: 0 });
  const built = await build(session);
  const path = `/ipsec-site-connections/${built.connection}`;
  const reply = await session.vpn('PUT', path, { ipsec_site_connection: { ikepolicy_id: built.ikepolicy } });
  expect(at(reply.json, 'NeutronError', 'message')).toBe('Cannot update read-only attribute ikepolicy_id');
});

test('otc: an object stays in use while its connection is being deleted', async () => {
  let now = 1_000_000;
  const session = await begin({ dialect: 'otc', downAfterMs: 0, deleteAfterMs: 500, now: () => now });
  const built = await build(session);
  const path = `/ipsec-site-connections/${built.connection}`;
  expect((await session.vpn('DELETE', path)).status).toBe(204);
  expect(at((await session.vpn('GET', path)).json, 'ipsec_site_connection', 'status')).toBe('PENDING_DELETE');
  expect((await session.vpn('DELETE', `/ikepolicies/${built.ikepolicy}`)).status).toBe(409);
  now += 500;
  expect((await session.vpn('GET', path)).status).toBe(404);
  expect((await session.vpn('DELETE', `/ikepolicies/${built.ikepolicy}`)).status).toBe(204);
});
