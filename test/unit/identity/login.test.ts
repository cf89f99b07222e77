import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../src/http/client.ts';
import { type LoginOptions, login } from '../../../src/identity/login.ts';
import type { LoginWay, PasswordWay } from '../../../src/identity/way.ts';
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

const project = { id: '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e', name: 'prod', domain: { id: 'd0', name: 'acme' } };
const passwordWay: PasswordWay = {
  way: 'password',
  username: 'ci-bot',
  password: new Secret('Pass-Wort1'),
  userDomainName: 'acme',
  project: { name: 'prod' },
};
const tokenWay: LoginWay = { way: 'token', token: new Secret('gAAAA-given') };
const unauthorized = json(401, {
  error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
});

/** What a token is about; the catalogue leads back to the same server. */
function tokenBody(request: Arrived, more: object = {}): unknown {
  const endpoints = [{ interface: 'public', region: 'r1', region_id: 'r1', url: `http://${request.headers.host}` }];
  const catalog = [{ type: 'network', name: 'neutron', endpoints }];
  const token = { expires_at: '2099-01-01T00:00:00.000000Z', user: { name: 'ci-bot' }, project, catalog, ...more };
  return { token };
}

function issue(token: string, more: object = {}): Answer {
  return (response, request, n) =>
    json(201, tokenBody(request, more), { 'X-Subject-Token': token })(response, request, n);
}

interface Routes {
  post?: Answer | readonly Answer[];
  get?: Answer;
  catalog?: Answer;
  remove?: Answer;
  network?: Answer;
}

/** Keystone and Neutron on one loopback origin. */
async function cloud({
  post = issue('tok-1'),
  get,
  catalog = raw(404),
  remove = raw(204),
  network = json(200, {}),
}: Routes = {}): Promise<TestServer> {
  const posts = typeof post === 'function' ? [post] : post;
  let logins = 0;
  return await serve((response, request, n) => {
    const route = `${request.method} ${request.path}`;
    if (route === 'POST /v3/auth/tokens') {
      logins += 1;
      posts[Math.min(logins, posts.length) - 1]?.(response, request, n);
      return;
    }
    const routes: Record<string, Answer> = {
      'GET /v3/auth/tokens': get ?? ((to, from) => json(200, tokenBody(from))(to, from, n)),
      'DELETE /v3/auth/tokens': remove,
      'GET /v3/auth/catalog': catalog,
    };
    (routes[route] ?? network)(response, request, n);
  });
}

function calls(server: TestServer): string[] {
  return server.requests.map(({ method, path }) => `${method} ${path}`);
}

interface Trying {
  options: LoginOptions;
  masked: string[];
  warnings: string[];
  lines: readonly string[];
  waits: readonly number[];
  reads: AbortController;
}

function trying(server: TestServer, more: Partial<LoginOptions> = {}): Trying {
  const { http, lines, waits, reads } = client();
  const masked: string[] = [];
  const warnings: string[] = [];
  const options: LoginOptions = {
    ...{ way: passwordWay, authUrl: new URL('/', server.url), dialect: 'openstack', http, clock: { now: Date.now } },
    log: { warning: (text) => warnings.push(text) },
    mask: (secret) => masked.push(secret),
    ...more,
  };
  return { options, masked, warnings, lines, waits, reads };
}

const list = (session: { networkUrl: URL }): HttpRequest => ({
  method: 'GET',
  url: new URL(`${session.networkUrl.href}/vpn/ikepolicies`),
  what: 'list the IKE policies',
  repeat: 'freely',
});

describe('user and password', () => {
  test('one request, whose answer has all that is needed; the token goes with each request and is revoked', async () => {
    const server = await cloud();
    const { options, masked, lines } = trying(server);
    const session = await login(options);
    expect(session).toMatchObject({
      project: { id: project.id, name: 'prod' },
      user: 'ci-bot',
      expiresAt: Date.parse('2099-01-01'),
      networkUrl: new URL('/v2.0', server.url),
    });
    expect(masked).toEqual(['tok-1']);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'ci-bot', password: 'Pass-Wort1', domain: { name: 'acme' } } },
        },
        scope: { project: { name: 'prod', domain: { name: 'acme' } } },
      },
    });
    await session.send({ ...list(session), headers: { 'x-other': '1' } });
    expect(server.requests[1]?.headers).toMatchObject({ 'x-auth-token': 'tok-1', 'x-other': '1' });
    expect(await session.close()).toBeUndefined();
    expect(await session.close()).toBeUndefined();
    expect(server.requests[2]?.headers).toMatchObject({ 'x-auth-token': 'tok-1', 'x-subject-token': 'tok-1' });
    expect(calls(server)).toEqual(['POST /v3/auth/tokens', 'GET /v2.0/vpn/ikepolicies', 'DELETE /v3/auth/tokens']);
    expect(lines.join()).not.toMatch(/tok-1|Pass-Wort1/);
  });

  test.each([
    [{ id: 'p1' }, { id: 'p1' }],
    [
      { name: 'prod', domainName: 'other' },
      { name: 'prod', domain: { name: 'other' } },
    ],
  ])('the scope for %j', async (choice, scope) => {
    const server = await cloud({ post: unauthorized });
    await failure(login(trying(server, { way: { ...passwordWay, project: choice } }).options));
    expect(JSON.parse(server.requests[0]?.body ?? '').auth.scope).toEqual({ project: scope });
  });

  test('a token of 12 kB', async () => {
    const long = 'M'.repeat(12_000);
    const server = await cloud({ post: issue(long) });
    const session = await login(trying(server).options);
    await session.send(list(session));
    expect(server.requests[1]?.headers['x-auth-token']).toBe(long);
  });

  test('a 401 is not repeated, and names all the causes with the values that are no secrets', async () => {
    const server = await cloud({ post: unauthorized });
    const { options, waits, lines } = trying(server, { authUrl: new URL('v3/', new URL('/', server.url)) });
    const error = await failure(login(options));
    expect(error).toMatchObject({
      code: 'LOGIN_REFUSED',
      status: 401,
      message:
        `Could not log in at ${server.url.origin}/v3 as user "ci-bot" of domain "acme": ` +
        'The request you have made requires authentication. (HTTP 401)',
      hint: expect.stringMatching(/password.*"ci-bot" in domain "acme".*project "prod" of domain "acme".*no role/),
    });
    expect(calls(server)).toEqual(['POST /v3/auth/tokens']);
    expect(waits).toEqual([]);
    expect(visible(error) + lines.join()).not.toContain('Pass-Wort1');
  });

  test.each([
    ['locked', 401, { error_code: 'IAM.0061', error_msg: 'Account locked.' }, /locked.*15 minutes/],
    ['console only', 403, { error_code: 'IAM.0081', error_msg: 'No.' }, /console only/],
    ['disabled', 403, { error: { code: 'IAM.0082', message: 'No.' } }, /disabled/],
    ['wrong password', 401, { error_code: 'IAM.0062', error_msg: 'No.' }, /password is wrong/],
    ['just refused', 401, { error_code: 'IAM.0001', error_msg: 'No.' }, /likeliest first.*OTC the account/],
    ['unknown code', 401, { error_code: 'IAM.4711', error_msg: 'No.' }, /likeliest first/],
    ['a missing value', 400, { error: { code: 400, message: "'domain' is required" } }, /value that the message names/],
    ['no Keystone there', 404, 'not here', /no identity service .* check auth-url/],
  ])('OTC: %s', async (_name, status, body, hint) => {
    const server = await cloud({ post: typeof body === 'string' ? raw(status, body) : json(status, body) });
    const way = { ...passwordWay, project: { id: 'p1' } };
    const error = await failure(login(trying(server, { dialect: 'otc', way }).options));
    expect(error).toMatchObject({ code: 'LOGIN_REFUSED', status, hint: expect.stringMatching(hint) });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    ['429', raw(429, '', { 'retry-after': '1' })],
    ['503', raw(503)],
  ])('%s is tried again', async (_name, answer) => {
    const server = await cloud({ post: [answer, issue('tok-1')] });
    await login(trying(server).options);
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    ['lost', reset, 'NETWORK', undefined],
    ['500', json(500, { error: { message: 'database down' } }), 'API_UNAVAILABLE', 500],
    ['502', raw(502), 'API_UNAVAILABLE', 502],
  ] as const)(
    'an answer that is %s is not tried again: the password could count twice',
    async (_name, post, code, status) => {
      const server = await cloud({ post });
      const error = await failure(login(trying(server).options));
      expect(error).toMatchObject({
        name: 'LostAnswerError',
        code,
        status,
        message: expect.stringMatching(/^Could not log in at /),
        hint: expect.stringContaining('A login is not repeated by itself'),
      });
      expect(server.requests).toHaveLength(1);
    },
  );

  test('a service that stays unavailable, one that is not there, and a run that is cancelled', async () => {
    const server = await cloud({ post: raw(503, 'maintenance') });
    expect(await failure(login(trying(server).options))).toMatchObject({
      name: 'ResponseError',
      code: 'API_UNAVAILABLE',
    });
    const gone = trying(server, { authUrl: new URL('http://127.0.0.1:1') });
    expect(await failure(login(gone.options))).toMatchObject({ name: 'UnreachableError', code: 'NETWORK' });
    const stopped = trying(server);
    stopped.reads.abort();
    expect(await failure(login(stopped.options))).toMatchObject({
      code: 'CANCELLED',
      message: expect.stringContaining('Cancelled: log in at'),
    });
  });

  test.each([
    ['no token', json(201, { token: { project } }), []],
    ['a token that is none', json(201, { token: { project } }, { 'x-subject-token': 'a b' }), ['a b']],
  ])('an answer with %s', async (_name, post, expected) => {
    const server = await cloud({ post });
    const { options, masked } = trying(server);
    expect(await failure(login(options))).toMatchObject({
      code: 'API_UNAVAILABLE',
      message: expect.stringContaining('has no token'),
    });
    expect(masked).toEqual(expected);
  });

  test.each([
    ['no project', issue('tok-1', { project: undefined }), 'LOGIN_SCOPE'],
    ['no description', json(201, {}, { 'x-subject-token': 'tok-1' }), 'LOGIN_SCOPE'],
    ['another project', issue('tok-1', { project: { ...project, name: 'test' } }), 'LOGIN_SCOPE'],
    ['no network service', issue('tok-1', { catalog: [{ type: 'compute', endpoints: [] }] }), 'CATALOGUE'],
    [
      'a network service elsewhere',
      issue('tok-1', {
        catalog: [{ type: 'network', endpoints: [{ interface: 'public', url: 'https://169.254.169.254/' }] }],
      }),
      'ENDPOINT_REFUSED',
    ],
    [
      'a network service without TLS',
      issue('tok-1', { catalog: [{ type: 'network', endpoints: [{ interface: 'public', url: 'http://n.test/' }] }] }),
      'ENDPOINT_REFUSED',
    ],
    [
      'a network service without a scheme',
      issue('tok-1', { catalog: [{ type: 'network', endpoints: [{ interface: 'public', url: 'n.test:9696' }] }] }),
      'ENDPOINT_REFUSED',
    ],
  ])('a login that gives %s fails, and what was obtained is revoked', async (_name, post, code) => {
    const server = await cloud({ post });
    expect(await failure(login(trying(server).options))).toMatchObject({ code });
    expect(calls(server)).toEqual(['POST /v3/auth/tokens', 'DELETE /v3/auth/tokens']);
  });
});

describe('the catalogue', () => {
  test('is asked for where the login has none', async () => {
    const server = await cloud({
      post: issue('tok-1', { catalog: undefined }),
      catalog: (response, request, n) => {
        const endpoints = [{ interface: 'public', region: null, url: `http://${request.headers.host}/net` }];
        json(200, { catalog: [{ type: 'network', endpoints }] })(response, request, n);
      },
    });
    const session = await login(trying(server).options);
    expect(session.networkUrl.pathname).toBe('/net/v2.0');
    expect(server.requests[1]?.headers['x-auth-token']).toBe('tok-1');
  });

  test.each([
    ['the service has none', raw(404), 'CATALOGUE'],
    ['it is empty', json(200, { catalog: [] }), 'CATALOGUE'],
    ['it is no catalogue', json(200, []), 'CATALOGUE'],
    ['the service is down', raw(500), 'API_UNAVAILABLE'],
  ])('%s', async (_name, catalog, code) => {
    const server = await cloud({ post: issue('tok-1', { catalog: [] }), catalog });
    expect(await failure(login(trying(server, { dialect: 'otc' }).options))).toMatchObject({ code });
    expect(calls(server).at(-1)).toBe('DELETE /v3/auth/tokens');
  });

  test('is not asked where network-endpoint is given, and its connections are opened early', async () => {
    const server = await cloud({ post: issue('tok-1', { catalog: undefined }) });
    const other = await serve(json(200, {}));
    const networkEndpoint = new URL('/neutron/', other.url);
    const session = await login(trying(server, { networkEndpoint, region: 'r1' }).options);
    expect(session).toMatchObject({ networkUrl: new URL('/neutron/v2.0', other.url), region: 'r1' });
    expect(calls(server)).toEqual(['POST /v3/auth/tokens']);
    await expect.poll(() => other.connections()).toBe(5);
    await Promise.all(Array.from({ length: 5 }, () => session.send(list(session))));
    expect(other.connections()).toBe(5);
  });

  test.each([
    [
      { authUrl: new URL('http://keystone.example.org/v3') },
      'The auth URL http://keystone.example.org is not used: it is not https.',
    ],
    [
      { authUrl: new URL('https://iam.example.org/'), dialect: 'otc' },
      'The auth URL https://iam.example.org is not used: on OTC its host must end in .otc.t-systems.com.',
    ],
    [
      { networkEndpoint: new URL('https://169.254.169.254/') },
      'The network endpoint https://169.254.169.254 is not used: it is a link-local address, as metadata services have.',
    ],
  ] as const)('nothing is sent to a host that is refused: %#', async (more, message) => {
    const server = await cloud();
    const error = await failure(login(trying(server, more).options));
    expect(error).toMatchObject({ code: 'ENDPOINT_REFUSED', message });
    expect(server.requests).toEqual([]);
  });

  test('on OTC the network connections are opened while the login is under way', async () => {
    const opened: string[] = [];
    const server = await cloud();
    const { options } = trying(server);
    const http = {
      ...options.http,
      openEarly: (url: URL, connections: number) => void opened.push(`${connections} ${url.href}`),
      send: () => Promise.reject(new Error('not here')),
    };
    const otc = { ...options, http, dialect: 'otc', authUrl: new URL('https://iam.eu-nl.otc.t-systems.com') } as const;
    await failure(login({ ...otc, region: 'eu-nl' }));
    await failure(login(otc));
    await failure(login({ ...otc, region: 'eu-xx' }));
    expect(opened).toEqual(['5 https://vpc.eu-nl.otc.t-systems.com/']);
  });
});

describe('a given token', () => {
  test('learns its project and catalogue, and is never revoked', async () => {
    const server = await cloud();
    const { options, masked, warnings } = trying(server, { way: { ...tokenWay, project: { name: 'prod' } } });
    const session = await login(options);
    expect(session.project.id).toBe(project.id);
    expect(server.requests[0]?.headers).toMatchObject({
      'x-auth-token': 'gAAAA-given',
      'x-subject-token': 'gAAAA-given',
    });
    await session.send(list(session));
    expect(await session.close()).toBeUndefined();
    expect(calls(server)).toEqual(['GET /v3/auth/tokens', 'GET /v2.0/vpn/ikepolicies']);
    expect([masked, warnings]).toEqual([[], []]);
  });

  test.each([
    ['expired', unauthorized, 401, /expired, revoked/],
    [
      'unknown',
      json(404, { error: { code: 404, message: 'Failed to validate token' } }),
      404,
      /has expired, or there is no identity/,
    ],
  ])('that is %s', async (_name, get, status, hint) => {
    const server = await cloud({ get });
    const error = await failure(login(trying(server, { way: tokenWay }).options));
    expect(error).toMatchObject({ code: 'LOGIN_TOKEN', status, hint: expect.stringMatching(hint) });
    expect(visible(error)).not.toContain('gAAAA-given');
  });

  test('the service is down', async () => {
    const server = await cloud({ get: raw(500) });
    expect(await failure(login(trying(server, { way: tokenWay }).options))).toMatchObject({ code: 'API_UNAVAILABLE' });
  });

  test.each(['with blank', 'with\nbreak', 'mit-ä', ''])('%j is no token, and is not sent', async (text) => {
    const server = await cloud();
    const way: LoginWay = { way: 'token', token: new Secret(text) };
    expect(await failure(login(trying(server, { way }).options))).toMatchObject({ code: 'LOGIN_TOKEN' });
    expect(server.requests).toEqual([]);
  });

  test.each([
    ['unscoped', { project: undefined }, 'LOGIN_SCOPE'],
    ['of a domain', { project: undefined, domain: { id: 'd0' } }, 'LOGIN_SCOPE'],
  ])('that is %s is refused, and stays valid', async (_name, more, code) => {
    const server = await cloud({
      get: (response, request, n) => json(200, tokenBody(request, more))(response, request, n),
    });
    expect(await failure(login(trying(server, { way: tokenWay }).options))).toMatchObject({ code });
    expect(calls(server)).toEqual(['GET /v3/auth/tokens']);
  });

  test.each([
    [4 * 60_000, 'about 4 minutes'],
    [-5, 'about 0 minutes'],
    [11 * 60_000, undefined],
    [undefined, undefined],
  ])('a token that lives %s ms longer', async (lifeMs, words) => {
    const now = Date.parse('2026-03-14T09:00:00Z');
    const expires_at = lifeMs === undefined ? undefined : new Date(now + lifeMs + 1000).toISOString();
    const server = await cloud({
      get: (response, request, n) => json(200, tokenBody(request, { expires_at }))(response, request, n),
    });
    const { options, warnings } = trying(server, { way: tokenWay, clock: { now: () => now } });
    await login(options);
    expect(warnings).toEqual(words === undefined ? [] : [expect.stringContaining(words)]);
  });

  test('a 401 later on fails with the remedy', async () => {
    const server = await cloud({ network: unauthorized });
    const session = await login(trying(server, { way: tokenWay }).options);
    expect(await failure(session.send(list(session)))).toMatchObject({
      code: 'LOGIN_TOKEN',
      status: 401,
      message: expect.stringContaining('Could not list the IKE policies: '),
      hint: expect.stringMatching(/not valid any more.*username and password/),
    });
    expect(calls(server)).toEqual(['GET /v3/auth/tokens', 'GET /v2.0/vpn/ikepolicies']);
  });
});
