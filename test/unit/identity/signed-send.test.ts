import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../src/http/client.ts';
import type { Send } from '../../../src/http/send.ts';
import { createSigner, type SigningScope } from '../../../src/identity/signed-send.ts';
import { authorization } from '../../../src/identity/signing.ts';
import type { KeysWay } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';
import {
  type Answer,
  type Arrived,
  client,
  failure,
  json,
  raw,
  reset,
  serve,
  type TestServer,
  visible,
} from '../http/support.ts';

const keys: KeysWay = { way: 'keys', accessKey: 'EXAMPLEAK0000000TEST', secretKey: new Secret('ExampleSecretKey0123') };
const temporary: KeysWay = { ...keys, securityToken: new Secret('sec-tok') };
const start = Date.parse('2026-03-14T09:26:53Z');
const inTime = { date: 'Sat, 14 Mar 2026 09:26:53 GMT' };
const refused = json(401, { error_code: 'APIGW.0301', error_msg: 'verify aksk signature fail' }, inTime);

interface Trying {
  readonly send: Send;
  /** A send of the same signer, for another scope. */
  sendFor(scope: SigningScope): Send;
  get(path: string, more?: Partial<HttpRequest>): HttpRequest;
  readonly waits: readonly number[];
  readonly reads: AbortController;
}

function trying(server: TestServer, way: KeysWay = keys, scope?: SigningScope): Trying {
  const { http, waits, reads } = client();
  let now = start;
  const clock = { now: () => (now += 1000) };
  const signer = createSigner({ http, keys: way, clock });
  const origins = [server.url.origin];
  return {
    send: signer.sendTo(origins, scope),
    sendFor: (other) => signer.sendTo(origins, other),
    get: (path, more = {}) => ({
      ...{ method: 'GET', url: new URL(path, server.url), what: `get ${path}`, repeat: 'freely', ...more },
    }),
    waits,
    reads,
  };
}

/** Whether the signature fits what has arrived, with the headers that it names. */
function fits({ method, path, headers, body }: Arrived, server: TestServer): boolean {
  const value = String(headers['authorization']);
  const names = /SignedHeaders=([^,]+),/.exec(value)?.[1]?.split(';') ?? [];
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  const request = { method, url: new URL(path, server.url), headers: signed, body: body === '' ? undefined : body };
  return value === authorization(keys, String(headers['x-sdk-date']), request);
}

describe('what is sent', () => {
  test('a signature of exactly what arrives, made anew for each try', async () => {
    const server = await serve([json(200, {}), raw(503), json(201, {})]);
    const { send, get } = trying(server);
    await send(get('/v3/projects?name=site+a&limit=50'));
    const body = { text: 'Büro "1"' };
    await send({ ...get('/v2.0/vpn/ikepolicies'), method: 'PUT', body, headers: { 'x-other': 'o' } });
    expect(server.requests.map((request) => fits(request, server))).toEqual([true, true, true]);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/v3/projects?limit=50&name=site%20a',
      '/v2.0/vpn/ikepolicies',
      '/v2.0/vpn/ikepolicies',
    ]);
    const dates = server.requests.map(({ headers }) => headers['x-sdk-date']);
    expect(dates).toEqual(['20260314T092654Z', '20260314T092655Z', '20260314T092656Z']);
    expect(server.requests[2]?.headers['x-other']).toBe('o');
    expect(server.requests[2]?.headers['authorization']).toContain('SignedHeaders=content-type;host;x-sdk-date,');
  });

  test.each([
    [{ projectId: 'p1' }, 'x-project-id', 'p1'],
    [{ domainId: 'd1' }, 'x-domain-id', 'd1'],
  ])('%j, and the security token of temporary keys', async (scope, name, value) => {
    const server = await serve(json(200, {}));
    const { send, get } = trying(server, temporary, scope);
    await send(get('/v3/auth/catalog'));
    const [request] = server.requests;
    expect(request?.headers).toMatchObject({ [name]: value, 'x-security-token': 'sec-tok' });
    expect(request?.headers['authorization']).toContain(`SignedHeaders=host;${name};x-sdk-date;x-security-token,`);
    expect(request && fits(request, server)).toBe(true);
  });

  test('nothing to another origin', async () => {
    const server = await serve(json(200, {}));
    const { send, get } = trying(server);
    const error = await failure(send(get('http://127.0.0.1:1/v3')));
    expect(error).toMatchObject({
      code: 'ENDPOINT_REFUSED',
      message: 'Could not get http://127.0.0.1:1/v3: nothing is signed for http://127.0.0.1:1.',
    });
    expect(server.requests).toEqual([]);
  });

  test.each([
    [{ accessKey: '' }, 'access-key'],
    [{ accessKey: 'AK\nAK' }, 'access-key'],
    [{ secretKey: new Secret('s3cret ') }, 'secret-key'],
    [{ securityToken: new Secret('s3cret\ntok') }, 'security-token'],
  ])('no keys that can be none: %j', (more, name) => {
    const make = (): unknown =>
      createSigner({ http: client().http, keys: { ...keys, ...more }, clock: { now: Date.now } });
    expect(make).toThrow(`The ${name} is empty, or contains blanks`);
    expect(make).not.toThrow('s3cret');
  });
});

describe('the care that no key gets blocked', () => {
  /** Answers by itself only when told to. */
  function holding(answers: readonly Answer[]): { readonly answer: Answer; next(): void } {
    const held: (() => void)[] = [];
    return {
      answer: (response, request, n) =>
        held.push(() => answers[Math.min(n, answers.length) - 1]?.(response, request, n)),
      next: () => held.shift()?.(),
    };
  }

  async function arrived(server: TestServer, count: number): Promise<void> {
    await expect.poll(() => server.requests.length).toBe(count);
    // Whatever else would be sent, is sent by then.
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.requests).toHaveLength(count);
  }

  test('the first request goes alone; once it is accepted, the others go at once', async () => {
    const { answer, next } = holding([json(200, {})]);
    const server = await serve(answer);
    const { send, sendFor, get } = trying(server);
    const all = [send(get('/1')), send(get('/2')), sendFor({ projectId: 'p1' })(get('/3')), send(get('/4'))];
    await arrived(server, 1);
    next();
    await arrived(server, 4);
    for (let count = 0; count < 3; count += 1) next();
    await Promise.all(all);
  });

  test('after a refused signature nothing is sent any more, whatever is asked for, and the error is the same', async () => {
    const server = await serve(refused);
    const { send, sendFor, get, waits } = trying(server);
    const errors = await Promise.all([send(get('/1')), send(get('/2')), send(get('/3'))].map(failure));
    errors.push(await failure(send(get('/4'))), await failure(sendFor({ projectId: 'p1' })(get('/5'))));
    expect(new Set(errors).size).toBe(1);
    expect(errors[0]).toMatchObject({
      code: 'LOGIN_REFUSED',
      status: 401,
      message: 'Could not get /1: verify aksk signature fail (APIGW.0301, HTTP 401)',
    });
    expect(server.requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  test('a request that fails without a word about the signature lets one other go, alone', async () => {
    const { answer, next } = holding([raw(404), reset, refused]);
    const server = await serve(answer);
    const { send, get } = trying(server);
    const all = [send(get('/1')), send(get('/2', { repeat: 'never' })), send(get('/3')), send(get('/4'))].map(failure);
    await arrived(server, 1);
    next();
    await arrived(server, 2);
    next();
    await arrived(server, 3);
    next();
    const codes = (await Promise.all(all)).map((error) => Reflect.get(Object(error), 'code'));
    expect(codes).toEqual(['API_REFUSED', 'NETWORK', 'LOGIN_REFUSED', 'LOGIN_REFUSED']);
    expect(server.requests).toHaveLength(3);
  });

  test('requests under way are refused in their own words; later ones with the first of these', async () => {
    const { answer, next } = holding([json(200, {}), refused]);
    const server = await serve(answer);
    const { send, get } = trying(server);
    const first = send(get('/1'));
    await arrived(server, 1);
    next();
    await first;
    const all = [failure(send(get('/2'))), failure(send(get('/3')))];
    await arrived(server, 3);
    next();
    next();
    const [one, other] = await Promise.all(all);
    expect(one).toMatchObject({ code: 'LOGIN_TOKEN', message: expect.stringContaining('Could not get /2: ') });
    expect(other).toMatchObject({ code: 'LOGIN_TOKEN', message: expect.stringContaining('Could not get /3: ') });
    expect(await failure(send(get('/4')))).toBe(one);
    expect(server.requests).toHaveLength(3);
  });

  test('a refusal ends repeats that wait, too', async () => {
    const server = await serve((response, request, n) => {
      const answer = request.path === '/ok' ? json(200, {}) : request.path === '/busy' ? raw(503) : refused;
      answer(response, request, n);
    });
    const { http } = client({}, { clock: { now: Date.now, sleep: () => waiting.promise } });
    const waiting = Promise.withResolvers<void>();
    const signer = createSigner({ http, keys, clock: { now: () => start } });
    const send = signer.sendTo([server.url.origin]);
    const { get } = trying(server);
    await send(get('/ok'));
    const busy = failure(send(get('/busy')));
    await expect.poll(() => server.requests.length).toBe(2);
    const refusal = await failure(send(get('/refused')));
    waiting.resolve();
    expect(await busy).toBe(refusal);
    expect(server.requests).toHaveLength(3);
  });

  test('a cancelled first request lets the next one see for itself that the run is over', async () => {
    const server = await serve(() => undefined);
    const { send, get, reads } = trying(server);
    const all = [failure(send(get('/1'))), failure(send(get('/2')))];
    await expect.poll(() => server.requests.length).toBe(1);
    reads.abort();
    expect(await Promise.all(all)).toEqual([
      expect.objectContaining({ code: 'CANCELLED' }),
      expect.objectContaining({ code: 'CANCELLED', message: 'Cancelled, and not done: get /2.' }),
    ]);
    expect(server.requests).toHaveLength(1);
  });
});

describe('what a refusal means', () => {
  async function refusalOf(answer: Answer, way: KeysWay = keys): Promise<unknown> {
    const server = await serve(answer);
    const { send, get } = trying(server, way);
    const error = await failure(send(get('/v3/projects')));
    expect(visible(error)).not.toMatch(/ExampleSecretKey0123|sec-tok/);
    return error;
  }
  const gateway = (message: string): Answer => json(401, { error_code: 'APIG.0301', error_msg: message }, inTime);
  const iam = (status: number, code: string): Answer => json(status, { error_code: code, error_msg: 'no' }, inTime);

  test.each([
    [
      'no code',
      json(401, {}, inTime),
      /secret-key is not the secret of the access key EXAMPLEAK0000000TEST; .*temporary/,
    ],
    ['the gateway', gateway('verify aksk signature fail'), /^The service does not say which.*not the secret/],
    ['Keystone', iam(401, 'IAM.0001'), /^The service does not say which.*not the secret/],
    ['an unknown key', gateway('Get secretKey failed,ak:X,err:ak not exist'), /does not know the access key EXAMPLE/],
    ['a blocked key', gateway('AK access failed to reach the limit,forbidden.'), /blocked for about five minutes/],
    ['a blocked key, by code', iam(400, 'IAM.1104'), /blocked for about five minutes/],
    ['an expired key', iam(400, 'IAM.1105'), /has expired: create a new one/],
    ['a user who is gone', iam(400, 'IAM.1106'), /is gone/],
    ['an inactive key', iam(400, 'IAM.1107'), /inactive: activate it/],
    ['an expired security token', iam(400, 'IAM.1108'), /has expired\. Temporary keys live from 15 minutes/],
    ['a security token in words', gateway('SecurityToken is invalid'), /missing, or is not of the access key EXA/],
    ['a disabled user', iam(403, 'IAM.0080'), /enable the user in IAM/],
    ['a console user', iam(403, 'IAM.0081'), /programmatic access/],
  ])('%s', async (_, answer, hint) => {
    const error = await refusalOf(answer);
    expect(error).toMatchObject({ code: 'LOGIN_REFUSED', hint: expect.stringMatching(hint) });
    expect(error).toMatchObject({
      hint: expect.stringMatching(/\. Nothing more is signed in this run, because about five/),
    });
  });

  test('temporary keys: how to get new ones', async () => {
    expect(await refusalOf(refused, temporary)).toMatchObject({
      hint: expect.stringMatching(
        /temporary keys have expired, or security-token is not of the same three\. Temporary keys/,
      ),
    });
  });

  test('an access key that may be the secret in the wrong input is not shown', async () => {
    const way = { ...keys, accessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
    const error = await refusalOf(gateway('ak not exist'), way);
    expect(error).toMatchObject({ hint: expect.stringContaining('does not know the access key: it was deleted') });
    expect(visible(error)).not.toContain('wJalr');
  });

  test.each([
    ['Sat, 14 Mar 2026 09:26:53 GMT', undefined],
    ['Sat, 14 Mar 2026 09:22:00 GMT', undefined],
    ['Sat, 14 Mar 2026 09:21:53 GMT', 'Likeliest cause: the clock of this runner is 5 minutes ahead of the service'],
    ['Sat, 14 Mar 2026 09:04:55 GMT', 'Likeliest cause: the clock of this runner is 22 minutes ahead of the service'],
    ['Sat, 14 Mar 2026 10:26:55 GMT', 'Likeliest cause: the clock of this runner is 60 minutes behind the service'],
    ['Fri, 13 Mar 2026 09:26:53 GMT', 'Likeliest cause: the clock of this runner is 24 hours ahead of the service'],
  ])('the time of the service is %s', async (date, words) => {
    const error = await refusalOf(json(401, {}, { date }));
    const hint = String(Reflect.get(Object(error), 'hint'));
    expect(hint.startsWith(words ?? 'The service does not say')).toBe(true);
    expect(hint).toContain('The service does not say which of these it is');
  });

  test('a service that tells no time', async () => {
    const error = await refusalOf((response) => {
      response.sendDate = false;
      response.writeHead(401).end();
    });
    expect(error).toMatchObject({ hint: expect.stringMatching(/^The service does not say which/) });
  });

  test.each([
    [keys, /^Before, the service accepted the access key EXAMPLEAK0000000TEST: it was disabled or deleted/],
    [
      temporary,
      /^Before, the service accepted these keys: they have expired, and a signature cannot be renewed\. Temporary/,
    ],
  ])('keys that were accepted before', async (way, hint) => {
    const server = await serve([json(200, {}), refused]);
    const { send, get } = trying(server, way);
    await send(get('/1'));
    const error = await failure(send(get('/2')));
    expect(error).toMatchObject({ code: 'LOGIN_TOKEN', hint: expect.stringMatching(hint) });
    expect(await failure(send(get('/3')))).toBe(error);
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    [403, { code: 403, message: 'forbidden' }],
    [400, { error_code: 'IAM.1109', error_msg: 'project not found' }],
  ])('a project that is not of the account (%i)', async (status, body) => {
    const server = await serve(json(status, body));
    const { send, get } = trying(server, keys, { projectId: 'p1' });
    const [error, ...others] = await Promise.all(['/1', '/2', '/3'].map((path) => failure(send(get(path)))));
    expect(others).toEqual([error, error]);
    expect(server.requests).toHaveLength(1);
    expect(error).toMatchObject({
      code: 'LOGIN_REFUSED',
      status,
      hint: expect.stringContaining('The project with id p1 is not of the account of the access key, or the user'),
    });
  });

  test('a 403 says something else where the project was accepted, or where there is none', async () => {
    const server = await serve([json(200, {}), raw(403), raw(403), raw(403)]);
    const { send, sendFor, get } = trying(server, keys, { projectId: 'p1' });
    await send(get('/1'));
    expect(await failure(send(get('/2')))).toMatchObject({ code: 'API_REFUSED', status: 403 });
    expect(await failure(sendFor({ domainId: 'd1' })(get('/3')))).toMatchObject({ code: 'API_REFUSED' });
    expect(await failure(sendFor({ projectId: 'p2' })(get('/4')))).toMatchObject({ code: 'LOGIN_REFUSED' });
  });

  test('other refusals and outages stay what they are', async () => {
    const server = await serve([raw(409), raw(500), json(200, { ok: true })]);
    const { send, get } = trying(server);
    expect(await failure(send(get('/1')))).toMatchObject({ code: 'API_REFUSED', status: 409 });
    expect(await failure(send(get('/2')))).toMatchObject({ code: 'API_UNAVAILABLE' });
    expect(await send(get('/3'))).toMatchObject({ body: { ok: true } });
  });
});
