import { describe, expect, test } from 'vitest';
import { office, officeFile, officesFile, psk } from '../../scenarios/fixtures/office.ts';
import { writes } from '../../scenarios/harness/run.ts';
import { asFailure } from '../../scenarios/harness/stage.ts';
import { useStage } from './stage.ts';

const stage = useStage('limits');

describe('what the file check lets through, the servers take and give back: created, then unchanged', () => {
  const long = 'x'.repeat(255);
  const cidrs = Array.from({ length: 300 }, (_, index) => `10.${128 + (index >> 8)}.${index & 255}.0/24`);
  test.each<readonly [string, Record<string, unknown>]>([
    ['the longest names', { name: long, ikepolicy: { name: long }, ipsecpolicy: { name: long } }],
    [
      'the longest names, other letters',
      { name: '東'.repeat(255), vpnservice: { router: 'vpc-prod', name: 'ü'.repeat(255) } },
    ],
    [
      'the longest descriptions',
      { description: long, ikepolicy: { description: long }, ipsecpolicy: { description: long } },
    ],
    [
      'a description that only just leaves room for the mark',
      { description: 'y'.repeat(255 - 60), ikepolicy: { description: 'y'.repeat(255 - 59) } },
    ],
    ['the longest identities', { peer_id: long, local_id: long }],
    [
      'the smallest values',
      { mtu: 68, dpd: { action: 'hold', interval: 1, timeout: 2 }, ikepolicy: { lifetime: { value: 60 } } },
    ],
    [
      'the largest values',
      {
        mtu: 2_147_483_647,
        dpd: { interval: 1000, timeout: 2_147_483_647 },
        ikepolicy: { lifetime: { value: 2_147_483_647 } },
      },
    ],
    [
      'a repeated network, which alone would hang the server for minutes',
      { peer_ep_group: ['10.80.0.0/24', '10.80.0.0/24', '10.80.0.0/24'] },
    ],
    [
      'a repeated network of IPv6 in other words',
      {
        local_ep_group: ['subnet-v6'],
        peer_address: '2001:db8::1',
        peer_ep_group: ['2001:db8:80::/64', '2001:DB8:0080:0::/64'],
      },
    ],
    ['three hundred networks', { peer_ep_group: cidrs }],
    ['everything', { peer_ep_group: ['0.0.0.0/0'] }],
    ['one host', { peer_ep_group: ['10.80.0.7/32'] }],
    ['an address as the only local id', { local_id: '172.24.4.9', peer_id: '%any' }],
  ])('%s', async (_what, changes) => {
    const file = officeFile(changes);
    const run = await stage.apply(file, {}, { limitMs: 90_000 });
    expect(run.outputs['operation']).toBe('created');
    const again = await stage.apply(file);
    expect(writes(again.requests)).toEqual([]);
    expect(again.outputs['operation']).toBe('unchanged');
  });
});

describe('what the servers refuse is refused before, or at its line', () => {
  test.each<readonly [string, Record<string, unknown>, RegExp]>([
    [
      'an mtu below 1280 for IPv6',
      { mtu: 1279, local_ep_group: ['subnet-v6'], peer_address: '2001:db8::1', peer_ep_group: ['2001:db8:80::/64'] },
      /mtu/i,
    ],
    ['a dpd interval above the default timeout', { dpd: { interval: 200 } }, /timeout|interval/],
    ['ah-esp', { ipsecpolicy: { transform_protocol: 'ah-esp' } }, /ah-esp|transform/],
    ['an unknown local group', { local_ep_group: 'no-such-group' }, /no-such-group/],
    ['an unknown router', { vpnservice: { router: 'no-such-router' } }, /no-such-router/],
    [
      'an unknown policy id',
      { ikepolicy_id: '11111111-2222-4333-8444-555555555555', ikepolicy: undefined },
      /11111111-2222/,
    ],
  ])('%s', async (_what, changes, words) => {
    const failure = await stage.refused(officeFile(changes));
    expect(failure.message).toMatch(words);
    expect(failure.place).toMatch(/^vpn\.yml:\d+$/);
    expect(await stage.all('ipsec-site-connections')).toEqual([]);
  });
});

test('names that differ in case only are two connections', async () => {
  await stage.apply(officeFile({ name: 'OFFICE-BONN', peer_address: '198.51.100.99', ikepolicy: { name: 'OFFICES' } }));
  const [other] = await stage.all('ipsec-site-connections');
  const run = await stage.apply(officeFile({ ikepolicy: { name: 'offices', encryption_algorithm: 'aes-192' } }));
  expect(run.outputs['operation']).toBe('created');
  const all = await stage.all('ipsec-site-connections');
  expect(all).toHaveLength(2);
  expect(all.find(({ id }) => id === other?.['id'])).toMatchObject({
    name: 'OFFICE-BONN',
    ikepolicy_id: other?.['ikepolicy_id'],
  });
  expect(
    writes(
      (await stage.apply(officeFile({ ikepolicy: { name: 'offices', encryption_algorithm: 'aes-192' } }))).requests,
    ),
  ).toEqual([]);
});

test('a quota: what does not fit fails at its line with nothing written, and is made when there is room', async () => {
  const file = officesFile(
    ['office-bonn', 'office-mainz'].map((name, index) => ({
      ...{ ...office, name, psk: '${PSK}', peer_address: `198.51.100.2${index}` },
      peer_ep_group: [`10.8${index}.0.0/24`],
    })),
  );
  const options = { files: { 'vpn.yml': file }, inputs: { secrets: `PSK=${psk}` } };
  await stage.apply(officeFile({ peer_ep_group: ['10.80.0.0/24'] }));
  const quota = `/quotas/${stage.tenant.project.id}`;
  const admin = await stage.administrator();
  await admin.put(quota, { quota: { ipsec_site_connection: 1 } });
  try {
    for (const mode of ['plan', 'apply']) {
      const run = await stage.run({ ...options, inputs: { ...options.inputs, mode } });
      const full = asFailure(run);
      expect(full).toMatchObject({ code: 'QUOTA', place: expect.stringMatching(/^vpn\.yml:\d+$/) });
      expect(full.message).toContain('office-mainz cannot be created');
      expect(full.message).toContain('is 1, and 1 are in use');
      expect(writes(run.requests)).toEqual([]);
    }
  } finally {
    await admin.delete(quota);
  }
  const second = await stage.run(options);
  expect(second.exitCode, second.log).toBe(0);
  expect(writes(second.requests).filter((call) => call.endsWith('ipsec-site-connections'))).toHaveLength(1);
});

test('active is wanted of a connection that is switched off: the time-out says so', async () => {
  const failure = await stage.refused(officeFile({ admin_state_up: false }), { 'wait-for': 'active', timeout: '6s' });
  expect(failure.code).toBe('TIMEOUT');
  expect(failure.message).toContain('admin_state_up is false');
});
