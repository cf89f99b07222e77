import { describe, expect, test } from 'vitest';
import { uuid } from '../build.ts';
import { answered, during, lost, script, unreachable } from '../fakes.ts';
import { asked, bench, carryOut, office, replaces } from './help.ts';

const kind = 'ipsec_site_connection';
const gone = undefined;
const removed = { remove: [undefined] };

describe('a replacement', () => {
  test('deletes, polls until it is gone, creates; then checks for a namesake', async () => {
    const world = bench(
      script({ ...removed, get: [office(1), office(1), gone], create: [office(2)], list: [[office(2)]] }),
    );
    const outcome = await carryOut(world, [replaces()]);
    expect(asked(world.api.calls)).toEqual([
      `remove ${kind} #1`,
      `get ${kind} #1`,
      `get ${kind} #1`,
      `get ${kind} #1`,
      `create ${kind}`,
      `list ${kind}`,
    ]);
    expect(outcome.told).toEqual([`office ${uuid(2)} ACTIVE`]);
    expect(outcome.failed).toEqual({});
    expect(world.api.calls[4]).toMatchObject({
      body: { name: 'office', ikepolicy_id: uuid(5) },
      options: { critical: true },
    });
    expect(world.log.all.at(-1)).toBe(`Created the IPsec connection office (${uuid(2)}) in place of ${uuid(1)}.`);
  });

  test('polls on while the service is in trouble, every 5 s at most', async () => {
    const trouble = Array.from({ length: 20 }, () => answered(500));
    const world = bench(script({ ...removed, get: [...trouble, gone], create: [office(2)], list: [[]] }));
    expect((await carryOut(world, [replaces()])).failed).toEqual({});
    expect(world.clock.seconds).toBeLessThan(20 * 5);
  });

  test('whose DELETE was carried out, but answered by an error, goes on', async () => {
    const world = bench(
      script({ remove: [answered(500)], get: [gone, gone], create: [office(2)], list: [[office(2)]] }),
    );
    const { told, failed } = await carryOut(world, [replaces()]);
    expect(failed).toEqual({});
    expect(told).toEqual([`office ${uuid(2)} ACTIVE`]);
    expect(world.api.calls[1]).toMatchObject({ method: 'get', options: { critical: true } });
  });

  test('whose DELETE failed, and was not carried out, fails with the words of the service', async () => {
    const error = answered(500);
    const world = bench(script({ remove: [error], get: [office(1)] }));
    expect((await carryOut(world, [replaces()])).failed).toEqual({ office: error });
  });

  test('that cannot be seen to be gone says so, and why', async () => {
    const trouble = Array.from({ length: 200 }, () => answered(503));
    const world = bench(script({ ...removed, get: trouble }));
    const { failed } = await carryOut(world, [replaces()]);
    expect(failed.office).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(/whether it is gone cannot be seen\. .*HTTP 503.* is deleted already\.$/),
      hint: 'Run again at once: the next run completes the replacement.',
    });
  });

  test('whose DELETE is refused has changed nothing', async () => {
    const error = answered(403);
    const world = bench(script({ remove: [error] }));
    expect((await carryOut(world, [replaces()])).failed).toEqual({ office: error });
    expect(world.api.calls).toHaveLength(1);
  });

  test('whose POST is refused brings the old connection back, and tells its new id', async () => {
    const world = bench(
      script({ ...removed, get: [gone], create: [answered(400, 'VPC.1021', 'Subnet in use.'), office(3)] }),
    );
    const step = replaces();
    const { told, failed } = await carryOut(world, [step]);
    expect(told).toEqual([`office ${uuid(3)} ACTIVE`]);
    expect(failed.office).toMatchObject({ code: 'API_REFUSED', hint: 'Do something.', at: step.at });
    expect(failed.office?.message).toBe(
      `Could not do it: Subnet in use. (HTTP 400) The old connection was therefore created again as it was; its id is now ${uuid(3)}.`,
    );
    expect(world.api.calls.at(-1)).toMatchObject({
      method: 'create',
      body: { mtu: 1400 },
      options: { critical: true },
    });
  });

  test('whose POST is answered 500, and left nothing behind, brings the old one back, too', async () => {
    const world = bench(script({ ...removed, get: [gone], create: [lost(500), lost(500), office(3)], list: [[]] }));
    expect((await carryOut(world, [replaces()])).told).toEqual([`office ${uuid(3)} ACTIVE`]);
  });

  test('whose POST is answered 500 while nobody can look brings nothing back: there could be two', async () => {
    const world = bench(script({ ...removed, get: [gone], create: [lost(500), office(3)], list: [answered(503)] }));
    const { failed, told } = await carryOut(world, [replaces()]);
    expect(told).toEqual([]);
    expect(failed.office).toMatchObject({ code: 'RESULT_UNKNOWN', hint: expect.stringContaining('Run again at once') });
  });

  test('whose POST is refused with a line of its own is told there', async () => {
    const at = { file: 'f.yml', line: 7, column: 1 };
    const world = bench(script({ ...removed, get: [gone], create: [answered(400).on(at), office(3)] }));
    expect((await carryOut(world, [replaces()])).failed.office?.at).toEqual(at);
  });

  test('gives the old connection its tags back', async () => {
    const old = office(1, { tags: [{ key: 'env', value: 'prod' }] });
    const world = bench(script({ ...removed, get: [gone], create: [answered(400), office(3)], setTags: [undefined] }));
    await carryOut(world, [replaces({ old })]);
    expect(world.api.calls.at(-1)).toMatchObject({
      method: 'setTags',
      id: uuid(3),
      body: { env: 'prod' },
      options: { critical: true },
    });
  });

  test('says so if it cannot', async () => {
    const old = office(1, { tags: [{ key: 'env', value: 'prod' }] });
    const world = bench(
      script({ ...removed, get: [gone], create: [answered(400), office(3)], setTags: [answered(500)] }),
    );
    const { notices, told } = await carryOut(world, [replaces({ old })]);
    expect(notices).toMatchObject([
      { level: 'warning', text: expect.stringContaining('tags of connection office could not be restored') },
    ]);
    expect(told).toHaveLength(1);
  });

  test('whose POST is refused, and the old one too, says that nothing is there', async () => {
    const errors = [answered(400, undefined, 'First.'), answered(400, undefined, 'Second.')];
    const world = bench(script({ ...removed, get: [gone], create: errors }));
    const step = replaces();
    const { failed, told } = await carryOut(world, [step]);
    expect(told).toEqual([]);
    expect(failed.office).toMatchObject({
      at: step.at,
      code: 'CONNECTION_STATE',
      hint: expect.stringContaining('may not exist now'),
    });
    expect(failed.office?.message).toMatch(
      /successor was refused \(.*First\..*\), and the old one could not be created again either: .*Second\./,
    );
  });

  test.each([
    ['never arrives', unreachable(), 'NETWORK'],
    ['is lost for good', lost(), 'RESULT_UNKNOWN'],
    ['fails in an unforeseen way', new TypeError('x is undefined'), 'BUG'],
  ])('whose POST %s says that the old connection is deleted', async (_, error, code) => {
    const world = bench(script({ ...removed, get: [gone], create: [error], list: [[]] }));
    const { failed } = await carryOut(world, [replaces()]);
    expect(failed.office).toMatchObject({ code, hint: 'Run again at once: the next run completes the replacement.' });
    expect(failed.office?.message).toContain(`The old connection office (${uuid(1)}) is deleted already.`);
  });

  test.each([
    ['refused', [answered(403)], 'API_REFUSED'],
    ['answered for ever', [office(1)], 'TIMEOUT'],
  ])('whose poll is %s says so, too', async (_, get, code) => {
    const world = bench(script({ ...removed, get }), { timeoutMs: 30_000 });
    const { failed } = await carryOut(world, [replaces()]);
    expect(failed.office).toMatchObject({ code, hint: expect.stringContaining('Run again at once') });
    expect(world.api.calls.map(({ method }) => method)).not.toContain('create');
  });
});

describe('a cancelled replacement', () => {
  test('before the DELETE: nothing happens', async () => {
    const world = bench(script({}));
    world.cancellation.first();
    const { failed } = await carryOut(world, [replaces()]);
    expect(failed.office).toMatchObject({ code: 'CANCELLED' });
    expect(world.api.calls).toEqual([]);
  });

  test('by a first signal after the DELETE: it is completed', async () => {
    const world = bench(
      script({ remove: [() => world.cancellation.first()], get: [office(1), gone], create: [office(2)] }),
    );
    const { failed, told } = await carryOut(world, [replaces()]);
    expect(failed).toEqual({});
    expect(told).toEqual([`office ${uuid(2)} ACTIVE`]);
    expect(world.api.calls.slice(1).every(({ options }) => options?.critical === true)).toBe(true);
  });

  test('by a second signal: what is left is told', async () => {
    const world = bench(script({ ...removed, get: [during(() => world.cancellation.second(), office(1))] }));
    const { failed } = await carryOut(world, [replaces()]);
    expect(failed.office).toMatchObject({ code: 'CANCELLED', hint: expect.stringContaining('Run again at once') });
    expect(failed.office?.message).toContain('is deleted already');
  });
});
