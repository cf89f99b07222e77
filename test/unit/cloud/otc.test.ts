import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, build, connectionFields, create, endAll, idOf, problem, type Session } from './client.ts';

afterEach(endAll);

const ROOMY = { services: 9, connections: 99 };

function otc(options: object = {}): Promise<Session> {
  return begin({ dialect: 'otc', downAfterMs: 0, ...options });
}

test('a changed policy does not reach the tunnel until its connection is touched', async () => {
  const session = await otc();
  const { connection, ikepolicy } = await build(session);
  const applied = () =>
    at(session.cloud.store.get('ipsec_site_connection', connection), 'appliedPolicies', 'ikepolicy', 'pfs');
  expect(applied()).toBe('group5');
  const put = await session.vpn('PUT', `/ikepolicies/${ikepolicy}`, { ikepolicy: { pfs: 'group14' } });
  expect([put.status, at(put.json, 'ikepolicy', 'pfs')]).toEqual([200, 'group14']);
  expect(applied()).toBe('group5');
  await session.vpn('PUT', `/ipsec-site-connections/${connection}`, { ipsec_site_connection: { mtu: 9 } });
  expect(applied()).toBe('group5');
  await session.vpn('PUT', `/ipsec-site-connections/${connection}`, { ipsec_site_connection: { name: 'same' } });
  expect(applied()).toBe('group14');
});

test.each<[string, object]>([
  ['mtu', { mtu: 1400 }],
  ['admin_state_up', { admin_state_up: false }],
  ['name', { name: '' }],
  ['name', { name: 'n'.repeat(65) }],
  ['description', { description: 'x' }],
  ['project_id', { project_id: 'x' }],
  ['local_id', { local_id: 'x' }],
  ['peer_cidrs', { peer_cidrs: ['10.0.0.0/8'] }],
  ['psk', { psk: 'short' }],
  ['psk', { psk: 'x'.repeat(129) }],
  ['psk', { psk: 'with space' }],
  ['psk', { psk: 'question?' }],
  ['initiator', { initiator: 'both' }],
  ['dpd', { dpd: { interval: 30, timeout: 30 } }],
  ['peer_address', { peer_address: 'peer.example.org' }],
])('a connection with a bad %s is refused: %j', async (_name, change) => {
  const session = await otc({ quota: ROOMY });
  const parts = await build(session);
  const fields = { ...connectionFields(parts), peer_address: '198.51.100.250', ...change };
  const reply = await session.vpn('POST', '/ipsec-site-connections', { ipsec_site_connection: fields });
  expect(problem(reply)).toBe('400 VPC.1001');
  const { psk } = Object(change);
  if (psk) expect(reply.text).not.toContain(psk);
});

test.each<[string, string, object]>([
  ['ikepolicy', 'ikepolicies', { auth_algorithm: 'sha256' }],
  ['ikepolicy', 'ikepolicies', { pfs: 'disable' }],
  ['ikepolicy', 'ikepolicies', { lifetime: { value: 604_801 } }],
  ['ipsecpolicy', 'ipsecpolicies', { encapsulation_mode: 'transport' }],
  ['endpoint_group', 'endpoint-groups', { type: 'network', endpoints: ['x'] }],
  ['endpoint_group', 'endpoint-groups', { type: 'cidr', endpoints: [] }],
  ['endpoint_group', 'endpoint-groups', { type: 'cidr', endpoints: ['10.0.0.0/8', '10.0.0.0/8'] }],
])('%s at %s refuses %j', async (kind, segment, fields) => {
  const session = await otc();
  expect(problem(await session.vpn('POST', `/${segment}`, { [kind]: fields }))).toBe('400 VPC.1001');
});

test('the names of algorithms are its own', async () => {
  const session = await otc();
  const fields = { auth_algorithm: 'sha2-512', pfs: 'group21', lifetime: { value: '604800' } };
  const reply = await session.vpn('POST', '/ikepolicies', { ikepolicy: fields });
  expect(at(reply.json, 'ikepolicy')).toMatchObject({ ...fields, lifetime: { units: 'seconds', value: 604_800 } });
  expect(at(reply.json, 'ikepolicy', 'project_id')).toBeUndefined();
});

test('services: one for each VPC, a quota, and frozen if admin_state_up is left out', async () => {
  const session = await otc();
  const service = async (router: string, fields: object = { admin_state_up: true }) => {
    const router_id = idOf(session, 'router', router);
    return session.vpn('POST', '/vpnservices', { vpnservice: { router_id, ...fields } });
  };
  expect((await service('vpc-prod')).status).toBe(201);
  expect(problem(await service('vpc-prod'))).toBe('400 VPC.1026');
  const frozen = await service('vpc-dev', {});
  expect(at(frozen.json, 'vpnservice', 'status')).toBe('FROZEN');
  expect(problem(await service('vpc-closed'))).toBe('400 VPC.1003');
  const put = await session.vpn('PUT', `/vpnservices/${at(frozen.json, 'vpnservice', 'id')}`, {
    vpnservice: { name: 'x' },
  });
  expect(at(put.json, 'vpnservice', 'external_v4_ip')).toBeUndefined();
});

test('connections: what others of the VPC rule out', async () => {
  const session = await otc({ quota: ROOMY });
  const first = await build(session);
  const usual = connectionFields(first);
  const group = (type: string, endpoint: string) =>
    create(session, 'endpoint_group', 'endpoint-groups', { type, endpoints: [endpoint] });
  const post = async (changes: object) => {
    const fields = { ...usual, peer_address: '198.51.100.251', ...changes };
    return problem(await session.vpn('POST', '/ipsec-site-connections', { ipsec_site_connection: fields }));
  };
  const [remote] = Object(session.cloud.store.get('endpoint_group', first.peer)?.['endpoints']);
  expect(await post({ peer_address: usual['peer_address'] })).toBe('400 VPC.1004');
  expect(await post({ peer_ep_group_id: await group('cidr', '10.10.0.0/16') })).toBe('400 VPC.1016');
  expect(await post({ peer_ep_group_id: await group('cidr', remote) })).toBe('400 VPC.1018');
  const elsewhere = await group('subnet', idOf(session, 'subnet', 'subnet-db'));
  expect(await post({ local_ep_group_id: elsewhere, peer_ep_group_id: await group('cidr', remote) })).toBe(
    '400 VPC.1021',
  );
  expect(await post({ peer_ep_group_id: await group('cidr', '224.1.0.0/16') })).toBe('400 VPC.1001');
  expect(await post({ peer_ep_group_id: await group('cidr', '10.70.0.0/16') })).toBe('201');
  // Both groups shared: an active/standby pair.
  expect(await post({ peer_address: '198.51.100.252' })).toBe('201');
});

test('the quota of connections', async () => {
  const session = await otc({ quota: { services: 2, connections: 1 } });
  const fields = { ...connectionFields(await build(session)), peer_address: '198.51.100.251' };
  const reply = await session.vpn('POST', '/ipsec-site-connections', { ipsec_site_connection: fields });
  expect(problem(reply)).toBe('400 VPC.1003');
});

test('an unknown part is refused by an error inside of an error', async () => {
  const session = await otc({ quota: ROOMY });
  const fields = { ...connectionFields(await build(session)), ikepolicy_id: '00000000-0000-4000-8000-000000000000' };
  const reply = await session.vpn('POST', '/ipsec-site-connections', { ipsec_site_connection: fields });
  expect(problem(reply)).toBe('404 APIGW.0106');
  const inner: unknown = JSON.parse(String(at(reply.json, 'error_msg')));
  expect(at(inner, 'NeutronError', 'type')).toBe('IKEPolicyNotFound');
});

test.each([
  ['stars', '******'],
  ['missing', undefined],
  ['no', 'Some-Secret_1'],
] as const)('psk: %s', async (hidePsk, shown) => {
  const session = await otc({ hidePsk });
  const { connection } = await build(session);
  const reply = await session.vpn('GET', '/ipsec-site-connections');
  expect(at(reply.json, 'ipsec_site_connections', 0, 'psk')).toBe(shown);
  expect(session.cloud.store.get('ipsec_site_connection', connection)?.['psk']).toBe('Some-Secret_1');
});

test('psk: garbage is neither the key nor stars', async () => {
  const session = await otc({ hidePsk: 'garbage' });
  const { connection } = await build(session);
  const path = `/ipsec-site-connections/${connection}`;
  const reply = await session.vpn('PUT', path, { ipsec_site_connection: { psk: 'Other-Secret_2' } });
  expect(at(reply.json, 'ipsec_site_connection', 'psk')).toMatch(/^[\w-]{24}$/);
});

test.each([
  [true, [{ key: 'env', value: 'ci' }]],
  [false, undefined],
])('tags in lists: %s', async (tagsInLists, expected) => {
  const session = await otc({ tagsInLists });
  const { connection } = await build(session);
  session.cloud.store.setTags(connection, { env: 'ci' });
  const reply = await session.vpn('GET', '/ipsec-site-connections');
  expect(at(reply.json, 'ipsec_site_connections', 0, 'tags')).toEqual(expected);
});

test('paths that are not there', async () => {
  const session = await otc();
  expect(problem(await session.call('GET', '/v5/x/vpn-gateways'))).toBe('404 APIGW.0101');
});
