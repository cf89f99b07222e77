import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../src/secret.ts';
import { tagKeys } from '../../../../src/vpn/tags.ts';
import { psk, uuid } from '../build.ts';
import { answered, script } from '../fakes.ts';
import { bench, carryOut, creates, office, replaces, tags, updates } from './help.ts';

const kind = 'ipsec_site_connection';

describe('tags', () => {
  test('are set and removed; nothing is asked where there is nothing', async () => {
    const world = bench(script({ setTags: [undefined], removeTags: [undefined] }));
    await carryOut(world, [
      tags({ set: { env: 'prod' }, remove: ['old'] }),
      tags({ key: 'none', psk: { version: undefined } }),
    ]);
    expect(world.api.calls).toMatchObject([
      { method: 'setTags', id: uuid(1), body: { env: 'prod' } },
      { method: 'removeTags', id: uuid(1), body: ['old'] },
    ]);
  });

  test.each([
    ['the psk in clear', psk, '3', 'clear-3'],
    ['the psk in clear', psk, undefined, undefined],
    ['stars', '******', '3', 'hidden-3'],
    ['something else', 'x7f2', '3', 'hidden-3'],
    ['something else', 'x7f2', undefined, 'hidden'],
    ['nothing', undefined, undefined, 'hidden'],
  ])('remember that the cloud answered %s', async (_, echo, version, value) => {
    const sent = { psk: new Secret(psk) };
    const answer = office(1, { psk: echo });
    const list = { setTags: [undefined], get: [undefined], remove: [undefined], list: [[]] };
    const ways = [
      [updates(sent), script({ ...list, update: [answer] })],
      [creates(kind, sent, { key: 'update' }), script({ ...list, create: [answer] })],
      [replaces({ key: 'update', body: sent }), script({ ...list, create: [answer] })],
    ] as const;
    for (const [step, react] of ways) {
      const world = bench(react);
      await carryOut(world, [step, tags({ after: ['update'], connection: { made: 'update' }, psk: { version } })]);
      const call = world.api.calls.find(({ method }) => method === 'setTags');
      expect(call?.body).toEqual(value === undefined ? undefined : { [tagKeys.psk]: value });
    }
  });

  test('of a connection whose psk was not sent say that it is in clear', async () => {
    const world = bench(script({ setTags: [undefined] }));
    await carryOut(world, [tags({ psk: { version: '4' } })]);
    expect(world.api.calls[0]?.body).toEqual({ [tagKeys.psk]: 'clear-4' });
  });

  test('that are refused fail their connection', async () => {
    const error = answered(400, 'VPC.1801');
    const world = bench(script({ setTags: [error] }));
    expect((await carryOut(world, [tags({ set: { env: 'prod' } })])).failed.office).toBe(error);
  });
});
