import { afterEach, expect, test } from 'vitest';
import type { FaultEffect } from '../../cloud/index.ts';
import { at } from '../../json.ts';
import { begin, endAll, type Session } from './client.ts';

afterEach(endAll);

const NEW = { ikepolicy: { name: 'new' } };

/** How a POST under this fault ends for the client, and whether the policy exists afterwards. */
async function post(session: Session, effect: FaultEffect): Promise<{ outcome: string; created: boolean }> {
  session.cloud.addFault({ method: 'POST', path: '/ikepolicies', effect });
  const outcome = await session.vpn('POST', '/ikepolicies', NEW).then(
    (reply) => `${reply.status} ${reply.json === undefined ? 'no JSON' : 'JSON'}`,
    () => 'failed',
  );
  return { outcome, created: named(session) };
}

function named(session: Session): boolean {
  return session.cloud.store.all('ikepolicy').some((one) => one['name'] === 'new');
}

test.each<[FaultEffect, string, boolean, number | string]>([
  [{ kind: 'delay', ms: 30 }, '201 JSON', true, 201],
  [{ kind: 'reset-before' }, 'failed', false, 'reset'],
  [{ kind: 'reset-after' }, 'failed', true, 'reset'],
  [{ kind: 'cut-body' }, 'failed', true, 201],
  [{ kind: 'answer', status: 503, body: '<html>' }, '503 no JSON', false, 503],
  [{ kind: 'answer', status: 504, handled: true }, '504 no JSON', true, 504],
  [{ kind: 'invalid-json' }, '201 no JSON', true, 201],
])('%j ends in %s', async (effect, outcome, created, status) => {
  const session = await begin({ dialect: 'openstack' });
  const before = Date.now();
  expect(await post(session, effect)).toEqual({ outcome, created });
  if (effect.kind === 'delay') expect(Date.now() - before).toBeGreaterThanOrEqual(29);
  expect(session.cloud.requests.map((request) => request.status)).toEqual([status]);
});

test.each([
  [{ kind: 'hang' }, false],
  [{ kind: 'hang-after' }, true],
] as const)('%j is never answered, and closing the cloud ends it at once', async (effect, created) => {
  const session = await begin({ dialect: 'openstack' });
  const pending = post(session, effect);
  await expect.poll(() => session.cloud.requests.length).toBe(1);
  await expect.poll(() => named(session)).toBe(created);
  expect(session.cloud.requests[0]?.status).toBe('pending');
  const before = Date.now();
  await session.cloud.close();
  expect((await pending).outcome).toBe('failed');
  expect(Date.now() - before).toBeLessThan(500);
});

test('an answer carries its headers, and the body as given', async () => {
  const session = await begin({ dialect: 'openstack' });
  const body = { error: { code: 429 } };
  session.cloud.addFault({ effect: { kind: 'answer', status: 429, headers: { 'Retry-After': '2' }, body } });
  const reply = await session.vpn('GET', '/ikepolicies');
  expect([reply.status, reply.headers.get('retry-after'), reply.json]).toEqual([429, '2', body]);
});

test('a huge body is as long as it should be and still JSON', async () => {
  const session = await begin({ dialect: 'openstack' });
  session.cloud.addFault({ effect: { kind: 'huge', bytes: 1_000_000 } });
  const reply = await session.vpn('GET', '/ikepolicies');
  expect(reply.text.length).toBeGreaterThan(1_000_000);
  expect(reply.json).toEqual({ ikepolicies: [] });
});

test.each([
  [undefined, [503, 200, 200, 200]],
  ['always', [503, 503, 503, 503]],
  [{ nth: 3 }, [200, 200, 503, 200]],
  [{ from: 2, count: 2 }, [200, 503, 503, 200]],
] as const)('when %j', async (when, expected) => {
  const session = await begin({ dialect: 'openstack' });
  const effect = { kind: 'answer', status: 503 } as const;
  session.cloud.addFault({ method: 'GET', path: /ikepolicies$/, effect, ...(when ? { when } : {}) });
  const statuses: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    expect((await session.vpn('GET', '/ipsecpolicies')).status).toBe(200);
    statuses.push((await session.vpn('GET', '/ikepolicies')).status);
  }
  expect(statuses).toEqual(expected);
});

test('faults can be taken back, and reach the identity service too', async () => {
  const session = await begin({ dialect: 'openstack' });
  session.cloud.addFault({ path: '/v3', when: 'always', effect: { kind: 'answer', status: 502 } });
  expect((await session.identity('GET', '')).status).toBe(502);
  session.cloud.clearFaults();
  expect((await session.identity('GET', '')).status).toBe(200);
});

test('requests are recorded as they came', async () => {
  const session = await begin({ dialect: 'openstack', now: () => 1234 });
  await session.vpn('POST', '/ikepolicies?x=1', NEW);
  await session.vpn('POST', '/ikepolicies', '{"ikepolicy"');
  const [first, second] = session.cloud.requests;
  expect(first).toMatchObject({ n: 1, at: 1234, service: 'network', method: 'POST', status: 201, body: NEW });
  expect(first?.path).toBe('/v2.0/vpn/ikepolicies?x=1');
  expect(first?.headers['x-auth-token']).toBe(session.token);
  expect(second).toMatchObject({ n: 2, body: '{"ikepolicy"', status: 400, startedAt: 1234, endedAt: 1234 });
  session.cloud.clearRequests();
  expect(session.cloud.requests).toEqual([]);
});

test('every answer has a request id of its own', async () => {
  const session = await begin({ dialect: 'openstack' });
  const ids = [await session.vpn('GET', '/ikepolicies'), await session.vpn('GET', '/nothing')].map((reply) =>
    reply.headers.get('x-openstack-request-id'),
  );
  expect(ids[0]).toMatch(/^req-[0-9a-f-]{36}$/);
  expect(ids[1]).not.toBe(ids[0]);
});

test('latency is added to every answer', async () => {
  const session = await begin({ dialect: 'openstack', latencyMs: 30 });
  const before = Date.now();
  expect(at((await session.vpn('GET', '/ikepolicies')).json, 'ikepolicies')).toEqual([]);
  expect(Date.now() - before).toBeGreaterThanOrEqual(29);
});
