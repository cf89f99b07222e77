import { describe, expect } from 'vitest';
import type { Cloud } from '../cloud/index.ts';
import { officeFile, only, ours, psk } from './fixtures/office.ts';
import { calls, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const quick = { 'status-interval': '0s' };

/** A connection as somebody made it by hand: no marks. */
function seedOffice(cloud: Cloud, name = 'office-bonn', changes: Record<string, unknown> = {}) {
  const { store } = cloud;
  const router = ours(cloud, 'router').find((one) => one['name'] === 'vpc-prod');
  const subnet = ours(cloud, 'subnet').find((one) => one['name'] === 'subnet-app');
  const strong = { encryption_algorithm: 'aes-256', auth_algorithm: 'sha256', pfs: 'group14' };
  const service = ours(cloud, 'vpnservice')[0] ?? store.seed('vpnservice', { name: 'gw', router_id: router?.id });
  return store.seed('ipsec_site_connection', {
    name,
    psk,
    peer_address: '198.51.100.20',
    peer_id: '198.51.100.20',
    vpnservice_id: service.id,
    ikepolicy_id: store.seed('ikepolicy', { name: 'by hand', ike_version: 'v2', ...strong }).id,
    ipsecpolicy_id: store.seed('ipsecpolicy', { name: 'by hand', ...strong }).id,
    local_ep_group_id: store.seed('endpoint_group', { name: 'a', type: 'subnet', endpoints: [subnet?.id] }).id,
    peer_ep_group_id: store.seed('endpoint_group', {
      name: 'b',
      type: 'cidr',
      endpoints: ['10.80.0.0/24', '10.81.0.0/16'],
    }).id,
    ...changes,
  });
}

describe('taking over what exists', () => {
  scenario('a connection made by hand that is as described: nothing to do', 'openstack', async ({ cloud, apply }) => {
    seedOffice(cloud);
    const run = await apply(officeFile());
    expect(run.outputs['operation']).toBe('unchanged');
    expect(writes(run.requests)).toEqual([]);
  });

  scenario(
    'one that differs is updated, with a notice that it was taken over',
    'openstack',
    async ({ cloud, apply }) => {
      const { id } = seedOffice(cloud);
      const run = await apply(officeFile({ mtu: 1400 }), quick);
      expect(run.outputs).toMatchObject({ operation: 'updated', 'connection-id': id });
      expect(run.log).toMatch(/Notice: .*office-bonn/);
      expect(ours(cloud, 'ikepolicy')).toHaveLength(1);
    },
  );

  scenario(
    'its old group, made by hand, is deleted when the described networks change',
    'openstack',
    async ({ cloud, apply }) => {
      seedOffice(cloud);
      await apply(officeFile({ peer_ep_group: ['10.80.0.0/24'] }), quick);
      const groups = ours(cloud, 'endpoint_group').filter(({ type }) => type === 'cidr');
      expect(groups).toMatchObject([{ endpoints: ['10.80.0.0/24'] }]);
    },
  );

  scenario(
    'a group that the file only names is left alone when the file names another',
    'openstack',
    async ({ cloud, apply }) => {
      seedOffice(cloud);
      cloud.store.seed('endpoint_group', { name: 'other-nets', type: 'cidr', endpoints: ['10.99.0.0/24'] });
      await apply(officeFile({ peer_ep_group: 'other-nets' }), quick);
      expect(ours(cloud, 'endpoint_group').map(({ name }) => name)).toEqual(
        expect.arrayContaining(['a', 'b', 'other-nets']),
      );
    },
  );

  scenario('id: names it whatever it is called, and renames it', 'openstack', async ({ cloud, apply }) => {
    const { id } = seedOffice(cloud, 'bonn (old name)');
    const run = await apply(officeFile({ id }), quick);
    expect(only(cloud, 'ipsec_site_connection')).toMatchObject({ id, name: 'office-bonn' });
    expect(run.outputs).toMatchObject({ operation: 'updated', 'connection-id': id });
  });

  scenario('an id that is not there is an error on its line', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile({ id: 'd54c7a80-2d2f-4b3a-9a57-3a7a1cf0b8e9' }));
    expect(failure).toMatchObject({ code: 'NOT_FOUND', place: expect.stringMatching(/^vpn\.yml:/) });
    expect(failure.message).toContain('d54c7a80-2d2f-4b3a-9a57-3a7a1cf0b8e9');
    expect(writes(failure.requests)).toEqual([]);
  });

  scenario(
    'another name for the same service and peer: stop, and say how to go on',
    'openstack',
    async ({ cloud, refused }) => {
      const { id } = seedOffice(cloud, 'bonn (old name)');
      const failure = await refused(officeFile());
      expect(failure.message).toContain(id);
      expect(failure.message).toContain('id:');
      expect(writes(failure.requests)).toEqual([]);
    },
  );

  scenario(
    "an admin's list shows other projects: their namesake is not ours",
    'openstack',
    async ({ cloud, apply }) => {
      const run = await apply(officeFile(), {
        username: cloud.account.adminUsername,
        password: cloud.account.adminPassword,
      });
      expect(run.outputs['operation']).toBe('created');
      const foreign = cloud.store
        .all('ipsec_site_connection')
        .filter((one) => one.project_id !== cloud.account.projectId);
      expect(foreign).toMatchObject([{ name: 'office-bonn', peer_address: '198.51.100.99' }]);
      expect(only(cloud, 'ipsec_site_connection').project_id).toBe(cloud.account.projectId);
    },
  );
});

describe('several of one name', () => {
  scenario('two connections: stop and list both ids', 'openstack', async ({ cloud, refused }) => {
    const first = seedOffice(cloud);
    const second = seedOffice(cloud, 'office-bonn', { peer_address: '198.51.100.77' });
    const failure = await refused(officeFile());
    expect(failure.code).toBe('AMBIGUOUS');
    expect(failure.message).toContain(first.id);
    expect(failure.message).toContain(second.id);
    expect(writes(failure.requests)).toEqual([]);
  });

  scenario('two policies of one name: the one in use', 'openstack', async ({ cloud, apply }) => {
    const connection = seedOffice(cloud);
    const used = cloud.store.update('ikepolicy', String(connection['ikepolicy_id']), { name: 'offices-ike' });
    cloud.store.seed('ikepolicy', { name: 'offices-ike', encryption_algorithm: '3des' });
    const run = await apply(officeFile({ ikepolicy: { name: 'offices-ike', encryption_algorithm: 'aes-256' } }));
    expect(run.outputs['operation']).toBe('unchanged');
    expect(only(cloud, 'ipsec_site_connection')['ikepolicy_id']).toBe(used.id);
  });

  scenario(
    'two foreign policies of the name that a new connection refers to: stop',
    'openstack',
    async ({ cloud, refused }) => {
      const one = cloud.store.seed('ikepolicy', { name: 'offices-ike' });
      const two = cloud.store.seed('ikepolicy', { name: 'offices-ike' });
      const failure = await refused(officeFile({ ikepolicy: 'offices-ike' }));
      expect(failure.code).toBe('AMBIGUOUS');
      expect(failure.message).toContain(one.id);
      expect(failure.message).toContain(two.id);
      expect(writes(failure.requests)).toEqual([]);
    },
  );

  scenario('two subnets of one name: an error with both ids', 'openstack', async ({ cloud, refused }) => {
    const router = ours(cloud, 'router').find(({ name }) => name === 'vpc-prod');
    const second = cloud.store.seed('subnet', { name: 'subnet-app', cidr: '10.10.9.0/24', router_id: router?.id });
    const failure = await refused(officeFile());
    expect(failure.code).toBe('AMBIGUOUS');
    expect(failure.message).toContain(second.id);
  });

  scenario('two VPN services on the router: stop', 'openstack', async ({ cloud, refused }) => {
    const router = ours(cloud, 'router').find(({ name }) => name === 'vpc-prod');
    const one = cloud.store.seed('vpnservice', { name: 'gw-1', router_id: router?.id });
    const two = cloud.store.seed('vpnservice', { name: 'gw-2', router_id: router?.id });
    const failure = await refused(officeFile());
    expect(failure.code).toBe('AMBIGUOUS');
    expect(failure.message).toContain(one.id);
    expect(failure.message).toContain(two.id);
  });
});

describe('marks and left-overs', () => {
  const hour = 3_600_000;
  const stamp = (ago: number): string => `${new Date(Date.now() - ago).toISOString().slice(0, 19)}Z`;

  /** A group as a run of this workflow left it some time ago. */
  function orphan(cloud: Cloud, ago: number, description: string) {
    const old = description.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, stamp(ago));
    return cloud.store.seed('endpoint_group', {
      name: 'left',
      description: old,
      type: 'cidr',
      endpoints: ['10.99.0.0/24'],
    });
  }

  scenario(
    'an old object with our mark that nothing uses is removed; a young one, a foreign one and one in use stay',
    'openstack',
    async ({ cloud, apply }) => {
      await apply(officeFile());
      const ownMark = String(ours(cloud, 'endpoint_group')[0]?.['description']);
      const old = orphan(cloud, 2 * hour, ownMark);
      const young = orphan(cloud, hour / 2, ownMark);
      const foreign = orphan(cloud, 2 * hour, ownMark.replace(/ [0-9a-f]{12} /, ' 000000000000 '));
      const unmarked = orphan(cloud, 2 * hour, 'made by hand');
      const run = await apply(officeFile());
      const left = ours(cloud, 'endpoint_group')
        .filter(({ name }) => name === 'left')
        .map(({ id }) => id);
      expect(new Set(left)).toEqual(new Set([young.id, foreign.id, unmarked.id]));
      expect(writes(run.requests)).toEqual(['DELETE /v2.0/vpn/endpoint-groups/{id}']);
      expect(run.log).toContain(old.id);
      expect(ours(cloud, 'endpoint_group')).toHaveLength(5);
    },
  );

  scenario('a left-over that cannot be deleted is a notice, not a failure', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile());
    const left = orphan(cloud, 2 * hour, String(ours(cloud, 'endpoint_group')[0]?.['description']));
    cloud.addFault({
      method: 'DELETE',
      path: '/endpoint-groups/',
      when: 'always',
      effect: { kind: 'answer', status: 409, body: '' },
    });
    const run = await apply(officeFile());
    expect(run.log).toMatch(/Notice: .*not deleted/);
    expect(run.log).toContain(left.id);
  });

  scenario(
    'a described object that an unfinished run made is used, not made again',
    'openstack',
    async ({ cloud, apply, refused }) => {
      cloud.addFault({
        method: 'POST',
        path: '/ipsec-site-connections',
        effect: { kind: 'answer', status: 403, body: '' },
      });
      await refused(officeFile());
      expect(ours(cloud, 'ikepolicy')).toHaveLength(1);
      const run = await apply(officeFile());
      expect(writes(run.requests)).toEqual(['POST /v2.0/vpn/ipsec-site-connections']);
      expect(ours(cloud, 'ikepolicy')).toHaveLength(1);
      expect(ours(cloud, 'endpoint_group')).toHaveLength(2);
    },
  );
});

describe('objects that connections outside the run use', () => {
  scenario('a change to one is refused, and its users are named', 'otc', async ({ cloud, apply, refused }) => {
    const file = (encryption: string): string =>
      officeFile({ psk_version: 1, ikepolicy: { name: 'offices-ike', encryption_algorithm: encryption } });
    await apply(file('aes-128'));
    const policy = ours(cloud, 'ikepolicy')[0];
    const nets = cloud.store.seed('endpoint_group', { name: 'c', type: 'cidr', endpoints: ['10.99.0.0/24'] });
    const other = seedOffice(cloud, 'office-outside', {
      ikepolicy_id: policy?.id,
      peer_address: '198.51.100.55',
      peer_ep_group_id: nets.id,
    });
    const failure = await refused(file('aes-256'));
    expect(failure.code).toBe('SHARED');
    expect(failure.message).toContain('office-outside');
    expect(writes(failure.requests)).toEqual([]);

    const run = await apply(file('aes-256'), { 'allow-shared': 'true', ...quick });
    expect(run.log).toContain('office-outside');
    const touched = cloud.store.get('ipsec_site_connection', other.id);
    expect(touched?.appliedPolicies?.ikepolicy).toMatchObject({ encryption_algorithm: 'aes-256' });
    expect(
      calls(run.requests).filter((call) => call === 'PUT /v2.0/vpn/ipsec-site-connections/{id}').length,
    ).toBeGreaterThanOrEqual(2);
  });

  scenario(
    'a described group that another connection uses too is not deleted',
    'openstack',
    async ({ cloud, apply }) => {
      await apply(officeFile());
      const group = ours(cloud, 'endpoint_group').find(({ type }) => type === 'cidr');
      seedOffice(cloud, 'office-outside', { peer_ep_group_id: group?.id, peer_address: '198.51.100.55' });
      const run = await apply(officeFile({ peer_ep_group: ['10.90.0.0/24'] }), { 'allow-shared': 'true', ...quick });
      expect(cloud.store.get('endpoint_group', String(group?.id))).toBeDefined();
      expect(writes(run.requests)).not.toContain('DELETE /v2.0/vpn/endpoint-groups/{id}');
    },
  );
});
