import { describe, expect, test } from 'vitest';
import { asActionError } from '../../../../src/errors.ts';
import { stepsAtOnce } from '../../../../src/vpn/apply/apply.ts';
import { failuresOf } from '../../../../src/vpn/apply/failures.ts';
import type { PlannedConnection, Step } from '../../../../src/vpn/plan/steps.ts';
import { place, uuid } from '../build.ts';
import { answered, during, lost, script } from '../fakes.ts';
import { bench, carryOut, creates, deletes, noOutcome, object, office, replaces, tags, updates } from './help.ts';

const writing = { writing: 'update' };

describe('failures', () => {
  const policy = (key: string, others = {}) => creates('ikepolicy', { name: key }, { key, ...others });

  test('are blamed on what failed, however far away', async () => {
    const [first, second] = [answered(400, undefined, 'First.'), answered(400, undefined, 'Second.')];
    const world = bench(script({ 'create ikepolicy': [first], 'create ipsecpolicy': [second] }));
    const { failed } = await carryOut(world, [
      policy('one', { connections: [] }),
      creates('ipsecpolicy', {}, { key: 'two', connections: ['two'] }),
      policy('three', { after: ['one'], connections: [] }),
      updates({}, { key: 'four', after: ['three'], connections: ['office'] }),
      updates({}, { key: 'five', after: ['two'], connections: ['two'] }),
    ]);
    expect(failed).toEqual({ office: first, two: second });
  });

  test('are no matter of a left-over that is not deleted any more', () => {
    const skipped = new Set(['create ikepolicy', 'delete']);
    const names = (step: Step) => [...failuresOf([step], { failed: new Map(), skipped }, new Error('Late.')).keys()];
    expect([names(deletes({ key: 'delete', connections: ['office'] })), names(creates('ikepolicy'))]).toEqual([
      [],
      ['office'],
    ]);
  });

  test('are no matter of a left-over whose turn does not come, but it is told', async () => {
    const inTime = bench(script({ update: [during(() => inTime.cancellation.first(), office(1))] }));
    const steps = [
      updates(),
      deletes({ key: 'one', after: ['update'] }),
      deletes({ key: 'two', id: uuid(8), name: 'older', after: ['one'] }),
    ];
    const { failed, notices } = await carryOut(inTime, steps, writing);
    expect(failed).toEqual({});
    expect(notices.map(({ text }) => text)).toEqual([
      `The endpoint group old (${uuid(9)}) was not deleted: The run was cancelled.`,
      `The endpoint group older (${uuid(8)}) was not deleted: The run was cancelled.`,
    ]);
    const late = bench(script({}), { timeoutMs: 0 });
    const [kept] = (await carryOut(late, [deletes()])).notices;
    expect(kept?.text).toContain('was not deleted: The time that the input timeout gives was over');
    const refused = bench(script({ update: [answered(400)] }));
    expect((await carryOut(refused, steps, writing)).notices).toEqual([]);
  });

  test('of a cancelled run are cancelled', async () => {
    const world = bench(script({ create: [during(() => world.cancellation.first(), office(1))] }));
    const steps = [
      policy('one'),
      policy('two', { after: ['one'] }),
      policy('three', { after: ['two'], connections: ['other'] }),
    ];
    const { failed } = await carryOut(world, steps);
    expect(failed).toMatchObject({ office: { code: 'CANCELLED' }, other: { code: 'CANCELLED' } });
    expect(world.api.calls).toHaveLength(1);
  });

  test('of a run whose time is over are time-outs: nothing more is started', async () => {
    const world = bench(script({ create: [answered(400)], list: [[]] }), { timeoutMs: 0 });
    const { failed } = await carryOut(world, [policy('one'), policy('two', { connections: ['other'] })]);
    expect(failed).toMatchObject({ office: { code: 'TIMEOUT' }, other: { code: 'TIMEOUT' } });
    expect(world.api.calls).toEqual([]);
  });

  test('that are no errors of ours are told as defects', async () => {
    const world = bench(script({ 'create ikepolicy': [new RangeError('odd')] }));
    const { failed } = await carryOut(world, [policy('one')]);
    expect(failed).toMatchObject({ office: { code: 'BUG', message: 'odd' } });
    expect(asActionError('text')).toMatchObject({ code: 'BUG', message: 'text', cause: 'text' });
  });

  test('of which nobody knows whether they are some come first', async () => {
    const world = bench(script({ create: [answered(400), lost(), lost(), lost(), lost()], list: [[]] }));
    const unknown = creates('ipsecpolicy', {}, { key: 'two' });
    const { failed, notices } = await carryOut(world, [policy('one'), unknown, policy('three')]);
    expect(failed).toMatchObject({ office: { code: 'RESULT_UNKNOWN' } });
    expect(notices).toEqual([{ level: 'warning', text: failed.office?.message }]);
  });

  test('of no connection are told where nobody knows whether they are some', async () => {
    const at = place();
    const world = bench(script({ create: [lost().on(at), lost().on(at)], list: [[]] }));
    const { failed, notices } = await carryOut(world, [policy('one', { connections: [] })]);
    expect(failed).toEqual({});
    expect(notices).toEqual([{ level: 'warning', text: expect.stringContaining('Could not'), at }]);
  });

  test('leave what does not depend on them alone', async () => {
    const world = bench(script({ create: [answered(400)], update: [office(1)] }));
    const { failed, told } = await carryOut(world, [policy('one', { connections: ['other'] }), updates()], writing);
    expect(Object.keys(failed)).toEqual(['other']);
    expect(told).toHaveLength(1);
  });
});

describe('what became of a connection', () => {
  const planned = (others: Partial<PlannedConnection> = {}): PlannedConnection => ({
    report: {
      name: 'office',
      at: { file: 'f', line: 1, column: 1 },
      operation: 'replaced',
      impact: 'none',
      psk: 'sent',
    },
    existing: office(1),
    serviceKey: undefined,
    step: undefined,
    outcome: noOutcome,
    ...others,
  });
  const policy = creates('ikepolicy');
  const put = updates({}, { after: [policy.key] });
  const changed = updates({}, { kind: 'ikepolicy', key: 'policy', id: object('ikepolicy', 2).id });

  test('is what was planned, if all went well', async () => {
    const world = bench(script({ create: [object('ikepolicy', 2)], update: [office(1)] }));
    expect((await carryOut(world, [policy, put], writing)).operationOf(planned())).toBe('replaced');
    expect((await carryOut(bench(script({})), [])).operationOf(planned())).toBe('replaced');
  });

  test('is what was planned, if it was written before something failed', async () => {
    const world = bench(script({ update: [office(1)], setTags: [answered(400)] }));
    const steps = [updates(), tags({ after: ['update'], set: { a: 'b' } })];
    const { operationOf, isInDoubt } = await carryOut(world, steps, writing);
    expect([operationOf(planned()), isInDoubt(planned())]).toEqual(['replaced', false]);
  });

  test.each([
    ['a new part alone, of one that was there', policy, office(1), 'unchanged'],
    ['a changed part of one that was there', changed, office(1), 'updated'],
    ['a new part of a new one', policy, undefined, 'unchanged'],
  ] as const)('of %s', async (_, step, existing, operation) => {
    const world = bench(
      script({
        create: [object('ikepolicy', 2)],
        update: step === changed ? [object('ikepolicy', 2), answered(400)] : [answered(400)],
      }),
    );
    const steps = [step, updates({}, { after: [step.key] })];
    expect((await carryOut(world, steps, writing)).operationOf(planned({ existing }))).toBe(operation);
  });

  test('may be what was planned, if an answer was lost', async () => {
    const world = bench(script({ update: [lost()] }));
    const { operationOf, isInDoubt } = await carryOut(world, [updates()], writing);
    const one = planned({ existing: office(1) });
    expect([operationOf(one), isInDoubt(one)]).toEqual(['replaced', true]);
  });

  test('is nothing, if the lost answer is that of a new part, which changes nothing for it', async () => {
    const world = bench(script({ create: [lost()], list: [[]] }));
    const { operationOf, isInDoubt } = await carryOut(world, [policy, put], writing);
    expect([operationOf(planned()), isInDoubt(planned())]).toEqual(['unchanged', false]);
  });

  test('may be created, if the lost answer is its own', async () => {
    const world = bench(script({ create: [lost()], list: [[]] }));
    const own = creates('ipsec_site_connection', {}, { key: 'own' });
    const report = { ...planned().report, operation: 'created' as const };
    const one = planned({ report, existing: undefined, step: 'own' });
    expect((await carryOut(world, [own])).operationOf(one)).toBe('created');
  });

  test('is nothing, if nothing was done', async () => {
    const world = bench(script({ create: [answered(400)] }));
    expect((await carryOut(world, [policy, put], writing)).operationOf(planned())).toBe('unchanged');
  });

  test('is deleted, if a replacement stopped half way', async () => {
    const world = bench(script({ remove: [undefined], get: [answered(403)] }));
    expect((await carryOut(world, [replaces()])).operationOf(planned())).toBe('deleted');
  });
});

test('eight steps at once are the most', async () => {
  let running = 0;
  let most = 0;
  const world = bench(({ method }) => {
    expect(method).toBe('create');
    running += 1;
    most = Math.max(most, running);
    return new Promise((resolve) =>
      setImmediate(() => {
        running -= 1;
        resolve(object('ikepolicy', 1));
      }),
    );
  });
  await carryOut(
    world,
    Array.from({ length: 30 }, (_, index) => creates('ikepolicy', {}, { key: `k${index}` })),
  );
  expect([stepsAtOnce, most]).toEqual([8, 8]);
});
