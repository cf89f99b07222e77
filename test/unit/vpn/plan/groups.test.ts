import { describe, expect, test } from 'vitest';
import { markDescription, ownerOf } from '../../../../src/vpn/mark.ts';
import { described, local, now, peer, repository, spec } from '../build.ts';
import { addConnection, peerNetworks, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor, refused } from './help.ts';

const office = 'office-bonn';
const wider = [...peerNetworks, '10.82.0.0/16'];
const marked = (time = now - 60_000) => markDescription('', { owner: ownerOf(repository, office), time }, 255);

function existing(dialect: 'otc' | 'openstack' = 'otc') {
  const standard = standardCloud(dialect);
  return { ...standard, connection: addConnection(standard, office) };
}

describe.each(['openstack', 'otc'] as const)('%s: other members', (dialect) => {
  test('of the peer group: a new group takes its place, the connection keeps its id, the old group goes', () => {
    const { cloud, connection, peer: old } = existing(dialect);
    const plan = converge(cloud, [spec(office, { peer: peer(wider) })]);
    expect(changesOf(plan)).toEqual([
      `update endpoint_group peer (endpoints: ${peerNetworks.join(', ')} → ${wider.join(', ')})`,
      'delete endpoint_group peer',
    ]);
    expect(plan.changes[0]).toMatchObject({
      impact: 'interruption',
      reason: expect.stringContaining('a new group takes its place'),
    });
    expect(plan.connections).toMatchObject([
      { report: { operation: 'updated', impact: 'interruption', id: connection } },
    ]);
    expect(plan.steps.map(({ do: does, key, after }) => [does, key, after]).slice(0, 2)).toEqual([
      ['create', `succeed ${old}`, []],
      ['update', `update ${connection}`, [`succeed ${old}`]],
    ]);
    expect(plan.steps.at(-1)).toMatchObject({ do: 'delete', id: old, justFreed: true });
    expect(plan.steps.at(-1)?.after).toContain(`update ${connection}`);
    const [group] = cloud.named('endpoint_group', 'peer');
    expect(group).toMatchObject({ endpoints: wider });
    expect(cloud.json('ipsec_site_connection', connection).peer_ep_group_id).toBe(group?.id);
  });

  test('of the local group, with a description kept and marked anew', () => {
    const { cloud, subnets, local: old } = existing(dialect);
    cloud.edit('endpoint_group', old, { description: 'prod nets' });
    const plan = converge(cloud, [spec(office, { local: local(['subnet-app', 'subnet-db']) })]);
    expect(changesOf(plan)[0]).toBe('update endpoint_group local (endpoints: subnet-app → subnet-app, subnet-db)');
    expect(cloud.named('endpoint_group', 'local')).toMatchObject([
      { endpoints: subnets, description: expect.stringMatching(/^prod nets \[ipsec-connection-action/) },
    ]);
  });
});

test('a new name alone is one PUT', () => {
  const { cloud, peer: id } = existing();
  const plan = converge(cloud, [spec(office, { peer: peer(peerNetworks, { id, name: 'bonn-nets' }) })]);
  expect(plan.steps).toMatchObject([{ do: 'update', kind: 'endpoint_group', id, body: { name: 'bonn-nets' } }]);
  expect(plan.changes[0]?.impact).toBe('none');
});

test('a description alone is one PUT, which keeps the mark', () => {
  const { cloud, peer: id } = existing();
  cloud.edit('endpoint_group', id, { description: marked() });
  converge(cloud, [spec(office, { peer: peer(peerNetworks, {}, { description: 'Bonn' }) })]);
  expect(cloud.json('endpoint_group', id).description).toBe(`Bonn ${marked()}`);
});

describe('a shared group', () => {
  function shared() {
    const standard = existing();
    const other = addConnection(standard, 'office-ulm', { peer_address: '198.51.100.40', peer_id: '198.51.100.40' });
    return { ...standard, other };
  }
  const ulm = { peer_address: '198.51.100.40' };

  test('is replaced for all connections of the run that describe it', () => {
    const { cloud, connection, other } = shared();
    const group = () => peer(wider, { name: 'peer' });
    converge(cloud, [spec(office, { peer: group() }), spec('office-ulm', { fields: ulm, peer: group() })]);
    const [one, two] = [connection, other].map((id) => cloud.json('ipsec_site_connection', id).peer_ep_group_id);
    expect(one).toBe(two);
    expect(cloud.named('endpoint_group', 'peer')).toHaveLength(1);
  });

  test('stays for a connection of the run that refers to it by id', () => {
    const { cloud, other, peer: old } = shared();
    converge(cloud, [spec(office, { peer: peer(wider) }), spec('office-ulm', { fields: ulm, peer: old })]);
    expect(cloud.json('ipsec_site_connection', other).peer_ep_group_id).toBe(old);
    expect(cloud.named('endpoint_group', 'peer')).toHaveLength(2);
  });

  test('with a connection outside the files: refused, naming it', () => {
    const { cloud, other } = shared();
    const [refusal] = refused(cloud, [spec(office, { peer: peer(wider) })]);
    expect(refusal).toMatchObject({ code: 'SHARED', hint: expect.stringContaining('allow-shared: true') });
    expect(refusal?.message).toContain(`office-ulm (${other})`);
  });

  test('with a connection outside the files and allow-shared: that one stays on the old group', () => {
    const { cloud, other, peer: old } = shared();
    const plan = converge(cloud, [spec(office, { peer: peer(wider) })], { allowShared: true });
    expect(plan.notices).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        text: expect.stringContaining(`office-ulm (${other}). They keep the old one`),
      }),
    );
    expect(cloud.json('ipsec_site_connection', other).peer_ep_group_id).toBe(old);
    expect(cloud.json('endpoint_group', old).endpoints).toEqual(peerNetworks);
  });
});

describe('a run that was cut off', () => {
  test('after the new group was made: it is used, no third one is made', () => {
    const { cloud } = existing();
    const specs = [spec(office, { peer: peer(wider) })];
    cloud.apply(planFor(cloud, specs), { count: 1 });
    const [, made] = cloud.named('endpoint_group', 'peer');
    const plan = converge(cloud, specs);
    expect(plan.steps.map(({ do: does }) => does)).toEqual(['update', 'delete']);
    expect(cloud.named('endpoint_group', 'peer')).toMatchObject([{ id: made?.id }]);
  });

  const unlike = [
    ['is not ours', { description: '' }],
    [
      'is another connection’s',
      { description: markDescription('', { owner: ownerOf(repository, 'x'), time: now }, 255) },
    ],
    ['has another name', { name: 'peer-2' }],
    ['has another description', { description: `x ${marked()}` }],
    ['has other members', { endpoints: ['10.99.0.0/16'] }],
  ] as const;
  test.each(unlike)('a group that %s is not taken for the unfinished one', (_, json) => {
    const { cloud } = existing();
    const id = cloud.add('endpoint_group', {
      name: 'peer',
      type: 'cidr',
      endpoints: wider,
      description: marked(),
      ...json,
    });
    const plan = converge(cloud, [spec(office, { peer: peer(wider) })]);
    expect(plan.steps[0]).toMatchObject({ do: 'create', kind: 'endpoint_group' });
    expect(cloud.named('ipsec_site_connection', office)[0]?.peer_ep_group_id).not.toBe(id);
  });

  test('nor is one that another connection uses', () => {
    const standard = existing();
    const { cloud } = standard;
    const id = cloud.add('endpoint_group', { name: 'peer', type: 'cidr', endpoints: wider, description: marked() });
    addConnection(standard, 'x', { peer_ep_group_id: id, peer_address: '198.51.100.9' });
    expect(converge(cloud, [spec(office, { peer: peer(wider) })]).steps[0]).toMatchObject({ do: 'create' });
  });
});

describe('which old group goes', () => {
  test('one named in the file, which nothing uses yet', () => {
    const { cloud } = standardCloud('otc');
    converge(cloud, [spec(office, { peer: peer(wider, { name: 'peer' }) })]);
    expect(cloud.named('endpoint_group', 'peer')).toMatchObject([{ endpoints: wider }]);
  });

  test('not one that only bears the default name and is not ours', () => {
    const { cloud } = standardCloud('otc');
    const id = cloud.add('endpoint_group', { name: 'office-bonn-peer', type: 'cidr', endpoints: peerNetworks });
    converge(cloud, [spec(office, { peer: peer(wider) })]);
    expect(cloud.json('endpoint_group', id)).toMatchObject({ endpoints: peerNetworks });
  });

  test.each([
    ['by name', 'bonn-nets'],
    ['in a mapping by id', undefined],
  ])('not one that the connection leaves for another, given %s, and that is not ours', (_, name) => {
    const { cloud, peer: old } = existing();
    const id = cloud.add('endpoint_group', { name: 'bonn-nets', type: 'cidr', endpoints: wider });
    const plan = converge(cloud, [spec(office, { peer: name ?? described({}, { id }) })]);
    expect(changesOf(plan)).toEqual([
      `update ipsec_site_connection office-bonn (peer_ep_group: peer (${old}) → bonn-nets (${id}))`,
    ]);
    expect(plan.changes[0]?.impact).toBe('interruption');
    expect(cloud.json('endpoint_group', old).name).toBe('peer');
  });

  test('one of ours that the connection leaves for another', () => {
    const { cloud, peer: old } = existing();
    cloud.edit('endpoint_group', old, { description: marked() });
    cloud.add('endpoint_group', { name: 'bonn-nets', type: 'cidr', endpoints: wider });
    converge(cloud, [spec(office, { peer: 'bonn-nets' })]);
    expect(cloud.named('endpoint_group', 'peer')).toEqual([]);
  });

  test('one that the file names, which a run that was cut off has already replaced', () => {
    const { cloud, peer: old } = existing();
    const id = cloud.add('endpoint_group', { name: 'peer', type: 'cidr', endpoints: wider, description: marked() });
    converge(cloud, [spec(office, { peer: peer(wider, { name: 'peer' }) })]);
    expect(cloud.ids('endpoint_group')).not.toContain(old);
    expect(cloud.ids('endpoint_group')).toContain(id);
  });
});

test('a new name is a new group: moving there is an interruption, and the old one stays if it is not ours', () => {
  const { cloud, peer: old } = existing();
  const specs = [spec(office, { peer: peer(wider, { name: 'bonn-nets' }) })];
  expect(refused(cloud, specs, { maxImpact: 'rekey' })).toMatchObject([{ code: 'IMPACT' }]);
  const plan = converge(cloud, specs);
  expect(changesOf(plan)).toEqual([
    'create endpoint_group bonn-nets',
    `update ipsec_site_connection office-bonn (peer_ep_group: peer (${old}) → bonn-nets (new))`,
  ]);
  expect(cloud.json('endpoint_group', old).name).toBe('peer');
});

test('a group given by its id cannot have other members: the id would name nothing', () => {
  const { cloud, peer: id } = existing();
  const [refusal] = refused(cloud, [spec(office, { peer: peer(wider, { id }) })]);
  expect(refusal).toMatchObject({ code: 'CONFLICT', hint: expect.stringContaining('Remove "id:"') });
});
