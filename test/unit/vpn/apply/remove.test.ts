/** Deletions that the run is for. */
import { describe, expect, test } from 'vitest';
import type { DeleteStep } from '../../../../src/vpn/plan/steps.ts';
import { place, uuid } from '../build.ts';
import { answered, during, lost, script, unreachable } from '../fakes.ts';
import { asked, bench, carryOut, deletes, object, office } from './help.ts';

const kind = 'ipsec_site_connection';
const inUse = answered(409, 'IKEPolicyInUse', 'In use.');
const broken = answered(500, undefined, 'Oops.');

function removes(others: Partial<DeleteStep> = {}): DeleteStep {
  return deletes({
    key: 'delete office',
    kind,
    id: uuid(1),
    name: 'office',
    required: true,
    justFreed: false,
    ...others,
  });
}

function part(others: Partial<DeleteStep> = {}): DeleteStep {
  return removes({ key: 'delete ike', kind: 'ikepolicy', id: uuid(5), name: 'office-ike', justFreed: true, ...others });
}

const policy = object('ikepolicy', 5);

describe('a connection', () => {
  test('is deleted, then polled until it is gone, through trouble of the service', async () => {
    const world = bench(script({ remove: [undefined], get: [office(1), broken, office(1), undefined] }));
    const { failed, progress } = await carryOut(world, [removes()]);
    expect([failed, progress]).toEqual([{}, 'done']);
    expect(asked(world.api.calls)).toEqual([`remove ${kind} #1`, ...Array(4).fill(`get ${kind} #1`)]);
    expect(world.log.all).toEqual([`Deleted the IPsec connection office (${uuid(1)}).`]);
  });

  test('whose deletion is refused for a while is tried again for a minute, and that is said once', async () => {
    const busy = answered(400, 'VPC.0001', 'Busy.');
    const world = bench(script({ remove: [busy, busy, undefined], get: [undefined] }));
    expect((await carryOut(world, [removes()])).failed).toEqual({});
    expect(world.log.all).toEqual([
      'The IPsec connection office cannot be deleted yet (Busy.): trying for up to a minute.',
      `Deleted the IPsec connection office (${uuid(1)}).`,
    ]);
  });

  test.each([
    ['as in use, after a minute', inUse, 60],
    ['for want of a right, at once', answered(403, 'PolicyNotAuthorized', 'No.'), 0],
    ['because nobody answers', unreachable(), 0],
  ])('that is refused %s fails, and nothing after it is tried', async (_, error, seconds) => {
    const world = bench(script({ remove: [error], get: [office(1)] }));
    const { failed, operationOf, progress } = await carryOut(world, [removes(), part({ after: ['delete office'] })]);
    expect(failed.office).toBe(error);
    expect(progress).toBe('planned');
    expect(operationOf(planned)).toBe('unchanged');
    expect(world.api.calls.filter(({ kind: of }) => of === 'ikepolicy')).toEqual([]);
    expect(world.clock.seconds).toBeGreaterThanOrEqual(seconds);
  });

  test.each([
    ['lost', lost()],
    ['a 500', broken],
  ])('whose answer was %s counts as deleted if it is gone', async (_, error) => {
    const world = bench(script({ remove: [error], get: [undefined] }));
    const { failed, operationOf } = await carryOut(world, [removes()]);
    expect(failed).toEqual({});
    expect(operationOf(planned)).toBe('deleted');
  });

  test('that is on its way already, so that another deletion is refused, is waited for', async () => {
    const leaving = office(1, { status: 'PENDING_DELETE' });
    const world = bench(script({ remove: [inUse], get: [leaving, leaving, undefined] }));
    expect((await carryOut(world, [removes()])).failed).toEqual({});
    expect(world.log.all.at(-1)).toBe(`Deleted the IPsec connection office (${uuid(1)}).`);
  });

  test.each([
    ['is still there', office(1)],
    ['cannot be looked for', unreachable()],
  ])('whose answer was lost fails if it %s', async (_, found) => {
    const error = lost();
    const world = bench(script({ remove: [error], get: [found] }));
    expect((await carryOut(world, [removes()])).failed.office).toBe(error);
  });

  test('that stays listed until the time is over fails, on its line', async () => {
    const at = place();
    const world = bench(script({ remove: [undefined], get: [office(1)] }), { timeoutMs: 20_000 });
    const { failed, operationOf } = await carryOut(world, [removes({ at })]);
    expect(failed.office).toMatchObject({
      ...{ code: 'TIMEOUT', at, hint: expect.stringContaining('Run again') },
      message: `Connection office (${uuid(1)}) is still listed, although the cloud took its deletion.`,
    });
    expect(operationOf(planned)).toBe('deleted');
  });

  test('whose look fails otherwise fails', async () => {
    const error = answered(403);
    const world = bench(script({ remove: [undefined], get: [error] }));
    expect((await carryOut(world, [removes()])).failed.office).toBe(error);
  });

  test('that is waited for when the run is cancelled is told as such', async () => {
    const world = bench(script({ remove: [undefined], get: [during(() => world.cancellation.first(), office(1))] }));
    const { failed, operationOf } = await carryOut(world, [removes(), part({ after: ['delete office'] })]);
    expect(failed.office).toMatchObject({ code: 'CANCELLED' });
    expect(failed.office?.message).toBe(
      `Cancelled while waiting until it is gone: Connection office (${uuid(1)}), whose deletion the cloud has taken.`,
    );
    expect(operationOf(planned)).toBe('deleted');
    expect(world.api.calls).toHaveLength(2);
  });

  test('is not deleted any more once the run is cancelled', async () => {
    const world = bench(script({ remove: [undefined] }));
    world.cancellation.first();
    const { failed } = await carryOut(world, [removes()]);
    expect(failed.office).toMatchObject({ code: 'CANCELLED' });
    expect(world.api.calls).toEqual([]);
  });
});

describe('a part', () => {
  test('is deleted after its connection and polled until it is gone', async () => {
    const world = bench(script({ remove: [undefined], get: [undefined, policy, undefined] }));
    const { failed } = await carryOut(world, [removes(), part({ after: ['delete office'] })]);
    expect(failed).toEqual({});
    expect(asked(world.api.calls)).toEqual([
      `remove ${kind} #1`,
      `get ${kind} #1`,
      'remove ikepolicy #5',
      ...Array(2).fill('get ikepolicy #5'),
    ]);
  });

  test('that turns out to be in use stays, with a notice, and what comes after it goes on', async () => {
    const world = bench(script({ 'remove ikepolicy': [inUse], remove: [undefined], get: [undefined] }));
    const service = removes({ key: 'delete gw', kind: 'vpnservice', id: uuid(4), name: 'gw', after: ['delete ike'] });
    const { failed, notices } = await carryOut(world, [part(), service]);
    expect(failed).toEqual({});
    expect(notices).toEqual([
      {
        level: 'notice',
        text: `The IKE policy office-ike (${uuid(5)}) was not deleted: it is still in use (In use.)`,
      },
    ]);
    expect(world.clock.seconds).toBeGreaterThanOrEqual(60);
    expect(world.log.all.at(-1)).toBe(`Deleted the VPN service gw (${uuid(4)}).`);
  });

  test('that is refused otherwise fails the connection, which is deleted all the same', async () => {
    const error = answered(403, 'PolicyNotAuthorized', 'No.');
    const world = bench(script({ 'remove ikepolicy': [error], remove: [undefined], get: [undefined] }));
    const { failed, operationOf, progress } = await carryOut(world, [removes(), part({ after: ['delete office'] })]);
    expect(failed.office).toBe(error);
    expect([operationOf(planned), progress]).toEqual(['deleted', 'partly']);
  });

  test('that stays listed is named by its id where it has no name', async () => {
    const world = bench(script({ remove: [undefined], get: [policy] }), { timeoutMs: 5000 });
    const { failed } = await carryOut(world, [part({ name: uuid(5) })]);
    expect(failed.office?.message).toBe(
      `The IKE policy ${uuid(5)} is still listed, although the cloud took its deletion.`,
    );
  });
});

const planned = {
  report: { name: 'office', at: place(), operation: 'deleted', impact: 'removal', psk: 'not compared' },
  existing: office(1),
  serviceKey: undefined,
  step: 'delete office',
  outcome: { connection: {}, ikepolicy: {}, ipsecpolicy: {}, localSubnets: [], peerCidrs: [] },
} as const;
