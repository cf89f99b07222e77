/** Exports of what this action and other tools make, read again and planned. */
import { describe, expect, test } from 'vitest';
import { isExported } from '../../../../src/vpn/export/text.ts';
import { markDescription } from '../../../../src/vpn/mark.ts';
import { now, psk, uuid } from '../build.ts';
import { addConnection, policyValues, standardCloud } from '../standard-cloud.ts';
import { exportOf, planAgain, unchanged } from './help.ts';

describe.each(['openstack', 'otc'] as const)('%s', (dialect) => {
  test('a connection and its parts, in the order of the API reference', () => {
    const standard = standardCloud(dialect);
    addConnection(standard, 'office-bonn');
    const hash = dialect === 'otc' ? 'sha2-256' : 'sha256';
    expect(
      unchanged(standard),
    ).toBe(`# Written by ipsec-connection-action, mode: export. The next export overwrites it while this line is here.
# The pre-shared key comes from the input "secrets", as lines NAME=value: OFFICE_BONN_PSK
ipsec_site_connection:
  name: office-bonn
  vpnservice: # its public address: 203.0.113.17
    name: gw
    router: vpc-prod
    admin_state_up: true
  ikepolicy:
    name: ike
    ike_version: v2
    auth_algorithm: ${hash}
    encryption_algorithm: aes-256
    pfs: group14
    phase1_negotiation_mode: main
    lifetime:
      units: seconds
      value: 86400
  ipsecpolicy:
    name: ipsec
    transform_protocol: esp
    encapsulation_mode: tunnel
    auth_algorithm: ${hash}
    encryption_algorithm: aes-256
    pfs: group14
    lifetime:
      units: seconds
      value: 3600
  local_ep_group:
    name: local
    endpoints:
      - subnet-app
  peer_ep_group:
    name: peer
    endpoints:
      - 10.80.0.0/24
      - 10.81.0.0/16
  peer_address: 198.51.100.20 # also the peer_id
  mtu: 1500
  initiator: bi-directional
  dpd:
    action: hold
    interval: 30
    timeout: 120
  admin_state_up: true
  psk: \${OFFICE_BONN_PSK}
`);
  });

  test('with the right key nothing changes either, and with another the plan says so', () => {
    const standard = standardCloud(dialect);
    addConnection(standard, 'office-bonn');
    const exported = exportOf(standard.cloud);
    expect(planAgain(standard.cloud, exported, psk).changes).toEqual([]);
    expect(planAgain(standard.cloud, exported, 'An0ther-Only_Key').changes).toMatchObject([
      { fields: [{ field: 'psk' }] },
    ]);
  });

  test('parts without names: described by what they are, and never named by it', () => {
    const standard = standardCloud(dialect);
    const { cloud } = standard;
    for (const kind of ['vpnservice', 'ikepolicy', 'ipsecpolicy', 'endpoint_group'] as const)
      for (const id of cloud.ids(kind)) cloud.edit(kind, id, { name: '' });
    addConnection(standard, 'office-bonn');
    addConnection(standard, 'office-koeln', { peer_address: '198.51.100.21' });
    const text = unchanged(standard);
    expect(text).toContain('local_ep_group:\n      - subnet-app\n');
    expect(text).toContain(`ikepolicy_id: ${standard.ike} # described above, at office-bonn\n`);
    expect(text).not.toMatch(/^ {6}(?:id|name):/m);
  });

  test('a part without a name that would come to bear that of another is known by its id', () => {
    const standard = standardCloud(dialect);
    standard.cloud.edit('ikepolicy', standard.ike, { name: '' });
    standard.cloud.add('ikepolicy', { name: 'office-bonn-ike', ike_version: 'v1' });
    addConnection(standard, 'office-bonn');
    expect(unchanged(standard)).toContain(`ikepolicy:\n    id: ${standard.ike} # it has no name\n`);
  });

  test('what several connections share is described once', () => {
    const standard = standardCloud(dialect);
    addConnection(standard, 'office-bonn');
    addConnection(standard, 'office-koeln', { peer_address: '198.51.100.21', psk: 'An0ther-Only_Key' });
    const text = unchanged(standard);
    expect(text.match(/name: ike\n/g)).toHaveLength(1);
    expect(text).toContain('    ikepolicy: ike # described above, at office-bonn\n');
    expect(text).toContain('    psk: ${OFFICE_KOELN_PSK}\n');
  });

  test('a shared group or policy with a name like an id or a network goes by its id', () => {
    const standard = standardCloud(dialect);
    standard.cloud.edit('ikepolicy', standard.ike, { name: uuid(7) });
    standard.cloud.edit('endpoint_group', standard.peer, { name: '10.0.0.0/8' });
    addConnection(standard, 'a');
    addConnection(standard, 'b', { peer_address: '198.51.100.21' });
    const text = unchanged(standard);
    expect(text).toContain(`ikepolicy_id: ${standard.ike} #`);
    expect(text).toContain(`peer_ep_group_id: ${standard.peer} #`);
  });

  test('namesakes of parts: by id where both are described, by name where the other is not', () => {
    const standard = standardCloud(dialect);
    const { cloud } = standard;
    const twin = cloud.add('ikepolicy', { ...policyValues(dialect).ike, name: 'ike' }, uuid(900));
    addConnection(standard, 'a');
    addConnection(standard, 'b', { peer_address: '198.51.100.21', ikepolicy_id: twin });
    expect(unchanged(standard)).toContain(`id: ${twin} # others are called ike too\n`);
    expect(unchanged(standard, ['b'])).toContain('ikepolicy:\n    name: ike\n');
  });

  test('namesakes of connections: the id beside the name; in one file the second gets another name', () => {
    const standard = standardCloud(dialect);
    addConnection(standard, 'twin');
    const second = addConnection(standard, 'twin', { peer_address: '198.51.100.21' });
    expect(unchanged(standard, [second])).toContain(`ipsec_site_connection:\n  id: ${second}\n  name: twin\n`);
    const exported = exportOf(standard.cloud);
    expect(exported.told).toEqual([expect.stringContaining(`The connection ${second} has no name of its own`)]);
    const { changes, refusals } = planAgain(standard.cloud, exported);
    expect(refusals).toEqual([]);
    expect(changes).toMatchObject([{ id: second, action: 'update', impact: 'none', fields: [{ field: 'name' }] }]);
  });

  test('routers and subnets whose names say nothing go by their ids, with what is known of them', () => {
    const standard = standardCloud(dialect);
    const { cloud, subnets } = standard;
    cloud.routers = [...cloud.routers, { id: uuid(2), name: 'vpc-prod', cidr: undefined }];
    cloud.subnets = [
      ...cloud.subnets.map((subnet) => ({ ...subnet, name: 'app' })),
      { id: uuid(13), name: '10.9.0.0/24', cidr: undefined },
      { id: uuid(14), name: uuid(99), cidr: '10.9.1.0/24' },
      { id: uuid(15), name: '', cidr: '10.9.2.0/24' },
      { id: uuid(16), name: 'shared', cidr: '10.9.3.0/24', isForeign: true },
    ];
    cloud.edit('endpoint_group', standard.local, {
      endpoints: [subnets[0], uuid(13), uuid(14), uuid(15), uuid(16), uuid(17)].slice(0, dialect === 'otc' ? 5 : 6),
    });
    addConnection(standard, 'office-bonn');
    const text = unchanged(standard);
    expect(text).toContain(`router_id: ${standard.router}\n`);
    for (const line of [
      `- ${subnets[0]} # app, 10.10.1.0/24`,
      `- ${uuid(13)} # 10.9.0.0/24`,
      `- ${uuid(14)} # ${uuid(99)}, 10.9.1.0/24`,
      `- ${uuid(15)} # 10.9.2.0/24`,
      `- ${uuid(16)} # shared, 10.9.3.0/24`,
    ])
      expect(text).toContain(`      ${line}\n`);
    if (dialect === 'openstack') expect(text).toContain(`      - ${uuid(17)}\n`);
  });

  test('IPv6 and an identity of its own', () => {
    const standard = standardCloud(dialect);
    standard.cloud.edit('endpoint_group', standard.peer, { endpoints: ['2001:DB8:80::/48'] });
    standard.cloud.edit('vpnservice', standard.service, { external_v4_ip: null });
    addConnection(standard, 'v6', { peer_address: '2001:db8:0::20', peer_id: '@fw.example.org' });
    const text = unchanged(standard);
    expect(text).toContain('- "2001:db8:80::/48"\n');
    expect(text).toContain('  peer_address: "2001:db8::20"\n  peer_id: "@fw.example.org"\n');
    expect(text).toContain('its public address: 2001:db8:7::11');
  });

  test('our mark is no part of a description; a hidden key is none at all', () => {
    const standard = standardCloud(dialect, { psk: 'stars' });
    const mark = { owner: '0123456789ab', time: now };
    standard.cloud.edit('ikepolicy', standard.ike, { description: markDescription('of all offices', mark, 255) });
    standard.cloud.edit('ipsecpolicy', standard.ipsec, { description: markDescription('', mark, 255) });
    addConnection(standard, 'office-bonn');
    const text = unchanged(standard);
    expect(text).toContain('    description: "of all offices"\n');
    expect(text.match(/description/g)).toHaveLength(1);
  });

  test('networks with host bits are what they are', () => {
    const standard = standardCloud(dialect);
    standard.cloud.edit('endpoint_group', standard.peer, { endpoints: ['10.80.0.7/24', '10.90.0.1/32'] });
    addConnection(standard, 'office-bonn');
    expect(unchanged(standard)).toContain('      - 10.80.0.0/24\n      - 10.90.0.1/32\n');
  });

  test('what a file cannot say is left out, in a comment with the reason, and told', () => {
    const standard = standardCloud(dialect);
    const { cloud } = standard;
    cloud.edit('ikepolicy', standard.ike, {
      auth_algorithm: 'sha3-512',
      lifetime: { units: 'kilobytes', value: 5 },
      description: 'two\nlines',
    });
    addConnection(standard, 'office-bonn', {
      mtu: 1,
      dpd: { action: 'panic', interval: 90, timeout: 60, more: 'x' },
      peer_id: 'a\u0007b',
    });
    const exported = exportOf(cloud);
    expect(planAgain(cloud, exported)).toMatchObject({ changes: [], refusals: [] });
    const left = exported.told.map((text) => /^office-bonn: (\S+) is left out/.exec(text)?.[1]);
    expect(left.toSorted()).toEqual([
      ...['dpd.action', 'dpd.timeout', 'ikepolicy.auth_algorithm', 'ikepolicy.description', 'ikepolicy.lifetime.units'],
      ...['ikepolicy.lifetime.value', 'mtu', 'peer_id'],
    ]);
    const { text } = exported;
    expect(text).toMatch(/^ {4}# Left out: "sha3-512" is not possible\..*\n {4}# auth_algorithm: "?sha3-512"?$/m);
    expect(text).toMatch(/^ {4}# description: "two\\u000alines"$/m);
    expect(text).toMatch(/^ {4}lifetime: \{\}\n/m);
  });
});

describe('files', () => {
  test('one for each connection stands by itself', () => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'a');
    addConnection(standard, 'b', { peer_address: '198.51.100.21' });
    const exported = exportOf(standard.cloud, ['*'], (name) => `vpn/${name}.yml`);
    expect(exported.files.map(({ name }) => name)).toEqual(['vpn/a.yml', 'vpn/b.yml']);
    expect(exported.connections).toMatchObject([
      { name: 'a', file: 'vpn/a.yml', line: 3, variable: 'A_PSK' },
      { name: 'b', file: 'vpn/b.yml', line: 3, variable: 'B_PSK' },
    ]);
    for (const file of exported.files) {
      expect(isExported(file.text)).toBe(true);
      expect(planAgain(standard.cloud, { ...exported, files: [file] })).toMatchObject({ changes: [], refusals: [] });
    }
    expect(planAgain(standard.cloud, exported)).toMatchObject({ changes: [], refusals: [] });
  });

  test('the first line alone says that an export wrote it', () => {
    expect(isExported('')).toBe(false);
    expect(isExported('ipsec_site_connection:\n')).toBe(false);
    expect(
      isExported(
        '# Written by ipsec-connection-action, mode: export. The next export overwrites it while this line is here.\r\nx',
      ),
    ).toBe(true);
  });
});
