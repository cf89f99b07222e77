import { describe, expect, test } from 'vitest';
import type { Body } from '../../../../src/vpn/api.ts';
import { createOnce, isAnswerTo } from '../../../../src/vpn/apply/create.ts';
import type { VpnObject } from '../../../../src/vpn/objects.ts';
import { uuid } from '../build.ts';
import { answered, lost, script, unreachable } from '../fakes.ts';
import { asked, bench, object, office } from './help.ts';

const kind = 'ipsec_site_connection';
const body = { name: 'office', peer_address: '198.51.100.20' };
const options = { name: 'office' };

describe('a POST', () => {
  test('that is answered is sent once', async () => {
    const { run, api } = bench(script({ create: [office(1)] }));
    expect(await createOnce(run, kind, body, options)).toMatchObject({ id: uuid(1) });
    expect(asked(api.calls)).toEqual(['create ipsec_site_connection']);
  });

  test.each([answered(400), answered(409), unreachable()])(
    'that is refused, or never sent, is not repeated: %s',
    async (error) => {
      const { run, api } = bench(script({ create: [error] }));
      await expect(createOnce(run, kind, body, options)).rejects.toBe(error);
      expect(api.calls).toHaveLength(1);
    },
  );
});

describe('a POST whose answer was lost', () => {
  test.each([
    ['at once', 0, 0],
    ['after 2 s', 1, 2],
    ['after 5 s', 2, 5],
  ])('and that is found %s is adopted', async (_, misses, seconds) => {
    const looks = [...Array.from({ length: misses }, () => []), [office(1)]];
    const { run, api, clock, log } = bench(script({ create: [lost()], list: looks }));
    expect(await createOnce(run, kind, body, options)).toMatchObject({ id: uuid(1) });
    expect(clock.seconds).toBe(seconds);
    expect(asked(api.calls)).toEqual([`create ${kind}`, ...looks.map(() => `list ${kind}`)]);
    expect(log.all).toEqual(['The IPsec connection office had been created although its answer was lost.']);
  });

  test('and that is not there is repeated once', async () => {
    const { run, api } = bench(script({ create: [lost(), office(2)], list: [[]] }));
    expect(await createOnce(run, kind, body, options)).toMatchObject({ id: uuid(2) });
    const look = `list ${kind}`;
    expect(asked(api.calls)).toEqual([`create ${kind}`, look, look, look, `create ${kind}`]);
  });

  test('is not repeated at the end of the time, unless it is critical', async () => {
    const late = bench(script({ create: [lost(), office(2)], list: [[]] }), { timeoutMs: 4000 });
    await expect(createOnce(late.run, kind, body, options)).rejects.toMatchObject({ code: 'RESULT_UNKNOWN' });
    const critical = bench(script({ create: [lost(), office(2)], list: [[]] }), { timeoutMs: 4000 });
    expect(await createOnce(critical.run, kind, body, { ...options, critical: true })).toMatchObject({ id: uuid(2) });
  });

  test('twice, and is then found', async () => {
    const { run } = bench(script({ create: [lost()], list: [[], [], [], [office(3)]] }));
    expect(await createOnce(run, kind, body, options)).toMatchObject({ id: uuid(3) });
  });

  test('twice, and is not there: nobody knows', async () => {
    const { run, api } = bench(script({ create: [lost()], list: [[]] }));
    await expect(createOnce(run, kind, body, options)).rejects.toMatchObject({ code: 'RESULT_UNKNOWN' });
    expect(api.calls.filter(({ method }) => method === 'create')).toHaveLength(2);
  });

  test('is looked for although a list fails', async () => {
    const { run, clock } = bench(script({ create: [lost()], list: [answered(503), answered(503), [office(1)]] }));
    expect(await createOnce(run, kind, body, options)).toMatchObject({ id: uuid(1) });
    expect(clock.seconds).toBe(5);
  });

  test('is not repeated when the last look failed: it could be there twice', async () => {
    const { run, api } = bench(script({ create: [lost(), office(2)], list: [[], [], answered(503)] }));
    await expect(createOnce(run, kind, body, options)).rejects.toMatchObject({ code: 'RESULT_UNKNOWN' });
    expect(api.calls.filter(({ method }) => method === 'create')).toHaveLength(1);
  });

  test('tells a server error that left nothing behind from one of which nobody knows', async () => {
    const at = { file: 'f.yml', line: 1, column: 1 };
    const none = bench(script({ create: [lost(500)], list: [[]] }));
    await expect(createOnce(none.run, kind, body, options)).rejects.toMatchObject({
      status: 500,
      code: 'API_UNAVAILABLE',
      message: 'Could not create the IPsec connection office: reset. It was asked twice, and nothing is there.',
      hint: expect.stringContaining('ask the operator'),
    });
    const unknown = bench(script({ create: [lost(500).on(at)], list: [answered(503)] }));
    await expect(createOnce(unknown.run, kind, body, options)).rejects.toMatchObject({ status: undefined, at });
  });

  test('is told with the number of the request, and without a name where it has none', async () => {
    const { run } = bench(script({ create: [lost(500, 'req-7')], list: [[]] }));
    await expect(createOnce(run, kind, body, {})).rejects.toMatchObject({
      message:
        'Could not create the IPsec connection : reset. It was asked twice, and nothing is there (request id req-7).',
    });
  });

  test('by a gateway in between stays unknown: the server behind it may still be at work', async () => {
    const { run } = bench(script({ create: [lost(504)], list: [[]] }));
    await expect(createOnce(run, kind, body, options)).rejects.toMatchObject({ status: 504, code: 'RESULT_UNKNOWN' });
  });

  test('is not adopted if it was there before', async () => {
    const { run } = bench(script({ create: [lost(), office(2)], list: [[office(1)]] }), { known: [uuid(1)] });
    expect(await createOnce(run, kind, body, options)).toMatchObject({ id: uuid(2) });
  });

  test('is unknown when the run is cancelled', async () => {
    const { run, cancellation, api } = bench(script({ create: [lost()], list: [() => cancellation.first()] }));
    await expect(createOnce(run, kind, body, options)).rejects.toMatchObject({ code: 'RESULT_UNKNOWN' });
    expect(asked(api.calls)).toEqual([`create ${kind}`, `list ${kind}`]);
  });

  test('of a replacement is looked for although the run is cancelled', async () => {
    const { run, cancellation, api } = bench(script({ create: [lost()], list: [[], [office(1)]] }));
    cancellation.first();
    expect(await createOnce(run, kind, body, { ...options, critical: true })).toMatchObject({ id: uuid(1) });
    expect(api.calls.slice(1).every((call) => call.options?.critical === true)).toBe(true);
  });

  test('has no name in the log where it has none', async () => {
    const { run, log } = bench(script({ create: [lost()], list: [[office(1)]] }));
    await createOnce(run, kind, body, {});
    expect(log.all[0]).toMatch(/^The IPsec connection {2}had been/);
  });
});

describe('what the lost POST made', () => {
  const marked = 'x [ipsec-connection-action a1b2c3d4e5f6 2026-11-22T20:00:00Z]';
  const policy = object('ikepolicy', 1, { name: 'ike', description: marked });
  const group = object('endpoint_group', 1, { name: 'g', type: 'cidr', endpoints: ['10.1.0.0/16', '10.2.0.0/16'] });
  const service = object('vpnservice', 1, { name: 's', router_id: uuid(7) });
  const refs = {
    vpnservice_id: uuid(2),
    ikepolicy_id: uuid(3),
    ipsecpolicy_id: uuid(4),
    local_ep_group_id: uuid(5),
    peer_ep_group_id: uuid(6),
  };
  const connection = office(1, refs);
  const cases: readonly (readonly [string, Body, VpnObject, boolean])[] = [
    ['name and marked description', { name: 'ike', description: marked }, policy, true],
    ['another name', { name: 'ike-2', description: marked }, policy, false],
    ['another mark', { name: 'ike', description: marked.replace('20:00', '20:01') }, policy, false],
    ['a body without a description', { name: 'ike' }, policy, true],
    ['members in another order', { name: 'g', endpoints: ['10.2.0.0/16', '10.1.0.0/16'] }, group, true],
    ['other members', { name: 'g', endpoints: ['10.2.0.0/16'] }, group, false],
    ['no members', { name: 'g' }, group, false],
    ['the router', { name: 's', router_id: uuid(7) }, service, true],
    ['another router', { name: 's', router_id: uuid(8) }, service, false],
    ['peer and parts', { ...body, ...refs }, connection, true],
    ['peer, without groups', body, connection, true],
    ['another peer', { ...body, peer_address: '198.51.100.21' }, connection, false],
    ['another part', { ...body, ...refs, ikepolicy_id: uuid(9) }, connection, false],
  ];
  test.each(cases)('%s', (_, sent, found, expected) => {
    expect(isAnswerTo(sent, found)).toBe(expected);
  });
});
