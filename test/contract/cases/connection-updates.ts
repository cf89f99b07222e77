import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { badRequest, internalError, neutron } from '../envelopes.ts';
import { facts, nobody } from '../kinds.ts';
import { type Said, said } from '../raw.ts';

const bench = useBench();
const kind = 'ipsec_site_connection';

type Connection = Awaited<ReturnType<typeof bench.connection>>;

/** Settled ones for the cases that change nothing, one of each model. */
const untouched: { groups?: Promise<Connection>; legacy?: Promise<Connection> } = {};

function withGroups(): Promise<Connection> {
  untouched.groups ??= bench.connection();
  return untouched.groups;
}

function withCidrs(): Promise<Connection> {
  untouched.legacy ??= legacyConnection();
  return untouched.legacy;
}

/** A settled connection of the model with `peer_cidrs`. */
async function legacyConnection(): Promise<Connection> {
  const { router, subnets } = bench.cloud;
  const service = await bench.create('vpnservice', { router_id: router.id, subnet_id: subnets[0].id });
  const groups = { local_ep_group_id: null, peer_ep_group_id: null };
  return await bench.connection({ vpnservice_id: service.id, ...groups, peer_cidrs: ['10.20.0.0/24'] });
}

describe('one field at a time', () => {
  test.each<[string, object]>([
    ['name', { name: 'after' }],
    ['an empty name', { name: '' }],
    ['description', { description: 'changed' }],
    ['peer_address', { peer_address: '192.0.2.77' }],
    ['peer_address of IPv6', { peer_address: '2001:db8::77' }],
    ['peer_id', { peer_id: 'vpn.example.com' }],
    ['local_id', { local_id: '@cloud' }],
    ['psk', { psk: 'Another-Secret_2' }],
    ['an empty psk', { psk: '' }],
    ['mtu', { mtu: 1400 }],
    ['initiator', { initiator: 'response-only' }],
    ['admin_state_up', { admin_state_up: false }],
    ['all of dpd', { dpd: { action: 'restart', interval: 7, timeout: 77 } }],
    [
      'several',
      { name: 'after', psk: 'Another-Secret_2', mtu: 1300, dpd: { action: 'clear', interval: 9, timeout: 99 } },
    ],
    ['nothing', {}],
  ])('%s', async (_what, changes) => {
    const before = await bench.connection({ name: 'before' });
    const after = { ...before, ...changes, status: 'DOWN' };
    expect(said(await bench.put(kind, before.id, changes))).toEqual({ status: 200, body: { [kind]: after } });
    expect(said(await bench.get(kind, before.id))).toEqual({ status: 200, body: { [kind]: after } });
  });
});

test('a name for an address is resolved', async () => {
  const { id } = await bench.connection();
  const answer = await bench.put(kind, id, { peer_address: 'localhost' });
  expect(at(answer.body, kind, 'peer_address')).toMatch(/^(127\.0\.0\.1|::1)$/);
});

describe('dpd', () => {
  test('keeps the keys that are not named', async () => {
    const { id } = await bench.connection({ dpd: { action: 'restart', interval: 10, timeout: 60 } });
    const steps = [
      [{ interval: 5 }, { action: 'restart', interval: 5, timeout: 60 }],
      [{ timeout: 50 }, { action: 'restart', interval: 5, timeout: 50 }],
      [{ action: 'hold' }, { action: 'hold', interval: 5, timeout: 50 }],
      [{}, { action: 'hold', interval: 5, timeout: 50 }],
      [null, { action: 'hold', interval: 5, timeout: 50 }],
    ];
    for (const [dpd, after] of steps) {
      const answer = await bench.put(kind, id, { dpd });
      expect(at(answer.body, kind, 'dpd'), JSON.stringify(dpd)).toEqual(after);
    }
  });

  test.each([{ interval: 60 }, { timeout: 10 }])('%j is compared with what is there', async (dpd) => {
    const { id } = await bench.connection({ dpd: { interval: 10, timeout: 60 } });
    const message = 'ipsec_site_connection dpd_timeout is equal to or less than dpd_interval';
    const answer = await bench.put(kind, id, { dpd });
    expect(said(answer)).toEqual(neutron(400, 'IPsecSiteConnectionDpdIntervalValueError', message));
  });
});

describe('networks', () => {
  test('another group on either side', async () => {
    const { id } = await bench.connection();
    const { subnets } = bench.cloud;
    const local = await bench.create('endpoint_group', { type: 'subnet', endpoints: [subnets[0].id, subnets[1].id] });
    const peer = await bench.create('endpoint_group', { type: 'cidr', endpoints: ['10.20.0.0/24', '10.22.0.0/24'] });
    for (const changes of [
      { peer_ep_group_id: peer.id },
      { local_ep_group_id: local.id },
      { ...(await groups()), name: 'and back' },
    ]) {
      const answer = await bench.put(kind, id, changes);
      expect(said(answer)).toMatchObject({ status: 200, body: { [kind]: { id, ...changes } } });
    }
  });

  async function groups(): Promise<{ local_ep_group_id: string; peer_ep_group_id: string }> {
    const { local_ep_group_id, peer_ep_group_id } = await bench.parts();
    return { local_ep_group_id, peer_ep_group_id };
  }

  test('both groups at once may change the IP version', async () => {
    const { id } = await bench.connection();
    const local = await bench.create('endpoint_group', { type: 'subnet', endpoints: [bench.cloud.subnetV6.id] });
    const peer = await bench.create('endpoint_group', { type: 'cidr', endpoints: ['2001:db8:20::/64'] });
    const message = 'IP versions are not compatible between peer and local endpoints';
    const half = await bench.put(kind, id, { local_ep_group_id: local.id });
    expect(said(half)).toEqual(neutron(400, 'MixedIPVersionsForIPSecConnection', message));
    const whole = await bench.put(kind, id, { local_ep_group_id: local.id, peer_ep_group_id: peer.id });
    expect(whole.status).toBe(200);
  });

  test('peer_cidrs are replaced as a whole', async () => {
    const { id } = await legacyConnection();
    const answer = await bench.put(kind, id, { peer_cidrs: ['10.40.0.0/24', '10.41.0.0/24'] });
    const shown = await bench.get(kind, id);
    for (const { body } of [answer, shown]) {
      const cidrs: unknown = at(body, kind, 'peer_cidrs');
      // In no promised order.
      expect(Object.values(Object(cidrs)).sort()).toEqual(['10.40.0.0/24', '10.41.0.0/24']);
    }
  });

  test.each<[object, Said]>([
    [
      { peer_cidrs: ['10.40.0.0/24'] },
      neutron(400, 'PeerCidrsInvalid', 'Peer CIDRs cannot be specified, when using endpoint groups'),
    ],
    [
      { local_ep_group_id: null },
      neutron(400, 'MissingRequiredEndpointGroup', /^Missing endpoint group local for IPSec/),
    ],
    [{ peer_ep_group_id: null }, neutron(400, 'MissingRequiredEndpointGroup', /^Missing endpoint group peer for/)],
    [{ peer_ep_group_id: nobody }, facts.endpoint_group.notFound(nobody)],
  ])('a connection with groups refuses %j', async (changes, answer) => {
    const { id } = await withGroups();
    expect(said(await bench.put(kind, id, changes))).toEqual(answer);
  });

  test.each<[object, Said]>([
    [{ peer_cidrs: [] }, neutron(400, 'MissingPeerCidrs', 'Missing peer CIDRs for IPsec site-to-site connection')],
    [{ peer_cidrs: null }, neutron(400, 'MissingPeerCidrs', 'Missing peer CIDRs for IPsec site-to-site connection')],
    [{ peer_cidrs: ['x'] }, badRequest("Invalid input for peer_cidrs. Reason: 'x' is not a valid IP subnet.")],
    [{ peer_cidrs: ['2001:db8::/64'] }, neutron(400, 'MixedIPVersionsForIPSecConnection', /./)],
    [{ peer_ep_group_id: nobody }, neutron(400, 'InvalidEndpointGroup', /^Endpoint group peer cannot be specified/)],
  ])('a connection with peer_cidrs refuses %j', async (changes, answer) => {
    const { id } = await withCidrs();
    expect(said(await bench.put(kind, id, changes))).toEqual(answer);
  });
});

describe('never changes, not even to what it is,', () => {
  test.each([
    'vpnservice_id',
    'ikepolicy_id',
    'ipsecpolicy_id',
    'auth_mode',
    'route_mode',
    'status',
    'id',
    'tenant_id',
  ])('%s', async (field) => {
    const connection = await withGroups();
    const answer = await bench.put(kind, connection.id, { [field]: connection[field] });
    expect(said(answer)).toEqual(badRequest(`Cannot update read-only attribute ${field}`));
  });

  test('so that what was read cannot be written back as a whole', async () => {
    const { id } = await withGroups();
    const whole = at((await bench.get(kind, id)).body, kind);
    expect(said(await bench.put(kind, id, whole))).toEqual(badRequest(/^Cannot update read-only attribute id$/));
  });
});

describe('refuses', () => {
  test.each<[object, Said]>([
    [{ psk: null }, badRequest("Invalid input for psk. Reason: 'None' is not a valid string.")],
    [{ psk: 5 }, badRequest("Invalid input for psk. Reason: '5' is not a valid string.")],
    [{ psk: 'x'.repeat(256) }, internalError],
    [{ peer_id: 'x'.repeat(256) }, internalError],
    [{ name: null }, badRequest("Invalid input for name. Reason: 'None' is not a valid string.")],
    [{ mtu: 67 }, neutron(400, 'IPsecSiteConnectionMtuError', 'ipsec_site_connection MTU 67 is too small for ipv4')],
    [{ mtu: -5 }, badRequest("Invalid input for mtu. Reason: '-5' should be non-negative.")],
    [{ mtu: 2_147_483_648 }, internalError],
    [{ initiator: 'initiate' }, badRequest('Invalid input for initiator. Reason: initiate is not in valid_values.')],
    [{ dpd: { action: 'x' } }, badRequest('Invalid input for dpd. Reason: x is not in valid_values.')],
    [{ dpd: { interval: '6' } }, internalError],
    [
      { peer_address: 'no such host' },
      neutron(400, 'VPNPeerAddressNotResolved', 'Peer address no such host cannot be resolved'),
    ],
    [{ colour: 'red' }, badRequest("Unrecognized attribute(s) 'colour'")],
  ])('%j, and keeps what is there', async (changes, answer) => {
    const before = await withGroups();
    expect(said(await bench.put(kind, before.id, changes))).toEqual(answer);
    expect(at((await bench.get(kind, before.id)).body, kind)).toEqual({ ...before, status: 'DOWN' });
  });
});

test('what is not there: what is wrong with the body is said first', async () => {
  expect(said(await bench.put(kind, nobody, { name: 'x' }))).toEqual(facts[kind].notFound(nobody));
  const message = "Invalid input for name. Reason: '5' is not a valid string.";
  expect(said(await bench.put(kind, nobody, { name: 5 }))).toEqual(badRequest(message));
});
