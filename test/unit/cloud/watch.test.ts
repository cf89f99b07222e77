import { afterEach, expect, test } from 'vitest';
import type { Moment } from '../../cloud/index.ts';
import { begin, endAll } from './client.ts';

afterEach(endAll);

const made = { ikepolicy: { name: 'new' } };

test('each moment of a request is seen, in order, with what is there by then', async () => {
  const seen: [Moment, boolean][] = [];
  const session = await begin({
    dialect: 'openstack',
    watch: async (_, moment) => {
      seen.push([moment, session.cloud.store.all('ikepolicy').some((one) => one['name'] === 'new')]);
      return undefined;
    },
  });
  expect((await session.vpn('POST', '/ikepolicies', made)).status).toBe(201);
  await expect.poll(() => seen.length).toBe(3);
  expect(seen).toEqual([
    ['arrived', false],
    ['carried out', true],
    ['answered', true],
  ]);
});

test.each([
  ['arrived', false],
  ['carried out', true],
] as const)('a request dropped once it has %s goes no further', async (dropped, isThere) => {
  const moments: Moment[] = [];
  const session = await begin({
    dialect: 'openstack',
    watch: async (_, moment) => {
      moments.push(moment);
      return moment === dropped ? 'drop' : undefined;
    },
  });
  const pending = session.vpn('POST', '/ikepolicies', made).then(
    () => 'answered',
    () => 'no answer',
  );
  await expect.poll(() => moments.at(-1)).toBe(dropped);
  expect(session.cloud.store.all('ikepolicy').some((one) => one['name'] === 'new')).toBe(isThere);
  expect(session.cloud.requests[0]?.status).toBe('pending');
  await session.cloud.close();
  expect(await pending).toBe('no answer');
});
