import { expect, test } from 'vitest';
import { login } from '../../../src/identity/login.ts';
import { failure, json, raw, reset, visible } from '../http/support.ts';
import { calls, cloud, issue, list, passwordLogin, passwordWay, project, trying, unauthorized } from './support.ts';

test('one request, whose answer has all that is needed; the token goes with each request and is revoked', async () => {
  const server = await cloud();
  const { options, masked, lines } = trying(server);
  const session = await login(options);
  expect(session).toMatchObject({
    project: { id: project.id, name: 'prod' },
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
  expect(await session.close(1000)).toBeUndefined();
  expect(await session.close(1000)).toBeUndefined();
  expect(server.requests[2]?.headers).toMatchObject({ 'x-auth-token': 'tok-1', 'x-subject-token': 'tok-1' });
  expect(calls(server)).toEqual(['POST /v3/auth/tokens', 'GET /v2.0/vpn/ikepolicies', 'DELETE /v3/auth/tokens']);
  expect(lines.join()).not.toMatch(/tok-1|Pass-Wort1/);
});

test.each([
  [{ id: 'p1' }, { id: 'p1' }],
  [
    { name: 'prod', domain: { name: 'other' } },
    { name: 'prod', domain: { name: 'other' } },
  ],
])('the scope for %j', async (choice, scope) => {
  const server = await cloud({ post: unauthorized });
  await failure(login(trying(server, { login: { ...passwordLogin, project: choice } }).options));
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
  ['ci-bot', 'user "ci-bot"'],
  ['ci@example.org', 'user "ci@example.org"'],
  ['Pa$$w0rd&1', 'a user of the given name'],
  ['word@1234', 'a user of the given name'],
])('a user called %s, which may be a password in the wrong input', async (username, words) => {
  const server = await cloud({ post: unauthorized });
  const way = { ...passwordWay, user: { name: username, domain: { name: 'acme' } } };
  const error = await failure(login(trying(server, { login: { ...passwordLogin, way } }).options));
  expect(error).toMatchObject({
    message: expect.stringContaining(` as ${words} of domain "acme": `),
    hint: expect.stringContaining(`there is no ${words.replace(/^a /, '')} in domain`),
  });
});

test.each([
  [
    { user: { id: 'ci-bot' } },
    { id: 'prod' },
    /likeliest first: user-id is no id .*; project-id is no id .*; the password is wrong/,
  ],
  [
    { user: { id: '0a1b2c3d4e5f60718293a4b5c6d7e8f9' } },
    { id: '5f0b3c1d-2e4a-4b6c-8d9e-0f1a2b3c4d5e' },
    /likeliest first: the password is wrong/,
  ],
])('%j and the project %j', async (who, chosen, hint) => {
  const server = await cloud({ post: unauthorized });
  const way = { ...passwordWay, ...who };
  const error = await failure(login(trying(server, { login: { way, project: chosen } }).options));
  expect(error).toMatchObject({ hint: expect.stringMatching(hint) });
});

test('OTC: a project that does not exist is no wrong password', async () => {
  const server = await cloud({ post: json(404, { error: { code: 404, message: 'Could not find project: prod.' } }) });
  const error = await failure(login(trying(server, { dialect: 'otc' }).options));
  expect(error).toMatchObject({ code: 'LOGIN_REFUSED', hint: expect.stringMatching(/^There is no such project: /) });
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
  const byId = { ...passwordLogin, project: { id: 'p1' } };
  const error = await failure(login(trying(server, { dialect: 'otc', login: byId }).options));
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
