/** Without a fault every situation ends as it says; this is what the other proofs compare with. */
import { expect, test } from 'vitest';
import { stage } from '../unit/stage.ts';
import { startGround } from './ground.ts';
import { type Situation, type Step, situations } from './situations.ts';

async function play({ dialect, before, step, ...situation }: Situation) {
  const made: { ground?: Awaited<ReturnType<typeof startGround>> } = {};
  const { cloud, clock, run } = await stage({ dialect }, async (options) => {
    made.ground = await startGround(dialect, options);
    return made.ground.cloud;
  });
  const { ground } = made;
  if (ground === undefined) throw new Error('no ground');
  const take = async ({ files, inputs }: Step) => {
    const { conclusion } = await run({ files, inputs: { ...ground.inputs, ...inputs } });
    expect(conclusion.failure).toBeUndefined();
    return conclusion;
  };
  if (before !== undefined) await take(before);
  const ids = ground.connectionIds();
  const first = await take(step);
  const world = ground.world();
  expect(ground.miscounted({ dialect, step, ...situation })).toEqual([]);
  expect(ground.damage()).toEqual([]);
  if (situation.keepsId) expect(ground.connectionIds()).toEqual(ids);
  clock.pass(2 * 3_600_000);
  const writes = cloud.requests.length;
  await take(step);
  expect(ground.world()).toBe(world);
  expect(ground.damage()).toEqual([]);
  return { world, first, requests: cloud.requests.slice(writes) };
}

test.each(situations)('$name on $dialect', async (situation) => {
  const { world, first, requests } = await play(situation);
  expect(first.connections.map(({ operation }) => operation)).not.toContain('unchanged');
  expect(requests.filter(({ method, path }) => method !== 'GET' && path.includes('/vpn/'))).toEqual([]);
  expect((await play(situation)).world).toBe(world);
});
