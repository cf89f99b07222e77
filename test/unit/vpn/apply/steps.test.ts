import { describe, expect, test } from 'vitest';
import { uuid } from '../build.ts';
import { answered, during, lost, script } from '../fakes.ts';
import { asked, bench, carryOut, creates, deletes, noOutcome, object, office, updates } from './help.ts';

const kind = 'ipsec_site_connection';
const writing = { writing: 'update' };
const pending = answered(400, 'VPNStateInvalidToUpdate', 'Invalid state PENDING_UPDATE of vpnaas resource');

test('an update of what was deleted since says so', async () => {
  const { failed } = await carryOut(bench(script({ update: [answered(404)] })), [updates()], writing);
  expect(failed.office?.hint).toContain('was deleted since. Run again; use a concurrency group');
});

describe('create', () => {
  test('refers to what the run made before', async () => {
    const world = bench(
      script({
        'create vpnservice': [object('vpnservice', 4, { external_v4_ip: '203.0.113.1' })],
        [`create ${kind}`]: [office(5)],
        list: [[]],
      }),
    );
    const refs = { vpnservice: { made: 'create vpnservice' }, ikepolicy: { id: uuid(3) } };
    const steps = [
      creates('vpnservice', { name: 's' }),
      creates(kind, { name: 'office' }, { after: ['create vpnservice'], refs }),
    ];
    const { serviceOf, failed } = await carryOut(world, steps);
    expect(failed).toEqual({});
    expect(world.api.calls[1]?.body).toEqual({ name: 'office', vpnservice_id: uuid(4), ikepolicy_id: uuid(3) });
    const planned = { serviceKey: 'create vpnservice' };
    expect(
      serviceOf({
        ...planned,
        report: {
          name: 'office',
          at: { file: '', line: 1, column: 1 },
          operation: 'created',
          impact: 'none',
          psk: 'sent',
        },
        existing: undefined,
        step: undefined,
        outcome: noOutcome,
      }),
    ).toMatchObject({ id: uuid(4), addressV4: '203.0.113.1' });
    expect(world.log.all[0]).toBe(`Created the VPN service office (${uuid(4)}).`);
  });

  test('tells its line to the API', async () => {
    const at = { file: 'f.yml', line: 3, column: 1 };
    const world = bench(script({ create: [office(1)] }));
    await carryOut(world, [creates('ikepolicy', {}, { at, lines: { pfs: at } })]);
    expect(world.api.calls[0]?.options).toEqual({ name: 'office', at, lines: { pfs: at } });
  });
});

describe('update', () => {
  test('is one PUT with references', async () => {
    const world = bench(script({ update: [office(1, { status: 'DOWN' })] }));
    const { told, written } = await carryOut(
      world,
      [updates({ mtu: 1500 }, { refs: { peer_ep_group: { id: uuid(6) } } })],
      writing,
    );
    expect(world.api.calls).toMatchObject([
      { method: 'update', id: uuid(1), body: { mtu: 1500, peer_ep_group_id: uuid(6) } },
    ]);
    expect(told).toEqual([`office ${uuid(1)} DOWN`]);
    expect(written.get('office')?.at).toBe(world.clock.now());
  });

  test('of a pending connection waits until it has settled', async () => {
    const states = ['PENDING_UPDATE', 'PENDING_UPDATE', 'BUILD', 'DOWN'].map((status) => office(1, { status }));
    const world = bench(script({ get: states, update: [office(1)] }));
    const at = { file: 'f.yml', line: 3, column: 1 };
    await carryOut(world, [updates({}, { pending: true, at })], writing);
    expect(world.api.calls[0]?.options).toEqual({ name: 'office', at });
    expect(asked(world.api.calls)).toEqual([...states.map(() => `get ${kind} #1`), `update ${kind} #1`]);
    expect(world.log.all).toEqual([
      'office is PENDING_UPDATE: waiting until it can be updated.',
      'office is BUILD: waiting until it can be updated.',
      'office is DOWN.',
      `Updated the IPsec connection office (${uuid(1)}).`,
    ]);
  });

  test('of a connection that is deleted meanwhile fails', async () => {
    const world = bench(script({ get: [undefined] }));
    const { failed } = await carryOut(
      world,
      [updates({}, { pending: true, at: { file: 'f', line: 1, column: 1 } })],
      writing,
    );
    expect(failed.office).toMatchObject({
      code: 'NOT_FOUND',
      message: `Connection office (${uuid(1)}) was deleted while this run was at work.`,
    });
  });

  test('of a connection that stays pending fails at the deadline, saying what works', async () => {
    const world = bench(script({ get: [office(1, { status: 'PENDING_UPDATE' })] }), { timeoutMs: 20_000 });
    const { failed } = await carryOut(world, [updates({}, { pending: true })], writing);
    expect(failed.office).toMatchObject({
      code: 'TIMEOUT',
      hint: expect.stringContaining('deleting works in this state, updating does not'),
    });
    expect(failed.office?.message).toContain('is still PENDING_UPDATE');
    expect(world.clock.seconds).toBeLessThanOrEqual(20);
  });

  test.each([
    ['by its code', pending],
    ['by its words', answered(400, 'APIGW.0106', 'Invalid state PENDING_CREATE of vpnaas resource x for updating')],
  ])('is repeated while the state is invalid, known %s', async (_, error) => {
    const world = bench(script({ update: [error, error, office(1)] }));
    expect((await carryOut(world, [updates()], writing)).failed).toEqual({});
    expect(world.api.calls).toHaveLength(3);
    expect(world.log.all[0]).toBe('The IPsec connection office cannot be updated yet: its state is pending.');
  });

  test('is repeated until the deadline, then fails with the refusal', async () => {
    const world = bench(script({ update: [pending] }), { timeoutMs: 30_000 });
    expect((await carryOut(world, [updates()], writing)).failed.office).toBe(pending);
    expect(world.clock.seconds).toBeGreaterThan(10);
  });

  test.each([answered(400, 'VPC.1001'), answered(409, 'VPNStateInvalidToUpdate'), lost()])(
    'is not repeated otherwise: %s',
    async (error) => {
      const world = bench(script({ update: [error] }));
      expect((await carryOut(world, [updates()], writing)).failed.office).toBe(error);
      expect(world.api.calls).toHaveLength(1);
    },
  );
});

describe('delete', () => {
  const inUse = answered(400, 'EndpointGroupInUse', 'In use.');

  test('of what was just freed is repeated for 60 s', async () => {
    const world = bench(script({ remove: [inUse, inUse, inUse, undefined] }));
    const { notices, failed } = await carryOut(world, [deletes()]);
    expect([notices, failed]).toEqual([[], {}]);
    expect(world.log.all).toEqual([
      'The endpoint group old cannot be deleted yet (In use.): trying for up to a minute.',
      `Deleted the endpoint group old (${uuid(9)}).`,
    ]);
  });

  test.each([
    ['a group', inUse],
    ['a policy', answered(409, 'IKEPolicyInUse', 'In use.')],
  ])('of %s that stays in use is given up after 60 s, with a notice', async (_, error) => {
    const world = bench(script({ remove: [error] }));
    const { notices, failed } = await carryOut(world, [deletes()]);
    expect(failed).toEqual({});
    expect(notices).toEqual([
      { level: 'notice', text: `The endpoint group old (${uuid(9)}) was not deleted: it is still in use (In use.)` },
    ]);
    expect(world.clock.seconds).toBeGreaterThanOrEqual(60);
    expect(world.clock.seconds).toBeLessThan(67);
  });

  test('of an orphan in use is not repeated', async () => {
    const world = bench(script({ remove: [inUse] }));
    expect((await carryOut(world, [deletes({ justFreed: false })])).notices).toHaveLength(1);
    expect(world.api.calls).toHaveLength(1);
  });

  test('ends at the deadline', async () => {
    const world = bench(script({ remove: [inUse] }), { timeoutMs: 10_000 });
    const { notices } = await carryOut(world, [deletes()]);
    expect(notices[0]?.text).toContain('was not deleted: The time that the input timeout gives was over');
    expect(world.clock.seconds).toBeLessThanOrEqual(10);
  });

  test.each([
    [answered(403), 'Could not do it'],
    [new TypeError('x'), 'x'],
  ])('that fails otherwise is a notice: %s', async (error, words) => {
    const world = bench(script({ remove: [error] }));
    const { notices, failed } = await carryOut(world, [deletes()]);
    expect(notices[0]?.text).toContain(words);
    expect(failed).toEqual({});
  });

  test('that is cancelled is told as such', async () => {
    const world = bench(script({ remove: [during(() => world.cancellation.first(), inUse)] }));
    const { failed, notices } = await carryOut(world, [deletes()]);
    expect(failed.office).toMatchObject({ code: 'CANCELLED' });
    expect(notices).toEqual([]);
  });
});
