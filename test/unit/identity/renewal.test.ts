import { expect, test } from 'vitest';
import type { HttpRequest } from '../../../src/http/client.ts';
import { login } from '../../../src/identity/login.ts';
import type { Session } from '../../../src/identity/session.ts';
import { Secret } from '../../../src/secret.ts';
import { type Answer, client, failure, json, raw, serve, type TestServer } from '../http/support.ts';

const project = { id: 'p1', name: 'prod' };

interface Cloud {
  readonly server: TestServer;
  readonly session: Session;
  readonly masked: string[];
  readonly reads: AbortController;
  readonly writes: AbortController;
  calls(): string[];
}

/** Logins give tok-1, tok-2 …; the network service accepts what `valid` says. */
async function cloud(options: {
  valid(token: string): boolean;
  refusal?: Answer;
  again?: Answer;
  revoke?: Answer;
}): Promise<Cloud> {
  let logins = 0;
  const refusal = options.refusal ?? json(401, { error: { code: 401, message: 'Log in.', title: 'Unauthorized' } });
  const server = await serve((response, request, n) => {
    const token = String(request.headers['x-auth-token']);
    if (request.method === 'POST' && request.path === '/v3/auth/tokens') {
      logins += 1;
      if (logins > 1 && options.again !== undefined) {
        options.again(response, request, n);
        return;
      }
      const endpoints = [{ interface: 'public', url: `http://${request.headers.host}` }];
      const body = { token: { project, catalog: [{ type: 'network', endpoints }] } };
      json(201, body, { 'x-subject-token': `tok-${logins}` })(response, request, n);
    } else if (request.method === 'DELETE' && request.path === '/v3/auth/tokens') {
      (options.revoke ?? raw(204))(response, request, n);
    } else {
      (options.valid(token) ? json(200, { ok: token }) : refusal)(response, request, n);
    }
  });
  const { http, reads, writes } = client();
  const masked: string[] = [];
  const session = await login({
    login: {
      way: { way: 'password', user: { name: 'u', domain: { name: 'd' } }, password: new Secret('pw-1') },
      project: { name: 'prod' },
    },
    ...{ deadline: Date.now() + 600_000, idTokens: { url: undefined, token: undefined } },
    ...{ authUrl: new URL('/', server.url), dialect: 'openstack', http, clock: { now: Date.now } },
    log: { warning: () => undefined },
    mask: (secret) => masked.push(secret),
  });
  const calls = (): string[] =>
    server.requests
      .slice(1)
      .map(({ method, path, headers }) => `${method} ${path} ${headers['x-auth-token'] ?? ''}`.trim());
  return { server, session, masked, reads, writes, calls };
}

const read = ({ networkUrl }: Session, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url: new URL(`${networkUrl.href}/x`),
  what: 'look',
  repeat: 'freely',
  ...more,
});

test('a 401 is answered by one new login and the same request again; both tokens are revoked', async () => {
  const { session, masked, calls } = await cloud({ valid: (token) => token === 'tok-2' });
  const post = read(session, { method: 'POST', body: { a: 1 }, repeat: 'if not carried out' });
  expect(await session.send(post)).toMatchObject({ body: { ok: 'tok-2' } });
  expect(masked).toEqual(['tok-1', 'tok-2']);
  await session.close(1000);
  expect(calls().slice(0, 3)).toEqual(['POST /v2.0/x tok-1', 'POST /v3/auth/tokens', 'POST /v2.0/x tok-2']);
  expect(calls().slice(3).sort()).toEqual(['DELETE /v3/auth/tokens tok-1', 'DELETE /v3/auth/tokens tok-2']);
});

test('requests that are refused together share one login', async () => {
  const { session, calls } = await cloud({ valid: (token) => token === 'tok-2' });
  const answers = await Promise.all(Array.from({ length: 6 }, () => session.send(read(session))));
  expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 6 }, () => ({ ok: 'tok-2' })));
  expect(calls().filter((call) => call === 'POST /v3/auth/tokens')).toHaveLength(1);
});

test('a refusal that arrives after the renewal only repeats the request', async () => {
  const gate = Promise.withResolvers<void>();
  let seen = 0;
  const { session, calls } = await cloud({
    valid: (token) => token === 'tok-2',
    refusal: async (response, request, n) => {
      seen += 1;
      if (seen === 1) await gate.promise;
      json(401, { code: 'VPC.0008', message: 'bad token' })(response, request, n);
    },
  });
  const late = session.send(read(session));
  await expect.poll(() => seen).toBe(1);
  await session.send(read(session));
  gate.resolve();
  expect(await late).toMatchObject({ body: { ok: 'tok-2' } });
  expect(calls().filter((call) => call === 'POST /v3/auth/tokens')).toHaveLength(1);
});

test('a new token that is refused too is the end: no second login', async () => {
  const { session, calls } = await cloud({ valid: () => false });
  expect(await failure(session.send(read(session)))).toMatchObject({ status: 401 });
  expect(await failure(session.send(read(session)))).toMatchObject({
    code: 'LOGIN_TOKEN',
    hint: expect.stringContaining('refuses a token that is new'),
  });
  expect(calls().filter((call) => call === 'POST /v3/auth/tokens')).toHaveLength(1);
});

test('a run that outlives several tokens logs in again for each', async () => {
  let valid = 1;
  const { session, calls } = await cloud({ valid: (token) => token === `tok-${valid}` });
  for (; valid <= 4; valid += 1) {
    const answers = await Promise.all(Array.from({ length: 3 }, () => session.send(read(session))));
    expect(answers.map(({ body }) => body)).toEqual(Array(3).fill({ ok: `tok-${valid}` }));
  }
  expect(calls().filter((call) => call === 'POST /v3/auth/tokens')).toHaveLength(3);
  expect(await session.close(1000)).toBeUndefined();
  expect(calls().filter((call) => call.startsWith('DELETE'))).toHaveLength(4);
});

test('a login that is refused meanwhile is not tried again by the next request', async () => {
  const again = json(401, { error: { code: 401, message: 'No.' } });
  const { session, calls } = await cloud({ valid: () => false, again });
  for (let n = 0; n < 3; n += 1) {
    expect(await failure(session.send(read(session)))).toMatchObject({ code: 'LOGIN_REFUSED' });
  }
  expect(calls().filter((call) => call === 'POST /v3/auth/tokens')).toHaveLength(1);
});

test('after the revocation nothing logs in again, and a login in flight is revoked as it comes', async () => {
  const gate = Promise.withResolvers<void>();
  const again: Answer = async (response, request, n) => {
    await gate.promise;
    json(201, { token: { project } }, { 'x-subject-token': 'tok-2' })(response, request, n);
  };
  const { session, calls } = await cloud({ valid: () => false, again });
  const late = failure(session.send(read(session)));
  await expect.poll(() => calls().at(-1)).toBe('POST /v3/auth/tokens');
  await session.close(1000);
  gate.resolve();
  expect(await late).toMatchObject({ code: 'CANCELLED' });
  expect(calls().slice(-2)).toEqual(['DELETE /v3/auth/tokens tok-1', 'DELETE /v3/auth/tokens tok-2']);
});

test('a request that the revocation itself made unauthorised does not log in again', async () => {
  const gate = Promise.withResolvers<void>();
  const refusal: Answer = async (response, request, n) => {
    await gate.promise;
    json(401, { error: { code: 401, message: 'Log in.' } })(response, request, n);
  };
  const { session, calls } = await cloud({ valid: () => false, refusal });
  const late = failure(session.send(read(session)));
  await expect.poll(() => calls().at(-1)).toBe('GET /v2.0/x tok-1');
  await session.close(1000);
  gate.resolve();
  expect(await late).toMatchObject({ status: 401 });
  expect(calls()).not.toContain('POST /v3/auth/tokens');
});

test('a renewal that gives another project is refused, and its token revoked', async () => {
  const again = json(201, { token: { project: { id: 'p2' } } }, { 'x-subject-token': 'tok-2' });
  const { session, calls } = await cloud({ valid: () => false, again });
  expect(await failure(session.send(read(session)))).toMatchObject({ code: 'LOGIN_SCOPE' });
  await session.close(1000);
  expect(calls()).toContain('DELETE /v3/auth/tokens tok-2');
});

test.each([
  ['VPC.0005', json(401, { code: 'VPC.0005', message: 'User is restricted.' })],
  ['VPC.0009', json(401, { code: 'VPC.0009', message: 'Identity verification failed.' })],
  ['APIGW.0303', json(401, { error_code: 'APIGW.0303', error_msg: 'Incorrect app authentication' })],
  ['403', json(403, { code: 'VPC.0010', message: 'token lacks rights' })],
  ['409', raw(409)],
])('%s is not about the token: no new login', async (_name, refusal) => {
  const { session, calls } = await cloud({ valid: () => false, refusal });
  expect(await failure(session.send(read(session)))).toMatchObject({ code: 'API_REFUSED' });
  expect(calls()).toEqual(['GET /v2.0/x tok-1']);
});

test.each([
  ['VPC.0008', json(401, { code: 'VPC.0008', message: 'invalid' })],
  ['APIGW.0301', json(401, { error_code: 'APIGW.0301', error_msg: 'decrypt fail' })],
  ['APIG.0307', json(401, { error_code: 'APIG.0307', error_msg: 'update' })],
  ['IAM.0066', json(401, { error_code: 'IAM.0066', error_msg: 'expired' })],
  ['a code of its own, with words about the token', json(401, { code: 'XYZ.1', message: 'The token is old.' })],
  ['an empty answer', raw(401)],
])('%s is about the token', async (_name, refusal) => {
  const { session } = await cloud({ valid: (token) => token === 'tok-2', refusal });
  expect(await session.send(read(session))).toMatchObject({ status: 200 });
});

test('the token goes to the origins of auth and network alone', async () => {
  const elsewhere = await serve(json(200, {}));
  const { session } = await cloud({ valid: () => true });
  const error = await failure(session.send(read(session, { url: elsewhere.url })));
  expect(error).toMatchObject({ code: 'ENDPOINT_REFUSED', message: expect.stringContaining(elsewhere.url.origin) });
  expect(elsewhere.requests).toEqual([]);
});

test('a renewal for a critical request goes on after the first cancel signal', async () => {
  const { session, reads } = await cloud({ valid: (token) => token === 'tok-2' });
  reads.abort();
  expect(await session.send(read(session, { critical: true }))).toMatchObject({ body: { ok: 'tok-2' } });
});

test('revocation goes on after a cancelled run, and takes at most a second', async () => {
  const { session, reads, writes, calls } = await cloud({ valid: () => true, revoke: () => undefined });
  reads.abort();
  writes.abort();
  const started = Date.now();
  expect(await session.close(1000)).toMatch(/could not be revoked/);
  expect(Date.now() - started).toBeLessThan(1500);
  expect(calls()).toEqual(['DELETE /v3/auth/tokens tok-1']);
});

test.each([401, 404])('a token that is dead already (%i) needs no warning', async (status) => {
  const { session } = await cloud({ valid: () => true, revoke: raw(status) });
  expect(await session.close(1000)).toBeUndefined();
});

test('a revocation that is refused is told', async () => {
  const { session } = await cloud({ valid: () => true, revoke: raw(403) });
  expect(await session.close(1000)).toMatch(/could not be revoked/);
});
