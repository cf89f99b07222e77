/** A cancelled run starts no new write, and its conclusion says what happened. */
import { describe, expect, test } from 'vitest';
import { planLines } from '../../../src/runner/story.ts';
import { office, officeFile, officesFile, only, ours } from '../../scenarios/fixtures/office.ts';
import { arrival, ground, Signals } from './converging.ts';

test('while observing: nothing is known, nothing written', async () => {
  const { cloud, converge } = await ground('openstack');
  const signals = new Signals();
  cloud.addFault({ path: '/ikepolicies', effect: { kind: 'hang' } });
  const run = converge(officeFile(), { signals });
  await arrival(cloud, 'GET', '/ikepolicies');
  signals.first();
  const { error, reports, writes } = await run;
  expect(error).toMatchObject({ code: 'CANCELLED' });
  expect(error?.message).toContain('IKE policies');
  expect([reports, writes]).toEqual([[], []]);
});

test('between plan and apply: the plan is known, nothing written', async () => {
  const { converge } = await ground('openstack');
  const signals = new Signals();
  const describe = (report: Parameters<typeof planLines>[0]): readonly string[] => {
    signals.first();
    return planLines(report);
  };
  const { error, writes, connection, outputs, last } = await converge(officeFile(), { signals, ports: { describe } });
  expect(error).toMatchObject({ code: 'CANCELLED', message: 'The run was cancelled.' });
  expect(writes).toEqual([]);
  expect(connection()).toMatchObject({ operation: 'unchanged', psk: 'not compared', failure: error });
  expect(outputs).toMatchObject({ operation: 'unchanged', changed: 'false' });
  expect(last.progress).toBe('planned');
});

test('where nothing is to be written or waited for, a signal makes no failure', async () => {
  const { converge, apply } = await ground('openstack');
  await apply(officeFile());
  const signals = new Signals();
  const { error, connection } = await converge(officeFile(), { signals, onTell: () => signals.first() });
  expect(error).toBeUndefined();
  expect(connection()).toMatchObject({ operation: 'unchanged', settled: true });
});

describe('between steps', () => {
  test('what is in flight is finished, what needs it is not begun', async () => {
    const { cloud, converge } = await ground('openstack');
    const signals = new Signals();
    cloud.addFault({ method: 'POST', path: '/ikepolicies', effect: { kind: 'delay', ms: 50 } });
    const run = converge(officeFile(), { signals });
    await arrival(cloud, 'POST', '/ikepolicies');
    signals.first();
    const { error, writes, connection, lines, last, outputs } = await run;
    expect(error).toMatchObject({ code: 'CANCELLED' });
    expect([last.progress, outputs['changed'], outputs['operation']]).toEqual(['partly', 'true', 'unchanged']);
    expect(writes).not.toContain('POST /v2.0/vpn/ipsec-site-connections');
    expect(lines).toContain(`Created the IKE policy office-bonn-ike (${only(cloud, 'ikepolicy').id}).`);
    expect(connection()).toMatchObject({ operation: 'unchanged', failure: error });
    expect(connection()).not.toHaveProperty('id');
  });

  test('one connection is made, another not begun: both are told', async () => {
    const { cloud, converge } = await ground({ dialect: 'openstack', downAfterMs: 60_000 });
    const signals = new Signals();
    const slow = { name: 'slow-ike' };
    const file = officesFile([
      { ...office, psk: '${PSK}' },
      ...[{ ...office, name: 'office-mainz', psk: '${PSK}', peer_address: '198.51.100.21', ikepolicy: slow }],
    ]);
    const first = { method: 'POST', path: '/ikepolicies' };
    cloud.addFault({ ...first, when: { nth: 2 }, effect: { kind: 'delay', ms: 500 } });
    const { error, connection, outputs } = await converge(file, {
      signals,
      onTell: ({ connections }) => {
        if (connections.some(({ id }) => id !== undefined)) signals.first();
      },
    });
    const made = only(cloud, 'ipsec_site_connection');
    const other = made['name'] === 'office-bonn' ? 'office-mainz' : 'office-bonn';
    expect(error).toMatchObject({ code: 'CANCELLED' });
    expect(error?.message).toMatch(/^2 connections failed:\n/);
    expect(error?.message).toContain(`Cancelled while waiting for the status of ${made['name']} (${made.id}).`);
    expect(error?.message).toContain('The run was cancelled. Run it again.');
    expect(connection(String(made['name']))).toMatchObject({ operation: 'created', id: made.id });
    expect(connection(other)).toMatchObject({ operation: 'unchanged' });
    expect(outputs['changed']).toBe('true');
  });

  test('a replacement that has begun is finished', async () => {
    const { cloud, apply, converge } = await ground('openstack');
    await apply(officeFile({ ikepolicy: { encryption_algorithm: 'aes-128' } }));
    const before = only(cloud, 'ipsec_site_connection').id;
    const signals = new Signals();
    cloud.addFault({ method: 'DELETE', path: '/ipsec-site-connections/', effect: { kind: 'delay', ms: 50 } });
    const run = converge(officeFile(), { signals, options: { maxImpact: 'replacement' } });
    await arrival(cloud, 'DELETE', '/ipsec-site-connections/');
    signals.first();
    const { connection } = await run;
    const { id } = only(cloud, 'ipsec_site_connection');
    expect(id).not.toBe(before);
    expect(connection()).toMatchObject({ operation: 'replaced', id });
  });

  test('a write that is not answered in time: its result is unknown, and says so', async () => {
    const { cloud, converge } = await ground('openstack');
    const signals = new Signals();
    cloud.addFault({ method: 'POST', path: '/ipsec-site-connections', effect: { kind: 'hang-after' } });
    const run = converge(officeFile(), { signals });
    await arrival(cloud, 'POST', '/ipsec-site-connections');
    signals.first();
    signals.second();
    const { error, connection } = await run;
    expect(error).toMatchObject({ code: 'RESULT_UNKNOWN' });
    expect(error?.message).toMatch(/office-bonn.*unknown/i);
    expect(connection()).toMatchObject({ failure: error, operation: 'created', inDoubt: true });
  });
});

describe('while waiting', () => {
  test('the connection was made, its status is not known: the run can be repeated', async () => {
    const { cloud, clock, converge } = await ground({ dialect: 'openstack', downAfterMs: 60_000 });
    const signals = new Signals();
    clock.onSleep = () => signals.first();
    const { error, connection, outputs } = await converge(officeFile(), { signals });
    const { id } = only(cloud, 'ipsec_site_connection');
    expect(error).toMatchObject({ code: 'CANCELLED', hint: expect.stringMatching(/written before.*Run it again/) });
    expect(error?.message).toBe(`Cancelled while waiting for the status of office-bonn (${id}).`);
    expect(connection()).toMatchObject({ operation: 'created', id, status: 'PENDING_CREATE', failure: error });
    expect(outputs).toMatchObject({ operation: 'created', changed: 'true', 'connection-id': id });
  });

  test('only those are named that had not settled', async () => {
    const { cloud, converge, apply } = await ground({ dialect: 'openstack', downAfterMs: 0 });
    await apply(officeFile());
    const { id } = only(cloud, 'ipsec_site_connection');
    cloud.store.setStatus('ipsec_site_connection', id, 'PENDING_UPDATE');
    const signals = new Signals();
    const mainz = { ...office, name: 'office-mainz', peer_address: '198.51.100.21', peer_ep_group: ['10.90.0.0/24'] };
    const file = officesFile([office, mainz].map((one) => ({ ...one, psk: '${PSK}' })));
    const { error, connection } = await converge(file, {
      signals,
      onTell: ({ connections }) => {
        if (connections.some(({ name, settled }) => name === 'office-mainz' && settled === true)) signals.first();
      },
    });
    expect(error?.message).toBe(`Cancelled while waiting for the status of office-bonn (${id}).`);
    expect(connection('office-mainz')).toMatchObject({ operation: 'created', status: 'DOWN', settled: true });
    expect(connection('office-mainz')).not.toHaveProperty('failure');
    expect(ours(cloud, 'ipsec_site_connection')).toHaveLength(2);
  });
});
