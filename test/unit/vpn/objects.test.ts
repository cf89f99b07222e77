import { describe, expect, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { type DialectName, dialects } from '../../../src/vpn/dialects.ts';
import { decodeObject, decodeTags, isId, isPending } from '../../../src/vpn/objects.ts';
import { projectId, uuid } from './build.ts';

function connection(json: Readonly<Record<string, unknown>>, dialect: DialectName = 'openstack') {
  return decodeObject('ipsec_site_connection', { id: uuid(1), ...json }, dialects[dialect]);
}

describe('a connection', () => {
  test('as Neutron answers it', () => {
    const found = connection({
      tenant_id: projectId,
      name: 'office',
      description: 'Bonn',
      peer_address: '2001:DB8::0:1',
      peer_id: 'bonn.example.org',
      local_id: '',
      mtu: '1500',
      psk: 'secret',
      initiator: 'bi-directional',
      dpd: { action: 'hold', interval: '30', timeout: 120, odd: null },
      admin_state_up: true,
      status: 'ACTIVE',
      vpnservice_id: uuid(2),
      ikepolicy_id: uuid(3),
      ipsecpolicy_id: uuid(4),
      peer_cidrs: ['10.20.0.5/24', '2001:DB8::/32', 7, 'odd'],
      local_ep_group_id: null,
      peer_ep_group_id: null,
    });
    expect(found).toMatchObject({
      kind: 'ipsec_site_connection',
      projectId,
      name: 'office',
      description: 'Bonn',
      status: 'ACTIVE',
      refs: { vpnservice: uuid(2), ikepolicy: uuid(3), ipsecpolicy: uuid(4) },
      tags: undefined,
    });
    expect(found.values).toEqual({
      peer_address: '2001:db8::1',
      peer_id: 'bonn.example.org',
      peer_cidrs: ['10.20.0.0/24', '2001:db8::/32', 'odd'],
      mtu: 1500,
      initiator: 'bi-directional',
      dpd: { action: 'hold', interval: 30, timeout: 120 },
      admin_state_up: true,
    });
    expect(Object.keys(found.refs)).toHaveLength(3);
  });

  test('what has no order has one here: the plan that shows it has one digest', () => {
    const [one, other] = [
      { dpd: { action: 'hold', interval: 30, timeout: 120 }, peer_cidrs: ['10.1.0.0/24', '10.2.0.0/24'] },
      { dpd: { timeout: 120, interval: 30, action: 'hold' }, peer_cidrs: ['10.2.0.0/24', '10.1.0.0/24'] },
    ].map((json) => JSON.stringify(connection(json).values));
    expect(one).toBe(other);
    const group = (endpoints: readonly string[]) =>
      decodeObject('endpoint_group', { id: uuid(1), type: 'cidr', endpoints }, dialects.otc).endpoints;
    expect(group(['10.9.0.0/24', '10.10.0.0/24'])).toEqual(group(['10.10.0.0/24', '10.9.0.0/24']));
  });

  test.each([
    ['PENDING CREATE', 'PENDING_CREATE'],
    ['pending_update', 'PENDING_UPDATE'],
    [' active ', 'ACTIVE'],
    [undefined, 'UNKNOWN'],
    [7, 'UNKNOWN'],
    ['', 'UNKNOWN'],
    ['$(id)', 'UNKNOWN'],
    ['ACTIVE\nchanged=true', 'UNKNOWN'],
    ['A'.repeat(41), 'UNKNOWN'],
  ])('with status %j is %s', (status, expected) => {
    expect(connection({ status }).status).toBe(expected);
  });

  test.each([
    ['openstack', undefined, 'hidden'],
    ['openstack', null, 'hidden'],
    ['openstack', '***', 'hidden'],
    ['openstack', 'a*', 'shown'],
    ['openstack', '', 'shown'],
    ['otc', '', 'hidden'],
    ['otc', '******', 'hidden'],
    ['otc', 'Ex4mple', 'shown'],
  ] as const)('%s: a psk answered as %j is %s', (dialect, psk, expected) => {
    const found = connection({ psk }, dialect);
    expect(found.psk instanceof Secret ? 'shown' : found.psk).toBe(expected);
  });

  test('on OTC has tags, and neither local_id nor peer_cidrs', () => {
    const json = { tags: [{ key: 'env', value: 'prod' }], local_id: 'x', peer_cidrs: ['10.0.0.0/8'] };
    expect(connection(json, 'otc')).toMatchObject({ tags: new Map([['env', 'prod']]), values: {} });
    expect(connection({}, 'otc').tags).toBeUndefined();
  });

  test('with values of wrong types has none of them', () => {
    const wrong = {
      peer_address: 7,
      mtu: '',
      admin_state_up: 'true',
      dpd: 'hold',
      initiator: null,
      name: 7,
      peer_cidrs: [],
    };
    expect(connection(wrong)).toMatchObject({ name: '', description: '', projectId: undefined, values: {} });
    expect(connection({ mtu: 'many' }).values).toEqual({});
  });
});

test('a policy has its values in the dialect’s spelling', () => {
  const json = {
    id: uuid(1),
    auth_algorithm: 'SHA256',
    lifetime: { units: 'seconds', value: '3600' },
    ike_version: '',
  };
  expect(decodeObject('ikepolicy', json, dialects.otc)).toMatchObject({
    kind: 'ikepolicy',
    values: { auth_algorithm: 'sha2-256', lifetime: { units: 'seconds', value: 3600 } },
  });
  expect(decodeObject('ipsecpolicy', json, dialects.openstack).values.auth_algorithm).toBe('sha256');
});

test('a VPN service has router, subnet and addresses', () => {
  const json = {
    id: uuid(1),
    router_id: uuid(2),
    subnet_id: uuid(3),
    external_v4_ip: '203.0.113.1',
    external_v6_ip: null,
    flavor_id: uuid(4),
  };
  expect(decodeObject('vpnservice', json, dialects.openstack)).toMatchObject({
    routerId: uuid(2),
    subnetId: uuid(3),
    addressV4: '203.0.113.1',
    addressV6: undefined,
    values: { flavor_id: uuid(4) },
  });
  expect(decodeObject('vpnservice', { id: uuid(1) }, dialects.openstack)).toMatchObject({
    routerId: '',
    subnetId: undefined,
  });
  const otc = decodeObject('vpnservice', json, dialects.otc);
  expect(otc.values).toEqual({ external_v4_ip: '203.0.113.1' });
});

test('a group of CIDRs has them in canonical form, one of subnets as they are', () => {
  const group = (json: object) => decodeObject('endpoint_group', { id: uuid(1), ...json }, dialects.otc);
  expect(group({ type: 'cidr', endpoints: ['10.80.0.7/24'] })).toMatchObject({
    type: 'cidr',
    endpoints: ['10.80.0.0/24'],
  });
  expect(group({ type: 'subnet', endpoints: [uuid(2)] }).endpoints).toEqual([uuid(2)]);
  expect(group({})).toMatchObject({ type: '', endpoints: [] });
});

test.each([[undefined], [null], ['x'], [[]], [{}], [{ id: 7 }], [{ id: 'x' }]])('%j is no object', (value) => {
  expect(() => decodeObject('vpnservice', value, dialects.otc)).toThrow(
    'The service answered an VPN service without a valid id.',
  );
});

test.each([
  [uuid(1), true],
  [projectId, true],
  [uuid(1).toUpperCase(), true],
  [`${uuid(1)} `, false],
  ['', false],
  [undefined, false],
])('%j is an id: %s', (value, expected) => {
  expect(isId(value)).toBe(expected);
});

test('tags that are no list are unknown', () => {
  expect(decodeTags('x')).toBeUndefined();
  expect(
    decodeTags([
      { key: 'a', value: 7 },
      { key: 'b', value: null },
    ]),
  ).toEqual(
    new Map([
      ['a', '7'],
      ['b', ''],
    ]),
  );
});

test.each([
  ['203.0.113.17', '203.0.113.17'],
  ['$(id)', undefined],
  ['203.0.113.17; id', undefined],
  [7, undefined],
])('the gateway address %j is %s', (external_v4_ip, expected) => {
  const json = { id: uuid(1), external_v4_ip, external_v6_ip: external_v4_ip };
  const { addressV4, addressV6 } = decodeObject('vpnservice', json, dialects.openstack);
  expect([addressV4, addressV6]).toEqual([expected, expected]);
});

test.each([
  ['PENDING_CREATE', true],
  ['BUILD', true],
  ['ACTIVE', false],
  ['ERROR', false],
])('%s is pending: %s', (status, expected) => {
  expect(isPending(status)).toBe(expected);
});
