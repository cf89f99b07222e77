/** A given token for no project, or for another one than the inputs ask for, is exchanged. */
import { expect, test } from 'vitest';
import { login } from '../../../src/identity/login.ts';
import { rescoped } from '../../../src/identity/rescope.ts';
import type { ProjectChoice } from '../../../src/identity/way.ts';
import { type Answer, client, failure, json, raw, type TestServer } from '../http/support.ts';
import { calls, issue, list, project, tokenBody, tokenWay, trying, unauthorized, cloud as world } from './support.ts';

const other = { ...project, id: 'p2', name: 'test' };

/** The given token is for `given`; the user has the projects of `projects`. */
async function cloud(given: object, projects: unknown, post: Answer = issue('tok-2')): Promise<TestServer> {
  return await world({
    post,
    get: (response, request, n) => json(200, tokenBody(request, given))(response, request, n),
    network: (response, request, n) =>
      (request.path === '/v3/auth/projects' ? json(200, projects) : json(200, {}))(response, request, n),
  });
}

const both = { projects: [project, other, { id: 7 }, null] };

test.each<[string, object, ProjectChoice, object, boolean]>([
  ['another, by id', { project: other }, { id: project.id }, { id: project.id }, false],
  [
    'another, by name and domain',
    { project: other },
    { name: 'prod', domain: { name: 'acme' } },
    { name: 'prod', domain: { name: 'acme' } },
    false,
  ],
  ['another, by name alone', { project: other }, { name: 'Prod' }, { id: project.id }, true],
  ['none, by name alone', { project: undefined }, { name: 'prod' }, { id: project.id }, true],
  ['a domain, by id', { project: undefined, domain: { id: 'd0' } }, { id: project.id }, { id: project.id }, false],
])('a token of %s', async (_name, given, wanted, scope, asks) => {
  const server = await cloud(given, both);
  const { options, masked } = trying(server, { login: { way: tokenWay, project: wanted } });
  const session = await login(options);
  expect(session.project).toEqual({ id: project.id, name: 'prod' });
  const exchange = server.requests.find(({ method }) => method === 'POST');
  expect(JSON.parse(exchange?.body ?? '')).toEqual({
    auth: { identity: { methods: ['token'], token: { id: 'gAAAA-given' } }, scope: { project: scope } },
  });
  await session.send(list(session));
  expect(server.requests.at(-1)?.headers['x-auth-token']).toBe('tok-2');
  await session.close(1000);
  expect(server.requests.at(-1)?.headers['x-subject-token']).toBe('tok-2');
  expect(calls(server)).toEqual([
    'GET /v3/auth/tokens',
    ...(asks ? ['GET /v3/auth/projects'] : []),
    ...['POST /v3/auth/tokens', 'GET /v2.0/vpn/ikepolicies', 'DELETE /v3/auth/tokens'],
  ]);
  expect(masked).toEqual(['tok-2']);
});

test('one that fits is used as it is', async () => {
  const server = await cloud({}, both);
  await login(trying(server, { login: { way: tokenWay, project: { name: 'prod' } } }).options);
  expect(calls(server)).toEqual(['GET /v3/auth/tokens']);
});

test.each([
  ['none of that name', both, { name: 'nowhere' }, /no role in a project "nowhere"; it has one in: "prod", "test"\./],
  ['none at all', {}, { name: 'prod' }, /it has one in: none\./],
  ['no list', { projects: 'x' }, { name: 'prod' }, /it has one in: none\./],
  [
    'several of that name',
    { projects: [project, { ...project, id: 'p3' }] },
    { name: 'prod' },
    new RegExp(`2 projects of the name "prod": ${project.id}, p3\\.`),
  ],
  [
    'too many to show',
    { projects: Array.from({ length: 30 }, (_, n) => ({ id: `p${n}`, name: `n${n}` })) },
    { name: 'prod' },
    /"n19", …\.$/,
  ],
])('the user has %s', async (_name, projects, wanted, message) => {
  const server = await cloud({ project: other }, projects);
  const error = await failure(login(trying(server, { login: { way: tokenWay, project: wanted } }).options));
  expect(error).toMatchObject({ code: 'LOGIN_SCOPE', message: expect.stringMatching(message) });
  expect(calls(server)).toEqual(['GET /v3/auth/tokens', 'GET /v3/auth/projects']);
});

test('an exchange that is refused', async () => {
  const server = await cloud({ project: other }, both, unauthorized);
  const error = await failure(login(trying(server, { login: { way: tokenWay, project: { id: 'p9' } } }).options));
  expect(error).toMatchObject({
    code: 'LOGIN_SCOPE',
    message: expect.stringMatching(/^Could not get a token for the project with id p9: /),
    hint: expect.stringMatching(
      /^The project with id p9 does not exist, or the login has no role in it; .*allow_rescope/,
    ),
  });
});

test('a token that comes from an application credential', async () => {
  const message = 'Using a delegated token to create another token is not allowed..';
  const server = await cloud({ project: other }, both, json(403, { error: { code: 403, message } }));
  const error = await failure(login(trying(server, { login: { way: tokenWay, project: { id: 'p9' } } }).options));
  expect(error).toMatchObject({ code: 'LOGIN_SCOPE', hint: expect.stringContaining('application credential') });
});

test('an exchange for the wrong project is refused, and its token revoked', async () => {
  const server = await cloud({ project: other }, both, issue('tok-2', { project: other }));
  const error = await failure(login(trying(server, { login: { way: tokenWay, project: { id: 'p9' } } }).options));
  expect(error).toMatchObject({ code: 'LOGIN_SCOPE' });
  expect(calls(server).at(-1)).toBe('DELETE /v3/auth/tokens');
});

test('an answer that describes nothing cannot be exchanged', async () => {
  const server = await world({ get: raw(200, '{}') });
  const error = await failure(login(trying(server, { login: { way: tokenWay, project: { id: 'p9' } } }).options));
  expect(error).toMatchObject({ code: 'LOGIN_SCOPE', message: 'The login is not for any project.' });
  expect(calls(server)).toEqual(['GET /v3/auth/tokens']);
});

test('between the two halves of a replacement a cancel signal stops neither of its requests', async () => {
  const server = await cloud({ project: other }, both);
  const { http, reads } = client();
  reads.abort();
  const context = {
    ...{ http, authUrl: new URL('/v3', server.url), otc: false, clock: { now: Date.now }, critical: true },
    ...{ idTokens: { url: undefined, token: undefined }, mask: () => undefined, obtained: () => undefined },
  };
  const grant = await rescoped({ token: 'gAAAA-given', body: undefined, lifeMs: undefined }, { name: 'prod' }, context);
  expect(grant.token).toBe('tok-2');
  expect(calls(server)).toEqual(['GET /v3/auth/projects', 'POST /v3/auth/tokens']);
});

test('many projects of one name do not make a message without end', async () => {
  const many = { projects: Array.from({ length: 5000 }, (_, n) => ({ id: `p${n}`, name: 'prod' })) };
  const server = await cloud({ project: other }, many);
  const error = await failure(login(trying(server, { login: { way: tokenWay, project: { name: 'prod' } } }).options));
  expect(error).toMatchObject({ message: expect.stringMatching(/^The login has 5000 projects .{1,300}$/) });
});
