import { describe, expect, test } from 'vitest';
import { described, local, peer, spec, uuid } from '../build.ts';
import { addConnection, peerNetworks, policyValues, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor, refused } from './help.ts';

const allowed = { maxImpact: 'replacement' } as const;

/** Connections one and two on the objects of the standard cloud. */
function pair(dialect: 'otc' | 'openstack' = 'openstack') {
  const standard = standardCloud(dialect);
  const one = addConnection(standard, 'one', { peer_address: '198.51.100.1', peer_id: '198.51.100.1' });
  const two = addConnection(standard, 'two', { peer_address: '198.51.100.2', peer_id: '198.51.100.2' });
  return { ...standard, one, two };
}

const first = { peer_address: '198.51.100.1' };
const second = { peer_address: '198.51.100.2' };

describe('a part without a name', () => {
  test('is what the connection refers to, whatever that is called', () => {
    const { cloud, subnets } = pair();
    const specs = [
      spec('one', {
        fields: first,
        service: described({}, { router: 'vpc-prod' }),
        ike: described({ pfs: 'group14' }),
        ipsec: described(),
        local: local([subnets[0]]),
        peer: peer([...peerNetworks].reverse()),
      }),
    ];
    expect(changesOf(converge(cloud, specs))).toEqual([]);
  });

  test('else the object of its default name', () => {
    const { cloud } = standardCloud('openstack');
    const id = cloud.add('ikepolicy', { ...policyValues('openstack').ike, name: 'one-ike' });
    converge(cloud, [spec('one', { ike: described() })]);
    expect(cloud.named('ipsec_site_connection', 'one')[0]?.ikepolicy_id).toBe(id);
  });

  test('else a new one', () => {
    const { cloud } = standardCloud('openstack');
    expect(changesOf(converge(cloud, [spec('one', { ike: described() })]))[0]).toBe('create ikepolicy one-ike');
  });

  test('a service is the only one of its router, also for a new connection', () => {
    const { cloud, service } = standardCloud('otc');
    converge(cloud, [spec('one', { service: described({}, { router: uuid(1) }) })]);
    expect(cloud.named('ipsec_site_connection', 'one')[0]?.vpnservice_id).toBe(service);
  });

  test('a service of a router that has several is an error', () => {
    const { cloud, router } = standardCloud('openstack');
    cloud.add('vpnservice', { name: 'gw-2', router_id: router });
    const [refusal] = refused(cloud, [spec('one', { service: described({}, { router: 'vpc-prod' }) })]);
    expect(refusal).toMatchObject({ code: 'AMBIGUOUS' });
    expect(refusal?.message).toMatch(/^The router has 2 VPN services: gw \(.*\), gw-2 \(.*\)\.$/);
  });
});

describe('sharing', () => {
  test('connections that describe one router share its service, also one still to be made', () => {
    const { cloud } = standardCloud('otc');
    const service = () => described({}, { router: uuid(2) });
    const plan = converge(cloud, [
      spec('one', { fields: first, service: service() }),
      spec('two', { fields: second, service: service() }),
    ]);
    expect(changesOf(plan).filter((change) => change.includes('vpnservice'))).toEqual([
      'create vpnservice one-service',
    ]);
  });

  test('the name that one of them states is the name for both', () => {
    const { cloud } = standardCloud('otc');
    const plan = converge(cloud, [
      spec('one', { fields: first, service: described({}, { router: uuid(2) }) }),
      spec('two', {
        fields: second,
        service: described({ description: 'to Bonn' }, { router: uuid(2), name: 'gw-b' }),
      }),
    ]);
    expect(changesOf(plan)[0]).toBe('create vpnservice gw-b');
    expect(cloud.named('vpnservice', 'gw-b')[0]?.description).toMatch(/^to Bonn \[/);
  });

  test('one name is one object, with what all of them state', () => {
    const { cloud } = standardCloud('openstack');
    const plan = converge(cloud, [
      spec('one', { fields: first, ike: described({ pfs: 'group19', lifetime: { value: 7200 } }, { name: 'corp' }) }),
      spec('two', { fields: second, ike: described({ lifetime: { units: 'seconds' } }, { name: 'corp' }) }),
    ]);
    expect(changesOf(plan).filter((change) => change.includes('ikepolicy'))).toEqual(['create ikepolicy corp']);
    expect(cloud.named('ikepolicy', 'corp')).toMatchObject([
      { pfs: 'group19', lifetime: { units: 'seconds', value: 7200 } },
    ]);
  });

  test('a service is made with what only one of them states', () => {
    const { cloud, subnets } = standardCloud('openstack');
    const legacy = { local: null, peer: null } as const;
    const cidrs = { peer_cidrs: peerNetworks };
    const named = (options = {}) => described({}, { router: uuid(2), name: 'gw-2', ...options });
    converge(cloud, [
      spec('one', { ...legacy, fields: { ...first, ...cidrs }, service: described({}, { name: 'gw-2' }) }),
      spec('two', { ...legacy, fields: { ...second, ...cidrs }, service: named({ subnet: subnets[0] }) }),
    ]);
    expect(cloud.named('vpnservice', 'gw-2')).toMatchObject([{ subnet_id: subnets[0] }]);
  });

  test.each([
    ['a field', described({ pfs: 'group19' }, { name: 'corp' }), described({ pfs: 'group20' }, { name: 'corp' })],
    [
      'a key of a field',
      described({ lifetime: { value: 60 } }, { name: 'corp' }),
      described({ lifetime: { value: 90 } }, { name: 'corp' }),
    ],
    [
      'the description',
      described({ description: 'a' }, { name: 'corp' }),
      described({ description: 'b' }, { name: 'corp' }),
    ],
  ])('a contradiction in %s is an error', (_, one, two) => {
    const { cloud } = standardCloud('openstack');
    const [refusal] = refused(cloud, [
      spec('one', { fields: first, ike: one }),
      spec('two', { fields: second, ike: two }),
    ]);
    expect(refusal).toMatchObject({ code: 'CONFLICT', at: two.at });
    expect(refusal?.message).toBe(
      'Connection two describes the IKE policy corp differently than another connection does.',
    );
  });

  test('a contradiction in the endpoints is an error', () => {
    const { cloud } = standardCloud('openstack');
    const groups = [['10.80.0.0/24'], ['10.81.0.0/16']].map((members) => peer(members, { name: 'remote' }));
    const specs = groups.map((group, index) =>
      spec(`c${index}`, { fields: { peer_address: `198.51.100.${index}` }, peer: group }),
    );
    expect(refused(cloud, specs)).toMatchObject([{ code: 'CONFLICT' }]);
  });

  test('a group with equal lists, in any order and spelling, is shared', () => {
    const { cloud } = standardCloud('openstack');
    const plan = converge(cloud, [
      spec('one', { fields: first, peer: peer(['10.80.0.0/24', '10.81.0.0/16'], { name: 'remote' }) }),
      spec('two', { fields: second, peer: peer(['10.81.0.0/16', '10.80.0.0/24'], { name: 'remote' }) }),
    ]);
    expect(changesOf(plan).filter((change) => change.includes('endpoint_group'))).toEqual([
      'create endpoint_group remote',
    ]);
  });
});

describe('parts without a name that meet on one object', () => {
  test('agree: it is changed for both', () => {
    const { cloud, ike, one, two } = pair('otc');
    const wanted = () => described({ lifetime: { value: 7200 } });
    const plan = converge(cloud, [
      spec('one', { fields: first, ike: wanted() }),
      spec('two', { fields: second, ike: wanted() }),
    ]);
    expect(changesOf(plan)).toEqual([
      'update ikepolicy ike (lifetime: 86400 seconds → 7200 seconds)',
      'touch ipsec_site_connection one',
      'touch ipsec_site_connection two',
    ]);
    expect([one, two].map((id) => cloud.json('ipsec_site_connection', id).ikepolicy_id)).toEqual([ike, ike]);
  });

  test('agree on other members: one new group for both', () => {
    const { cloud, one, two } = pair();
    const wanted = () => peer(['10.99.0.0/16']);
    const plan = converge(cloud, [
      spec('one', { fields: first, peer: wanted() }),
      spec('two', { fields: second, peer: wanted() }),
    ]);
    expect(plan.steps.map(({ do: does }) => does)).toEqual(['create', 'update', 'update', 'delete']);
    const groups = [one, two].map((id) => cloud.json('ipsec_site_connection', id).peer_ep_group_id);
    expect(new Set(groups).size).toBe(1);
  });

  test('disagree: who is content keeps it, the other gets its own, with the old values', () => {
    const { cloud, ike } = pair();
    cloud.edit('ikepolicy', ike, { encryption_algorithm: 'aes-192' });
    const specs = [
      spec('one', { fields: first, ike: described({ lifetime: { value: 7200 } }) }),
      spec('two', { fields: second, ike: described() }),
    ];
    expect(planFor(cloud, specs).refusals).toMatchObject([{ code: 'IMPACT' }]);
    expect(changesOf(converge(cloud, specs, allowed))).toEqual([
      'create ikepolicy one-ike',
      `replace ipsec_site_connection one (ikepolicy: ike (${ike}) → one-ike (new))`,
    ]);
    expect(cloud.named('ikepolicy', 'one-ike')).toMatchObject([
      { encryption_algorithm: 'aes-192', lifetime: { units: 'seconds', value: 7200 } },
    ]);
    expect(cloud.named('ipsec_site_connection', 'two')[0]?.ikepolicy_id).toBe(ike);
  });

  test('disagree, and none is content: the first keeps it', () => {
    const { cloud, ike } = pair('otc');
    const specs = [
      spec('one', { fields: first, ike: described({ lifetime: { value: 7200 } }) }),
      spec('two', { fields: second, ike: described({ lifetime: { value: 600 } }) }),
    ];
    converge(cloud, specs, allowed);
    expect(cloud.json('ikepolicy', ike).lifetime).toEqual({ units: 'seconds', value: 7200 });
    expect(cloud.named('ikepolicy', 'two-ike')).toMatchObject([{ lifetime: { value: 600 } }]);
  });

  test('moving a connection to a group of its own is an interruption', () => {
    const { cloud } = pair();
    const specs = [
      spec('one', { fields: first, peer: peer(peerNetworks) }),
      spec('two', { fields: second, peer: peer(['10.99.0.0/16']) }),
    ];
    expect(refused(cloud, specs, { maxImpact: 'rekey' })).toMatchObject([{ code: 'IMPACT' }]);
    const plan = converge(cloud, specs);
    expect(plan.changes.map(({ kind, impact }) => [kind, impact])).toEqual([
      ['endpoint_group', 'none'],
      ['ipsec_site_connection', 'interruption'],
    ]);
  });

  test('one with a name owns it; one without that differs gets its own', () => {
    const { cloud, ike } = pair();
    const specs = [
      spec('one', { fields: first, ike: described({ lifetime: { value: 7200 } }) }),
      spec('two', { fields: second, ike: described({ lifetime: { value: 86_400 } }, { name: 'ike' }) }),
    ];
    converge(cloud, specs, allowed);
    expect(cloud.json('ikepolicy', ike).lifetime).toEqual({ units: 'seconds', value: 86_400 });
    expect(cloud.named('ikepolicy', 'one-ike')).toHaveLength(1);
  });

  test('one with a name wants a change that one without does not state: that one keeps its values', () => {
    const { cloud, ike } = pair('otc');
    const specs = [
      spec('one', { fields: first, ike: described() }),
      spec('two', { fields: second, ike: described({ lifetime: { value: 7200 } }, { name: 'ike' }) }),
    ];
    converge(cloud, specs, allowed);
    expect(cloud.json('ikepolicy', ike).lifetime).toEqual({ units: 'seconds', value: 7200 });
    expect(cloud.named('ikepolicy', 'one-ike')).toMatchObject([{ lifetime: { units: 'seconds', value: 86_400 } }]);
  });

  test('the object of the default name belongs to another connection: a new one of that name', () => {
    const standard = standardCloud('openstack');
    const { cloud } = standard;
    const taken = cloud.add('ikepolicy', { ...policyValues('openstack').ike, name: 'two-ike' });
    addConnection(standard, 'one', { peer_address: '198.51.100.1', peer_id: '198.51.100.1', ikepolicy_id: taken });
    converge(cloud, [
      spec('one', { fields: first, ike: described() }),
      spec('two', { fields: second, ike: described({ pfs: 'group19' }) }),
    ]);
    expect(cloud.named('ikepolicy', 'two-ike').map(({ pfs }) => pfs)).toEqual(['group14', 'group19']);
  });
});
