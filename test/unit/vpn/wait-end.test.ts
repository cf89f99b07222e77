import { describe, expect, test } from 'vitest';
import type { Waiting } from '../../../src/vpn/wait.ts';
import { now, place, uuid } from './build.ts';
import { answered } from './fakes.ts';
import { connection, waiting } from './waiting.ts';

describe('one connection', () => {
  const office = (status: string, others: Partial<Waiting> = {}): Waiting => ({
    name: 'office',
    id: uuid(1),
    at: place(),
    status,
    ...others,
  });
  const always = (status: string) => ({ react: () => connection(status) });

  test.each([
    ['ERROR', 'The cloud could not deploy the connection. Updating and deleting work in this state'],
    ['FROZEN', 'The cloud froze the resource'],
  ])('%s says what works', async (status, hint) => {
    const one = office(status);
    const { told, done } = await waiting([one], { waitFor: 'settled', ...always(status) });
    await done;
    expect(told[0]?.waited.failure).toMatchObject({
      code: 'CONNECTION_STATE',
      message: `Connection office (${uuid(1)}) is ${status}.`,
      hint: expect.stringContaining(hint),
      at: one.at,
    });
  });

  const late = [
    [
      'PENDING_CREATE',
      'settled',
      {},
      'is PENDING_CREATE, not settled, at the end of the timeout (1m30s).',
      'the service refuses updates, but deleting works',
    ],
    [
      'DOWN',
      'active',
      {},
      'is DOWN, not ACTIVE, at the end of the timeout (1m30s).',
      'no tunnel is up. Check the far side',
    ],
    ['ODD', 'settled', {}, 'is ODD, not settled, at the end of the timeout (1m30s).', 'This state is not documented.'],
    [
      'ACTIVE',
      'active',
      { updated: { before: 'ACTIVE', at: now + 60_000 } },
      'is ACTIVE (which may still be the status before the update), not ACTIVE, at the end',
      'timeout has to be longer than status-interval',
    ],
    [
      'BUILD',
      'active',
      { updated: { before: 'BUILD', at: now + 60_000 } },
      'is BUILD (which may still be',
      'refuses updates',
    ],
  ] as const;
  test.each(late)('%s at the end of the timeout, waiting for %s', async (status, waitFor, others, message, hint) => {
    const one = office(status, others);
    const { told, done, clock } = await waiting([one], { waitFor, ...always(status), timeoutMs: 90_000 });
    await done;
    expect(clock.seconds).toBe(90);
    expect(told).toHaveLength(1);
    expect(told[0]?.waited).toMatchObject({
      status,
      failure: { code: 'TIMEOUT', hint: expect.stringContaining(hint), at: one.at },
    });
    expect(told[0]?.waited.failure?.message).toContain(`Connection office (${uuid(1)}) ${message}`);
  });

  test('DOWN at the end, and switched off: no word about the far side', async () => {
    const react = () => connection('DOWN', 1, { admin_state_up: false });
    const { told, done } = await waiting([office('DOWN')], { waitFor: 'active', react, timeoutMs: 90_000 });
    await done;
    expect(told[0]?.waited.failure?.hint).toBe(
      'admin_state_up is false, so no tunnel comes up: write true, or wait-for: settled.',
    );
  });

  test.each([
    [8_000, '8s'],
    [600_000, '10m'],
    [5_400_000, '1h30m'],
    [86_400_000, '24h'],
  ])('a timeout of %i ms is told as it is written', async (timeoutMs, text) => {
    const { told, done } = await waiting([office('PENDING_CREATE')], {
      waitFor: 'settled',
      ...always('PENDING_CREATE'),
      timeoutMs,
    });
    await done;
    expect(told[0]?.waited.failure?.message).toMatch(new RegExp(`timeout \\(${text}\\)\\.$`));
  });

  test('no time at all is a timeout without a read', async () => {
    const { told, done, api } = await waiting([office('PENDING_CREATE')], {
      waitFor: 'settled',
      ...always('x'),
      timeoutMs: 0,
    });
    await done;
    expect(told[0]?.waited.failure?.code).toBe('TIMEOUT');
    expect(api.calls).toEqual([]);
  });

  test('that is deleted meanwhile fails', async () => {
    const { told, done } = await waiting([office('PENDING_CREATE')], { waitFor: 'settled', react: () => undefined });
    await done;
    expect(told[0]?.waited.failure).toMatchObject({
      code: 'NOT_FOUND',
      message: `Connection office (${uuid(1)}) was deleted while this run waited for it.`,
    });
  });

  test('progress is shown: each change, and a line at least every half minute or so', async () => {
    const react = () => connection(world.clock.seconds < 100 ? 'PENDING_CREATE' : 'DOWN');
    const world = await waiting([office('PENDING_CREATE')], { waitFor: 'settled', react });
    await world.done;
    expect(world.log.all[0]).toBe('Waiting until the cloud has settled: office (PENDING_CREATE).');
    expect(world.log.all.at(-1)).toBe('office is DOWN (was PENDING_CREATE).');
    const lines = world.log.all.filter((line) => line.startsWith('Waiting for office: PENDING_CREATE after '));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.length).toBeLessThanOrEqual(3);
  });

  test('progress says when a status may be old', async () => {
    const one = office('ACTIVE', { updated: { before: 'ACTIVE', at: now } });
    const { log, done } = await waiting([one], { waitFor: 'active', ...always('ACTIVE') });
    await done;
    expect(log.all[0]).toBe(
      'Waiting until the tunnel is up: office (ACTIVE, which may still be the status before the update).',
    );
    expect(log.all[1]).toMatch(
      /^Waiting for office: ACTIVE, which may still be the status before the update after \d+ s\.$/,
    );
  });

  test('reads become rarer, at most every 15 s or so', async () => {
    const { api, done } = await waiting([office('PENDING_CREATE')], {
      waitFor: 'settled',
      ...always('PENDING_CREATE'),
    });
    await done;
    expect(api.calls.length).toBeGreaterThan(600 / 18);
    expect(api.calls.length).toBeLessThan(70);
  });

  test('a cancel ends the wait at once', async () => {
    const { cancellation, done } = await waiting([office('PENDING_CREATE')], {
      waitFor: 'settled',
      react: () => {
        cancellation.first();
        return connection('PENDING_CREATE');
      },
    });
    await expect(done).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('an error of the service ends it', async () => {
    const { done } = await waiting([office('PENDING_CREATE')], { waitFor: 'settled', react: () => answered(403) });
    await expect(done).rejects.toMatchObject({ status: 403 });
  });
});
