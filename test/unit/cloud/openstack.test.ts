import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, build, connectionFields, create, endAll, idOf, problem, type Session } from './client.ts';

afterEach(endAll);

const NIL = '00000000-0000-4000-8000-000000000000';

function openstack(options: object = {}): Promise<Session> {
  return begin({ dialect: 'openstack', downAfterMs: 0, ...options });
}

test('defaults are the weak ones, and a text stays a text in the answer alone', async () => {
  const session = await openstack();
  const reply = await session.vpn('POST', '/ikepolicies', { ikepolicy: { lifetime: { value: '4000' } } });
  expect(at(reply.json, 'ikepolicy')).toMatchObject({
    ...{ name: '', auth_algorithm: 'sha1', encryption_algorithm: 'aes-128', pfs: 'group5', ike_version: 'v1' },
    lifetime: { units: 'seconds', value: '4000' },
  });
  const again = await session.vpn('GET', `/ikepolicies/${at(reply.json, 'ikepolicy', 'id')}`);
  expect(at(again.json, 'ikepolicy', 'lifetime')).toEqual({ units: 'seconds', value: 4000 });
});

test('a repeated CIDR takes long and fails, a CIDR with host bits is taken as it is', async () => {
  const session = await openstack({ repeatedCidrMs: 80 });
  const before = Date.now();
  const group = { type: 'cidr', endpoints: ['10.0.0.0/8', '10.0.0.0/8'] };
  expect(problem(await session.vpn('POST', '/endpoint-groups', { endpoint_group: group }))).toBe(
    '500 HTTPInternalServerError',
  );
  expect(Date.now() - before).toBeGreaterThanOrEqual(79);
  const bits = { type: 'cidr', endpoints: ['10.20.0.5/24'] };
  const reply = await session.vpn('POST', '/endpoint-groups', { endpoint_group: bits });
  expect(at(reply.json, 'endpoint_group', 'endpoints')).toEqual(['10.20.0.5/24']);
});

test.each<[object, string]>([
  [{ vpnservice_id: NIL }, '500 HTTPInternalServerError'],
  [{ ipsecpolicy_id: NIL }, '500 HTTPInternalServerError'],
  [{ ikepolicy_id: NIL }, '404 IKEPolicyNotFound'],
  [{ peer_ep_group_id: NIL }, '404 VPNEndpointGroupNotFound'],
  [{ psk: 'x'.repeat(256) }, '500 HTTPInternalServerError'],
  [{ psk: '' }, '201'],
  [{ psk: 5 }, '400 HTTPBadRequest'],
  [{ mtu: 67 }, '400 IPsecSiteConnectionMtuError'],
  [{ mtu: 0 }, '201'],
  [{ dpd: { timeout: 30 } }, '400 IPsecSiteConnectionDpdIntervalValueError'],
  [{ peer_cidrs: ['10.9.0.0/24'] }, '400 PeerCidrsInvalid'],
  [{ peer_ep_group_id: null }, '400 MissingRequiredEndpointGroup'],
  [{ peer_address: 'nobody.example.org' }, '400 VPNPeerAddressNotResolved'],
  [{ status: 'ACTIVE' }, '400 HTTPBadRequest'],
  [{ colour: 'red' }, '400 HTTPBadRequest'],
])('a connection with %j', async (change, expected) => {
  const session = await openstack();
  const fields = { ...connectionFields(await build(session)), ...change };
  const reply = await session.vpn('POST', '/ipsec-site-connections', { ipsec_site_connection: fields });
  expect(problem(reply)).toBe(expected);
});

test('a host name is stored as the address it resolves to', async () => {
  const session = await openstack({ hosts: { 'peer.example.org': '198.51.100.77' } });
  const { connection } = await build(session, { peer_address: 'peer.example.org' });
  expect(session.cloud.store.get('ipsec_site_connection', connection)?.['peer_address']).toBe('198.51.100.77');
});

test('the older model: a service with a subnet, a connection with peer_cidrs', async () => {
  const session = await openstack();
  const parts = await build(session);
  const service = { router_id: idOf(session, 'router', 'vpc-prod'), subnet_id: idOf(session, 'subnet', 'subnet-db') };
  const vpnservice_id = await create(session, 'vpnservice', 'vpnservices', service);
  const { local_ep_group_id: _local, peer_ep_group_id: _peer, ...fields } = connectionFields(parts);
  const post = async (more: object) => {
    const body = { ipsec_site_connection: { ...fields, vpnservice_id, ...more } };
    return session.vpn('POST', '/ipsec-site-connections', body);
  };
  expect(problem(await post({}))).toBe('400 MissingPeerCidrs');
  expect(problem(await post({ peer_cidrs: ['10.9.0.0/24'], peer_ep_group_id: parts.peer }))).toBe(
    '400 InvalidEndpointGroup',
  );
  expect(problem(await post({ peer_cidrs: ['2001:db8:9::/64'] }))).toBe('400 MixedIPVersionsForIPSecConnection');
  const made = await post({ peer_cidrs: ['10.9.0.0/24', '10.8.0.0/24'] });
  expect(at(made.json, 'ipsec_site_connection', 'peer_cidrs')).toEqual(['10.8.0.0/24', '10.9.0.0/24']);
});

test('IPv6 needs a gateway with IPv6', async () => {
  const session = await openstack();
  const prod = connectionFields(await build(session));
  const dev = connectionFields(await build(session, {}, 'vpc-dev'));
  const group = (type: string, endpoint: string) =>
    create(session, 'endpoint_group', 'endpoint-groups', { type, endpoints: [endpoint] });
  const v6 = {
    local_ep_group_id: await group('subnet', idOf(session, 'subnet', 'subnet-v6')),
    peer_ep_group_id: await group('cidr', '2001:db8:77::/64'),
    peer_address: '2001:db8:ff::1',
  };
  const post = async (fields: object) =>
    problem(await session.vpn('POST', '/ipsec-site-connections', { ipsec_site_connection: fields }));
  expect(await post({ ...prod, ...v6 })).toBe('201');
  expect(await post({ ...prod, ...v6, mtu: 1279 })).toBe('400 IPsecSiteConnectionMtuError');
  expect(await post({ ...dev, ...v6 })).toBe('400 SubnetIsNotConnectedToRouter');
  expect(await post({ ...dev, peer_address: v6.peer_address })).toBe('400 ExternalNetworkHasNoSubnet');
});

test('services need a router with a gateway, of their own project', async () => {
  const session = await openstack();
  const post = async (router_id: unknown, more: object = {}) =>
    problem(await session.vpn('POST', '/vpnservices', { vpnservice: { router_id, ...more } }));
  const theirs = session.cloud.store.all('router').find((one) => one.project_id !== session.cloud.account.projectId);
  expect(await post(idOf(session, 'router', 'vpc-closed'))).toBe('400 RouterIsNotExternal');
  expect(await post(theirs?.id)).toBe('404 RouterNotFound');
  const lonely = { subnet_id: idOf(session, 'subnet', 'subnet-lonely') };
  expect(await post(idOf(session, 'router', 'vpc-prod'), lonely)).toBe('400 SubnetIsNotConnectedToRouter');
});

test('dpd merges per key, other attributes stay', async () => {
  const session = await openstack();
  const { connection } = await build(session, { dpd: { action: 'restart', interval: 10, timeout: 60 } });
  const path = `/ipsec-site-connections/${connection}`;
  const reply = await session.vpn('PUT', path, { ipsec_site_connection: { dpd: { timeout: 90 } } });
  expect(at(reply.json, 'ipsec_site_connection', 'dpd')).toEqual({ action: 'restart', interval: 10, timeout: 90 });
  expect(at(reply.json, 'ipsec_site_connection', 'psk')).toBe('Some-Secret_1');
});

test('names need not be unique', async () => {
  const session = await openstack();
  const fields = connectionFields(await build(session));
  const reply = await session.vpn('POST', '/ipsec-site-connections', { ipsec_site_connection: fields });
  expect(reply.status).toBe(201);
});

test.each<[string, string, unknown, string]>([
  ['POST', '/ikepolicies', '{"ikepolicy": ', '400 MalformedRequestBody'],
  ['POST', '/ikepolicies', undefined, '400 HTTPBadRequest'],
  ['POST', '/ikepolicies', { name: 'x' }, '400 HTTPBadRequest'],
  ['POST', `/ikepolicies/${NIL}`, { ikepolicy: {} }, '405 HTTPMethodNotAllowed'],
  ['PATCH', `/ikepolicies/${NIL}`, { ikepolicy: {} }, '405 HTTPMethodNotAllowed'],
  ['PUT', '/ikepolicies', { ikepolicy: {} }, '404 IKEPolicyNotFound'],
  ['DELETE', '/ikepolicies', undefined, '404 IKEPolicyNotFound'],
  ['GET', '/nothing', undefined, '404 HTTPNotFound'],
])('%s %s %j', async (method, path, body, expected) => {
  const session = await openstack();
  expect(problem(await session.vpn(method, path, body))).toBe(expected);
});
