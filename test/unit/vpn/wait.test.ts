import { describe, expect, test } from 'vitest';
import { dialects } from '../../../src/vpn/dialects.ts';
import { type Connection, decodeObject } from '../../../src/vpn/objects.ts';
import { type Waited, type WaitFor, type Waiting, waitForStates } from '../../../src/vpn/wait.ts';
import { now, place, uuid } from './build.ts';
import { answered, Cancel, JumpingClock, Lines, type React, scriptedApi } from './fakes.ts';

const interval = 65_000;

function connection(status: string, number = 1): Connection {
  return decodeObject('ipsec_site_connection', { id: uuid(number), status }, dialects.otc);
}

interface Setting {
  readonly waitFor: WaitFor;
  readonly react: React;
  readonly timeoutMs?: number;
}

async function waiting(all: readonly Waiting[], { waitFor, react, timeoutMs = 600_000 }: Setting) {
  const clock = new JumpingClock();
  const log = new Lines();
  const cancellation = new Cancel();
  const api = scriptedApi(react);
  const told: { readonly name: string; readonly seconds: number; readonly waited: Waited }[] = [];
  const done = waitForStates(all, {
    waitFor,
    api,
    clock,
    random: () => 0.5,
    log,
    cancellation,
    deadline: now + timeoutMs,
    timeoutMs,
    statusIntervalMs: interval,
    onStatus: (name, waited) => told.push({ name, seconds: clock.seconds, waited }),
  });
  return { clock, log, cancellation, api, told, done };
}

/** The status from each of these seconds on. */
type Schedule = readonly (readonly [number, string])[];

function statusAt(schedule: Schedule, seconds: number): string {
  return schedule.findLast(([from]) => from <= seconds)?.[1] ?? '';
}

interface Row {
  readonly waitFor: WaitFor;
  /** First what is known before any read. */
  readonly schedule: Schedule;
  /** Status in the answer to the update. */
  readonly updated?: string;
  /** In words: `ACTIVE settled up`, `DOWN settled stale`, `ERROR failed` … */
  readonly ends: string;
  /** Seconds. */
  readonly within: readonly [number, number];
}

const rows: readonly (readonly [string, Row])[] = [
  ['settled: DOWN is healthy', { waitFor: 'settled', schedule: [[0, 'DOWN']], ends: 'DOWN settled', within: [0, 0] }],
  ['settled: ACTIVE', { waitFor: 'settled', schedule: [[0, 'ACTIVE']], ends: 'ACTIVE settled up', within: [0, 0] }],
  [
    'settled: a new one',
    {
      waitFor: 'settled',
      schedule: [
        [0, 'PENDING_CREATE'],
        [40, 'BUILD'],
        [50, 'DOWN'],
      ],
      ends: 'DOWN settled',
      within: [50, 68],
    },
  ],
  [
    'settled: an unknown state waits',
    {
      waitFor: 'settled',
      schedule: [
        [0, 'ODD'],
        [10, 'ACTIVE'],
      ],
      ends: 'ACTIVE settled up',
      within: [10, 20],
    },
  ],
  [
    'settled: ERROR',
    {
      waitFor: 'settled',
      schedule: [
        [0, 'PENDING_CREATE'],
        [5, 'ERROR'],
      ],
      ends: 'ERROR failed',
      within: [5, 12],
    },
  ],
  ['settled: FROZEN', { waitFor: 'settled', schedule: [[0, 'FROZEN']], ends: 'FROZEN failed', within: [0, 0] }],
  [
    'settled: stale is settled, and says so',
    {
      waitFor: 'settled',
      updated: 'ACTIVE',
      schedule: [[0, 'ACTIVE']],
      ends: 'ACTIVE settled up stale',
      within: [0, 0],
    },
  ],
  [
    'settled: a stale ERROR concludes nothing until it is fresh',
    { waitFor: 'settled', updated: 'ERROR', schedule: [[0, 'ERROR']], ends: 'ERROR failed', within: [65, 85] },
  ],
  [
    'settled: a stale ERROR that mends',
    {
      waitFor: 'settled',
      updated: 'ERROR',
      schedule: [
        [0, 'ERROR'],
        [30, 'ACTIVE'],
      ],
      ends: 'ACTIVE settled up',
      within: [30, 48],
    },
  ],
  [
    'settled: a change to ERROR is fresh at once',
    {
      waitFor: 'settled',
      updated: 'PENDING_UPDATE',
      schedule: [
        [0, 'PENDING_UPDATE'],
        [5, 'ERROR'],
      ],
      ends: 'ERROR failed',
      within: [5, 12],
    },
  ],
  ['active: up', { waitFor: 'active', schedule: [[0, 'ACTIVE']], ends: 'ACTIVE settled up', within: [0, 0] }],
  [
    'active: DOWN first',
    {
      waitFor: 'active',
      schedule: [
        [0, 'DOWN'],
        [60, 'ACTIVE'],
      ],
      ends: 'ACTIVE settled up',
      within: [60, 78],
    },
  ],
  [
    'active: a stale ACTIVE counts after the interval',
    { waitFor: 'active', updated: 'ACTIVE', schedule: [[0, 'ACTIVE']], ends: 'ACTIVE settled up', within: [65, 85] },
  ],
  [
    'active: a stale ACTIVE that falls',
    {
      waitFor: 'active',
      updated: 'ACTIVE',
      schedule: [
        [0, 'ACTIVE'],
        [30, 'DOWN'],
        [90, 'ACTIVE'],
      ],
      ends: 'ACTIVE settled up',
      within: [90, 110],
    },
  ],
  [
    'active: a stale ACTIVE that breaks',
    {
      waitFor: 'active',
      updated: 'ACTIVE',
      schedule: [
        [0, 'ACTIVE'],
        [30, 'ERROR'],
      ],
      ends: 'ERROR failed',
      within: [30, 48],
    },
  ],
  [
    'none: whatever it is',
    { waitFor: 'none', schedule: [[0, 'PENDING_CREATE']], ends: 'PENDING_CREATE', within: [0, 0] },
  ],
  ['none: even ERROR', { waitFor: 'none', schedule: [[0, 'ERROR']], ends: 'ERROR', within: [0, 0] }],
  [
    'none: stale',
    { waitFor: 'none', updated: 'DOWN', schedule: [[0, 'DOWN']], ends: 'DOWN settled stale', within: [0, 0] },
  ],
];

function inWords({ status, settled, up, stale, failure }: Waited): string {
  const words = [settled && 'settled', up && 'up', stale && 'stale', failure !== undefined && 'failed'];
  return [status, ...words.filter((word) => word !== false)].join(' ');
}

describe('one connection', () => {
  test.each(rows)('%s', async (_, { waitFor, schedule, updated, ends, within }) => {
    const clock = { seconds: 0 };
    const one: Waiting = {
      name: 'office',
      id: uuid(1),
      at: place(),
      status: statusAt(schedule, 0),
      ...(updated === undefined ? {} : { updated: { before: updated, at: now } }),
    };
    const world = await waiting([one], {
      waitFor,
      react: ({ method, id }) => {
        expect([method, id]).toEqual(['get', uuid(1)]);
        return connection(statusAt(schedule, clock.seconds));
      },
    });
    Object.defineProperty(clock, 'seconds', { get: () => world.clock.seconds });
    await world.done;
    expect(world.told.map(({ waited }) => inWords(waited))).toEqual([ends]);
    const [from, to] = within;
    expect(world.clock.seconds).toBeGreaterThanOrEqual(from);
    expect(world.clock.seconds).toBeLessThanOrEqual(to);
  });

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
      'is PENDING_CREATE, not settled, at the end of the timeout (1.5 min).',
      'the service refuses updates, but deleting works',
    ],
    [
      'DOWN',
      'active',
      {},
      'is DOWN, not ACTIVE, at the end of the timeout (1.5 min).',
      'no tunnel is up. Check the far side',
    ],
    [
      'ODD',
      'settled',
      {},
      'is ODD, not settled, at the end of the timeout (1.5 min).',
      'This state is not documented.',
    ],
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
    expect(world.log.all.at(-1)).toBe('office is DOWN (was PENDING_CREATE).');
    const lines = world.log.all.filter((line) => line.startsWith('Waiting for office: PENDING_CREATE after '));
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.length).toBeLessThanOrEqual(3);
  });

  test('progress says when a status may be old', async () => {
    const one = office('ACTIVE', { updated: { before: 'ACTIVE', at: now } });
    const { log, done } = await waiting([one], { waitFor: 'active', ...always('ACTIVE') });
    await done;
    expect(log.all[0]).toMatch(
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

describe('several connections', () => {
  const three = ['a', 'b', 'c'].map(
    (name, index): Waiting => ({ name, id: uuid(index + 1), at: place(), status: 'PENDING_CREATE' }),
  );

  test('are read by one list, the last one by itself; each is told as soon as it is known', async () => {
    const react: React = ({ method, id }) => {
      const { seconds } = world.clock;
      const all = [
        connection(seconds > 10 ? 'DOWN' : 'PENDING_CREATE', 1),
        ...(seconds > 20 ? [] : [connection('BUILD', 2)]),
        connection(seconds > 60 ? 'ERROR' : 'BUILD', 3),
        connection('ACTIVE', 9),
      ];
      return method === 'list' ? all : all.find((one) => one.id === id);
    };
    const world = await waiting(three, { waitFor: 'settled', react });
    await world.done;
    expect(world.told.map(({ name, waited }) => [name, waited.status, waited.failure?.code])).toEqual([
      ['a', 'DOWN', undefined],
      ['b', 'BUILD', 'NOT_FOUND'],
      ['c', 'ERROR', 'CONNECTION_STATE'],
    ]);
    const methods = world.api.calls.map(({ method }) => method);
    expect(methods.indexOf('get')).toBe(methods.lastIndexOf('list') + 1);
  });

  test('none are waited for at once', async () => {
    const { done, told } = await waiting([], { waitFor: 'active', react: () => undefined });
    await done;
    expect(told).toEqual([]);
  });
});
