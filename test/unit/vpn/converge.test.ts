/** The story of a convergence, and what is told when. */
import { describe, expect, test } from 'vitest';
import type { Report } from '../../../src/vpn/report.ts';
import { office, officeFile, officesFile, only, ours } from '../../scenarios/fixtures/office.ts';
import { calls } from '../../scenarios/harness/calls.ts';
import { ground, refusal, wholeLists } from './converging.ts';

/** Operation, whether the id is known, status and its meaning. */
function facts({ connections }: Report) {
  return connections.map(({ operation, id, status, settled, up, statusStale }) => ({
    ...{ operation, hasId: id !== undefined, status, settled, up, statusStale },
  }));
}

describe('a new connection', () => {
  const file = officeFile();

  test('observe, plan, apply, wait: one after the other', async () => {
    const { cloud, converge } = await ground({ dialect: 'openstack', downAfterMs: 1000 });
    const { requests, error } = await converge(file);
    expect(error).toBeUndefined();
    const made = calls(requests);
    expect(made.slice(0, 7).toSorted()).toEqual(wholeLists.toSorted());
    expect(made[7]).toBe('GET /v2.0/quotas/{project}');
    expect(made.slice(8, 13).every((call) => call.startsWith('POST /v2.0/vpn/'))).toBe(true);
    expect(made.slice(13, 16)).toEqual([
      'POST /v2.0/vpn/ipsec-site-connections',
      'GET /v2.0/vpn/ipsec-site-connections',
      'GET /v2.0/vpn/ipsec-site-connections/{id}',
    ]);
    expect(new Set(made.slice(16))).toEqual(new Set(['GET /v2.0/vpn/ipsec-site-connections/{id}']));
    expect(ours(cloud, 'ipsec_site_connection')).toHaveLength(1);
  });

  test('the plan is told before the first write, the id before the wait, the status as it settles', async () => {
    const { cloud, converge } = await ground({ dialect: 'openstack', downAfterMs: 1000 });
    const written: number[] = [];
    const waited: boolean[] = [];
    const { reports, connection } = await converge(file, {
      onTell() {
        written.push(cloud.requests.filter(({ method }) => method === 'POST').length);
        waited.push(cloud.requests.some(({ path }) => /ipsec-site-connections\/./.test(path)));
      },
    });
    const unknown = { settled: undefined, up: undefined, statusStale: undefined };
    const planned = { operation: 'unchanged', hasId: false, status: undefined, ...unknown };
    const made = { operation: 'created', hasId: true, status: 'PENDING_CREATE', ...unknown };
    const settled = { ...made, status: 'DOWN', settled: true, up: false, statusStale: false };
    expect(reports.map(facts)).toEqual([[planned], [made], [made], [settled]]);
    expect(written).toEqual([0, 6, 6, 6]);
    expect(waited).toEqual([false, false, false, true]);
    expect(reports[0]?.changes).toHaveLength(6);
    expect(connection()).toMatchObject({ psk: 'sent', id: only(cloud, 'ipsec_site_connection').id });
  });

  test('the service that the run made, and its address, are told', async () => {
    const { cloud, converge } = await ground('openstack');
    const { reports, connection } = await converge(file);
    expect(reports[0]?.connections[0]?.vpnserviceId).toBeUndefined();
    expect(connection()).toMatchObject({
      vpnserviceId: only(cloud, 'vpnservice').id,
      gatewayAddress: '203.0.113.17',
    });
  });

  test('the log has the plan in a group, then what was done in another', async () => {
    const { converge } = await ground('openstack');
    const { lines } = await converge(file);
    const groups = lines.filter((line) => /^\[|\]$/.test(line));
    expect(groups).toEqual(['[Plan', 'Plan]', '[Apply', 'Apply]']);
    expect(lines.indexOf('Plan for office-bonn: 6 changes')).toBe(1);
    const done = lines.findIndex((line) => line.startsWith('Created the IPsec connection office-bonn'));
    expect(done).toBeGreaterThan(lines.indexOf('[Apply'));
    expect(done).toBeLessThan(lines.indexOf('Apply]'));
  });

  test('project and region are told', async () => {
    const { cloud, converge } = await ground('openstack');
    const { last } = await converge(file, { options: { region: 'eu-nl' } });
    const project = { id: cloud.account.projectId, name: cloud.account.project };
    expect(last).toMatchObject({ mode: 'apply', dialect: 'openstack', project, region: 'eu-nl' });
    expect((await converge(file)).last).not.toHaveProperty('region');
  });

  test('wait-for: none tells the first status and asks no more', async () => {
    const { converge } = await ground({ dialect: 'openstack', downAfterMs: 3_600_000 });
    const { requests, connection } = await converge(file, { options: { waitFor: 'none' } });
    expect(calls(requests).at(-1)).toBe('GET /v2.0/vpn/ipsec-site-connections');
    expect(connection()).toMatchObject({ status: 'PENDING_CREATE', settled: false, up: false, statusStale: false });
  });
});

describe('a connection that is there', () => {
  test('as described: nothing is written, nothing waited for, and there is no group for it', async () => {
    const { converge, apply } = await ground('openstack');
    await apply(officeFile());
    const { requests, lines, reports, last } = await converge(officeFile());
    expect(calls(requests).toSorted()).toEqual(wholeLists.toSorted());
    expect(lines).toEqual(['[Plan', 'Nothing to change: office-bonn is as described.', 'Plan]']);
    const known = { operation: 'unchanged', hasId: true, status: 'DOWN' };
    expect(facts(last)).toEqual([{ ...known, settled: true, up: false, statusStale: false }]);
    expect(reports.map(({ connections }) => connections[0]?.status)).toEqual(['DOWN', 'DOWN', 'DOWN']);
    expect(last.connections[0]).toMatchObject({ psk: 'equal', gatewayAddress: '203.0.113.17' });
  });

  test('being set up by somebody: that is waited for', async () => {
    const { cloud, clock, converge, apply } = await ground('openstack');
    await apply(officeFile());
    const { id } = only(cloud, 'ipsec_site_connection');
    cloud.store.setStatus('ipsec_site_connection', id, 'PENDING_UPDATE');
    clock.onSleep = () => cloud.store.setStatus('ipsec_site_connection', id, 'ACTIVE');
    const { connection, writes } = await converge(officeFile());
    expect(writes).toEqual([]);
    expect(connection()).toMatchObject({ operation: 'unchanged', status: 'ACTIVE', up: true, statusStale: false });
  });

  test('updated: its status may be the old one, and says so', async () => {
    const { converge, apply } = await ground('openstack');
    await apply(officeFile());
    const { connection, writes, reports } = await converge(officeFile({ mtu: 1400 }));
    expect(writes).toEqual(['PUT /v2.0/vpn/ipsec-site-connections/{id}']);
    expect(reports[0]?.connections[0]).not.toHaveProperty('settled');
    expect(connection()).toMatchObject({ operation: 'updated', status: 'DOWN', settled: true, statusStale: true });
  });

  test('updated, and waited for to be up: the status interval makes it fresh', async () => {
    const { converge, apply } = await ground({ dialect: 'openstack', downAfterMs: 0, activeAfterMs: 0 });
    await apply(officeFile(), { waitFor: 'active' });
    const { connection } = await converge(officeFile({ mtu: 1400 }), { options: { waitFor: 'active' } });
    expect(connection()).toMatchObject({ operation: 'updated', status: 'ACTIVE', up: true, statusStale: false });
  });

  test('replaced: id and status are those of the new one', async () => {
    const { cloud, converge, apply } = await ground('openstack');
    const before = (await apply(officeFile({ ikepolicy: { encryption_algorithm: 'aes-128' } }))).connection();
    const { connection, error } = await converge(officeFile(), { options: { maxImpact: 'replacement' } });
    expect(error).toBeUndefined();
    expect(connection().id).not.toBe(before.id);
    expect(connection()).toMatchObject({
      operation: 'replaced',
      id: only(cloud, 'ipsec_site_connection').id,
      vpnserviceId: before.vpnserviceId,
      status: 'DOWN',
      statusStale: false,
    });
  });

  test('notices of the plan, and then those of the apply after them', async () => {
    const { cloud, converge, apply } = await ground('openstack');
    await apply(officeFile());
    const { id } = only(cloud, 'ikepolicy');
    cloud.store.update('ikepolicy', id, { name: 'theirs', description: '' });
    cloud.addFault({ method: 'DELETE', path: '/endpoint-groups/', when: 'always', effect: refusal(409, 'In use.') });
    const file = officeFile({ ikepolicy: { id, name: 'ours' }, peer_ep_group: ['10.80.0.0/24'] });
    const { reports, last, error } = await converge(file);
    expect(error).toBeUndefined();
    expect(reports[0]?.notices.map(({ text }) => text)).toEqual([expect.stringContaining('theirs')]);
    expect(last.notices.map(({ text }) => text)).toEqual([
      expect.stringContaining('theirs'),
      expect.stringContaining('was not deleted: it is still in use'),
    ]);
    expect(last.connections[0]?.operation).toBe('updated');
  });
});

test('several connections: each converges, and all are told by name', async () => {
  const { converge, apply } = await ground('openstack');
  const other = { ...office, name: 'office-mainz', peer_address: '198.51.100.21', peer_ep_group: ['10.90.0.0/24'] };
  const all = (changes = {}) =>
    officesFile([office, { ...other, ...changes }].map((one) => ({ ...one, psk: '${PSK}' })));
  await apply(all());
  const { outputs, error } = await converge(all({ mtu: 1400 }));
  expect(error).toBeUndefined();
  expect(outputs['changed']).toBe('true');
  expect(outputs).not.toHaveProperty('operation');
  expect(JSON.parse(outputs['connections'] ?? '')).toMatchObject({
    'office-bonn': { operation: 'unchanged', changed: false, status: 'DOWN', 'status-stale': false },
    'office-mainz': { operation: 'updated', changed: true, status: 'DOWN', 'status-stale': true },
  });
});
