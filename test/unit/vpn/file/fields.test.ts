import { describe, expect, it, test } from 'vitest';
import type { DialectName } from '../../../../src/vpn/dialects.ts';
import { file, lines, placeOf, readText } from '../../spec/support.ts';

type Case = readonly [DialectName, string, string, unknown];
type Wrong = readonly [DialectName, string, string, RegExp];

const wrap = (key: string, value: string) => {
  const [part = '', inner] = key.split('.');
  return inner === undefined ? { [part]: value } : { [part]: `{ ${inner}: ${value} }` };
};

const good: readonly Case[] = [
  ['otc', 'ikepolicy.auth_algorithm', 'sha256', 'sha2-256'],
  ['otc', 'ikepolicy.auth_algorithm', 'SHA2-512', 'sha2-512'],
  ['openstack', 'ipsecpolicy.auth_algorithm', 'sha2-384', 'sha384'],
  ['openstack', 'ipsecpolicy.encryption_algorithm', 'aes-256-gcm-16', 'aes-256-gcm-16'],
  ['otc', 'ikepolicy.pfs', 'Group14', 'group14'],
  ['otc', 'ikepolicy.ike_version', 'v2', 'v2'],
  ['openstack', 'ipsecpolicy.encapsulation_mode', 'transport', 'transport'],
  ['otc', 'ikepolicy.lifetime', '{ units: seconds, value: 3600 }', { units: 'seconds', value: 3600 }],
  ['otc', 'ikepolicy.lifetime', '{ value: "3600" }', { value: 3600 }],
  ['otc', 'ikepolicy.lifetime', '{ units: seconds }', { units: 'seconds' }],
  ['otc', 'ikepolicy.lifetime', '{}', undefined],
  ['otc', 'dpd', '{ action: restart, interval: 10, timeout: 60 }', { action: 'restart', interval: 10, timeout: 60 }],
  ['otc', 'dpd', '{ interval: 119 }', { interval: 119 }],
  ['otc', 'dpd', '{ timeout: 31 }', { timeout: 31 }],
  ['otc', 'dpd', '{ action: null }', undefined],
  ['otc', 'mtu', '1500', 1500],
  ['openstack', 'mtu', '"1400"', 1400],
  ['openstack', 'mtu', '2147483647', 2147483647],
  ['otc', 'admin_state_up', 'true', true],
  ['otc', 'admin_state_up', '"TRUE"', true],
  ['openstack', 'admin_state_up', 'False', false],
  ['otc', 'peer_address', '"2001:DB8:0:0::20"', '2001:db8::20'],
  ['otc', 'peer_address', '10.1.2.3', '10.1.2.3'],
  ['otc', 'peer_id', 'vpn.example.com', 'vpn.example.com'],
  ['otc', 'peer_id', '"@vpn.example.com"', '@vpn.example.com'],
  ['otc', 'peer_id', '"2001:DB8::20"', '2001:db8::20'],
  ['openstack', 'local_id', '""', ''],
  ['openstack', 'local_id', 'cloud.example.com', 'cloud.example.com'],
  ['openstack', 'description', '""', ''],
  ['openstack', 'description', 'Zum Büro – 本社', 'Zum Büro – 本社'],
  ['otc', 'ikepolicy.description', '>-\n      two\n      lines', 'two lines'],
  ['otc', 'initiator', 'response-only', 'response-only'],
  ['otc', 'peer_id', '2026-08-01', '2026-08-01'],
  ['otc', 'peer_id', '12:30:45', '12:30:45'],
];

describe('fields', () => {
  test.each(good)('%s %s: %s is %j', (dialect, key, value, expected) => {
    const changes = value.startsWith('>') ? { ikepolicy: `\n    description: ${value}` } : wrap(key, value);
    const { connections, problems } = readText(file(changes), { dialect });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const [part = '', inner] = key.split('.');
    const spec = connections[0];
    const described =
      inner === undefined ? spec : Object.entries(spec?.parts ?? {}).find(([name]) => name === part)?.[1];
    const { fields } = { fields: undefined, ...described };
    expect(fields?.[inner ?? part]?.['value']).toEqual(expected);
  });

  it('have the place of their value', () => {
    const { connections } = readText(file({ mtu: '1500', dpd: '{ action: hold }' }));
    const { mtu, dpd } = connections[0]?.fields ?? {};
    expect(mtu?.at).toEqual({ file: 'vpn.yml', line: 9, column: 8, endColumn: 12 });
    expect(dpd?.at).toEqual({ file: 'vpn.yml', line: 10, column: 8, endColumn: 24 });
  });
});

const wrong: readonly Wrong[] = [
  ['otc', 'name', '2024', /Expected a name, found the number 2024. Write it in quotes: "2024"/],
  ['otc', 'name', '0x1F', /found the number 0x1F. Write it in quotes: "0x1F"/],
  ['otc', 'name', 'true', /found true. Write it in quotes/],
  ['otc', 'name', '[a]', /Expected a name, found a list\.$/],
  ['otc', 'name', '""', /It is empty; allowed: 1 to 64 characters/],
  ['otc', 'name', 'x'.repeat(65), /It has 65 characters; allowed: 1 to 64/],
  ['openstack', 'name', 'x'.repeat(256), /allowed: 1 to 255/],
  ['otc', 'name', '"a\\nb"', /"a\\u\{a\}b" contains a line break or control character/],
  ['otc', 'name', '"a\\0"', /control character/],
  ['otc', 'name', '"\\ud800"', /control character/],
  ['openstack', 'description', '"x\\ty"', /control character/],
  [
    'otc',
    'ikepolicy.description',
    '"x [ipsec-connection-action 0123456789ab 2026-01-02T03:04:05Z]"',
    /text in brackets at its end is added by this action/,
  ],
  ['otc', 'mtu', '1400', /1400 is out of range. Allowed: 1500 bytes/],
  ['openstack', 'mtu', '67', /67 is out of range. Allowed: 68 to 2147483647 bytes/],
  ['openstack', 'mtu', '-1', /-1 is out of range/],
  ['openstack', 'mtu', '99999999999999999999', /out of range/],
  ['otc', 'mtu', '1500.0', /Expected a whole number in plain digits.*found "1500.0"/],
  ['otc', 'mtu', '1.5e3', /plain digits/],
  ['otc', 'mtu', '01500', /plain digits/],
  ['otc', 'mtu', '0x5DC', /plain digits/],
  ['otc', 'mtu', '1_500', /plain digits/],
  ['otc', 'mtu', '1500 bytes', /plain digits/],
  ['otc', 'mtu', '[1500]', /Expected a whole number, found a list/],
  ['otc', 'mtu', 'true', /Expected a whole number, found true/],
  ['otc', 'admin_state_up', 'false', /false is not possible here. Write true/],
  ['openstack', 'admin_state_up', 'yes', /"yes" is neither true nor false in YAML 1.2. Write true or false/],
  ['openstack', 'admin_state_up', 'on', /"on" is neither/],
  ['openstack', 'admin_state_up', '1', /Expected true or false, found the number 1/],
  ['openstack', 'admin_state_up', '{}', /Expected true or false, found a mapping/],
  [
    'otc',
    'ikepolicy.lifetime',
    '3600',
    /Expected a mapping, found the number 3600. Write lifetime: \{ units: seconds, value: 3600 \}/,
  ],
  ['otc', 'ikepolicy.lifetime', '8h', /found the text "8h". Write lifetime: \{ units: seconds, value: 3600 \}/],
  [
    'otc',
    'dpd',
    'hold',
    /Expected a mapping, found the text "hold". Write dpd: \{ action: restart, interval: 30, timeout: 120 \}/,
  ],
  ['otc', 'peer_address', 'vpn.example.com', /is a host name. The servers look a name up once.*Write the IP address/],
  ['otc', 'peer_address', 'localhost', /is a host name/],
  ['otc', 'peer_address', '198.51.100.20/32', /is a network. Write one address: 198.51.100.20/],
  ['otc', 'peer_address', '${{ vars.PEER }}', /is an expression of GitHub, which only workflows know.*line NAME=…/],
  ['otc', 'peer_address', '300.1.1.1', /is no IP address. Write four decimal numbers/],
  ['otc', 'peer_address', '010.1.1.1', /is no IP address/],
  ['otc', 'peer_address', '"1.2"', /is no IP address/],
  ['otc', 'peer_address', '1.2', /found the number 1.2. Write it in quotes/],
  ['otc', 'peer_address', '0.0.0.0', /is the unspecified address, which no gateway has/],
  ['otc', 'peer_address', '"::"', /unspecified/],
  ['otc', 'peer_address', '127.0.0.1', /a loopback address/],
  ['otc', 'peer_address', '"ff02::1"', /a multicast address/],
  ['otc', 'peer_address', '255.255.255.255', /the broadcast address/],
  ['otc', 'peer_address', '"fe80::1%eth0"', /is no IP address/],
  ['otc', 'peer_id', '""', /It is empty; allowed: 1 to 250/],
  ['otc', 'peer_id', 'x'.repeat(251), /It has 251 characters/],
  ['otc', 'initiator', 'both', /"both" is not possible. Allowed on Open Telekom Cloud: bi-directional, response-only/],
];

describe('errors at the value', () => {
  test.each(wrong)('%s %s: %s', (dialect, key, value, message) => {
    const changes = wrap(key, value);
    const found = lines(readText(file(changes), { dialect }));
    expect(found).toEqual([expect.stringMatching(message)]);
    if (!key.includes('.')) {
      expect(found[0]?.startsWith(`${placeOf(changes, key)} error ${key}: `)).toBe(true);
    }
  });
});

describe('choices', () => {
  test.each<Wrong>([
    [
      'otc',
      'ikepolicy.pfs',
      '"14"',
      /"14" is not possible. Did you mean "group14"\? Allowed on Open Telekom Cloud: group1, /,
    ],
    ['otc', 'ikepolicy.pfs', '14', /Expected a text, found the number 14. Did you mean "group14"\?/],
    ['otc', 'ikepolicy.pfs', '99', /Expected one of group1, .*found the number 99. Write it in quotes/],
    ['otc', 'ikepolicy.pfs', 'disable', /"disable" is not possible/],
    ['otc', 'ikepolicy.auth_algorithm', 'sha-256', /Did you mean "sha2-256"\?/],
    ['openstack', 'ikepolicy.auth_algorithm', 'sha-256', /Did you mean "sha256"\?/],
    ['openstack', 'ikepolicy.auth_algorithm', 'md5', /"md5" is not possible\..* Allowed on OpenStack: sha1/],
    ['otc', 'ikepolicy.encryption_algorithm', 'aes256', /Did you mean "aes-256"\?/],
    ['otc', 'ikepolicy.ike_version', '2', /found the number 2. Did you mean "v2"\?/],
    ['otc', 'ikepolicy.ike_version', 'ikev2', /Did you mean "v2"\?/],
    ['otc', 'ipsecpolicy.encapsulation_mode', 'transport', /Allowed on Open Telekom Cloud: tunnel\./],
    [
      'otc',
      'ikepolicy.lifetime',
      '{ units: kilobytes }',
      /"kilobytes" is not possible. Allowed on Open Telekom Cloud: seconds/,
    ],
    ['otc', 'ikepolicy.lifetime', '{ value: 59 }', /59 is out of range. Allowed: 60 to 604800 seconds/],
    ['otc', 'ikepolicy.lifetime', '{ value: 604801 }', /out of range/],
    ['openstack', 'ikepolicy.lifetime', '{ value: 2147483648 }', /Allowed: 60 to 2147483647 seconds/],
    [
      'otc',
      'dpd',
      '{ interval: 30s }',
      /dpd.interval: Expected a whole number in plain digits.*Allowed: 1 to 2147483647 seconds/,
    ],
    ['otc', 'dpd', '{ action: reboot }', /dpd.action: "reboot" is not possible/],
    ['otc', 'dpd', '{ interval: 0 }', /0 is out of range/],
    ['otc', 'dpd', '{ interval: 30, timeout: 30 }', /dpd.timeout: timeout 30 must be greater than interval 30\./],
    [
      'otc',
      'dpd',
      '{ interval: 120 }',
      /dpd.interval: timeout 120 \(the default\) must be greater than interval 120\./,
    ],
    ['otc', 'dpd', '{ timeout: 20 }', /dpd.timeout: timeout 20 must be greater than interval 30 \(the default\)\./],
  ])('%s %s: %s', (dialect, key, value, message) => {
    expect(lines(readText(file(wrap(key, value)), { dialect }))).toEqual([expect.stringMatching(message)]);
  });
});

describe('weak choices work, with a warning on their line', () => {
  test.each([
    ['otc', 'ikepolicy.auth_algorithm', 'md5', 'sha2-256'],
    ['openstack', 'ipsecpolicy.auth_algorithm', 'sha1', 'sha256'],
    ['otc', 'ipsecpolicy.encryption_algorithm', '3des', 'aes-256'],
    ['otc', 'ikepolicy.pfs', 'group1', 'group14'],
    ['otc', 'ikepolicy.pfs', 'group2', 'group14'],
    ['otc', 'ipsecpolicy.pfs', 'group5', 'group14'],
    ['otc', 'ipsecpolicy.pfs', 'disable', 'group14'],
    ['otc', 'ikepolicy.ike_version', 'v1', 'v2'],
    ['otc', 'ikepolicy.phase1_negotiation_mode', 'aggressive', 'main'],
    ['otc', 'ipsecpolicy.transform_protocol', 'ah', 'esp'],
  ] as const)('%s %s: %s', (dialect, key, value, better) => {
    const { connections, problems } = readText(file(wrap(key, value)), { dialect });
    expect(connections).toHaveLength(1);
    expect(problems).toMatchObject([
      { severity: 'warning', title: key, message: `"${value}" works but is weak. Better: "${better}".` },
    ]);
  });

  test.each([{ admin_state_up: 'false' }, { vpnservice: '{ router: a, admin_state_up: false }' }])('%j', (changes) => {
    const { problems } = readText(file(changes), { dialect: 'openstack' });
    expect(problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining('no traffic passes') }]);
  });

  it('says nothing about good ones', () => {
    expect(lines(readText(file({ ikepolicy: '{ pfs: group14, ike_version: v2, auth_algorithm: sha256 }' })))).toEqual(
      [],
    );
  });
});
