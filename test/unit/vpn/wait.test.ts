import { describe, expect, test } from 'vitest';
import type { Waited, WaitFor, Waiting } from '../../../src/vpn/wait.ts';
import { now, place, uuid } from './build.ts';
import type { React } from './fakes.ts';
import { connection, waiting } from './waiting.ts';

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
