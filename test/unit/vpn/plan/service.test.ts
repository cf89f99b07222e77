import { describe, expect, test } from 'vitest';
import { described, spec, uuid } from '../build.ts';
import { ModelCloud } from '../model-cloud.ts';
import { addConnection, peerNetworks, policyValues, type Standard, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor, refused } from './help.ts';

const office = 'office-bonn';

function existing(dialect: 'otc' | 'openstack' = 'openstack'): Standard & { readonly connection: string } {
  const standard = standardCloud(dialect);
  return { ...standard, connection: addConnection(standard, office) };
}

describe('the VPN service', () => {
  test('is changed after its connections were written: until then it may refuse', () => {
    const { cloud, service, connection } = existing();
    const plan = converge(cloud, [
      spec(office, {
        service: described({ admin_state_up: false }, { name: 'gw', router: 'vpc-prod' }),
        fields: { mtu: 1400 },
      }),
    ]);
    expect(plan.steps).toMatchObject([
      { key: `update ${connection}` },
      { key: `update vpnservice ${service}`, after: [`update ${connection}`], body: { admin_state_up: false } },
    ]);
    expect(plan.changes.map(({ kind, impact }) => [kind, impact])).toContainEqual(['vpnservice', 'interruption']);
  });

  test('at once, if no connection is written', () => {
    const { cloud } = existing();
    const plan = converge(cloud, [
      spec(office, { service: described({ description: 'Bonn' }, { router: 'vpc-prod' }) }),
    ]);
    expect(plan.steps).toMatchObject([{ do: 'update', kind: 'vpnservice', after: [], body: { description: 'Bonn' } }]);
  });

  test('gets a new name by its id', () => {
    const { cloud, service } = existing('otc');
    converge(cloud, [spec(office, { service: described({}, { id: service, name: 'gw-prod' }) })]);
    expect(cloud.json('vpnservice', service).name).toBe('gw-prod');
  });

  test.each([
    ['by its name', { name: 'gw', router: uuid(2) }],
    ['by its id', { id: 'service', router: uuid(2) }],
    ['as the one of the connection', { router: uuid(2) }],
  ])('of another router, given %s: refused, its address is what the far side dials', (_, given) => {
    const { cloud, service, router } = existing('otc');
    const id = 'id' in given ? { id: service } : {};
    const [refusal] = refused(cloud, [spec(office, { service: described({}, { ...given, ...id }) })], {
      maxImpact: 'replacement',
    });
    expect(refusal).toMatchObject({ code: 'CONFLICT', hint: expect.stringContaining('never replaced') });
    expect(refusal?.message).toBe(`VPN service gw (${service}) cannot be changed: router_id ${router} → ${uuid(2)}.`);
  });

  test('with another flavour: refused', () => {
    const { cloud, service } = existing();
    const [refusal] = refused(cloud, [
      spec(office, { service: described({ flavor_id: uuid(7) }, { router: uuid(1) }) }),
    ]);
    expect(refusal?.message).toBe(`VPN service gw (${service}) cannot be changed: flavor_id (unset) → ${uuid(7)}.`);
  });

  test('used by others: refused, unless allow-shared', () => {
    const standard = existing();
    addConnection(standard, 'x', { peer_address: '198.51.100.3' });
    const specs = [spec(office, { service: described({ admin_state_up: false }, { router: uuid(1) }) })];
    expect(refused(standard.cloud, specs)).toMatchObject([{ code: 'SHARED' }]);
    converge(standard.cloud, specs, { allowShared: true });
  });

  test('several on one router: each by its name', () => {
    const { cloud, router } = existing();
    const id = cloud.add('vpnservice', { name: 'gw-2', router_id: router });
    converge(cloud, [
      spec(office),
      spec('two', { service: described({}, { name: 'gw-2', router }), fields: { peer_address: '198.51.100.2' } }),
    ]);
    expect(cloud.named('ipsec_site_connection', 'two')[0]?.vpnservice_id).toBe(id);
  });

  test('the key of the step that makes it is told', () => {
    const { cloud } = standardCloud('openstack');
    const plan = planFor(cloud, [spec(office, { service: described({}, { router: uuid(2), name: 'gw-2' }) })]);
    expect(plan.connections[0]?.serviceKey).toBe('create vpnservice gw-2');
    expect(plan.connections[0]?.report).not.toHaveProperty('gatewayAddress');
  });
});

describe('the legacy model', () => {
  const legacy = { local: null, peer: null } as const;
  const cidrs = { peer_cidrs: peerNetworks };

  function legacyCloud() {
    const cloud = new ModelCloud('openstack', { firstId: 301 });
    const values = policyValues('openstack');
    cloud.routers = [{ id: uuid(1), name: 'vpc-prod', cidr: undefined }];
    cloud.subnets = [{ id: uuid(11), name: 'subnet-app', cidr: '10.10.1.0/24' }];
    cloud.add('ikepolicy', { ...values.ike, name: 'ike' });
    cloud.add('ipsecpolicy', { ...values.ipsec, name: 'ipsec' });
    return cloud;
  }
  const service = () => described({}, { router: 'vpc-prod', subnet: 'subnet-app', name: 'gw' });

  test('a service with a subnet, a connection with peer_cidrs', () => {
    const cloud = legacyCloud();
    converge(cloud, [spec(office, { ...legacy, service: service(), fields: cidrs })]);
    expect(cloud.named('vpnservice', 'gw')).toMatchObject([{ router_id: uuid(1), subnet_id: uuid(11) }]);
    expect(cloud.named('ipsec_site_connection', office)).toMatchObject([{ peer_cidrs: peerNetworks }]);
  });

  test('other networks are one PUT', () => {
    const cloud = legacyCloud();
    converge(cloud, [spec(office, { ...legacy, service: service(), fields: cidrs })]);
    const plan = converge(cloud, [spec(office, { ...legacy, service: 'gw', fields: { peer_cidrs: ['10.9.0.0/16'] } })]);
    expect(changesOf(plan)).toEqual([
      `update ipsec_site_connection office-bonn (peer_cidrs: ${peerNetworks.join(', ')} → 10.9.0.0/16)`,
    ]);
    expect(plan.changes[0]?.impact).toBe('interruption');
  });

  test('another subnet of the service: refused', () => {
    const cloud = legacyCloud();
    converge(cloud, [spec(office, { ...legacy, service: service(), fields: cidrs })]);
    cloud.subnets = [...cloud.subnets, { id: uuid(12), name: 'subnet-db', cidr: '10.10.2.0/24' }];
    const moved = described({}, { router: 'vpc-prod', subnet: 'subnet-db', name: 'gw' });
    const [refusal] = refused(cloud, [spec(office, { ...legacy, service: moved, fields: cidrs })]);
    expect(refusal?.message).toContain(`subnet_id ${uuid(11)} → ${uuid(12)}`);
  });

  test('to groups and back is a replacement, which leaves nothing of ours behind', () => {
    const cloud = legacyCloud();
    const allowed = { maxImpact: 'replacement' } as const;
    converge(cloud, [spec(office, { ...legacy, service: service(), fields: cidrs })]);
    cloud.add('vpnservice', { name: 'gw-groups', router_id: uuid(1), subnet_id: null });
    cloud.add('endpoint_group', { name: 'local', type: 'subnet', endpoints: [uuid(11)] });
    const toGroups = [
      spec(office, {
        service: 'gw-groups',
        peer: {
          ...described(),
          endpointType: 'cidr',
          endpoints: [{ is: 'cidr', text: '10.80.0.0/24', at: { file: 'f', line: 1, column: 1 } }],
        },
      }),
    ];
    expect(refused(cloud, toGroups)).toMatchObject([{ code: 'IMPACT' }]);
    converge(cloud, toGroups, allowed);
    const [groups] = cloud.named('ipsec_site_connection', office);
    expect(groups).not.toHaveProperty('peer_cidrs');
    const back = converge(cloud, [spec(office, { ...legacy, service: 'gw', fields: cidrs })], allowed);
    expect(changesOf(back)).toContain('delete endpoint_group office-bonn-peer');
    expect(cloud.named('ipsec_site_connection', office)[0]).not.toHaveProperty('peer_ep_group_id');
  });

  test('between models on one service: the reason is told', () => {
    const standard = existing();
    const { steps, changes } = planFor(standard.cloud, [spec(office, { ...legacy, fields: cidrs })], {
      maxImpact: 'replacement',
    });
    expect(steps).toHaveLength(1);
    expect(changes[0]?.reason).toBe('the API cannot switch between peer_cidrs and endpoint groups');
  });
});
