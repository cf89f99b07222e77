/** Requests signed with keys: what they may do, and everything that is refused, in the gateway's order. */
import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, column, endAll, problem, type Reply, type Session } from './client.ts';
import { type Signing, signed } from './signer.ts';

afterEach(endAll);

const POLICIES = '/v2.0/vpn/ikepolicies';
const START = Date.UTC(2026, 2, 14, 9, 26, 53);
const MINUTE = 60_000;

function inProject(session: Session, id = session.cloud.account.projectId): Signing {
  return { headers: { 'x-project-id': id } };
}

/** The words of a refused signature. */
function words(reply: Reply): string {
  return String(at(reply.json, 'error_msg')).replace('Incorrect IAM authentication information: ', '');
}

/** An otc cloud whose clock stands still. */
async function frozen(): Promise<{ session: Session; pass: (ms: number) => void; ask: Ask }> {
  let now = START;
  const session = await begin({ dialect: 'otc', now: () => now });
  const ask: Ask = (signing = {}, path = '/v3/auth/projects') => signed(session, 'GET', path, { at: now, ...signing });
  return {
    session,
    ask,
    pass: (ms) => {
      now += ms;
    },
  };
}
type Ask = (signing?: Signing, path?: string) => Promise<Reply>;

test('projects by name: those of the account, whether the user may use them or not', async () => {
  const session = await begin({ dialect: 'otc' });
  const { account } = session.cloud;
  const found = async (name: string) => column(await signed(session, 'GET', `/v3/projects?name=${name}`), 'projects');
  expect(await found(account.project)).toEqual([account.projectId]);
  expect(await found(account.otherProject)).toEqual([account.otherProjectId]);
  expect(await found('nothing')).toEqual([]);
  const all = column(await signed(session, 'GET', '/v3/projects'), 'projects');
  expect(all).toContain(account.otherProjectId);
  expect(all).not.toContain(account.agency.projectId);
});

test('the account, the own projects, the catalogue of a project', async () => {
  const session = await begin({ dialect: 'otc' });
  const { account } = session.cloud;
  const domains = await signed(session, 'GET', '/v3/auth/domains');
  expect(column(domains, 'domains')).toEqual([account.domainId]);
  expect(column(domains, 'domains', 'name')).toEqual([account.domain]);
  const own = column(await signed(session, 'GET', '/v3/auth/projects'), 'projects');
  expect(own).toContain(account.projectId);
  expect(own).not.toContain(account.otherProjectId);
  const catalog = await signed(session, 'GET', '/v3/auth/catalog', inProject(session));
  expect(column(catalog, 'catalog', 'type')).toContain('network');
  expect((await signed(session, 'GET', '/v3/auth/catalog')).status).toBe(403);
});

test('objects of the project: created, read, changed and deleted', async () => {
  const session = await begin({ dialect: 'otc' });
  const project = inProject(session);
  const created = await signed(session, 'POST', POLICIES, project, { ikepolicy: { name: 'ö' } });
  expect(at(created.json, 'ikepolicy', 'tenant_id')).toBe(session.cloud.account.projectId);
  const path = `${POLICIES}/${at(created.json, 'ikepolicy', 'id')}`;
  expect(column(await signed(session, 'GET', `${POLICIES}?name=%C3%B6&limit=5`, project), 'ikepolicies')).toHaveLength(
    1,
  );
  expect((await signed(session, 'PUT', path, project, { ikepolicy: { name: 'b' } })).status).toBe(200);
  expect((await signed(session, 'DELETE', path, project)).status).toBe(204);
  expect(column(await signed(session, 'GET', '/v2.0/routers', project), 'routers', 'name')).toContain('vpc-prod');
});

test('without a project there are empty lists, and nothing is created', async () => {
  const session = await begin({ dialect: 'otc' });
  expect((await signed(session, 'GET', '/v2.0/routers')).json).toEqual({ routers: [] });
  expect((await signed(session, 'POST', POLICIES, {}, { ikepolicy: { name: 'x' } })).status).toBe(403);
});

test('both forms are taken, wherever region and service are empty or not', async () => {
  const { ask } = await frozen();
  const date = '20260314';
  for (const scope of [undefined, { date, region: '', service: '' }, { date, region: 'eu-nl', service: 'vpc' }]) {
    expect((await ask(scope ? { scope } : {})).status).toBe(200);
  }
  const yesterday = { date: '20260313', region: '', service: '' };
  expect(words(await ask({ scope: yesterday }))).toBe('verify aksk signature fail');
});

test('a token can be read and revoked by a signed request', async () => {
  const session = await begin({ dialect: 'otc' });
  const signing = { headers: { 'x-subject-token': session.token } };
  expect((await signed(session, 'GET', '/v3/auth/tokens', signing)).status).toBe(200);
  expect((await signed(session, 'DELETE', '/v3/auth/tokens', signing)).status).toBe(204);
  expect((await session.vpn('GET', '/ikepolicies')).status).toBe(401);
});

const SENT: readonly [string, string, Signing, object?][] = [
  ['another method', 'GET', { sent: { method: 'DELETE' } }],
  ['another path', 'GET', { sent: { path: '/v2.0/vpn/ipsecpolicies' } }],
  ['another query', 'GET', { sent: { path: `${POLICIES}?name=a` } }],
  ['another body', 'POST', { sent: { body: '{"ikepolicy": {"name": "y"}}' } }, { ikepolicy: { name: 'x' } }],
  ['another header', 'GET', { headers: { 'x-project-id': 'a' }, unsigned: { 'x-project-id': 'b' } }],
  ['another date', 'GET', { unsigned: { 'x-sdk-date': '20260314T092654Z' } }],
  ['another secret', 'GET', { secretKey: 'wrong' }],
];

test.each(SENT)('%s than what was signed is refused', async (_case, method, signing, body) => {
  const session = await begin({ dialect: 'otc', now: () => START });
  const reply = await signed(session, method, POLICIES, { at: START, ...signing }, body);
  expect(problem(reply)).toBe('401 APIGW.0301');
  expect(words(reply)).toBe('verify aksk signature fail');
});

test.each<[string, Signing, string | RegExp]>([
  ['no signature at all', { unsigned: { authorization: 'Bearer abc' } }, 'the format of Authorization is incorrect'],
  ['an unknown key', { accessKey: 'UNKNOWN' }, 'Get secretKey failed,ak:UNKNOWN,err:ak not exist'],
  ['no date', { date: '' }, /^signature expired/],
  ['a date in another form', { date: '2026-03-14T09:26:53Z' }, /^signature expired/],
  ['a token as well', { unsigned: { 'x-auth-token': 'abc' } }, /cannot be used together/],
  ['a security token that the key has not', { securityToken: 'abc' }, /securitytoken not match/],
])('%s: refused at both services', async (_case, signing, expected) => {
  const { ask } = await frozen();
  for (const path of ['/v3/auth/projects', '/v3/auth/catalog', POLICIES]) {
    const reply = await ask(signing, path);
    expect(problem(reply)).toBe('401 APIGW.0301');
    expect(words(reply)).toMatch(expected);
  }
});

test('a header that is said to be signed has to be there', async () => {
  const { session } = await frozen();
  const url = `${session.cloud.authUrl}/auth/projects`;
  const { accessKey } = session.cloud.account;
  const authorization = `SDK-HMAC-SHA256 Access=${accessKey}, SignedHeaders=host;x-a, Signature=${'0'.repeat(64)}`;
  const reply = await fetch(url, { headers: { authorization, 'x-sdk-date': '20260314T092653Z' } });
  expect(await reply.text()).toContain('signed header x-a not found');
});

test('the clocks may be 15 minutes apart, in both directions, and no more', async () => {
  const { ask } = await frozen();
  for (const sign of [1, -1]) {
    expect((await ask({ at: START + sign * 15 * MINUTE })).status).toBe(200);
    const refused = await ask({ at: START + sign * (15 * MINUTE + 1000) });
    expect(words(refused)).toMatch(/^signature expired,signature time:20260314T09\w+,server time:20260314T092653Z$/);
  }
});

test('the fifth refusal in a row blocks the key for five minutes, also for a right signature', async () => {
  const { ask, pass } = await frozen();
  const wrong = async () => words(await ask({ secretKey: 'wrong' }));
  for (let i = 0; i < 4; i += 1) await wrong();
  expect((await ask()).status).toBe(200);
  for (let i = 0; i < 5; i += 1) expect(await wrong()).toBe('verify aksk signature fail');
  const blocked = 'AK access failed to reach the limit,forbidden';
  pass(5 * MINUTE - 1);
  expect(words(await ask())).toBe(blocked);
  expect(await wrong()).toBe(blocked);
  pass(1);
  expect((await ask()).status).toBe(200);
});

test('what is wrong with the date or the security token counts too; other keys are not blocked', async () => {
  const { session, ask } = await frozen();
  const mine = session.cloud.temporaryKeys({ ttlMs: MINUTE });
  for (let i = 0; i < 3; i += 1) await ask({ ...mine, at: 0 });
  for (let i = 0; i < 2; i += 1) await ask({ ...mine, securityToken: 'another' });
  expect(words(await ask(mine))).toMatch(/reach the limit/);
  expect((await ask()).status).toBe(200);
});

test('the first thing that is wrong is told', async () => {
  const { session, ask, pass } = await frozen();
  const { accessKey, secretKey } = session.cloud.temporaryKeys({ ttlMs: 1000 });
  const wrong = { accessKey, secretKey: 'wrong', headers: { 'x-project-id': 'none' } };
  pass(1000);
  expect(words(await ask({ ...wrong, accessKey: 'UNKNOWN', at: 0 }))).toMatch(/ak not exist/);
  expect(words(await ask({ ...wrong, at: 0 }))).toMatch(/signature expired/);
  expect(words(await ask(wrong))).toMatch(/verify aksk/);
  expect(words(await ask({ ...wrong, secretKey }))).toMatch(/securitytoken not match/);
});

test('temporary keys need their security token, until they end', async () => {
  const { session, ask, pass } = await frozen();
  const keys = session.cloud.temporaryKeys({ ttlMs: MINUTE });
  const { accessKey, secretKey } = keys;
  pass(MINUTE - 1);
  expect((await ask(keys)).status).toBe(200);
  expect((await ask({ ...keys, ...inProject(session) }, POLICIES)).status).toBe(200);
  expect(problem(await ask({ accessKey, secretKey }))).toBe('401 APIGW.0301');
  const { securityToken } = session.cloud.temporaryKeys({ ttlMs: MINUTE });
  expect(words(await ask({ ...keys, securityToken }))).toMatch(/securitytoken not match/);
  pass(1);
  expect(problem(await ask(keys))).toBe('400 IAM.1108');
  expect(problem(await ask(keys, POLICIES))).toBe('400 IAM.1108');
});

test("a project that is not the user's, and another account, are refused at both services", async () => {
  const { session, ask } = await frozen();
  const { agency, otherProjectId, domainId } = session.cloud.account;
  for (const id of [otherProjectId, agency.projectId, 'none', '']) {
    expect(problem(await ask(inProject(session, id), '/v3/auth/catalog'))).toBe('403 APIGW.0306');
    expect(problem(await ask(inProject(session, id), POLICIES))).toBe('403 APIGW.0306');
  }
  expect((await ask({ headers: { 'x-domain-id': domainId } })).status).toBe(200);
  expect(problem(await ask({ headers: { 'x-domain-id': agency.domainId } }))).toBe('403 APIGW.0306');
});

test('disabled keys are not known any more', async () => {
  const { session, ask } = await frozen();
  expect((await ask()).status).toBe(200);
  session.cloud.disableKeys();
  expect(words(await ask())).toMatch(/ak not exist/);
});

test('openstack takes a signed request for one without a token', async () => {
  const session = await begin({ dialect: 'openstack' });
  for (const path of ['/v3/projects', '/v3/auth/domains', '/v3/auth/projects', '/v3/auth/catalog', POLICIES]) {
    const reply = await signed(session, 'GET', path, inProject(session));
    expect(problem(reply)).toBe('401 Unauthorized');
    expect(reply.headers.get('www-authenticate')).toMatch(/^Keystone uri=/);
  }
});

test('openstack: with a token, projects are listed for administrators only, and nobody has a role in a domain', async () => {
  const session = await begin({ dialect: 'openstack' });
  const { cloud } = session;
  const list = (token: string, path: string) => session.identity('GET', path, undefined, { 'x-auth-token': token });
  expect(problem(await list(session.token, '/projects'))).toBe('403 Forbidden');
  const admin = cloud.issueToken({ admin: true });
  expect(column(await list(admin, `/projects?name=${cloud.account.otherProject}`), 'projects')).toHaveLength(1);
  expect((await list(session.token, '/auth/domains')).json).toMatchObject({ domains: [] });
});
