import { describe, expect, test } from 'vitest';
import { uuid } from '../build.ts';
import { answered, during, script, settled } from '../fakes.ts';
import { asked, bench, carryOut, creates, object, office } from './help.ts';

const kind = 'ipsec_site_connection';
const step = creates(kind, { name: 'office' });
const writing = { writing: step.key };

describe('two runs at once', () => {
  test('one list after everything, also for several connections', async () => {
    const world = bench(
      script({ create: [office(1), office(2, { name: 'other' })], list: [[office(1), office(2, { name: 'other' })]] }),
    );
    const { notices } = await carryOut(
      world,
      [step, creates(kind, { name: 'other' }, { key: 'create other', connections: ['other'] })],
      writing,
    );
    expect(asked(world.api.calls)).toEqual([`create ${kind}`, `create ${kind}`, `list ${kind}`]);
    expect(notices).toEqual([]);
  });

  test('no list when no connection was made', async () => {
    const world = bench(script({ create: [object('ikepolicy', 1)] }));
    await carryOut(world, [creates('ikepolicy', { name: 'ike' })]);
    expect(asked(world.api.calls)).toEqual(['create ikepolicy']);
  });

  test('ours has the smaller id: the other run gets time to delete its own', async () => {
    const world = bench(script({ create: [office(5)], list: [[office(5), office(7)], [office(5)]] }));
    const { told, notices } = await carryOut(world, [step], writing);
    expect(told).toEqual([`office ${uuid(5)} ACTIVE`]);
    expect(notices).toMatchObject([{ level: 'warning', text: expect.stringContaining('That run deleted its own.') }]);
    expect(asked(world.api.calls)).toEqual([`create ${kind}`, `list ${kind}`, `list ${kind}`]);
    expect(world.clock.seconds).toBe(5);
  });

  test('ours has the smaller id, but nobody deletes the other: its maker is gone, and we give way', async () => {
    const world = bench(script({ create: [office(5)], list: [[office(5), office(7)]], remove: [undefined] }));
    const { told, notices } = await carryOut(world, [step], writing);
    expect(told).toEqual([`office ${uuid(5)} ACTIVE`, `office ${uuid(7)} ACTIVE`]);
    expect(notices[0]?.text).toContain(`This run deletes its own (${uuid(5)}) and goes on with that one.`);
  });

  test('cancelled while the other run has its time: both are named', async () => {
    const list = [[office(5), office(7)]];
    const world = bench(script({ create: [office(5)], list }));
    const running = carryOut(world, [step], writing);
    for (let turn = 0; world.api.calls.length < 2 && turn < 20; turn += 1) {
      await settled();
    }
    world.cancellation.first();
    const { notices, failed } = await running;
    expect(notices[0]?.text).toContain('This run was cancelled before one of the two was deleted');
    expect(failed).toEqual({});
  });

  test('ours has the larger id: it is deleted, and the other one is used', async () => {
    const others = [office(6, { status: 'DOWN' }), office(3, { status: 'DOWN' }), office(8)];
    const world = bench(script({ create: [office(7)], list: [[...others, office(7)]], remove: [undefined] }));
    const { told, written, notices } = await carryOut(world, [step], writing);
    expect(asked(world.api.calls)).toEqual([`create ${kind}`, `list ${kind}`, `remove ${kind} #7`]);
    expect(world.api.calls.at(-1)?.options).toMatchObject({ critical: true });
    expect(told).toEqual([`office ${uuid(7)} ACTIVE`, `office ${uuid(3)} DOWN`]);
    expect(written.get('office')?.connection.id).toBe(uuid(3));
    expect(notices[0]?.text).toContain('Give the workflow a concurrency group.');
  });

  test('one that was there before is no namesake', async () => {
    const world = bench(script({ create: [office(7)], list: [[office(3), office(7)]] }));
    const { notices } = await carryOut(world, [step], { ...writing, observed: { connections: [office(3)] } });
    expect(notices).toEqual([]);
  });

  test('the list fails: a warning, the connection is made all the same', async () => {
    const world = bench(script({ create: [office(7)], list: [answered(503)] }));
    const { notices, failed, told } = await carryOut(world, [step], writing);
    expect(notices).toMatchObject([
      { level: 'warning', text: expect.stringContaining('could not be checked: Could not do it') },
    ]);
    expect(failed).toEqual({});
    expect(told).toHaveLength(1);
  });

  test('ours cannot be deleted: the connection fails', async () => {
    const world = bench(script({ create: [office(7)], list: [[office(3)]], remove: [answered(500)] }));
    const { failed, written } = await carryOut(world, [step], writing);
    expect(failed.office?.message).toContain('HTTP 500');
    expect(written.get('office')?.connection.id).toBe(uuid(7));
  });

  test('a cancelled run does not look', async () => {
    const world = bench(script({ create: [during(() => world.cancellation.first(), office(7))] }));
    expect((await carryOut(world, [step], writing)).failed).toEqual({});
    expect(asked(world.api.calls)).toEqual([`create ${kind}`]);
  });
});
