import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, endAll, problem, type Reply, type Session } from './client.ts';

afterEach(endAll);

async function logIn({ identity }: Session, application_credential: object, more: object = {}): Promise<Reply> {
  const methods = ['application_credential'];
  return await identity('POST', '/auth/tokens', { auth: { identity: { methods, application_credential }, ...more } });
}

test.each<[string, (session: Session) => object]>([
  ['id', ({ cloud }) => ({ id: cloud.account.applicationCredential.id })],
  ['name and user id', ({ cloud }) => ({ name: 'ci', user: { id: cloud.account.userId } })],
  [
    'name, user name and domain',
    ({ cloud }) => ({ name: 'ci', user: { name: cloud.account.username, domain: { name: cloud.account.domain } } }),
  ],
])('by %s: a token of its project', async (_what, given) => {
  const session = await begin({ dialect: 'openstack' });
  const { id, name, secret } = session.cloud.account.applicationCredential;
  const reply = await logIn(session, { ...given(session), secret });
  expect([reply.status, at(reply.json, 'token', 'project', 'id')]).toEqual([201, session.cloud.account.projectId]);
  expect(at(reply.json, 'token', 'application_credential')).toEqual({ id, name, restricted: true });
  const token = reply.headers.get('x-subject-token') ?? '';
  expect((await session.vpn('GET', '/ikepolicies', undefined, token)).status).toBe(200);
});

test.each<[string, string, object]>([
  ['a wrong secret', '401 Unauthorized', { secret: 'wrong' }],
  ['an empty secret', '401 Unauthorized', { secret: '' }],
  ['no secret', '401 Unauthorized', { secret: undefined }],
  ['an unknown id', '404 Not Found', { id: 'x' }],
  ['the name with another user', '401 Unauthorized', { id: undefined, name: 'ci', user: { id: 'x' } }],
])('%s: %s', async (_what, expected, changes) => {
  const session = await begin({ dialect: 'openstack' });
  const { id, secret } = session.cloud.account.applicationCredential;
  expect(problem(await logIn(session, { id, secret, ...changes }))).toBe(expected);
});

test("the secret of another credential doesn't count", async () => {
  const session = await begin({ dialect: 'openstack' });
  const { secret } = session.cloud.issueApplicationCredential();
  expect((await logIn(session, { id: session.cloud.account.applicationCredential.id, secret })).status).toBe(401);
});

test('no scope may be asked for, and its token gives no other', async () => {
  const session = await begin({ dialect: 'openstack' });
  const { id, secret } = session.cloud.account.applicationCredential;
  const scope = { project: { id: session.cloud.account.projectId } };
  const refused = await logIn(session, { id, secret }, { scope });
  expect(refused.status).toBe(401);
  expect(at(refused.json, 'error', 'message')).toContain('Application credentials cannot request a scope.');
  const token = (await logIn(session, { id, secret })).headers.get('x-subject-token');
  const auth = { identity: { methods: ['token'], token: { id: token } }, scope };
  expect(problem(await session.identity('POST', '/auth/tokens', { auth }))).toBe('403 Forbidden');
});

test('it ends, and its tokens with it', async () => {
  let now = Date.UTC(2026, 0, 1);
  const session = await begin({ dialect: 'openstack', now: () => now });
  const { id, secret } = session.cloud.issueApplicationCredential({ ttlMs: 1000 });
  const reply = await logIn(session, { id, secret });
  expect(at(reply.json, 'token', 'expires_at')).toBe('2026-01-01T00:00:01.000000');
  const token = reply.headers.get('x-subject-token') ?? '';
  now += 1000;
  expect((await logIn(session, { id, secret })).status).toBe(401);
  expect((await session.vpn('GET', '/ikepolicies', undefined, token)).status).toBe(401);
});

test('a token ends before a credential that lives longer', async () => {
  const session = await begin({ dialect: 'openstack', now: () => Date.UTC(2026, 0, 1), tokenTtlMs: 1000 });
  const { id, secret } = session.cloud.issueApplicationCredential({ ttlMs: 5000 });
  const reply = await logIn(session, { id, secret });
  expect(at(reply.json, 'token', 'expires_at')).toBe('2026-01-01T00:00:01.000000Z');
});

test('otc does not know the method', async () => {
  const session = await begin({ dialect: 'otc' });
  const { id, secret } = session.cloud.account.applicationCredential;
  const reply = await logIn(session, { id, secret });
  expect([reply.status, at(reply.json, 'error', 'message')]).toEqual([401, expect.stringContaining('unsupported')]);
});
