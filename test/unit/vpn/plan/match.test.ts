import { describe, expect, test } from 'vitest';
import { markDescription, ownerOf } from '../../../../src/vpn/mark.ts';
import { described, now, peer, repository, spec, uuid } from '../build.ts';
import { addConnection, peerNetworks, policyValues, type Standard, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor, refused } from './help.ts';

const office = 'office-bonn';
const ours = markDescription('', { owner: ownerOf(repository, office), time: now - 60_000 }, 255);

describe('connections', () => {
  test('by name: one that is as described is left alone, whoever made it', () => {
    const standard = standardCloud('openstack');
    addConnection(standard, office);
    const plan = converge(standard.cloud, [spec(office)]);
    expect(changesOf(plan)).toEqual([]);
    expect(plan.notices).toEqual([]);
    expect(plan.connections[0]).toMatchObject({ report: { operation: 'unchanged', psk: 'equal' }, step: undefined });
  });

  test('by name: one that somebody else made is taken over with a notice', () => {
    const standard = standardCloud('openstack');
    const id = addConnection(standard, office, { mtu: 1400 });
    const plan = converge(standard.cloud, [spec(office, { fields: { mtu: 1500 } })]);
    expect(plan.notices).toMatchObject([{ level: 'notice', text: expect.stringContaining('is taken over') }]);
    expect(standard.cloud.json('ipsec_site_connection', id)).toMatchObject({ mtu: 1500, description: '' });
  });

  test.each([
    ['openstack', { description: ours }, {}],
    ['otc', {}, { 'ipsec-action-mark': 'a1b2c3d4e5f6-20261122T200000Z' }],
  ] as const)('%s: one of ours changes without a notice', (dialect, json, tags) => {
    const standard = standardCloud(dialect);
    const id = addConnection(standard, office, { peer_address: '198.51.100.1', ...json });
    standard.cloud.setTags(id, tags);
    expect(converge(standard.cloud, [spec(office)]).notices).toEqual([]);
  });

  test('by id: it gets the name of the file', () => {
    const standard = standardCloud('openstack');
    const id = addConnection(standard, 'bonn-old');
    const plan = converge(standard.cloud, [spec(office, { id })]);
    expect(changesOf(plan)).toEqual(['update ipsec_site_connection office-bonn (name: bonn-old → office-bonn)']);
    expect(plan.steps).toMatchObject([{ do: 'update', id, body: { name: office } }]);
    expect(plan.changes[0]?.impact).toBe('none');
  });

  test('by an id that is not there: an error', () => {
    const { cloud } = standardCloud('openstack');
    expect(refused(cloud, [spec(office, { id: uuid(999) })])).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  test('several of one name: stop and list them, also if one of them fits', () => {
    const standard = standardCloud('openstack');
    const ids = [addConnection(standard, office), addConnection(standard, office, { status: 'DOWN', mtu: 1400 })];
    const [refusal] = refused(standard.cloud, [spec(office)]);
    expect(refusal?.code).toBe('AMBIGUOUS');
    expect(refusal?.message).toContain(`${ids[0]} (ACTIVE), ${ids[1]} (DOWN)`);
    converge(standard.cloud, [spec(office, { id: String(ids[0]) })]);
  });

  test('two of the files that mean the same one: an error', () => {
    const standard = standardCloud('openstack');
    const id = addConnection(standard, office);
    const [refusal] = refused(standard.cloud, [spec(office), spec('bonn-2', { id })]);
    expect(refusal).toMatchObject({ code: 'CONFLICT' });
    expect(refusal?.message).toBe(`Connections office-bonn and bonn-2 both mean office-bonn (${id}).`);
  });
});

describe('parts by name', () => {
  test('one that fits is used, one that does not is changed with a notice', () => {
    const standard = standardCloud('openstack');
    addConnection(standard, office);
    expect(changesOf(converge(standard.cloud, [spec(office, { ike: described({}, { name: 'ike' }) })]))).toEqual([]);
    const plan = planFor(standard.cloud, [spec(office, { peer: peer(['10.99.0.0/16'], { name: 'peer' }) })]);
    expect(plan.notices).toMatchObject([
      { text: expect.stringContaining('endpoint group peer was not made by this action') },
    ]);
  });

  interface Duplicate {
    readonly endpoints: readonly string[];
    readonly ours?: boolean;
    readonly inUse?: boolean;
  }

  const other = ['10.99.0.0/16'];
  const cases: readonly (readonly [string, readonly Duplicate[], number | 'ambiguous'])[] = [
    [
      'in use and fitting, before ours',
      [
        { endpoints: peerNetworks, ours: true },
        { endpoints: peerNetworks, inUse: true },
      ],
      1,
    ],
    [
      'ours and fitting, before the one in use',
      [
        { endpoints: other, inUse: true },
        { endpoints: peerNetworks, ours: true },
      ],
      1,
    ],
    [
      'the lowest of ours',
      [
        { endpoints: other, inUse: true },
        { endpoints: peerNetworks, ours: true },
        { endpoints: peerNetworks, ours: true },
      ],
      1,
    ],
    [
      'the one in use, if none fits',
      [
        { endpoints: other, ours: true },
        { endpoints: other, inUse: true },
      ],
      1,
    ],
    ['none: one fits, but is not ours', [{ endpoints: other }, { endpoints: peerNetworks }], 'ambiguous'],
    [
      'none: ours do not fit',
      [
        { endpoints: other, ours: true },
        { endpoints: other, ours: true },
      ],
      'ambiguous',
    ],
  ];

  function withDuplicates(standard: Standard, duplicates: readonly Duplicate[]): string[] {
    const ids = duplicates.map(({ endpoints, ours: isOurs }) =>
      standard.cloud.add('endpoint_group', { name: 'twice', type: 'cidr', endpoints, description: isOurs ? ours : '' }),
    );
    const index = duplicates.findIndex(({ inUse }) => inUse);
    if (index >= 0) {
      addConnection(standard, office, { peer_ep_group_id: ids[index] });
    }
    return ids;
  }

  test.each(cases)('several of one name: %s', (_, duplicates, chosen) => {
    const standard = standardCloud('openstack');
    const ids = withDuplicates(standard, duplicates);
    const specs = [spec(office, { peer: peer(peerNetworks, { name: 'twice' }) })];
    if (chosen === 'ambiguous') {
      const [refusal] = refused(standard.cloud, specs);
      expect(refusal?.code).toBe('AMBIGUOUS');
      expect(refusal?.message).toContain(ids.map((id) => `twice (${id})`).join(', '));
      return;
    }
    const before = duplicates[chosen]?.endpoints;
    converge(standard.cloud, specs);
    const [connection] = standard.cloud.named('ipsec_site_connection', office);
    const used = String(connection?.peer_ep_group_id);
    expect(before === peerNetworks ? used : standard.cloud.json('endpoint_group', used).endpoints).toEqual(
      before === peerNetworks ? ids[chosen] : peerNetworks,
    );
  });

  test('one that another connection of the run uses, and that fits, is shared', () => {
    const standard = standardCloud('openstack');
    const { cloud } = standard;
    const [first] = [
      cloud.add('ikepolicy', { ...policyValues('openstack').ike, name: 'corp' }),
      cloud.add('ikepolicy', { name: 'corp' }),
    ];
    addConnection(standard, office, { ikepolicy_id: first });
    const fields = { fields: { peer_address: '198.51.100.30' } };
    converge(cloud, [
      spec(office, { ike: described() }),
      spec('bonn-2', { ...fields, ike: described({ pfs: 'group14' }, { name: 'corp' }) }),
    ]);
    expect(cloud.named('ipsec_site_connection', 'bonn-2')[0]?.ikepolicy_id).toBe(first);
  });

  test('the lowest of ours is chosen by its id, not by its place in the list', () => {
    const { cloud } = standardCloud('openstack');
    const json = { name: 'twice', type: 'cidr', endpoints: peerNetworks, description: ours };
    const [, lowest] = [uuid(305), uuid(303), uuid(304)].map((id) => cloud.add('endpoint_group', json, id));
    converge(cloud, [spec(office, { peer: peer(peerNetworks, { name: 'twice' }) })]);
    expect(cloud.named('ipsec_site_connection', office)[0]?.peer_ep_group_id).toBe(lowest);
  });

  test('a group of the other side has the same name: no matter', () => {
    const { cloud, subnets } = standardCloud('openstack');
    cloud.add('endpoint_group', { name: 'peer', type: 'subnet', endpoints: [subnets[0]] });
    converge(cloud, [spec(office, { peer: peer(peerNetworks, { name: 'peer' }) })]);
  });
});

describe('parts by id', () => {
  test('the object gets the name and the values of the file', () => {
    const { cloud, ike } = standardCloud('openstack');
    const plan = converge(cloud, [spec(office, { ike: described({ pfs: 'group19' }, { id: ike, name: 'corp-ike' }) })]);
    expect(changesOf(plan)[0]).toBe('update ikepolicy corp-ike (name: ike → corp-ike; pfs: group14 → group19)');
    expect(cloud.json('ikepolicy', ike)).toMatchObject({ name: 'corp-ike', pfs: 'group19' });
  });

  test('one that is not there is an error', () => {
    const { cloud } = standardCloud('openstack');
    expect(refused(cloud, [spec(office, { ike: described({}, { id: uuid(999) }) })])).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
  });

  test('a reference by name finds the object under its new name', () => {
    const { cloud, ike } = standardCloud('openstack');
    const named = described({}, { id: ike, name: 'corp-ike' });
    const second = spec('bonn-2', { ike: 'corp-ike', fields: { peer_address: '198.51.100.30' } });
    converge(cloud, [spec(office, { ike: named }), second]);
    expect(cloud.named('ipsec_site_connection', 'bonn-2')[0]?.ikepolicy_id).toBe(ike);
  });

  test('an object that another connection means without a name is renamed all the same', () => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'bonn-2', {
      peer_address: '198.51.100.30',
      peer_id: '198.51.100.30',
      peer_ep_group_id: standard.peer,
    });
    const nameless = spec('bonn-2', { peer: peer(peerNetworks), fields: { peer_address: '198.51.100.30' } });
    const renamed = spec(office, { peer: peer(peerNetworks, { id: standard.peer, name: 'corp-nets' }) });
    converge(standard.cloud, [nameless, renamed]);
    expect(standard.cloud.json('endpoint_group', standard.peer).name).toBe('corp-nets');
  });

  test('and two names for one object are a contradiction', () => {
    const { cloud, ike } = standardCloud('openstack');
    const specs = ['one', 'two'].map((name, index) =>
      spec(name, { ike: described({}, { id: ike, name }), fields: { peer_address: `198.51.100.${index + 1}` } }),
    );
    const [refusal] = refused(cloud, specs);
    expect(refusal).toMatchObject({ code: 'CONFLICT' });
    expect(refusal?.message).toContain(`describes the IKE policy ike (${ike}) differently`);
  });
});
