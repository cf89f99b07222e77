import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Inexpressible, type Peer } from '../../../src/peer/peer.ts';
import { encryption, groups, integrity } from '../../../src/peer/proposals.ts';
import { safeName } from '../../../src/peer/safe-name.ts';
import { strongswanConfig } from '../../../src/peer/strongswan.ts';
import { isOurs } from '../../../src/peer/written-by.ts';
import { type Changes, office, peerOf, proposalOf } from './office.ts';
import { at, parseSettings, type Section } from './settings-parser.ts';

const read = (changes: Changes): Section => parseSettings(strongswanConfig(peerOf(changes)));
const connection = (changes: Changes, ...names: string[]) => at(read(changes), 'connections', 'office-bonn', ...names);
const child = (changes: Changes, key: string) => connection(changes, 'children', 'office-bonn', key);

/** Each read by a person, and loaded by the real swanctl. */
describe('whole files', () => {
  const suites: Readonly<Record<string, Pick<Peer, 'ike' | 'ipsec'>>> = {
    'aes256-sha256-group14': { ike: office.ike, ipsec: office.ipsec },
    'gcm-sha512-group20': {
      ike: {
        ...office.ike,
        proposal: proposalOf({ encryption: 'aes-256-gcm-16', integrity: 'sha512', group: 'group20' }),
      },
      ipsec: {
        ...office.ipsec,
        proposal: proposalOf({ encryption: 'aes-256-gcm-16', integrity: 'sha512', group: 'group20' }),
      },
    },
    '3des-sha1-group2': {
      ike: {
        ...office.ike,
        isAggressive: true,
        lifetime: 28_800,
        proposal: proposalOf({ encryption: '3des', integrity: 'sha1', group: 'group2' }),
      },
      ipsec: { ...office.ipsec, proposal: proposalOf({ encryption: '3des', integrity: 'sha1', group: undefined }) },
    },
  };
  const cases = Object.entries(suites).flatMap(([name, suite]) => ([1, 2] as const).map((v) => ({ name, v, suite })));

  test.each(cases)('IKEv$v, $name', async ({ name, v: version, suite: { ike, ipsec } }) => {
    // Phase 1 of IKEv1 has no combined modes.
    const phase1 =
      version === 1 && name.startsWith('gcm') ? proposalOf({ integrity: 'sha512', group: 'group20' }) : ike.proposal;
    const peer = peerOf({
      ike: { ...ike, version, isAggressive: version === 1 && ike.isAggressive, proposal: phase1 },
      ipsec,
    });
    await expect(strongswanConfig(peer)).toMatchFileSnapshot(`golden/ikev${version}-${name}.conf`);
  });

  test('only this side dials, names as identities, IPv6', async () => {
    const peer = peerOf({
      name: 'Büro "Köln"',
      starts: 'own',
      dpd: { action: 'restart', interval: 10, timeout: 60 },
      own: {
        address: '2001:db8:20::20',
        identity: { type: 'fqdn', text: 'koeln.example.org' },
        networks: ['2001:db8:80::/48'],
      },
      cloud: {
        address: '2001:db8:17::17',
        identity: { type: 'email', text: 'vpn@example.org' },
        networks: ['2001:db8:a::/64'],
      },
    });
    await expect(strongswanConfig(peer)).toMatchFileSnapshot('golden/own-starts.conf');
  });
});

test('the first line says whose file it is', () => {
  expect(isOurs(strongswanConfig(office))).toBe(true);
  expect(
    isOurs('# A file of mine.\n# Written by ipsec-connection-action. Do not edit: the next run overwrites it.\n'),
  ).toBe(false);
  expect(isOurs('')).toBe(false);
});

test('the same peer gives the same bytes', () => {
  expect(strongswanConfig(structuredClone(office))).toBe(strongswanConfig(office));
});

describe('proposals: one, and nothing beside it', () => {
  test.each([
    [
      2,
      { encryption: 'aes-256', integrity: 'sha256', group: 'group14' },
      'aes256-sha256-modp2048',
      'aes256-sha256-modp2048',
    ],
    [
      2,
      { encryption: 'aes-128-gcm-16', integrity: 'sha384', group: 'group19' },
      'aes128gcm16-prfsha384-ecp256',
      'aes128gcm16-ecp256',
    ],
    [
      2,
      { encryption: 'aes-192-ccm-8', integrity: 'aes-cmac', group: 'group31' },
      'aes192ccm8-prfaescmac-curve25519',
      'aes192ccm8-curve25519',
    ],
    [
      2,
      { encryption: 'aes-128-ctr', integrity: 'aes-xcbc', group: 'group24' },
      'aes128ctr-aesxcbc-modp2048s256',
      'aes128ctr-aesxcbc-modp2048s256',
    ],
    [1, { encryption: '3des', integrity: 'md5', group: 'group1' }, '3des-md5-modp768', '3des-md5-modp768'],
  ] as const)('IKEv%s %o', (version, proposal, ike, esp) => {
    const changes: Changes = {
      ike: { version, proposal },
      ipsec: { proposal },
      own: { networks: ['10.80.0.0/24'] },
      cloud: { networks: ['10.10.1.0/24'] },
    };
    expect(connection(changes, 'proposals')).toBe(ike);
    expect(child(changes, 'esp_proposals')).toBe(esp);
  });

  test('without perfect forward secrecy there is no group in phase 2', () => {
    expect(child({ ipsec: { proposal: proposalOf({ group: undefined }) } }, 'esp_proposals')).toBe('aes256-sha256');
  });

  test('AH has no encryption, whichever the policy names', () => {
    const proposal = proposalOf({ encryption: 'aes-256-gcm-16' });
    const changes: Changes = { ipsec: { protocol: 'ah', proposal } };
    expect(child(changes, 'ah_proposals')).toBe('sha256-modp2048');
    expect(child(changes, 'esp_proposals')).toBeUndefined();
    expect(child({ ipsec: { protocol: 'ah', proposal: proposalOf({ group: undefined }) } }, 'ah_proposals')).toBe(
      'sha256',
    );
  });

  test('every algorithm of the table has words', () => {
    for (const [version, table, what] of [
      [2, encryption, 'encryption'],
      [2, integrity, 'integrity'],
      [2, groups, 'group'],
      [1, groups, 'group'],
    ] as const) {
      for (const name of Object.keys(table)) {
        const proposal = proposalOf({ [what]: name });
        const text = strongswanConfig(peerOf({ ike: { version, proposal }, ipsec: { proposal } }));
        expect(
          text.split('\n').filter((line) => line.includes(String(table[name]?.strongswan))).length,
        ).toBeGreaterThanOrEqual(2);
      }
    }
  });
});

describe('lifetimes: the policy’s own is the hard one, renewed a tenth before', () => {
  test.each([
    [86_400, 77_760, 8640],
    [3600, 3240, 360],
    [60, 54, 6],
    [2, 1, 1],
    [2_147_483_647, 1_932_735_283, 214_748_364],
  ])('%i s', (lifetime, soft, rest) => {
    const changes: Changes = { ike: { lifetime }, ipsec: { lifetime } };
    expect(connection(changes, 'rekey_time')).toBe(`${soft}s`);
    expect(connection(changes, 'over_time')).toBe(`${rest}s`);
    expect(soft + rest).toBe(lifetime);
    expect(child(changes, 'rekey_time')).toBe(`${soft}s`);
    expect(child(changes, 'life_time')).toBe(`${lifetime}s`);
  });
});

describe('dead peer detection', () => {
  test.each([
    ['hold', 'trap'],
    ['clear', 'clear'],
    ['restart', 'restart'],
  ] as const)('%s is %s here', (action, here) => {
    expect(child({ dpd: { action } }, 'dpd_action')).toBe(here);
    expect(connection({ dpd: { action } }, 'dpd_delay')).toBe('30s');
    expect(connection({ dpd: { action } }, 'dpd_timeout')).toBeUndefined();
  });

  test('its time-out only means something in IKEv1', () => {
    expect(connection({ ike: { version: 1 } }, 'dpd_timeout')).toBe('120s');
  });

  test.each([1, 2] as const)('disabled in IKEv%i: none at all', (version) => {
    expect(strongswanConfig(peerOf({ ike: { version }, dpd: { action: 'disabled' } }))).not.toContain('dpd_');
  });
});

describe('who dials', () => {
  test.each(['own', 'either'] as const)('%s: at once, and whenever there is traffic without a tunnel', (starts) => {
    expect(child({ starts }, 'start_action')).toBe('trap|start');
  });

  test('this side never gives up if nobody else dials', () => {
    expect(connection({ starts: 'own' }, 'keyingtries')).toBe('0');
    expect(connection({ starts: 'either' }, 'keyingtries')).toBeUndefined();
  });
});

describe('networks', () => {
  test('all in one child of IKEv2', () => {
    expect(Object.keys(Object(connection({}, 'children')))).toEqual(['office-bonn']);
    expect(child({}, 'local_ts')).toBe('10.80.0.0/24, 10.81.0.0/16');
    expect(child({}, 'remote_ts')).toBe('10.10.1.0/24, 10.10.2.0/24');
  });

  test('one child for each pair in IKEv1', () => {
    const children = Object.entries(Object(connection({ ike: { version: 1 } }, 'children')));
    expect(children.map(([name, lines]) => [name, Object(lines).local_ts, Object(lines).remote_ts])).toEqual([
      ['office-bonn-1', '10.80.0.0/24', '10.10.1.0/24'],
      ['office-bonn-2', '10.80.0.0/24', '10.10.2.0/24'],
      ['office-bonn-3', '10.81.0.0/16', '10.10.1.0/24'],
      ['office-bonn-4', '10.81.0.0/16', '10.10.2.0/24'],
    ]);
  });

  test('no pair of IKEv1 has two IP versions', () => {
    const changes: Changes = {
      ike: { version: 1 },
      own: { networks: ['10.80.0.0/24', '2001:db8:80::/48'] },
      cloud: { networks: ['10.10.1.0/24'] },
    };
    expect(connection(changes, 'children', 'office-bonn', 'local_ts')).toBe('10.80.0.0/24');
    expect(() => strongswanConfig(peerOf({ ...changes, own: { networks: ['2001:db8:80::/48'] } }))).toThrow(
      /no network of the IP version/,
    );
  });
});

describe('identities', () => {
  test.each([
    ['address', '198.51.100.20', '198.51.100.20'],
    ['address', '2001:db8::20', '2001:db8::20'],
    ['fqdn', 'office.example.org', 'fqdn:office.example.org'],
    ['fqdn', '198.51.100.20', 'fqdn:198.51.100.20'],
    ['fqdn', 'C=DE, O=Example', 'fqdn:C=DE, O=Example'],
    ['fqdn', '%any', 'fqdn:%any'],
    ['fqdn', '#0a', 'fqdn:#233061'],
    ['fqdn', 'Büro', 'fqdn:#42c3bc726f'],
    ['fqdn', 'a\nb', 'fqdn:#610a62'],
    ['email', 'vpn@example.org', 'rfc822:vpn@example.org'],
  ] as const)('%s %j', (type, text, written) => {
    const settings = read({ own: { identity: { type, text } }, cloud: { identity: { type, text } } });
    for (const side of ['local', 'remote']) {
      expect(at(settings, 'connections', 'office-bonn', side)).toEqual({ auth: 'psk', id: written });
    }
    expect(at(settings, 'secrets', 'ike-office-bonn')).toEqual({
      'id-own': written,
      'id-cloud': written,
      include: 'office-bonn.psk',
    });
  });

  test.each(['own', 'cloud'] as const)('of side %s that would fit any other are refused', (side) => {
    const identity = { type: 'fqdn', text: '*.example.org' } as const;
    expect(() => strongswanConfig(peerOf({ [side]: { identity } }))).toThrow(
      expect.objectContaining({ field: `${side}.identity`, message: expect.stringContaining('takes for any name') }),
    );
  });
});

describe('what strongSwan cannot do is refused', () => {
  test.each<[string, Changes, string, RegExp]>([
    ['both protocols', { ipsec: { protocol: 'ah-esp' } }, 'ipsec.protocol', /ESP or AH/],
    ['a cipher of nobody', { ike: { proposal: proposalOf({ encryption: 'rot-13' }) } }, 'ike.encryption', /not among/],
    ['a hash of nobody', { ipsec: { proposal: proposalOf({ integrity: 'crc32' }) } }, 'ipsec.integrity', /not among/],
    ['no word of a table', { ike: { proposal: proposalOf({ group: 'constructor' }) } }, 'ike.group', /not among/],
    ['an empty word', { ike: { proposal: proposalOf({ encryption: '' }) } }, 'ike.encryption', /not among/],
    [
      'a combined mode in phase 1 of IKEv1',
      { ike: { version: 1, proposal: proposalOf({ encryption: 'aes-256-gcm-16' }) } },
      'ike.encryption',
      /phase 1 of IKEv1/,
    ],
    [
      'a counter mode in phase 1 of IKEv1',
      { ike: { version: 1, proposal: proposalOf({ encryption: 'aes-256-ctr' }) } },
      'ike.encryption',
      /phase 1 of IKEv1/,
    ],
    [
      'XCBC in phase 1 of IKEv1',
      { ike: { version: 1, proposal: proposalOf({ integrity: 'aes-xcbc' }) } },
      'ike.integrity',
      /phase 1 of IKEv1/,
    ],
    [
      'CMAC in phase 2 of IKEv1',
      { ike: { version: 1 }, ipsec: { proposal: proposalOf({ integrity: 'aes-cmac' }) } },
      'ipsec.integrity',
      /phase 2 of IKEv1/,
    ],
  ])('%s', (_, changes, field, message) => {
    try {
      strongswanConfig(peerOf(changes));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Inexpressible);
      expect(error).toMatchObject({ field, message: expect.stringMatching(message) });
    }
  });

  test('the cipher is not looked at where AH does not use it', () => {
    const proposal = proposalOf({ encryption: 'rot-13' });
    expect(child({ ipsec: { protocol: 'ah', proposal } }, 'ah_proposals')).toBe('sha256-modp2048');
  });
});

describe('foreign text never breaks out of its place', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(
        fc.constantFrom(
          '"',
          '\\',
          '{',
          '}',
          '#',
          '=',
          '\n',
          '\r',
          ' ',
          ',',
          'include',
          '/etc/passwd',
          'secret',
          '%any',
          '\u2028',
          'ü',
          ':',
          '.',
          '@',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
  );

  test('in name and identities', () => {
    fc.assert(
      fc.property(nasty, nasty, nasty, (name, own, cloud) => {
        fc.pre(!own.startsWith('*') && !cloud.startsWith('*'));
        const peer = peerOf({
          name,
          own: { identity: { type: 'fqdn', text: own } },
          cloud: { identity: { type: 'email', text: cloud } },
        });
        const safe = safeName(name);
        const settings = parseSettings(strongswanConfig(peer));
        const expected = parseSettings(strongswanConfig(peerOf({ name: safe })));
        const decoded = (value: unknown, prefix: string): string => {
          const [, hex, plain = ''] =
            new RegExp(`^${prefix}:(?:#([0-9a-f]*)|([\\x20-\\x7e]*))$`).exec(String(value)) ??
            expect.unreachable(String(value));
          return hex === undefined ? plain : Buffer.from(hex, 'hex').toString('utf8');
        };
        const bytes = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
        expect(decoded(at(settings, 'connections', safe, 'local', 'id'), 'fqdn')).toBe(bytes(own));
        expect(decoded(at(settings, 'connections', safe, 'remote', 'id'), 'rfc822')).toBe(bytes(cloud));
        const without = (section: Section): unknown =>
          JSON.parse(JSON.stringify(section, (key, value) => (/^id/.test(key) ? '' : value)));
        expect(without(settings)).toEqual(without(expected));
      }),
      { numRuns: 500 },
    );
  });

  test('in comments: a name is one line, its invisible characters shown', () => {
    const text = strongswanConfig(peerOf({ name: 'a\nb\r\u2028c' }));
    const head = text.slice(0, text.indexOf('\nconnections'));
    expect(
      head
        .trimEnd()
        .split('\n')
        .every((line) => line.startsWith('#')),
    ).toBe(true);
    expect(head).toContain('"a\\u{a}b\\u{d}\\u{2028}c"');
  });
});
