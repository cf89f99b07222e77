/** What a connection refers to, and the two models of its networks: endpoint groups, or `peer_cidrs` and the service's subnet. */
import { beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { badRequest, internalError, neutron } from '../envelopes.ts';
import { facts, nobody } from '../kinds.ts';
import { type Answer, type Said, said } from '../raw.ts';

const bench = useBench();
const kind = 'ipsec_site_connection';

/** Ids by name, for the tables below. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  const { router, subnets, subnetV6, lonelySubnet } = bench.cloud;
  const group = async (name: string, type: string, endpoints: readonly string[]): Promise<void> => {
    ids[name] = (await bench.create('endpoint_group', { name, type, endpoints })).id;
  };
  const service = async (name: string, subnet: string): Promise<void> => {
    ids[name] = (await bench.create('vpnservice', { name, router_id: router.id, subnet_id: subnet })).id;
  };
  await Promise.all([
    service('service of v4', subnets[0].id),
    service('service of v6', subnetV6.id),
    group('local v6', 'subnet', [subnetV6.id]),
    group('local of two', 'subnet', [subnets[0].id, subnets[1].id]),
    group('local mixed', 'subnet', [subnets[0].id, subnetV6.id]),
    group('local lonely', 'subnet', [lonelySubnet.id]),
    group('peer v6', 'cidr', ['2001:db8:20::/64']),
    group('peer of two', 'cidr', ['10.20.0.0/24', '10.21.0.0/24']),
    group('peer mixed', 'cidr', ['10.20.0.0/24', '2001:db8:20::/64']),
    group('vlans', 'vlan', ['100']),
  ]);
  const parts = await bench.parts();
  ids['local'] = parts.local_ep_group_id;
  ids['peer'] = parts.peer_ep_group_id;
  ids['no-one'] = nobody;
});

/** Names become ids. */
function resolved(changes: object): object {
  const entries = Object.entries(changes).map(([key, value]) => [key, ids[String(value)] ?? value]);
  return Object.fromEntries(entries);
}

async function post(changes: object): Promise<Answer> {
  return await bench.post(kind, { ...(await bench.connectionFields()), ...resolved(changes) });
}

/** By the older model. */
async function postLegacy(changes: object): Promise<Answer> {
  const { local_ep_group_id: _local, peer_ep_group_id: _peer, ...fields } = await bench.connectionFields();
  const legacy = { vpnservice_id: 'service of v4', peer_cidrs: ['10.20.0.0/24'] };
  return await bench.post(kind, { ...fields, ...resolved({ ...legacy, ...changes }) });
}

describe('endpoint groups', () => {
  test.each([
    ['several subnets and networks', { local_ep_group_id: 'local of two', peer_ep_group_id: 'peer of two' }],
    ['IPv6', { local_ep_group_id: 'local v6', peer_ep_group_id: 'peer v6' }],
    ['IPv6 through IPv6', { local_ep_group_id: 'local v6', peer_ep_group_id: 'peer v6', peer_address: '2001:db8::9' }],
    ['peer_cidrs of nothing', { peer_cidrs: [] }],
    ['peer_cidrs null', { peer_cidrs: null }],
  ])('%s', async (_what, changes) => {
    const answer = await post(changes);
    expect(said(answer)).toMatchObject({ status: 201, body: { [kind]: { ...resolved(changes), peer_cidrs: [] } } });
  });

  const missing = (which: string): Said =>
    neutron(400, 'MissingRequiredEndpointGroup', `Missing endpoint ${which} for IPSec site-to-site connection`);

  test.each<[string, object, Said]>([
    ['no groups', { local_ep_group_id: null, peer_ep_group_id: null }, missing('groups local and peer')],
    ['no local group', { local_ep_group_id: null }, missing('group local')],
    ['no peer group', { peer_ep_group_id: null }, missing('group peer')],
    [
      'peer_cidrs besides',
      { peer_cidrs: ['10.30.0.0/24'] },
      neutron(400, 'PeerCidrsInvalid', 'Peer CIDRs cannot be specified, when using endpoint groups'),
    ],
    [
      'peer_cidrs instead, but a service without subnet',
      { peer_cidrs: ['10.30.0.0/24'], local_ep_group_id: null, peer_ep_group_id: null },
      neutron(400, 'PeerCidrsInvalid', 'Peer CIDRs cannot be specified, when using endpoint groups'),
    ],
    ['an unknown local group', { local_ep_group_id: 'no-one' }, facts.endpoint_group.notFound(nobody)],
    ['an unknown peer group', { peer_ep_group_id: 'no-one' }, facts.endpoint_group.notFound(nobody)],
    [
      'a name for a group',
      { local_ep_group_id: 'office' },
      badRequest("Invalid input for local_ep_group_id. Reason: 'office' is not a valid UUID."),
    ],
    [
      'an empty text for a group',
      { peer_ep_group_id: '' },
      badRequest("Invalid input for peer_ep_group_id. Reason: '' is not a valid UUID."),
    ],
  ])('refuses %s', async (_what, changes, answer) => {
    expect(said(await post(changes))).toEqual(answer);
  });

  test.each([
    ['swapped', { local_ep_group_id: 'peer', peer_ep_group_id: 'local' }, 'peer', 'cidr', 'subnet'],
    ['a local group of VLANs', { local_ep_group_id: 'vlans' }, 'vlans', 'vlan', 'subnet'],
    ['a peer group of VLANs', { peer_ep_group_id: 'vlans' }, 'vlans', 'vlan', 'cidr'],
    ['two local groups', { peer_ep_group_id: 'local of two' }, 'local of two', 'subnet', 'cidr'],
  ])('refuses the wrong type: %s', async (_what, changes, which, is, should) => {
    const message = `Endpoint group ${ids[which]} type is '${is}' and should be '${should}'`;
    expect(said(await post(changes))).toEqual(neutron(400, 'WrongEndpointGroupType', message));
  });

  test('refuses a subnet that is not on the router', async () => {
    const { lonelySubnet, router } = bench.cloud;
    const message = `Subnet ${lonelySubnet.id} is not connected to Router ${router.id}`;
    const answer = await post({ local_ep_group_id: 'local lonely' });
    expect(said(answer)).toEqual(neutron(400, 'SubnetIsNotConnectedToRouter', message));
  });

  test.each([
    ['local', 'local mixed'],
    ['peer', 'peer mixed'],
  ])('refuses a %s group of both IP versions', async (side, group) => {
    const tail = 'do not have the same IP version, as required for IPSec site-to-site connection';
    const answer = await post({ [`${side}_ep_group_id`]: group });
    expect(said(answer)).toEqual(
      neutron(400, 'MixedIPVersionsForIPSecEndpoints', `Endpoints in group ${ids[group]} ${tail}`),
    );
  });

  test.each([{ peer_ep_group_id: 'peer v6' }, { local_ep_group_id: 'local v6' }])(
    'refuses networks of different IP versions: %j',
    async (changes) => {
      const message = 'IP versions are not compatible between peer and local endpoints';
      expect(said(await post(changes))).toEqual(neutron(400, 'MixedIPVersionsForIPSecConnection', message));
    },
  );

  test.each([1279, 68])('an mtu of %i is too small for IPv6', async (mtu) => {
    const answer = await post({ local_ep_group_id: 'local v6', peer_ep_group_id: 'peer v6', mtu });
    const message = `ipsec_site_connection MTU ${mtu} is too small for ipv6`;
    expect(said(answer)).toEqual(neutron(400, 'IPsecSiteConnectionMtuError', message));
  });

  test('an mtu of 1280 is enough for IPv6', async () => {
    const answer = await post({ local_ep_group_id: 'local v6', peer_ep_group_id: 'peer v6', mtu: 1280 });
    expect(answer.status).toBe(201);
  });
});

describe('peer_cidrs', () => {
  test.each([
    ['one', ['10.20.0.0/24']],
    ['host bits stay', ['10.20.0.5/24']],
    ['one inside the other', ['10.20.0.0/16', '10.20.0.0/24']],
    ['everything', ['0.0.0.0/0']],
    ['what others may have as their own', ['192.168.0.0/16']],
  ])('%s', async (_what, peer_cidrs) => {
    const answer = await postLegacy({ peer_cidrs });
    expect(said(answer)).toMatchObject({
      status: 201,
      body: { [kind]: { peer_cidrs, local_ep_group_id: null, peer_ep_group_id: null } },
    });
  });

  test('a single text for a list of it', async () => {
    const answer = await postLegacy({ peer_cidrs: '10.20.0.0/24' });
    expect(at(answer.body, kind, 'peer_cidrs')).toEqual(['10.20.0.0/24']);
  });

  test('IPv6 on a subnet of IPv6', async () => {
    const answer = await postLegacy({ vpnservice_id: 'service of v6', peer_cidrs: ['2001:db8:20::/64'] });
    expect(at(answer.body, kind, 'peer_cidrs')).toEqual(['2001:db8:20::/64']);
  });

  const reason = (words: string): Said => badRequest(`Invalid input for peer_cidrs. Reason: ${words}.`);

  test.each<[unknown, Said]>([
    [['10.20.0.0/33'], reason("'10.20.0.0/33' is not a valid IP subnet")],
    [['office'], reason("'office' is not a valid IP subnet")],
    [[''], reason("'' is not a valid IP subnet")],
    [['10.20.0.0/24', '10.20.0.0/x'], reason("'10.20.0.0/x' is not a valid IP subnet")],
    [['10.20.0.5'], reason("'10.20.0.5' isn't a recognized IP subnet cidr, '10.20.0.5/32' is recommended")],
    [['2001:db8::5'], reason("'2001:db8::5' isn't a recognized IP subnet cidr, '2001:db8::5/128' is recommended")],
    [['10.20/16'], reason("'10.20/16' isn't a recognized IP subnet cidr, '10.20.0.0/16' is recommended")],
    [['10.20.0.0/24', '10.20.0.0/24'], reason("Duplicate items in the list: '10.20.0.0/24'")],
    [[5], reason("'5' is not a valid IP subnet")],
    [[null], reason("'None' is not a valid IP subnet")],
  ])('refuses %j', async (peer_cidrs, answer) => {
    expect(said(await postLegacy({ peer_cidrs }))).toEqual(answer);
  });

  test.each([[[]], [null]])('refuses %j: a service with a subnet needs them', async (peer_cidrs) => {
    const message = 'Missing peer CIDRs for IPsec site-to-site connection';
    expect(said(await postLegacy({ peer_cidrs }))).toEqual(neutron(400, 'MissingPeerCidrs', message));
  });

  test.each([
    ['groups local and peer', { local_ep_group_id: 'local', peer_ep_group_id: 'peer' }],
    ['group local', { local_ep_group_id: 'local' }],
    ['group peer', { peer_ep_group_id: 'peer' }],
  ])('refuses %s besides', async (which, changes) => {
    const message = `Endpoint ${which} cannot be specified, when VPN Service has subnet specified`;
    expect(said(await postLegacy(changes))).toEqual(neutron(400, 'InvalidEndpointGroup', message));
  });

  test('refuses both IP versions at once', async () => {
    const answer = await postLegacy({ peer_cidrs: ['10.20.0.0/24', '2001:db8:20::/64'] });
    const message = 'Peer CIDRs do not have the same IP version, as required for IPSec site-to-site connection';
    expect(said(answer)).toEqual(neutron(400, 'MixedIPVersionsForPeerCidrs', message));
  });

  test.each([
    ['service of v4', '2001:db8:20::/64'],
    ['service of v6', '10.20.0.0/24'],
  ])('refuses for the %s the network %s', async (vpnservice_id, cidr) => {
    const message = 'IP versions are not compatible between peer and local endpoints';
    const answer = await postLegacy({ vpnservice_id, peer_cidrs: [cidr] });
    expect(said(answer)).toEqual(neutron(400, 'MixedIPVersionsForIPSecConnection', message));
  });
});

describe('service and policies', () => {
  test.each<[string, object, Said]>([
    ['an unknown IKE policy', { ikepolicy_id: 'no-one' }, facts.ikepolicy.notFound(nobody)],
    // A defect of this release, which hides the 404.
    ['an unknown IPsec policy', { ipsecpolicy_id: 'no-one' }, internalError],
    ['an unknown service', { vpnservice_id: 'no-one' }, internalError],
    [
      'a name',
      { vpnservice_id: 'gw' },
      badRequest("Invalid input for vpnservice_id. Reason: 'gw' is not a valid UUID."),
    ],
    ['null', { ikepolicy_id: null }, badRequest("Invalid input for ikepolicy_id. Reason: 'None' is not a valid UUID.")],
    [
      'nothing',
      { ipsecpolicy_id: '' },
      badRequest("Invalid input for ipsecpolicy_id. Reason: '' is not a valid UUID."),
    ],
  ])('refuses %s', async (_what, changes, answer) => {
    expect(said(await post(changes))).toEqual(answer);
  });

  test('a policy with both AH and ESP is an internal error', async () => {
    const { id } = await bench.create('ipsecpolicy', { transform_protocol: 'ah-esp' });
    expect(said(await post({ ipsecpolicy_id: id }))).toEqual(internalError);
  });

  test('several connections share them', async () => {
    const name = bench.name();
    const [one, two] = [await post({ name }), await post({ name })];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(at(one.body, kind, 'id')).not.toBe(at(two.body, kind, 'id'));
  });
});
