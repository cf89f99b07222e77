/** What is known to fail is told at its line, in both modes, before anything is written. */
import { describe, expect, test } from 'vitest';
import type { Cloud } from '../../../cloud/index.ts';
import { office, officeFile, officesFile, ours } from '../../../scenarios/fixtures/office.ts';
import { calls } from '../../../scenarios/harness/calls.ts';
import { type Ground, ground, Signals, type Trial } from '../converging.ts';

const otc = { dialect: 'otc', downAfterMs: 0 } as const;
const openstack = { dialect: 'openstack', downAfterMs: 0 } as const;
const fields = { ...office, psk: '${PSK}' };

/** Another connection of the same VPC. */
const mainz = {
  ...fields,
  ...{ name: 'office-mainz', peer_address: '198.51.100.21', peer_ep_group: ['10.90.0.0/24'] },
};

/** The text on a line of vpn.yml, from 1. */
const lineOf = (file: string, line: number | undefined): string => file.split('\n')[(line ?? 0) - 1]?.trim() ?? '';

/** Expects that a file is refused in both modes with nothing written, and gives the failure with the text of its line. */
async function refused({ converge, cloud }: Ground, file: string, trial: Trial = {}) {
  const failures = [];
  for (const mode of ['plan', 'apply'] as const) {
    const before = cloud.requests.length;
    const { error, writes } = await converge(file, { ...trial, options: { ...trial.options, mode } });
    expect(writes, mode).toEqual([]);
    expect(cloud.requests.length).toBeGreaterThan(before);
    failures.push({
      code: error?.code,
      message: error?.message,
      hint: error?.hint,
      line: lineOf(file, error?.at?.line),
    });
  }
  expect(failures[1]).toEqual(failures[0]);
  return failures[0];
}

/** A connection that somebody else made, with its own groups, on the same VPN service. */
function stranger(
  cloud: Cloud,
  serviceId: unknown,
  changes: Readonly<Record<string, unknown>> = {},
  remote = '10.90.0.0/24',
) {
  const subnet = ours(cloud, 'subnet').find(({ name }) => name !== 'subnet-app');
  return cloud.store.seed('ipsec_site_connection', {
    ...{
      name: 'theirs',
      peer_address: '198.51.100.77',
      peer_id: '198.51.100.77',
      psk: 'Theirs-1234',
      vpnservice_id: serviceId,
    },
    ikepolicy_id: cloud.store.seed('ikepolicy', { name: 'theirs' }).id,
    ipsecpolicy_id: cloud.store.seed('ipsecpolicy', { name: 'theirs' }).id,
    local_ep_group_id: cloud.store.seed('endpoint_group', { name: 'l', type: 'subnet', endpoints: [subnet?.id] }).id,
    peer_ep_group_id: cloud.store.seed('endpoint_group', { name: 'p', type: 'cidr', endpoints: [remote] }).id,
    ...changes,
  });
}

function serviceId(cloud: Cloud): unknown {
  return ours(cloud, 'vpnservice')[0]?.id;
}

describe('quotas', () => {
  test.each([
    ['otc', { ...otc, quota: { services: 2, connections: 0 } }, /quota of IPsec connections is 0, and 0 are in use/],
    ['otc', { ...otc, quota: { services: 0, connections: 5 } }, /VPN service office-bonn-service cannot .* is 0/],
    ['openstack', { ...openstack, quota: { services: 9, connections: 0 } }, /IPsec connections is 0, and 0 are in use/],
  ] as const)('%s: no room for a new object', async (_, options, message) => {
    const file = officeFile({ psk: '${PSK}' });
    const failure = await refused(await ground(options), file);
    expect(failure).toMatchObject({ code: 'QUOTA', message: expect.stringMatching(message) });
    expect(failure?.line).toMatch(/^(?:ipsec_site_connection:|router: vpc-prod|vpnservice:)$/);
  });

  test('policies and groups have quotas of their own on openstack', async () => {
    const at = await ground(openstack);
    at.cloud.store.quotas.set(at.cloud.account.projectId, { endpoint_group: 1 });
    const failure = await refused(at, officeFile({ psk: '${PSK}' }));
    expect(failure?.message).toMatch(
      /^The endpoint group office-bonn-peer cannot be created: the quota of endpoint groups is 1/,
    );
  });

  test('room for one of two: the first is made, the second fails at its line', async () => {
    const at = await ground({ ...otc, quota: { services: 2, connections: 1 } });
    const file = officesFile([fields, mainz]);
    const { error, connection, writes } = await at.converge(file);
    expect(error).toMatchObject({ code: 'QUOTA' });
    expect(error?.message).toContain('office-mainz cannot be created');
    expect([connection('office-bonn').operation, connection('office-mainz').failure?.code]).toEqual([
      'created',
      'QUOTA',
    ]);
    expect(ours(at.cloud, 'ipsec_site_connection').map(({ name }) => name)).toEqual(['office-bonn']);
    expect(writes.filter((call) => call.endsWith('ipsec-site-connections'))).toHaveLength(1);
  });

  test.each([otc, openstack])('are not asked for where nothing is created: $dialect', async (options) => {
    const at = await ground(options);
    const first = await at.apply(officeFile());
    expect(calls(first.requests).filter((call) => call.includes('quotas'))).toHaveLength(1);
    const second = await at.apply(officeFile());
    expect(calls(second.requests).filter((call) => call.includes('quotas'))).toEqual([]);
  });

  test.each([
    ['is refused', { kind: 'answer', status: 403, body: { code: 'VPC.2701', message: 'No.' } }],
    ['is not there', { kind: 'answer', status: 404, body: {} }],
    ['breaks', { kind: 'answer', status: 500, body: 'oops' }],
    ['is overloaded', { kind: 'answer', status: 503, body: 'oops' }],
    ['says something else', { kind: 'answer', status: 200, body: { quotas: [{ type: 'vpn', quota: 0 }] } }],
    [
      'has other types',
      { kind: 'answer', status: 200, body: { quotas: { resources: [5, { type: 'toString', quota: 0 }] } } },
    ],
    [
      'counts what others of the account have',
      { kind: 'answer', status: 200, body: { quotas: { resources: [{ type: 'vpngw', quota: 5, used: 4 }] } } },
    ],
    ['knows no limit', { kind: 'answer', status: 200, body: { quotas: { resources: [{ type: 'vpn', quota: -1 }] } } }],
  ] as const)('a quota call that %s stops nothing, and is not repeated', async (_, effect) => {
    const at = await ground(otc);
    at.cloud.addFault({ method: 'GET', path: /quotas/, when: 'always', effect });
    const { requests } = await at.apply(officeFile());
    expect(calls(requests).filter((call) => call.includes('quotas'))).toHaveLength(1);
  });
});

describe('the quota call', () => {
  test('the number in use is the cloud’s own, where it tells one', async () => {
    const at = await ground(otc);
    const body = { quotas: { resources: [{ type: 'vpn', quota: 5, used: 5 }] } };
    at.cloud.addFault({ path: /quotas/, when: 'always', effect: { kind: 'answer', status: 200, body } });
    const failure = await refused(at, officeFile({ psk: '${PSK}' }));
    expect(failure?.message).toMatch(/quota of IPsec connections is 5, and 5 are in use/);
    expect(failure?.hint).toContain('Another run may have made one just now: give the workflow a concurrency group.');
  });

  test.each(['plan', 'apply'] as const)('a signal during it ends the run: mode %s', async (mode) => {
    const at = await ground(openstack);
    const signals = new Signals();
    const effect = { kind: 'delay', ms: 5000 } as const;
    at.cloud.addFault({ path: /quotas/, effect });
    const ended = at.converge(officeFile(), { signals, options: { mode } });
    await expect.poll(() => at.cloud.requests.some(({ path }) => path.includes('quotas'))).toBe(true);
    signals.first();
    const { error, writes } = await ended;
    expect(error).toMatchObject({ code: 'CANCELLED' });
    expect(writes).toEqual([]);
  });
});

describe('one VPN service for a VPC', () => {
  const named = officeFile({ psk: '${PSK}', vpnservice: { name: 'second', router: 'vpc-prod' } });

  test('otc: a second one is refused at its line', async () => {
    const at = await ground(otc);
    await at.apply(officeFile());
    const second = officeFile({ ...mainz, vpnservice: { name: 'second', router: 'vpc-prod' } });
    const failure = await refused(at, second);
    expect(failure).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(
        /^The VPN service second cannot be created: Open Telekom Cloud has one .* office-bonn-service \(/,
      ),
      line: expect.stringMatching(/second|router|vpnservice/),
    });
  });

  test('otc: two new ones for one VPC', async () => {
    const other = { ...mainz, vpnservice: { name: 'third', router: 'vpc-prod' } };
    const file = officesFile([{ ...fields, vpnservice: { name: 'second', router: 'vpc-prod' } }, other]);
    const { error, connection } = await (await ground(otc)).converge(file);
    expect(error).toMatchObject({ code: 'CONFLICT' });
    expect(error?.message).toContain('has second already');
    expect(connection('office-bonn').operation).toBe('created');
  });

  test('openstack has as many as one likes', async () => {
    const at = await ground(openstack);
    at.cloud.store.seed('vpnservice', { name: 'first', router_id: ours(at.cloud, 'router')[0]?.id });
    await at.apply(named);
    expect(ours(at.cloud, 'vpnservice')).toHaveLength(2);
  });
});

describe('a peer that another connection of the service has', () => {
  const moved = officeFile({ psk: '${PSK}', peer_address: '198.51.100.77' });

  test('otc: a connection is not moved there', async () => {
    const at = await ground(otc);
    await at.apply(officeFile());
    stranger(at.cloud, serviceId(at.cloud));
    expect(await refused(at, moved)).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(/takes a peer only once .* 198\.51\.100\.77 is the peer of theirs \(/),
      line: 'peer_address: 198.51.100.77',
    });
  });

  test('openstack allows it', async () => {
    const at = await ground(openstack);
    await at.apply(officeFile());
    stranger(at.cloud, serviceId(at.cloud));
    await at.apply(moved);
  });
});

describe('a remote network that another connection of the service has', () => {
  const wider = { ...fields, peer_ep_group: ['10.80.0.0/24', '10.90.0.0/16'] };

  test('otc: refused at its line, for a new connection and for a changed one', async () => {
    const at = await ground(otc);
    await at.apply(officeFile());
    stranger(at.cloud, serviceId(at.cloud));
    const expected = {
      code: 'CONFLICT',
      message: expect.stringMatching(
        /the remote network 10\.90\.0\.0\/(?:16|24) overlaps 10\.90\.0\.0\/24 of theirs \(/,
      ),
      line: expect.stringMatching(/^- 10\.90\.0\.0\/(?:16|24)$/),
    };
    expect(await refused(at, officeFile(wider))).toMatchObject(expected);
    expect(await refused(at, officeFile(mainz))).toMatchObject(expected);
  });

  test('openstack: a warning at its line, and the run goes on', async () => {
    const at = await ground(openstack);
    await at.apply(officeFile());
    stranger(at.cloud, serviceId(at.cloud));
    const file = officeFile(wider);
    const { last } = await at.apply(file);
    const [notice] = last.notices.filter(({ level }) => level === 'warning');
    expect(notice?.text).toMatch(/overlaps 10\.90\.0\.0\/24 of theirs .* goes only one way/);
    expect(lineOf(file, notice?.at?.line)).toBe('- 10.90.0.0/16');
    expect((await at.apply(file)).last.notices).toEqual([]);
  });

  test('openstack: another VPN service of the router makes no difference, also for a new one', async () => {
    const at = await ground(openstack);
    const [router] = ours(at.cloud, 'router').filter(({ name }) => name === 'vpc-prod');
    const theirs = at.cloud.store.seed('vpnservice', { name: 'theirs', router_id: router?.id });
    stranger(at.cloud, theirs.id);
    const named = { vpnservice: { name: 'second', router: 'vpc-prod' } };
    const { last } = await at.apply(officeFile({ ...mainz, ...named }));
    expect(last.notices.map(({ text }) => text)).toEqual([
      expect.stringMatching(/10\.90\.0\.0\/24 overlaps 10\.90\.0\.0\/24 of theirs .* has the same router\. Traffic/),
    ]);
  });

  test('openstack: of the legacy model too', async () => {
    const at = await ground(openstack);
    await at.apply(officeFile());
    const legacy = { peer_cidrs: ['10.90.0.0/24'], local_ep_group_id: null, peer_ep_group_id: null };
    stranger(at.cloud, serviceId(at.cloud), legacy);
    const { last } = await at.apply(officeFile(wider));
    expect(last.notices.map(({ text }) => text).join()).toMatch(/10\.90\.0\.0\/24 of theirs/);
  });

  test('of another router, or with the very same networks on both sides, is no obstacle', async () => {
    const at = await ground(openstack);
    await at.apply(officeFile());
    const [subnet] = ours(at.cloud, 'subnet').filter(({ name }) => name === 'subnet-app');
    const same = at.cloud.store.seed('endpoint_group', { name: 's', type: 'subnet', endpoints: [subnet?.id] }).id;
    stranger(at.cloud, serviceId(at.cloud), { local_ep_group_id: same }, '10.90.0.0/24');
    const [router] = ours(at.cloud, 'router').filter(({ name }) => name === 'vpc-dev');
    const other = at.cloud.store.seed('vpnservice', { name: 'o', router_id: router?.id });
    stranger(at.cloud, other.id, { name: 'elsewhere' }, '10.80.0.0/24');
    const named = { vpnservice: 'office-bonn-service' };
    const { last } = await at.apply(
      officesFile([
        { ...fields, ...named },
        { ...mainz, ...named },
      ]),
    );
    expect(last.notices.filter(({ level }) => level === 'warning')).toEqual([]);
  });
});

describe('rights', () => {
  // What a token does not tell cannot be held against it: no error in either cloud.
  test.each([
    [
      otc,
      ['readonly', 'op_gated_vpn'],
      /but readonly, which only reads: .* roles VPN Administrator and VPC Administrator/,
    ],
    [openstack, ['reader'], /but reader, which only reads: .* may not even show what is there\. Have the role member/],
  ] as const)('a token that only reads is told before the first write: $dialect', async (options, roles, words) => {
    const at = await ground(options);
    // A plan is best made by a login that only reads.
    const plan = await at.apply(officeFile(), { roles, mode: 'plan' });
    expect(plan.last.notices.filter(({ level }) => level === 'warning')).toEqual([]);
    const { last, reports, requests } = await at.apply(officeFile(), { roles });
    const warnings = last.notices.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ text }) => text)).toEqual([expect.stringMatching(words)]);
    expect(reports[0]?.notices).toEqual(last.notices);
    expect(calls(requests).filter((call) => call.includes('/roles'))).toEqual([]);
    const unchanged = await at.apply(officeFile(), { roles });
    expect(unchanged.last.notices.filter(({ level }) => level === 'warning')).toEqual([]);
  });

  test.each([['member', 'reader'], ['op_gated_vpn'], ['readonly'], []])('nothing is said of %j', async (...roles) => {
    const { last } = await (await ground(openstack)).apply(officeFile(), { roles });
    expect(last.notices).toEqual([]);
  });

  test('otc: where every list is empty, the right to read may be missing', async () => {
    const at = await ground(otc);
    const { last } = await at.apply(officeFile());
    expect(last.notices.map(({ text }) => text)).toEqual([expect.stringContaining('shows no VPN object at all')]);
    const again = await at.apply(officeFile());
    expect(again.last.notices.filter(({ text }) => text.includes('no VPN object'))).toEqual([]);
  });
});
