import { describe, expect, test } from 'vitest';
import { officeFile, psk } from '../../scenarios/fixtures/office.ts';
import { calls, counts, writes } from '../../scenarios/harness/run.ts';
import type { Json } from '../rest.ts';
import { kinds, useStage } from './stage.ts';

const stage = useStage('create');

/** Every key that a person can state, hardly one at its default. */
const whole = {
  name: 'office-bonn',
  description: 'Bonn, second floor',
  vpnservice: { name: 'gw-prod', router: 'vpc-prod', description: 'gateway of production' },
  ikepolicy: {
    name: 'offices-ike',
    description: 'for all offices',
    ike_version: 'v1',
    auth_algorithm: 'sha2-512',
    encryption_algorithm: 'aes-192',
    pfs: 'group5',
    phase1_negotiation_mode: 'aggressive',
    lifetime: { units: 'seconds', value: 28800 },
  },
  ipsecpolicy: {
    name: 'offices-ipsec',
    description: 'for all tunnels',
    transform_protocol: 'ah',
    encapsulation_mode: 'transport',
    auth_algorithm: 'sha2-384',
    encryption_algorithm: '3des',
    pfs: 'group2',
    lifetime: { units: 'seconds', value: 1800 },
  },
  local_ep_group: { name: 'bonn-local', description: 'our side', endpoints: ['subnet-app', '10.0.2.0/24'] },
  peer_ep_group: { name: 'bonn-peer', description: 'their side', endpoints: ['10.80.0.0/24', '10.81.0.0/16'] },
  peer_address: '198.51.100.20',
  peer_id: 'gw.bonn.example.org',
  local_id: 'gw.cloud.example.org',
  dpd: { action: 'restart-by-peer', interval: 15, timeout: 75 },
  initiator: 'response-only',
  mtu: 1380,
};

/** The requests of a run that finds nothing to do. */
const reading = [
  'POST /v3/auth/tokens',
  'GET /v2.0/vpn/vpnservices',
  'GET /v2.0/vpn/ikepolicies',
  'GET /v2.0/vpn/ipsecpolicies',
  'GET /v2.0/vpn/endpoint-groups',
  'GET /v2.0/vpn/ipsec-site-connections',
  'GET /v2.0/routers',
  'GET /v2.0/subnets',
  'DELETE /v3/auth/tokens',
];

/** What the openstack command shows of a description that the file states. */
function described(words: string): unknown {
  return expect.stringMatching(new RegExp(`^${words} \\[ipsec-connection-action [0-9a-f]{12} [^ ]+Z\\]$`));
}

/** The six objects as `openstack vpn … show -f json` shows them. */
async function shown() {
  const [connection, service, ike, ipsec, local, peer] = await stage.script([
    'vpn ipsec site connection show office-bonn',
    'vpn service show gw-prod',
    'vpn ike policy show offices-ike',
    'vpn ipsec policy show offices-ipsec',
    'vpn endpoint group show bonn-local',
    'vpn endpoint group show bonn-peer',
  ]);
  return { connection, service, ike, ipsec, local, peer };
}

const ours = (): Json => ({
  ID: expect.any(String),
  Project: stage.tenant.project.id,
  project_id: stage.tenant.project.id,
});

/** The connection as the file says it, which refers to these parts. */
function expectedConnection({ service, ike, ipsec, local, peer }: Awaited<ReturnType<typeof shown>>): Json {
  return {
    ...ours(),
    Name: 'office-bonn',
    Description: described('Bonn, second floor'),
    'Peer Address': '198.51.100.20',
    'Peer ID': 'gw.bonn.example.org',
    'Local ID': 'gw.cloud.example.org',
    'Pre-shared Key': psk,
    'Authentication Algorithm': 'psk',
    dpd: { action: 'restart-by-peer', interval: 15, timeout: 75 },
    Initiator: 'response-only',
    MTU: 1380,
    State: true,
    Status: expect.stringMatching(/^(DOWN|ACTIVE)$/),
    'Route Mode': 'static',
    'Peer CIDRs': [],
    'VPN Service': service?.['ID'],
    'IKE Policy': ike?.['ID'],
    'IPSec Policy': ipsec?.['ID'],
    'Local Endpoint Group ID': local?.['ID'],
    'Peer Endpoint Group ID': peer?.['ID'],
  };
}

function expectedParts(): Json {
  return {
    service: {
      ...ours(),
      Name: 'gw-prod',
      Description: described('gateway of production'),
      Router: stage.tenant.router.id,
      Subnet: null,
      Flavor: null,
      State: true,
      Status: 'ACTIVE',
      external_v4_ip: stage.tenant.router.gatewayV4,
      external_v6_ip: stage.tenant.router.gatewayV6,
    },
    ike: {
      ...ours(),
      Name: 'offices-ike',
      Description: described('for all offices'),
      'IKE Version': 'v1',
      'Authentication Algorithm': 'sha512',
      'Encryption Algorithm': 'aes-192',
      'Perfect Forward Secrecy (PFS)': 'group5',
      'Phase1 Negotiation Mode': 'aggressive',
      Lifetime: { units: 'seconds', value: 28800 },
    },
    ipsec: {
      ...ours(),
      Name: 'offices-ipsec',
      Description: described('for all tunnels'),
      'Transform Protocol': 'ah',
      'Encapsulation Mode': 'transport',
      'Authentication Algorithm': 'sha384',
      'Encryption Algorithm': '3des',
      'Perfect Forward Secrecy (PFS)': 'group2',
      Lifetime: { units: 'seconds', value: 1800 },
    },
    local: {
      ...{ ...ours(), Name: 'bonn-local', Description: described('our side') },
      ...{ Type: 'subnet', Endpoints: stage.tenant.subnets.map(({ id }) => id).toSorted() },
    },
    peer: {
      ...{ ...ours(), Name: 'bonn-peer', Description: described('their side') },
      ...{ Type: 'cidr', Endpoints: ['10.80.0.0/24', '10.81.0.0/16'] },
    },
  };
}

describe('all five objects, every key stated', () => {
  test('the openstack command reads each field back as the file says, and another run writes nothing', async () => {
    const { apply, tenant } = stage;
    const run = await apply(officeFile(whole));
    expect(run.outputs).toMatchObject({ operation: 'created', changed: 'true', settled: 'true', up: 'false' });
    expect(run.outputs['gateway-address']).toBe(tenant.router.gatewayV4);
    expect(counts(writes(run.requests))).toEqual({
      'POST /v2.0/vpn/vpnservices': 1,
      'POST /v2.0/vpn/ikepolicies': 1,
      'POST /v2.0/vpn/ipsecpolicies': 1,
      'POST /v2.0/vpn/endpoint-groups': 2,
      'POST /v2.0/vpn/ipsec-site-connections': 1,
    });
    expect(writes(run.requests).at(-1)).toBe('POST /v2.0/vpn/ipsec-site-connections');

    const seen = await shown();
    expect(run.outputs['connection-id']).toBe(seen.connection?.['ID']);
    expect(run.outputs['vpnservice-id']).toBe(seen.service?.['ID']);
    expect(seen).toEqual({ connection: expectedConnection(seen), ...expectedParts() });

    const before = await stage.everything();
    const again = await apply(officeFile(whole));
    expect(again.outputs).toMatchObject({ operation: 'unchanged', changed: 'false' });
    expect(again.outputs['connection-id']).toBe(run.outputs['connection-id']);
    expect(calls(again.requests)).toEqual(reading);
    expect(await stage.everything()).toEqual(before);
  });
});

describe('a short file', () => {
  test('by the address in the catalogue, listened to by nobody: created, then unchanged', async () => {
    const inputs = stage.plainInputs;
    const run = await stage.apply(officeFile(), inputs);
    expect(run.outputs['operation']).toBe('created');
    expect(run.requests).toEqual([]);
    const before = await stage.everything();
    const again = await stage.apply(officeFile(), { ...inputs, region: stage.stack.region });
    expect(again.outputs).toMatchObject({ operation: 'unchanged', changed: 'false' });
    expect(await stage.everything()).toEqual(before);
  });

  test('what it leaves out arrives as documented, not as the servers would fill it in', async () => {
    const { apply, sole, tenant } = stage;
    await apply(officeFile({ ikepolicy: {}, ipsecpolicy: {} }));
    const lifetime = (value: number) => ({ units: 'seconds', value });
    const strong = { auth_algorithm: 'sha256', encryption_algorithm: 'aes-256', pfs: 'group14' };
    expect(await sole('ikepolicies')).toMatchObject({
      ...{ name: 'office-bonn-ike', ...strong, lifetime: lifetime(86400) },
      ...{ ike_version: 'v2', phase1_negotiation_mode: 'main' },
    });
    expect(await sole('ipsecpolicies')).toMatchObject({
      ...{ name: 'office-bonn-ipsec', ...strong, lifetime: lifetime(3600) },
      ...{ transform_protocol: 'esp', encapsulation_mode: 'tunnel' },
    });
    expect(await sole('vpnservices')).toMatchObject({ name: 'office-bonn-service', router_id: tenant.router.id });
    expect(await sole('ipsec-site-connections')).toMatchObject({
      ...{ name: 'office-bonn', peer_id: '198.51.100.20', local_id: '', mtu: 1500, initiator: 'bi-directional' },
      ...{ admin_state_up: true, dpd: { action: 'hold', interval: 30, timeout: 120 }, peer_cidrs: [] },
    });
  });

  test('the example of the API reference, with ids alone, works when pasted', async () => {
    const { apply, sole, all } = stage;
    await apply(officeFile());
    const { id: _id, status: _status, ...body } = await sole('ipsec-site-connections');
    const { auth_mode: _auth, route_mode: _route, project_id: _project, peer_cidrs: _cidrs, ...pasted } = body;
    const same = { ...pasted, psk: undefined, description: undefined };
    const unchanged = await apply(JSON.stringify({ ipsec_site_connection: same }));
    expect(unchanged.outputs['operation']).toBe('unchanged');
    expect(calls(unchanged.requests)).not.toContain('GET /v2.0/routers');
    const second = { ...same, name: 'office-mainz', peer_address: '198.51.100.21', peer_id: '198.51.100.21' };
    expect((await apply(JSON.stringify({ ipsec_site_connection: second }))).outputs['operation']).toBe('created');
    expect(await all('ipsec-site-connections')).toHaveLength(2);
    expect(await all('ikepolicies')).toHaveLength(1);
  });
});

describe('mode: plan', () => {
  test('of a new connection: writes nothing, asks for the quotas, and tells all of it', async () => {
    const run = await stage.apply(officeFile(whole), { mode: 'plan' });
    expect(run.outputs).toMatchObject({ operation: 'created', changed: 'true' });
    expect(calls(run.requests)).toEqual(reading.toSpliced(-1, 0, 'GET /v2.0/quotas/{project}'));
    expect(await stage.everything()).toEqual({ ...Object.fromEntries(kinds.map((kind) => [kind, []])) });
    expect(run.outputs['plan']).toContain('offices-ipsec');
  });

  test('of changes: writes nothing, and apply does just what it said', async () => {
    await stage.apply(officeFile());
    const before = await stage.everything();
    const changed = officeFile({ mtu: 1400, peer_ep_group: ['10.90.0.0/24'] });
    const planned = await stage.apply(changed, { mode: 'plan' });
    expect(planned.outputs).toMatchObject({ operation: 'updated', changed: 'true' });
    expect(writes(planned.requests)).toEqual([]);
    expect(await stage.everything()).toEqual(before);
    const applied = await stage.apply(changed, { 'status-interval': '0s' });
    expect(applied.outputs['plan']).toEqual(planned.outputs['plan']);
  });
});

test.each([
  `Köln/Süd "3. OG" 'x' & <b> $HOME`,
  '東京 オフィス',
  "x'; DROP TABLE vpnservices; --",
  'a%20b?c=d#e&f',
  'a::warning::b',
])('the name %s: created, found again, shown by the openstack command', async (name) => {
  const { apply, cli, sole } = stage;
  const file = officeFile({ name, description: `of ${name}` });
  const run = await apply(file);
  expect(run.outputs['operation']).toBe('created');
  const connection = await cli('vpn', 'ipsec', 'site', 'connection', 'show', name, '-f', 'json');
  expect(connection).toMatchObject({ ID: run.outputs['connection-id'], Name: name });
  expect((await sole('ikepolicies'))['name']).toBe(`${name}-ike`);
  const again = await apply(file);
  expect(again.outputs).toMatchObject({ operation: 'unchanged', 'connection-id': run.outputs['connection-id'] });
  expect(writes(again.requests)).toEqual([]);
});

test('an algorithm that this release does not know: its refusal stands at the line of the file', async () => {
  const file = officeFile({ ikepolicy: { pfs: 'group20' } });
  const failure = await stage.refused(file);
  expect(failure.message).toContain('group20');
  expect(failure.place).toBe(`vpn.yml:${file.split('\n').findIndex((line) => line.includes('group20')) + 1}`);
  expect(await stage.all('ipsec-site-connections')).toEqual([]);
  const mended = await stage.apply(officeFile());
  expect(mended.outputs['operation']).toBe('created');
  expect(await stage.all('ipsecpolicies')).toHaveLength(1);
  expect(await stage.all('endpoint-groups')).toHaveLength(2);
});

test('a name that the database cannot hold: the failure says what was done, and the run with a better name uses it', async () => {
  const parts = { ikepolicy: { name: 'offices-ike' }, ipsecpolicy: { name: 'offices-ipsec' } };
  const failure = await stage.refused(officeFile({ ...parts, name: 'office 🗼' }));
  expect(failure.message).toContain('office 🗼');
  expect(failure.message).toContain('500');
  expect(failure.message).toContain('emoji');
  expect(failure.outputs).toMatchObject({ operation: 'unchanged' });
  expect(await stage.all('ipsec-site-connections')).toEqual([]);
  expect((await stage.apply(officeFile(parts))).outputs['operation']).toBe('created');
  expect(await stage.all('ikepolicies')).toHaveLength(1);
  expect(await stage.all('ipsecpolicies')).toHaveLength(1);
});

test('a router without a gateway: what the server says, and nothing half made stays in the way', async () => {
  const failure = await stage.refused(officeFile({ vpnservice: { router: 'vpc-closed' } }));
  expect(failure.message).toMatch(/gateway|external/i);
  expect(failure.place).toMatch(/^vpn\.yml:\d+$/);
  const mended = await stage.apply(officeFile());
  expect(mended.outputs['operation']).toBe('created');
  expect(await stage.all('ikepolicies')).toHaveLength(1);
});
