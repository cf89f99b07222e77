import { describe, expect } from 'vitest';
import { office, officeFile, officesFile, only, ours, psk } from './fixtures/office.ts';
import { calls, counts, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const mark = /\[ipsec-connection-action [0-9a-f]{12} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\]$/;

describe('nothing exists yet', () => {
  scenario('all five objects are made, with strong defaults stated', 'openstack', async ({ cloud, apply }) => {
    const run = await apply(officeFile());
    expect(counts(writes(run.requests))).toEqual({
      'POST /v2.0/vpn/vpnservices': 1,
      'POST /v2.0/vpn/ikepolicies': 1,
      'POST /v2.0/vpn/ipsecpolicies': 1,
      'POST /v2.0/vpn/endpoint-groups': 2,
      'POST /v2.0/vpn/ipsec-site-connections': 1,
    });
    const bodies = run.requests.filter(({ method, service }) => method === 'POST' && service === 'network');
    const sent = (path: string): unknown => bodies.find((request) => request.path.endsWith(path))?.body;
    expect(sent('/ikepolicies')).toEqual({
      ikepolicy: {
        name: 'office-bonn-ike',
        description: expect.stringMatching(mark),
        ike_version: 'v2',
        auth_algorithm: 'sha256',
        encryption_algorithm: 'aes-256',
        pfs: 'group14',
        phase1_negotiation_mode: 'main',
        lifetime: { units: 'seconds', value: 86_400 },
      },
    });
    expect(sent('/ipsecpolicies')).toEqual({
      ipsecpolicy: {
        name: 'office-bonn-ipsec',
        description: expect.stringMatching(mark),
        transform_protocol: 'esp',
        encapsulation_mode: 'tunnel',
        auth_algorithm: 'sha256',
        encryption_algorithm: 'aes-256',
        pfs: 'group14',
        lifetime: { units: 'seconds', value: 3600 },
      },
    });
    expect(only(cloud, 'ipsec_site_connection')).toMatchObject({
      name: 'office-bonn',
      description: expect.stringMatching(mark),
      peer_address: '198.51.100.20',
      peer_id: '198.51.100.20',
      psk,
      mtu: 1500,
      initiator: 'bi-directional',
      admin_state_up: true,
      dpd: { action: 'hold', interval: 30, timeout: 120 },
      vpnservice_id: only(cloud, 'vpnservice').id,
      ikepolicy_id: only(cloud, 'ikepolicy').id,
      ipsecpolicy_id: only(cloud, 'ipsecpolicy').id,
    });
  });

  scenario('outputs, status and summary tell what was made', { dialect: 'openstack' }, async ({ cloud, apply }) => {
    const run = await apply(officeFile());
    const connection = only(cloud, 'ipsec_site_connection');
    const expected = {
      'connection-id': connection.id,
      status: 'DOWN',
      changed: 'true',
      operation: 'created',
      settled: 'true',
      up: 'false',
      'status-stale': 'false',
      'vpnservice-id': only(cloud, 'vpnservice').id,
      'gateway-address': '203.0.113.17',
    };
    expect(run.jobOutputs).toMatchObject(expected);
    expect(JSON.parse(run.outputs['connections'] ?? '')).toMatchObject({
      'office-bonn': { 'connection-id': connection.id },
    });
    expect(run.log).toContain('office-bonn');
    expect(run.log).toContain(connection.id);
    for (const text of ['created', connection.id, 'DOWN', '203.0.113.17', 'office-bonn-ike']) {
      expect(run.summary).toContain(text);
    }
    expect(run.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
  });

  scenario('the same on Open Telekom Cloud, in its own spelling', { dialect: 'otc' }, async ({ cloud, apply }) => {
    const run = await apply(officeFile({ tags: { env: 'prod' } }));
    expect(only(cloud, 'ikepolicy')).toMatchObject({ auth_algorithm: 'sha2-256', pfs: 'group14', ike_version: 'v2' });
    const connection = only(cloud, 'ipsec_site_connection');
    const post = run.requests.find(({ method, path }) => method === 'POST' && path.endsWith('/ipsec-site-connections'));
    expect(post?.body).toMatchObject({ ipsec_site_connection: { admin_state_up: true, mtu: 1500 } });
    const sent = JSON.stringify(post?.body);
    expect(sent).not.toContain('description');
    expect(sent).not.toContain('dpd');
    expect(sent).not.toContain('project_id');
    expect(cloud.store.tags(connection.id)).toMatchObject({ env: 'prod' });
    expect(Object.keys(cloud.store.tags(connection.id))).toContain('ipsec-action-mark');
    expect(run.outputs).toMatchObject({ operation: 'created', status: 'DOWN' });
  });

  scenario(
    'five parts go out together, then the connection, then one list',
    { dialect: 'openstack', latencyMs: 100 },
    async ({ apply }) => {
      const run = await apply(officeFile(), { 'wait-for': 'none' });
      const posts = run.requests.filter(({ method, service }) => method === 'POST' && service === 'network');
      const parts = posts.filter(({ path }) => !path.endsWith('/ipsec-site-connections'));
      const [connection] = posts.filter(({ path }) => path.endsWith('/ipsec-site-connections'));
      expect(parts).toHaveLength(5);
      const firstEnd = Math.min(...parts.map((request) => request.endedAt ?? 0));
      expect(parts.filter((request) => request.startedAt > firstEnd)).toEqual([]);
      expect(connection?.startedAt).toBeGreaterThanOrEqual(Math.max(...parts.map((request) => request.endedAt ?? 0)));
      const after = run.requests.filter((request) => request.startedAt > (connection?.endedAt ?? 0));
      expect(calls(after)).toEqual(['GET /v2.0/vpn/ipsec-site-connections', 'DELETE /v3/auth/tokens']);
    },
  );

  scenario('a second run changes nothing and asks for each list once', 'openstack', async ({ apply }) => {
    await apply(officeFile());
    const run = await apply(officeFile());
    expect(run.outputs).toMatchObject({ operation: 'unchanged', changed: 'false', status: 'DOWN' });
    expect(counts(calls(run.requests))).toEqual({
      'POST /v3/auth/tokens': 1,
      'GET /v2.0/vpn/vpnservices': 1,
      'GET /v2.0/vpn/ikepolicies': 1,
      'GET /v2.0/vpn/ipsecpolicies': 1,
      'GET /v2.0/vpn/endpoint-groups': 1,
      'GET /v2.0/vpn/ipsec-site-connections': 1,
      'GET /v2.0/routers': 1,
      'GET /v2.0/subnets': 1,
      'DELETE /v3/auth/tokens': 1,
    });
    expect(run.log).toMatch(/nothing to change/i);
  });

  scenario('a second run on Open Telekom Cloud neither, whose psk is hidden', 'otc', async ({ apply }) => {
    const file = officeFile({ psk_version: 1, tags: { env: 'prod' } });
    await apply(file);
    const run = await apply(file);
    expect(run.outputs).toMatchObject({ operation: 'unchanged', changed: 'false' });
    expect(writes(run.requests)).toEqual([]);
    expect(run.requests).toHaveLength(9);
  });
});

describe('parts that exist', () => {
  scenario("the API's own create example, ids and all", 'openstack', async ({ cloud, run }) => {
    const seed = (kind: 'ikepolicy' | 'ipsecpolicy', name: string) => cloud.store.seed(kind, { name }).id;
    const router = ours(cloud, 'router').find(({ name }) => name === 'vpc-prod');
    const subnet = ours(cloud, 'subnet').find(({ name }) => name === 'subnet-app');
    const ids = {
      vpnservice_id: cloud.store.seed('vpnservice', { name: 'gw', router_id: router?.id, status: 'PENDING_CREATE' }).id,
      ikepolicy_id: seed('ikepolicy', 'ike'),
      ipsecpolicy_id: seed('ipsecpolicy', 'ipsec'),
      local_ep_group_id: cloud.store.seed('endpoint_group', { name: 'l', type: 'subnet', endpoints: [subnet?.id] }).id,
      peer_ep_group_id: cloud.store.seed('endpoint_group', { name: 'p', type: 'cidr', endpoints: ['10.80.0.0/24'] }).id,
    };
    const body = {
      ...ids,
      peer_address: '198.51.100.20',
      peer_id: '198.51.100.20',
      psk: '${KEY}',
      initiator: 'bi-directional',
      admin_state_up: true,
      mtu: 1500,
      name: 'vpnconnection1',
    };
    const result = await run({
      files: { 'vpn.yml': JSON.stringify({ ipsec_site_connection: body }) },
      inputs: { secrets: `KEY=${psk}` },
    });
    expect(result.exitCode, result.log).toBe(0);
    expect(writes(result.requests)).toEqual(['POST /v2.0/vpn/ipsec-site-connections']);
    expect(calls(result.requests)).not.toContain('GET /v2.0/routers');
    expect(calls(result.requests)).not.toContain('GET /v2.0/subnets');
    expect(only(cloud, 'ipsec_site_connection')).toMatchObject({ ...ids, name: 'vpnconnection1', psk });
  });

  scenario('parts by name are used and not touched', 'openstack', async ({ cloud, apply }) => {
    const router = ours(cloud, 'router').find(({ name }) => name === 'vpc-prod');
    cloud.store.seed('vpnservice', { name: 'vpc-prod-gw', router_id: router?.id });
    cloud.store.seed('ikepolicy', { name: 'weak-ike', auth_algorithm: 'sha1' });
    cloud.store.seed('ipsecpolicy', { name: 'weak-ipsec', auth_algorithm: 'sha1' });
    const run = await apply(
      officeFile({ vpnservice: 'vpc-prod-gw', ikepolicy: 'weak-ike', ipsecpolicy: 'weak-ipsec' }),
    );
    expect(counts(writes(run.requests))).toEqual({
      'POST /v2.0/vpn/endpoint-groups': 2,
      'POST /v2.0/vpn/ipsec-site-connections': 1,
    });
    expect(only(cloud, 'ikepolicy')).toMatchObject({ auth_algorithm: 'sha1' });
  });

  scenario(
    'a name that nothing has is an error on its line, and nothing is written',
    'openstack',
    async ({ refused }) => {
      const failure = await refused(officeFile({ vpnservice: 'vpc-prod-gw' }));
      expect(failure).toMatchObject({ code: 'NOT_FOUND', place: 'vpn.yml:3' });
      expect(failure.message).toContain('vpc-prod-gw');
      expect(writes(failure.requests)).toEqual([]);
    },
  );

  scenario('an unknown subnet and an unknown router are reported together', 'openstack', async ({ refused }) => {
    const failure = await refused(officeFile({ vpnservice: { router: 'vpc-pord' }, local_ep_group: ['subnet-ap'] }));
    expect(failure.log).toContain('vpc-pord');
    expect(failure.log).toContain('subnet-ap');
    expect(writes(failure.requests)).toEqual([]);
  });

  scenario('subnets by CIDR', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile({ local_ep_group: ['10.10.1.0/24', '10.10.2.0/24'] }));
    const wanted = ours(cloud, 'subnet').filter(({ name }) => name === 'subnet-app' || name === 'subnet-db');
    const local = ours(cloud, 'endpoint_group').find(({ type }) => type === 'subnet');
    expect(new Set(local?.['endpoints'] as string[])).toEqual(new Set(wanted.map(({ id }) => id)));
  });

  scenario('two connections of one router share its service', 'openstack', async ({ cloud, run }) => {
    const result = await run({
      files: {
        'vpn.yml': officesFile([
          { ...office, psk: '${PSK}' },
          {
            ...office,
            name: 'office-mainz',
            peer_address: '198.51.100.21',
            psk: '${PSK}',
            peer_ep_group: ['10.90.0.0/24'],
          },
        ]),
      },
      inputs: { secrets: `PSK=${psk}` },
    });
    expect(result.exitCode, result.log).toBe(0);
    const service = only(cloud, 'vpnservice');
    expect(ours(cloud, 'ipsec_site_connection').map((connection) => connection['vpnservice_id'])).toEqual([
      service.id,
      service.id,
    ]);
    expect(result.outputs['connection-id']).toBeUndefined();
    expect(Object.keys(JSON.parse(result.outputs['connections'] ?? '{}'))).toEqual(['office-bonn', 'office-mainz']);
  });

  scenario('the legacy model: a service with a subnet, and peer_cidrs', 'openstack', async ({ cloud, apply }) => {
    const file = officeFile({
      vpnservice: { router: 'vpc-prod', subnet: 'subnet-app' },
      local_ep_group: undefined,
      peer_ep_group: undefined,
      peer_cidrs: ['10.80.0.0/24'],
    });
    await apply(file);
    expect(only(cloud, 'ipsec_site_connection')).toMatchObject({
      peer_cidrs: ['10.80.0.0/24'],
      peer_ep_group_id: null,
    });
    expect(ours(cloud, 'endpoint_group')).toEqual([]);
    const again = await apply(file);
    expect(again.outputs['operation']).toBe('unchanged');
  });

  scenario('a repeated CIDR is sent once', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile({ peer_ep_group: ['10.80.0.0/24', '10.81.0.0/16', '10.80.0.0/24'] }));
    const peer = ours(cloud, 'endpoint_group').find(({ type }) => type === 'cidr');
    expect(peer?.['endpoints']).toEqual(['10.80.0.0/24', '10.81.0.0/16']);
  });
});

describe('IPv6', () => {
  scenario('an IPv6 peer dials the IPv6 address of the gateway', 'openstack', async ({ apply }) => {
    const run = await apply(
      officeFile({
        peer_address: '2001:db8:80::1',
        local_ep_group: ['subnet-v6'],
        peer_ep_group: ['2001:db8:80:1::/64'],
      }),
    );
    expect(run.outputs['gateway-address']).toBe('2001:db8:ffff::17');
  });
});
