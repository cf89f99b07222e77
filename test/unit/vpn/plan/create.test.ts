import { describe, expect, test } from 'vitest';
import { defaultName } from '../../../../src/vpn/default-name.ts';
import { markDescription, ownerOf, splitDescription } from '../../../../src/vpn/mark.ts';
import { described, local, now, peer, projectId, repository, spec, uuid } from '../build.ts';
import { ModelCloud } from '../model-cloud.ts';
import { addConnection, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor, refused } from './help.ts';

const office = 'office-bonn';

/** Everything described, nothing there but a router with subnets. */
function bare(dialect: 'otc' | 'openstack') {
  const { router, subnets, cloud } = standardCloud(dialect);
  const empty = new ModelCloud(dialect, { firstId: 201 });
  empty.routers = cloud.routers;
  empty.subnets = cloud.subnets;
  const parts = {
    service: described({}, { router: 'vpc-prod' }),
    ike: described(),
    ipsec: described(),
    local: local(['subnet-app', '10.10.2.0/24', subnets[0]]),
    peer: peer(['10.80.0.0/24', '10.80.0.0/24']),
  };
  return { cloud: empty, router, subnets, parts };
}

describe.each(['openstack', 'otc'] as const)('%s: a connection of which nothing is there', (dialect) => {
  test('all five parts are created, then the connection', () => {
    const { cloud, parts } = bare(dialect);
    const plan = converge(cloud, [spec(office, parts)]);
    expect(changesOf(plan)).toEqual([
      'create vpnservice office-bonn-service',
      'create ikepolicy office-bonn-ike',
      'create ipsecpolicy office-bonn-ipsec',
      'create endpoint_group office-bonn-local',
      'create endpoint_group office-bonn-peer',
      'create ipsec_site_connection office-bonn',
    ]);
    expect(plan.connections).toMatchObject([{ report: { operation: 'created', impact: 'none', psk: 'sent' } }]);
  });

  test('defaults are sent, never left to the server', () => {
    const { cloud, parts, router, subnets } = bare(dialect);
    converge(cloud, [spec(office, parts)]);
    const hash = dialect === 'otc' ? 'sha2-256' : 'sha256';
    const isOpenstack = dialect === 'openstack';
    expect(cloud.named('ikepolicy', 'office-bonn-ike')).toMatchObject([
      {
        auth_algorithm: hash,
        encryption_algorithm: 'aes-256',
        pfs: 'group14',
        ike_version: 'v2',
        phase1_negotiation_mode: 'main',
        lifetime: { units: 'seconds', value: 86_400 },
      },
    ]);
    expect(cloud.named('ipsecpolicy', 'office-bonn-ipsec')).toMatchObject([
      { auth_algorithm: hash, transform_protocol: 'esp', lifetime: { units: 'seconds', value: 3600 } },
    ]);
    expect(cloud.named('vpnservice', 'office-bonn-service')).toMatchObject([
      { router_id: router, admin_state_up: true },
    ]);
    expect(cloud.named('endpoint_group', 'office-bonn-local')).toMatchObject([{ type: 'subnet', endpoints: subnets }]);
    expect(cloud.named('endpoint_group', 'office-bonn-peer')).toMatchObject([
      { type: 'cidr', endpoints: ['10.80.0.0/24'] },
    ]);
    const [connection] = cloud.named('ipsec_site_connection', office);
    expect(connection).toMatchObject({
      peer_address: '198.51.100.20',
      peer_id: '198.51.100.20',
      mtu: 1500,
      initiator: 'bi-directional',
      admin_state_up: true,
    });
    expect(connection?.dpd).toEqual(isOpenstack ? { action: 'hold', interval: 30, timeout: 120 } : undefined);
  });

  test('everything bears the mark of repository and connection', () => {
    const { cloud, parts } = bare(dialect);
    converge(cloud, [spec(office, parts)]);
    const mark = { owner: ownerOf(repository, office), time: now };
    const [connection] = cloud.named('ipsec_site_connection', office);
    for (const kind of ['vpnservice', 'ikepolicy', 'ipsecpolicy', 'endpoint_group'] as const) {
      for (const id of cloud.ids(kind)) {
        expect(splitDescription(String(cloud.json(kind, id).description))).toEqual({ text: '', mark });
      }
    }
    const ofConnection = splitDescription(String(connection?.description));
    expect(ofConnection).toEqual({ text: '', mark: dialect === 'otc' ? undefined : mark });
    if (dialect === 'otc') {
      const tags = cloud.tagsOf(String(connection?.id));
      expect(tags.get('ipsec-action-mark')).toBe(`${mark.owner}-20261122T200000Z`);
      expect(tags.get('ipsec-action-policies')).toMatch(/^[0-9a-f]{32}$/);
      expect(tags.size).toBe(2);
    }
  });

  test('a stated description comes before the mark; a pasted mark is not repeated', () => {
    const { cloud, parts } = bare(dialect);
    const pasted = markDescription('site B', { owner: 'a1b2c3d4e5f6', time: now - 1000 }, 255);
    converge(cloud, [
      spec(office, { ...parts, ike: described({ description: 'site A ' }), ipsec: described({ description: pasted }) }),
    ]);
    expect(splitDescription(String(cloud.named('ikepolicy', 'office-bonn-ike')[0]?.description)).text).toBe('site A ');
    expect(splitDescription(String(cloud.named('ipsecpolicy', 'office-bonn-ipsec')[0]?.description))).toEqual({
      text: 'site B',
      mark: { owner: ownerOf(repository, office), time: now },
    });
  });

  test('a description that leaves no room for the mark is sent as it is', () => {
    const { cloud, parts } = bare(dialect);
    const long = 'x'.repeat(250);
    converge(cloud, [spec(office, { ...parts, ike: described({ description: long }) })]);
    expect(cloud.named('ikepolicy', 'office-bonn-ike')[0]?.description).toBe(long);
  });

  test('the plan tells what the new objects are like, with subnets by name', () => {
    const { cloud, parts } = bare(dialect);
    const { changes } = planFor(cloud, [spec(office, parts)]);
    const told = (kind: string, field: string) =>
      changes
        .filter((change) => change.kind === kind)
        .flatMap(({ fields }) => fields.find((one) => one.field === field)?.after ?? []);
    expect(told('ikepolicy', 'lifetime')).toEqual(['86400 seconds']);
    expect(told('endpoint_group', 'endpoints')).toEqual(['subnet-app, subnet-db', '10.80.0.0/24']);
    expect(told('vpnservice', 'router_id')).toEqual([uuid(1)]);
    expect(told('ipsec_site_connection', 'ikepolicy')).toEqual(['office-bonn-ike']);
    expect(told('ipsec_site_connection', 'psk')).toEqual(['(set)']);
  });

  test('nothing is created without a psk', () => {
    const { cloud, parts } = bare(dialect);
    const [refusal] = refused(cloud, [spec(office, { ...parts, psk: null })]);
    expect(refusal).toMatchObject({ code: 'INPUT_INVALID', at: expect.anything() });
    expect(refusal?.message).toBe('Connection office-bonn: no psk is given, and a new connection needs one.');
  });
});

test('names of 64 characters stay, longer ones are cut and told apart', () => {
  const long = 'x'.repeat(61);
  expect(defaultName('x'.repeat(60), 'ikepolicy')).toBe(`${'x'.repeat(60)}-ike`);
  expect(defaultName(long, 'ikepolicy')).toMatch(/^x{51}-[0-9a-f]{8}-ike$/);
  expect(defaultName(`${long}y`, 'ikepolicy')).not.toBe(defaultName(`${long}z`, 'ikepolicy'));
});

describe('what is there is used', () => {
  test('a new connection on existing parts, by name and by id', () => {
    const standard = standardCloud('openstack');
    const { cloud, ike, peer: group } = standard;
    const plan = converge(cloud, [spec(office, { ike, peer: group })]);
    expect(changesOf(plan)).toEqual(['create ipsec_site_connection office-bonn']);
    expect(plan.connections[0]?.report).toMatchObject({
      vpnserviceId: standard.service,
      gatewayAddress: '203.0.113.17',
      peerAddress: '198.51.100.20',
    });
  });

  test('the gateway has the IP version of the peer', () => {
    const { cloud } = standardCloud('openstack');
    const { connections } = planFor(cloud, [spec(office, { fields: { peer_address: '2001:db8::20' } })]);
    expect(connections[0]?.report.gatewayAddress).toBe('2001:db8:7::11');
  });

  test.each([
    ['service', { service: 'nowhere' }, 'VPN service "nowhere"'],
    ['policy by id', { ike: uuid(999) }, `IKE policy ${uuid(999)}`],
    ['group of the other side', { local: 'peer' }, 'endpoint group "peer"'],
  ])('a %s that is not there is an error', (_, parts, words) => {
    const { cloud } = standardCloud('openstack');
    const [refusal] = refused(cloud, [spec(office, parts)]);
    expect(refusal?.code).toBe('NOT_FOUND');
    expect(refusal?.message).toContain(`there is no ${words} in this project`);
  });

  test('a name that fits two objects is an error, unless the connection uses one of them', () => {
    const standard = standardCloud('openstack');
    const { cloud, ike } = standard;
    cloud.add('ikepolicy', { name: 'ike' });
    const [refusal] = refused(cloud, [spec(office)]);
    expect(refusal).toMatchObject({ code: 'AMBIGUOUS', hint: 'Give the id: "ikepolicy_id: …".' });
    addConnection(standard, office, { ikepolicy_id: ike });
    converge(cloud, [spec(office)]);
  });
});

describe('names of routers and subnets', () => {
  const cases = [
    ['a router that is not there', { service: described({}, { router: 'vpc-x' }) }, 'NOT_FOUND', 'router "vpc-x"'],
    ['a subnet that is not there', { local: local(['subnet-x']) }, 'NOT_FOUND', 'subnet "subnet-x"'],
    ['a CIDR that no subnet has', { local: local(['10.99.0.0/24']) }, 'NOT_FOUND', 'subnet "10.99.0.0/24"'],
    ['a name that fits two subnets', { local: local(['twice']) }, 'AMBIGUOUS', '"twice" fits 2 subnets'],
    ['a CIDR that fits two subnets', { local: local(['10.10.9.0/24']) }, 'AMBIGUOUS', uuid(13)],
    ['a subnet that another project shares', { local: local(['shared']) }, 'NOT_FOUND', 'subnet "shared"'],
    ['its CIDR', { local: local(['10.10.8.0/24']) }, 'NOT_FOUND', 'subnet "10.10.8.0/24"'],
  ] as const;
  test.each(cases)('%s', (_, parts, code, words) => {
    const { cloud } = standardCloud('openstack');
    const more = [13, 14].map((number) => ({ id: uuid(number), name: 'twice', cidr: '10.10.9.0/24' }));
    const shared = { id: uuid(15), name: 'shared', cidr: '10.10.8.0/24', isForeign: true } as const;
    cloud.subnets = [...cloud.subnets, ...more, shared];
    const [refusal] = refused(cloud, [spec(office, parts)]);
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toContain(words);
    expect(refusal?.at).toBeDefined();
  });
});

describe('a twin: the service already has a connection to the peer', () => {
  test('stops, and says how to take it over', () => {
    const standard = standardCloud('openstack');
    const id = addConnection(standard, 'bonn-old');
    const [refusal] = refused(standard.cloud, [spec(office)]);
    expect(refusal).toMatchObject({ code: 'CONFLICT', hint: expect.stringContaining(`"id: ${id}"`) });
    expect(refusal?.message).toContain(`bonn-old (${id})`);
  });

  test('without a name, too', () => {
    const standard = standardCloud('openstack');
    const id = addConnection(standard, '');
    expect(refused(standard.cloud, [spec(office)])[0]?.message).toContain(`(no name) (${id})`);
  });

  test.each([
    ['another peer', 'bonn-old', { peer_address: '198.51.100.21' }, []],
    ['described in the files by its name', 'bonn-old', {}, [spec('bonn-old')]],
  ])('is none: %s', (_, name, json, others) => {
    const standard = standardCloud('openstack');
    addConnection(standard, name, json);
    converge(standard.cloud, [spec(office), ...others]);
  });

  test('is none when the files describe it by its id', () => {
    const standard = standardCloud('openstack');
    const id = addConnection(standard, 'bonn-old');
    converge(standard.cloud, [spec(office), spec('bonn-new', { id })]);
    expect(standard.cloud.json('ipsec_site_connection', id).name).toBe('bonn-new');
  });

  test('is none on a service that is still to be made', () => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'bonn-old');
    converge(standard.cloud, [spec(office, { service: described({}, { router: uuid(2), name: 'gw-2' }) })]);
  });
});

describe('the project', () => {
  const other = 'ffffffffffffffffffffffffffffffff';
  test.each([
    ['connection', { tenant: other }],
    ['part', { ike: described({}, { tenant: other }) }],
  ])('that a %s states must be the one of the login', (_, parts) => {
    const { cloud } = standardCloud('openstack');
    expect(refused(cloud, [spec(office, parts)])).toMatchObject([
      {
        code: 'CONFLICT',
        message: `Connection office-bonn is for the project ${other}, but the login is for ${projectId}.`,
      },
    ]);
  });

  test('may be stated', () => {
    const { cloud } = standardCloud('openstack');
    converge(cloud, [spec(office, { tenant: projectId, ike: described({}, { tenant: projectId }) })]);
  });
});
