import { afterEach, expect, test } from 'vitest';
import { passcode } from '../../cloud/index.ts';
import { at } from '../../json.ts';
import { begin, endAll, problem, type Reply, type Session } from './client.ts';

afterEach(endAll);

const NOW = Date.UTC(2026, 0, 1);

interface Given {
  methods?: string[];
  password?: string;
  totp?: object;
  receipt?: string;
}

function code(session: Session, ms = 0): string {
  return passcode(session.cloud.account.totp.seed, NOW + ms);
}

function byId(session: Session, given = code(session)): object {
  return { id: session.cloud.account.totp.id, passcode: given };
}

/** As the user who needs both, with the right password and passcode unless said otherwise. */
async function logIn(session: Session, given: Given = {}): Promise<Reply> {
  const { totp: user, projectId } = session.cloud.account;
  const { methods = ['password', 'totp'], password = user.password, totp = byId(session), receipt } = given;
  const identity = { methods, password: { user: { id: user.id, password } }, totp: { user: totp } };
  const auth = { identity, scope: { project: { id: projectId } } };
  const headers: Record<string, string> = receipt === undefined ? {} : { 'openstack-auth-receipt': receipt };
  return await session.identity('POST', '/auth/tokens', { auth }, headers);
}

test.each(['openstack', 'otc'] as const)('%s: both give a token', async (dialect) => {
  const session = await begin({ dialect, now: () => NOW });
  const reply = await logIn(session);
  expect([reply.status, at(reply.json, 'token', 'methods')]).toEqual([201, ['password', 'totp']]);
  expect(at(reply.json, 'token', 'user', 'name')).toBe(session.cloud.account.totp.name);
});

test.each(['openstack', 'otc'] as const)(
  '%s: the passcode before is good, an older or later one is not',
  async (dialect) => {
    const session = await begin({ dialect, now: () => NOW });
    const status = async (ms: number) => (await logIn(session, { totp: byId(session, code(session, ms)) })).status;
    const refused = dialect === 'otc' ? 400 : 401;
    expect([await status(-60_000), await status(30_000), await status(-30_000)]).toEqual([refused, refused, 201]);
  },
);

test('otc: a passcode is good once, on openstack again and again', async () => {
  const otc = await begin({ dialect: 'otc', now: () => NOW });
  expect([problem(await logIn(otc)), problem(await logIn(otc))]).toEqual(['201', '400 IAM.1061']);
  const openstack = await begin({ dialect: 'openstack', now: () => NOW });
  expect([(await logIn(openstack)).status, (await logIn(openstack)).status]).toEqual([201, 201]);
});

test('otc: a wrong passcode, a user by name, and a password alone', async () => {
  const session = await begin({ dialect: 'otc', now: () => NOW });
  const wrong = await logIn(session, { totp: byId(session, '000000') });
  expect([wrong.status, at(wrong.json, 'error_code')]).toEqual([400, 'IAM.1061']);
  const { name } = session.cloud.account.totp;
  const byName = await logIn(session, {
    totp: { name, domain: { name: session.cloud.account.domain }, passcode: code(session) },
  });
  expect([byName.status, at(byName.json, 'error', 'message')]).toEqual([
    400,
    expect.stringContaining('find id in user'),
  ]);
  expect(problem(await logIn(session, { methods: ['password'] }))).toBe('401 Unauthorized');
});

test("openstack: the user by name; another user's id does not count", async () => {
  const session = await begin({ dialect: 'openstack', now: () => NOW });
  const { account } = session.cloud;
  const domain = { name: account.domain };
  expect((await logIn(session, { totp: { name: account.totp.name, domain, passcode: code(session) } })).status).toBe(
    201,
  );
  expect((await logIn(session, { totp: { id: account.userId, passcode: code(session) } })).status).toBe(401);
});

test.each([
  ['password', 'totp'],
  ['totp', 'password'],
])('openstack: %s alone gives a receipt, with which %s is enough', async (first, second) => {
  let now = NOW;
  const session = await begin({ dialect: 'openstack', now: () => now });
  const half = await logIn(session, { methods: [first] });
  const receipt = half.headers.get('openstack-auth-receipt') ?? '';
  expect([half.status, half.headers.get('www-authenticate')]).toEqual([401, null]);
  expect(half.json).toMatchObject({ receipt: { methods: [first] }, required_auth_methods: [['password', 'totp']] });
  expect(problem(await logIn(session, { methods: [second], receipt: 'x' }))).toBe('401 Unauthorized');
  expect((await logIn(session, { methods: [second], receipt, password: 'x', totp: byId(session, 'x') })).status).toBe(
    401,
  );
  expect((await logIn(session, { methods: [first], receipt })).json).toHaveProperty('receipt');
  const whole = await logIn(session, { methods: [second], receipt });
  expect([whole.status, at(whole.json, 'token', 'methods')]).toEqual([201, [first, second]]);
  now += 5 * 60_000;
  const late = await logIn(session, { methods: [second], receipt, totp: byId(session, code(session, 5 * 60_000)) });
  expect(at(late.json, 'error', 'message')).toBe(`Could not find auth receipt: ${receipt}.`);
});

test("openstack: somebody else's receipt does not count", async () => {
  const session = await begin({ dialect: 'openstack', now: () => NOW });
  const { account } = session.cloud;
  const receipt = (await logIn(session, { methods: ['totp'] })).headers.get('openstack-auth-receipt') ?? '';
  const identity = { methods: ['password'], password: { user: { id: account.userId, password: account.password } } };
  const headers = { 'openstack-auth-receipt': receipt };
  expect((await session.identity('POST', '/auth/tokens', { auth: { identity } }, headers)).status).toBe(401);
});

test.each(['openstack', 'otc'] as const)(
  "%s: one user's password with another's passcode gives nothing",
  async (dialect) => {
    const session = await begin({ dialect, now: () => NOW });
    const { userId: id, password } = session.cloud.account;
    const identity = {
      methods: ['password', 'totp'],
      password: { user: { id, password } },
      totp: { user: byId(session) },
    };
    expect(problem(await session.identity('POST', '/auth/tokens', { auth: { identity } }))).toBe('401 Unauthorized');
  },
);

test('openstack: a wrong password with the right passcode gives nothing', async () => {
  const session = await begin({ dialect: 'openstack', now: () => NOW });
  const reply = await logIn(session, { password: 'x' });
  expect([problem(reply), reply.headers.get('openstack-auth-receipt')]).toEqual(['401 Unauthorized', null]);
});

test.each(['openstack', 'otc'] as const)(
  '%s: a token of both is rescoped without another passcode',
  async (dialect) => {
    const session = await begin({ dialect, now: () => NOW });
    const id = (await logIn(session)).headers.get('x-subject-token');
    const auth = {
      identity: { methods: ['token'], token: { id } },
      scope: { project: { id: session.cloud.account.projectId } },
    };
    const reply = await session.identity('POST', '/auth/tokens', { auth });
    expect([reply.status, at(reply.json, 'token', 'methods')]).toEqual([201, ['password', 'totp', 'token']]);
  },
);
