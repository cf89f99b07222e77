/** Exports of what this action and other tools make, read again and planned. */
import { describe, expect, test } from 'vitest';
import { exportConnections } from '../../../../src/vpn/export/export.ts';
import { isExported } from '../../../../src/vpn/export/text.ts';
import { markDescription } from '../../../../src/vpn/mark.ts';
import { now, projectId, psk, uuid } from '../build.ts';
import type { Json } from '../model-cloud.ts';
import { addConnection, policyValues, type Standard, standardCloud } from '../standard-cloud.ts';
import { exportOf, planAgain } from './help.ts';

const dialects = ['openstack', 'otc'] as const;

/** Expects that nothing would change, and that nothing had to be said. @returns the text */
function unchanged(standard: Standard, wanted?: readonly string[], notices: readonly unknown[] = []): string {
  const exported = exportOf(standard.cloud, wanted);
  const { changes, refusals } = planAgain(standard.cloud, exported);
  expect(refusals).toEqual([]);
  expect(changes).toEqual([]);
  expect(exported.told).toEqual(notices);
  return exported.text;
}

describe.each(dialects)('%s', (dialect) => {
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

describe('OTC', () => {
  test('tags without ours, and psk_version from ours', () => {
    const standard = standardCloud('otc');
    const id = addConnection(standard, 'office-bonn');
    standard.cloud.setTags(id, { zone: 'no', env: '', 'ipsec-action-psk': 'hidden-2026-08', 'ipsec-action-mark': 'x' });
    expect(unchanged(standard)).toMatch(/ {2}psk_version: "2026-08"\n {2}tags:\n {4}env: ""\n {4}zone: "no"\n$/);
    standard.cloud.setTags(id, { 'ipsec-action-psk': 'clear-3' });
    expect(unchanged(standard)).toContain('  psk_version: 3\n');
    standard.cloud.setTags(id, { 'ipsec-action-psk': 'clear-007' });
    expect(unchanged(standard)).toContain('  psk_version: "007"\n');
  });

  test('tags that a file cannot have stay as they are; too many, and all do', () => {
    const standard = standardCloud('otc');
    const id = addConnection(standard, 'office-bonn');
    standard.cloud.setTags(id, { 'Größe ${x}': 'a', env: 'ä', ok: '1' });
    const left = expect.stringContaining('is left out of the file');
    const text = unchanged(standard, ['*'], [left, left]);
    expect(text).toMatch(/ {2}tags:\n(?: {4}#.*\n)+ {4}ok: "1"\n$/);
    standard.cloud.setTags(id, Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`t${index}`, ''])));
    const all = exportOf(standard.cloud);
    expect(all.told).toContainEqual(expect.stringContaining('office-bonn: tags is left out'));
    expect(planAgain(standard.cloud, all).changes).toEqual([]);
  });

  test('what is set by the server is not stated: the address of the service, a subnet, admin_state_up: false', () => {
    const standard = standardCloud('otc');
    standard.cloud.edit('vpnservice', standard.service, { subnet_id: standard.subnets[0] });
    addConnection(standard, 'office-bonn', { admin_state_up: false, description: 'IPsec', local_id: 'x' });
    const text = unchanged(standard, ['*'], [expect.stringContaining('office-bonn: admin_state_up is left out')]);
    expect(text).not.toMatch(/external_v4_ip|subnet_id|IPsec\b.*\n|local_id/);
  });

  test('networks that overlap, of two connections: the second group goes by its id', () => {
    const standard = standardCloud('otc');
    const wide = standard.cloud.add('endpoint_group', { name: 'wide', type: 'cidr', endpoints: ['10.80.0.0/16'] });
    addConnection(standard, 'a');
    addConnection(standard, 'b', { peer_address: '198.51.100.21', peer_ep_group_id: wide });
    const text = unchanged(standard, ['*'], [expect.stringContaining('stands in the file by its id alone')]);
    expect(text).toMatch(/peer_ep_group_id: \S+ # not described: 10\.80\.0\.0\/\d+ overlaps/);
  });
});

describe('OpenStack', () => {
  const legacy = (name = 'legacy') => {
    const standard = standardCloud('openstack');
    const { cloud, subnets } = standard;
    cloud.edit('vpnservice', standard.service, { subnet_id: subnets[0] });
    addConnection(standard, name, {
      ...{ local_ep_group_id: null, peer_ep_group_id: null, peer_cidrs: ['10.90.0.3/24'] },
    });
    return standard;
  };

  test('the legacy model', () => {
    const text = unchanged(legacy());
    expect(text).toContain('    router: vpc-prod\n    subnet: subnet-app\n');
    expect(text).toContain('  peer_cidrs:\n    - 10.90.0.0/24\n');
  });

  test('all that a connection can say', () => {
    const standard = standardCloud('openstack');
    standard.cloud.edit('vpnservice', standard.service, { flavor_id: uuid(77), description: 'a: b # c' });
    addConnection(standard, 'office: ${bonn}', {
      local_id: '@cloud',
      description: 'Bonn "Süd" $1',
      admin_state_up: false,
    });
    const text = unchanged(standard);
    expect(text).toContain('  name: "office: $${bonn}"\n  description: "Bonn \\"Süd\\" $$1"\n');
    expect(text).toContain(`    flavor_id: ${uuid(77)}\n`);
    expect(text).toContain('  local_id: "@cloud"\n');
    expect(text).toContain('  admin_state_up: false\n');
  });

  test('two services of one router, with and without names', () => {
    for (const names of [
      ['', ''],
      ['gw', 'gw'],
      ['gw', ''],
    ]) {
      const standard = standardCloud('openstack');
      const { cloud } = standard;
      cloud.edit('vpnservice', standard.service, { name: names[0] });
      const second = cloud.add('vpnservice', { name: names[1], router_id: standard.router, admin_state_up: false });
      addConnection(standard, 'a');
      addConnection(standard, 'b', { vpnservice_id: second, peer_address: '198.51.100.21' });
      unchanged(standard);
    }
  });

  test.each<[string, Json, RegExp]>([
    [
      'a peer that is no address',
      { peer_address: 'fw.example.org' },
      /cannot be used before it is corrected: peer_address/,
    ],
    ['no peer at all', { peer_address: null }, /cannot be used before it is corrected: peer_address/],
    ['no service', { vpnservice_id: null }, /cannot be used before it is corrected: vpnservice/],
    [
      'a policy that is not to be seen',
      { ikepolicy_id: uuid(999) },
      /would not be unchanged: refused: .*no IKE policy/,
    ],
  ])('%s: the rest is exported, and it is said', (_title, json, words) => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'office-bonn', json);
    const { told, text } = exportOf(standard.cloud);
    expect(told.length).toBeGreaterThan(0);
    expect(told.join('\n')).toMatch(words);
    expect(text).toContain('psk: ${OFFICE_BONN_PSK}');
  });

  test('a group of routers or nothing as endpoints, a service without a router', () => {
    const standard = standardCloud('openstack');
    const { cloud } = standard;
    cloud.edit('endpoint_group', standard.peer, { endpoints: [] });
    cloud.edit('vpnservice', standard.service, { router_id: null });
    const odd = cloud.add('endpoint_group', { type: 'router', endpoints: [standard.router] });
    addConnection(standard, 'office-bonn', { local_ep_group_id: odd });
    const { told, text } = exportOf(cloud);
    expect(text).toContain(`peer_ep_group_id: ${standard.peer} # not described: The list is empty.`);
    expect(text).toContain(
      `local_ep_group_id: ${odd} # no endpoint group of this project that can be the local_ep_group`,
    );
    expect(told.join('\n')).toMatch(/The router \(VPC\) of the VPN service is missing/);
  });

  test('more than a run reads is said', () => {
    const standard = standardCloud('openstack');
    const endpoints = Array.from({ length: 60_000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
    standard.cloud.edit('endpoint_group', standard.peer, { endpoints });
    addConnection(standard, 'office-bonn');
    expect(exportOf(standard.cloud).told).toEqual([expect.stringContaining('larger than 1 MiB')]);
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

describe('no key shows, wherever it stands', () => {
  const at: readonly (readonly [string, (standard: Standard, key: string) => void])[] = [
    ['the name of the connection', (standard, key) => void addConnection(standard, `bonn ${key}`)],
    ['its description', (standard, key) => void addConnection(standard, 'bonn', { description: `the key: ${key}!` })],
    ['its identity', (standard, key) => void addConnection(standard, 'bonn', { peer_id: key })],
    [
      'a description that is left out',
      ({ cloud, ike }, key) => cloud.edit('ikepolicy', ike, { description: `${key}\n` }),
    ],
    ['the name of a policy', ({ cloud, ike }, key) => cloud.edit('ikepolicy', ike, { name: key })],
    [
      'the name of a subnet',
      ({ cloud }, key) => {
        cloud.subnets = cloud.subnets.map((one) => ({ ...one, name: key }));
      },
    ],
  ];

  test.each(at)('%s', (_title, put) => {
    const key = 'Sw0rd "fish" ${x}';
    const standard = standardCloud('openstack');
    addConnection(standard, 'other', { psk: key, peer_address: '198.51.100.21' });
    put(standard, key);
    expect(() => exportOf(standard.cloud)).toThrow(
      expect.objectContaining({
        code: 'EXPORT',
        message: expect.stringMatching(/^The export would show a pre-shared key .*: nothing was written\.$/),
      }),
    );
    expect(() => exportOf(standard.cloud)).not.toThrow(/Sw0rd/);
  });

  test('in a tag or its key', () => {
    for (const tags of [{ k: 'Sw0rdfish' }, { Sw0rdfish: 'v' }]) {
      const standard = standardCloud('otc');
      const id = addConnection(standard, 'bonn', { psk: 'Sw0rdfish' });
      standard.cloud.setTags(id, tags);
      expect(() => exportOf(standard.cloud)).toThrow(new RegExp(`belongs to the connection ${id}`));
    }
  });

  test('a short one, such as digits of an address, counts as a whole value alone', () => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'bonn', { psk: '198' });
    unchanged(standard);
    standard.cloud.edit('ikepolicy', standard.ike, { description: '198' });
    expect(() => exportOf(standard.cloud)).toThrow(/EXPORT|would show/);
  });

  test('secrets of the run are none of it either', () => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'bonn');
    const observed = standard.cloud.observed();
    const options = { dialect: standard.cloud.dialect, repository: 'a/b', project: { id: projectId }, now };
    const withSecret = (holdsSecret: (text: string) => boolean) => () =>
      exportConnections(observed.connections, observed, { ...options, pathOf: () => 'x.yml', holdsSecret });
    expect(withSecret((text) => text.includes('bonn'))).toThrow(/another secret/);
    // Not in any value, but in what they make together.
    expect(withSecret((text) => text.includes('bonn\n  vpnservice'))).toThrow(/or another secret: nothing was written/);
  });
});
