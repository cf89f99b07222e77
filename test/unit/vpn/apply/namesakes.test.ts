import { describe, expect, test } from 'vitest';
import { place, uuid } from '../build.ts';
import { answered, during, script, settled } from '../fakes.ts';
import { asked, bench, carryOut, creates, noOutcome, object, office, replaces } from './help.ts';

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
    expect(world.clock.seconds).toBe(10);
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
    const world = bench(
      script({
        create: [office(7)],
        list: [[...others, office(7)]],
        remove: [undefined],
        get: [office(3, { status: 'DOWN' })],
      }),
    );
    const { told, written, notices } = await carryOut(world, [step], writing);
    expect(asked(world.api.calls)).toEqual([`create ${kind}`, `list ${kind}`, `remove ${kind} #7`, `get ${kind} #3`]);
    expect(world.api.calls.at(-2)?.options).toMatchObject({ critical: true });
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

  test('the other one is gone as well: ours is made again, and looked for once more', async () => {
    const list = [[office(3), office(7)], [office(8)]];
    const world = bench(script({ create: [office(7), office(8)], list, remove: [undefined], get: [undefined] }));
    const { told, failed } = await carryOut(world, [step], writing);
    expect(failed).toEqual({});
    expect(told.at(-1)).toBe(`office ${uuid(8)} ACTIVE`);
    expect(asked(world.api.calls)).toEqual([
      ...[`create ${kind}`, `list ${kind}`, `remove ${kind} #7`, `get ${kind} #3`, `create ${kind}`, `list ${kind}`],
    ]);
    expect(world.api.calls[4]?.options).toMatchObject({ critical: true });
  });

  describe('parts that were made for nothing', () => {
    const service = object('vpnservice', 20, { name: 'gw', router_id: uuid(30) });
    const theirs = office(3, { vpnservice_id: uuid(21) });
    const parts = [
      creates('vpnservice', { name: 'gw', router_id: uuid(30) }),
      creates('ikepolicy', { name: 'ike' }, { name: 'ike' }),
      {
        ...step,
        after: ['create vpnservice', 'create ikepolicy'],
        refs: { vpnservice: { made: 'create vpnservice' } },
      },
    ] as const;
    const made = { create: [service, object('ikepolicy', 5, { name: 'ike' }), office(7)] };

    test('are deleted, and the VPN service is the other one', async () => {
      const get = [theirs, object('vpnservice', 21, { router_id: uuid(30), external_v4_ip: '203.0.113.9' })];
      const list = [[office(7), theirs], [theirs]];
      const world = bench(script({ ...made, list, get, remove: [undefined, undefined, undefined] }));
      const { serviceOf, failed } = await carryOut(world, parts, writing);
      expect(failed).toEqual({});
      expect(asked(world.api.calls).slice(4)).toEqual([
        ...[`remove ${kind} #7`, `get ${kind} #3`, 'get vpnservice #21', `list ${kind}`],
        ...['remove vpnservice #20', 'remove ikepolicy #5'],
      ]);
      const report = { name: 'office', at: place(), operation: 'created', impact: 'none', psk: 'sent' } as const;
      const planned = {
        report,
        existing: undefined,
        serviceKey: 'create vpnservice',
        step: step.key,
        outcome: noOutcome,
      };
      expect(serviceOf(planned)?.id).toBe(uuid(21));
    });

    test('stay where another connection uses them, and where nobody can say', async () => {
      const users = [theirs, office(9, { name: 'other', ikepolicy_id: uuid(5) })];
      const used = bench(
        script({
          ...made,
          list: [[office(7), theirs], users],
          get: [theirs, undefined],
          remove: [undefined, undefined],
        }),
      );
      await carryOut(used, parts, writing);
      expect(asked(used.api.calls).filter((call) => call.startsWith('remove'))).toEqual([
        ...[`remove ${kind} #7`, 'remove vpnservice #20'],
      ]);
      const blind = bench(
        script({
          ...made,
          list: [[office(7), theirs], answered(500)],
          get: [theirs, answered(503)],
          remove: [undefined],
        }),
      );
      const { notices, failed } = await carryOut(blind, parts, writing);
      expect(failed).toEqual({});
      expect(notices.map(({ text }) => text).slice(1)).toEqual([
        expect.stringContaining('could not be read'),
        expect.stringContaining('could not be told from what is in use, and stays'),
      ]);
    });
  });

  describe('where there can be only one', () => {
    const service = creates('vpnservice', { name: 'gw', router_id: uuid(30) });
    const refused = () => answered(400, 'VPC.1026', 'The VPN gateway already exists.');

    test('another run has the router: this one stops there, and says why', async () => {
      const list = [[object('vpnservice', 21, { router_id: uuid(30) })]];
      const world = bench(script({ create: [refused()], list }));
      const { failed, notices } = await carryOut(world, [service]);
      expect(failed.office?.hint).toContain('use a concurrency group');
      expect(notices[0]?.text).toContain('Another run created the VPN service');
    });

    test.each([
      ['nobody else has it', [object('vpnservice', 21, { router_id: uuid(31) })]],
      ['nobody can say', answered(500)],
    ])('refused, and %s: it is told as it is', async (_, listed) => {
      const error = refused();
      const world = bench(script({ create: [error], list: [listed] }));
      const { failed } = await carryOut(world, [service]);
      expect(failed.office).toBe(error);
      expect(failed.office?.hint).toBe('Do something.');
    });

    test('another run has the peer: this one goes on with that connection', async () => {
      const body = { name: 'office', peer_address: '198.51.100.20' };
      const world = bench(script({ create: [answered(400, 'VPC.1004', 'Already used.')], list: [[office(3)]] }));
      const { failed, told, notices } = await carryOut(world, [creates(kind, body)], writing);
      expect(failed).toEqual({});
      expect(told).toEqual([`office ${uuid(3)} ACTIVE`]);
      expect(notices[0]?.text).toContain('This run goes on with that one.');
    });

    test('and never deletes it, should there be a third one', async () => {
      const body = { name: 'office', peer_address: '198.51.100.20' };
      const other = creates(kind, { name: 'ulm' }, { key: 'create ulm', name: 'ulm', connections: ['ulm'] });
      const ulm = office(4, { name: 'ulm' });
      const taken = answered(400, 'VPC.1004', 'Already used.');
      const world = bench(script({ create: [taken, ulm], list: [[office(3), office(2), ulm]] }));
      const { failed } = await carryOut(world, [creates(kind, body), other], writing);
      expect(failed).toEqual({});
      expect(asked(world.api.calls).filter((call) => call.startsWith('remove'))).toEqual([]);
    });

    test('the same for a replacement', async () => {
      const body = { name: 'office', peer_address: '198.51.100.20' };
      const create = [answered(400, 'VPC.1004', 'Already used.')];
      const world = bench(script({ remove: [undefined], get: [undefined], create, list: [[office(3)]] }));
      const { failed, told } = await carryOut(world, [replaces({ body })]);
      expect(failed).toEqual({});
      expect(told).toEqual([`office ${uuid(3)} ACTIVE`]);
    });
  });

  test('several: the first by name decides for all, once the other run has made all of its own', async () => {
    const mine = [office(2, { name: 'bonn' }), office(3, { name: 'ulm' })];
    const [bonn, ulm] = [office(1, { name: 'bonn' }), office(9, { name: 'ulm' })];
    const list = [
      [...mine, ulm],
      [...mine, bonn, ulm],
    ];
    const world = bench(script({ create: mine, list, remove: [undefined, undefined], get: [bonn, ulm] }));
    const steps = mine.map(({ name }) => creates(kind, { name }, { key: `create ${name}`, name, connections: [name] }));
    await carryOut(world, steps, { writing: 'create bonn' });
    expect(world.clock.seconds).toBe(5);
    expect(asked(world.api.calls).filter((call) => call.startsWith('remove'))).toEqual([
      ...[`remove ${kind} #2`, `remove ${kind} #3`],
    ]);
  });
});
