/** A run that is held to a reviewed plan does that one or nothing. */
import { describe, expect, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { readExpectedPlan } from '../../../src/vpn/plan-digest.ts';
import { office, officeFile, officesFile, only } from '../../scenarios/fixtures/office.ts';
import { ground } from './converging.ts';

const expected = (text: string | undefined) => {
  const plan = readExpectedPlan(text ?? '');
  if (plan === undefined) throw new Error('no plan');
  return { expectPlan: plan };
};

describe.each(['openstack', 'otc'] as const)('%s', (dialect) => {
  test('the digest of the plan is that of the apply, of a new connection and of a change', async () => {
    const { converge, apply } = await ground(dialect);
    for (const file of [officeFile(), officeFile({ dpd: { action: 'restart' } })]) {
      const { outputs } = await converge(file, { options: { mode: 'plan' } });
      expect(outputs['plan-digest']).toMatch(/^[0-9a-f]{64}$/);
      const applied = await apply(file, expected(outputs['plan-digest']));
      expect(applied.outputs['plan-digest']).toBe(outputs['plan-digest']);
      expect(applied.writes).not.toEqual([]);
    }
  });

  test('a change in the cloud after the review stops it before any write', async () => {
    const { cloud, converge, apply } = await ground(dialect);
    await apply(officeFile());
    const file = officeFile({ dpd: { action: 'restart' } });
    const { outputs } = await converge(file, { options: { mode: 'plan' } });
    const { id } = only(cloud, 'ipsec_site_connection');
    cloud.store.update('ipsec_site_connection', id, { peer_address: '198.51.100.99' });
    for (const given of [outputs.plan, outputs['plan-digest']]) {
      const { error, writes, last } = await converge(file, { options: expected(given) });
      expect(error).toMatchObject({ code: 'PLAN_CHANGED' });
      expect(error?.message).toMatch(/peer_address:? .*198\.51\.100\.99 → 198\.51\.100\.20/);
      expect([writes, last.progress]).toEqual([[], 'planned']);
      expect(last.connections).toMatchObject([{ operation: 'unchanged', status: 'DOWN', settled: true, up: false }]);
    }
  });

  test('what was carried out already passes: the job may run again', async () => {
    const { converge, apply } = await ground(dialect);
    const { outputs } = await converge(officeFile(), { options: { mode: 'plan' } });
    await apply(officeFile());
    const again = await apply(officeFile(), expected(outputs['plan-digest']));
    expect(again.writes).toEqual([]);
  });
});

describe('where a part of the plan cannot be done, nothing is', () => {
  const mainz = {
    ...{ name: 'office-mainz', peer_address: '198.51.100.21', peer_ep_group: ['10.90.0.0/24'], psk: '${PSK}' },
  };
  const two = officesFile([
    { ...office, psk: '${PSK}' },
    { ...office, ...mainz, ikepolicy: 'nowhere' },
  ]);

  test('a connection was refused', async () => {
    const { converge } = await ground('openstack');
    const plan = await converge(two, { options: { mode: 'plan' } });
    expect(plan.error).toMatchObject({ code: 'NOT_FOUND' });
    expect(plan.outputs).not.toHaveProperty('plan-digest');
    const { error, writes } = await converge(two, { options: expected('ab'.repeat(32)) });
    expect(error).toMatchObject({ code: 'NOT_FOUND' });
    expect(writes).toEqual([]);
    expect((await converge(two)).writes).not.toEqual([]);
  });

  test('a file was not valid', async () => {
    const { converge } = await ground('openstack');
    const at = { file: 'b.yml', line: 1, column: 1 };
    const failure = new ActionError('SPEC_INVALID', 'mtu: no.', { at });
    const rejected = [{ failure, connections: [{ name: 'office-ulm', at }] }];
    const held = await converge(officeFile(), { options: { rejected, ...expected('ab'.repeat(32)) } });
    expect(held.error).toBe(failure);
    expect(held.writes).toEqual([]);
    const free = await converge(officeFile(), { options: { rejected } });
    expect(free.error).toBe(failure);
    expect(free.writes).not.toEqual([]);
    expect(free.connection('office-ulm')).toMatchObject({ operation: 'unchanged', failure });
    expect(free.connection('office-bonn')).toMatchObject({ operation: 'created' });
  });
});
