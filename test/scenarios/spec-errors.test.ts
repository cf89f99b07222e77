import { describe, expect } from 'vitest';
import { office, officeFile, officesFile } from './fixtures/office.ts';
import { asFailure, scenario } from './harness/scenario.ts';

const broken = `ipsec_site_connection:
  name: office-bonn
  vpnservce: gw
  ikepolicy:
    auth_algorithm: sha-256
    lifetime: { units: seconds, value: 10 }
  ipsecpolicy: {}
  local_ep_group: [subnet-app]
  peer_ep_group: [10.80.0.1/24, 10.80.0.0/16]
  peer_address: vpn.example.org
  dpd: { action: hold, interval: 60, timeout: 30 }
  mtu: fifteen
`;

describe('every problem at once, each on its line', () => {
  scenario(
    'annotations with file, line, column; the log has all; no request is made',
    'openstack',
    async ({ refused }) => {
      const failure = await refused(broken);
      expect(failure.code).toBe('SPEC_INVALID');
      expect(failure.requests).toEqual([]);
      const errors = failure.annotations.filter(({ level }) => level === 'error');
      expect(errors.length).toBeLessThanOrEqual(10);
      expect(errors.every(({ file }) => file === 'vpn.yml')).toBe(true);
      for (const line of [3, 5, 6, 9, 10, 11, 12]) {
        expect(errors.map((error) => error.line)).toContain(line);
      }
      for (const text of ['vpnservice', 'sha', '10.80.0.0/24', 'vpn.example.org', 'timeout', 'fifteen']) {
        expect(failure.log).toContain(text);
      }
    },
  );

  scenario('more than nine: nine annotations and the failure, all in the log', 'openstack', async ({ refused }) => {
    const connections = Array.from({ length: 15 }, (_, index) => ({
      ...office,
      name: `office-${index}`,
      mtu: `x${index}x`,
    }));
    const failure = await refused(officesFile(connections), { psk: undefined });
    expect(failure.annotations.filter(({ level }) => level === 'error')).toHaveLength(10);
    for (let index = 0; index < 15; index += 1) expect(failure.log).toContain(`x${index}x`);
    expect(failure.message).toMatch(/15/);
  });

  scenario('of all files', 'openstack', async ({ run }) => {
    const failure = asFailure(
      await run({
        files: { 'a.yml': officeFile({ mtu: 'many' }), 'b.yml': officeFile({ peer_address: 'here' }) },
        inputs: { 'connection-file': 'a.yml\nb.yml' },
      }),
    );
    const files = failure.annotations.filter(({ level }) => level === 'error').map(({ file }) => file);
    expect(files).toEqual(expect.arrayContaining(['a.yml', 'b.yml']));
  });
});

describe('single problems', () => {
  const cases: [string, string, RegExp, number][] = [
    ['no YAML', 'ipsec_site_connection:\n  name: [office', /./, 2],
    ['a key twice', 'ipsec_site_connection:\n  name: a\n  name: b\n', /name/, 3],
    ['a custom tag', 'ipsec_site_connection:\n  name: !!js/function x\n', /tag/i, 2],
    ['x and x_id', officeFile({ ikepolicy_id: '2f0e1c55-5c3e-4a0c-8f0e-7f3f0a9f1b21' }), /ikepolicy_id/, 1],
    ['another top-level key', 'vpn_connection:\n  name: x\n', /vpn_connection/, 1],
    [
      'a variable in a flow list without quotes',
      'ipsec_site_connection:\n  name: a\n  peer_ep_group: [${NET}]\n',
      /quote/i,
      3,
    ],
    ['an empty file', '', /ipsec_site_connection/, 1],
  ];
  for (const [words, text, pattern, line] of cases) {
    scenario(words, 'openstack', async ({ refused }) => {
      const failure = await refused(text);
      expect(failure.code).toBe('SPEC_INVALID');
      expect(failure.log).toMatch(pattern);
      const lines = failure.annotations.filter(({ level }) => level === 'error').map((one) => one.line ?? 0);
      expect(Math.max(...lines)).toBeGreaterThanOrEqual(line);
      expect(failure.requests).toEqual([]);
    });
  }

  scenario('a bomb of aliases', 'openstack', async ({ refused }) => {
    const levels = Array.from(
      { length: 12 },
      (_, index) => `  - &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`,
    );
    const failure = await refused(`x-bomb:\n  - &a0 [lol]\n${levels.join('\n')}\n${officeFile()}`);
    expect(failure.code).toBe('SPEC_INVALID');
    expect(failure.durationMs).toBeLessThan(5000);
  });

  scenario('one name twice in a run', 'openstack', async ({ refused }) => {
    const failure = await refused(officesFile([office, { ...office, peer_address: '198.51.100.21' }]), {
      psk: undefined,
    });
    expect(failure.code).toBe('SPEC_INVALID');
    expect(failure.log).toContain('office-bonn');
  });

  scenario('one policy name, two contents: both lines are shown', 'openstack', async ({ refused }) => {
    const first = { ...office, ikepolicy: { name: 'offices-ike', encryption_algorithm: 'aes-256' } };
    const second = {
      ...office,
      name: 'office-2',
      peer_address: '198.51.100.21',
      ikepolicy: { name: 'offices-ike', encryption_algorithm: 'aes-128' },
    };
    const failure = await refused(officesFile([first, second]), { psk: undefined });
    expect(failure.code).toBe('SPEC_INVALID');
    expect(failure.log).toMatch(/vpn\.yml:\d+/);
    expect(failure.log).toContain('offices-ike');
  });

  scenario('networks that overlap: an error on Open Telekom Cloud', 'otc', async ({ refused }) => {
    const failure = await refused(officeFile({ peer_ep_group: ['10.80.0.0/16', '10.80.1.0/24'] }));
    expect(failure.code).toBe('SPEC_INVALID');
    expect(failure.log).toContain('10.80.1.0/24');
  });

  scenario('the same on OpenStack: a warning', 'openstack', async ({ apply }) => {
    const run = await apply(officeFile({ peer_ep_group: ['10.80.0.0/16', '10.80.1.0/24'] }));
    expect(run.annotations).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('10.80.1.0/24') }),
    );
  });

  scenario('weak choices work, with a warning on each line', 'openstack', async ({ apply }) => {
    const run = await apply(officeFile({ ikepolicy: { ike_version: 'v1', auth_algorithm: 'sha1', pfs: 'group2' } }));
    const warnings = run.annotations
      .filter(({ level }) => level === 'warning')
      .map(({ message }) => message)
      .join('\n');
    for (const text of ['v1', 'sha1', 'group2']) expect(warnings).toContain(text);
  });
});

describe('limits of the dialect', () => {
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ['mtu', { mtu: 1400 }, /1500/],
    ['admin_state_up', { admin_state_up: false }, /admin_state_up/],
    ['a description of the connection', { description: 'Bonn' }, /description/],
    ['six local subnets', { local_ep_group: ['a', 'b', 'c', 'd', 'e', 'f'] }, /5/],
    ['an algorithm that only OpenStack has', { ikepolicy: { encryption_algorithm: 'aes-256-gcm-16' } }, /aes-256/],
    ['a name of 65 characters', { name: 'x'.repeat(65) }, /64/],
  ];
  for (const [words, changes, pattern] of cases) {
    scenario(`${words} on Open Telekom Cloud`, 'otc', async ({ refused }) => {
      const failure = await refused(officeFile(changes));
      expect(failure.code).toBe('SPEC_INVALID');
      expect(failure.log).toMatch(pattern);
      expect(failure.requests).toEqual([]);
    });
  }

  scenario(
    'a psk with a character that Open Telekom Cloud refuses: the key is not shown',
    'otc',
    async ({ refused }) => {
      const failure = await refused(officeFile(), { psk: 'not<allowed>Key1' });
      expect(failure.message).toMatch(/psk/);
      expect(failure.requests).toEqual([]);
    },
  );
});
