import { describe, expect, test } from 'vitest';
import { accountOfKeys, projectByName } from '../../../src/identity/key-project.ts';
import { createSigner } from '../../../src/identity/signed-send.ts';
import type { KeysWay, ProjectChoice } from '../../../src/identity/way.ts';
import { Secret } from '../../../src/secret.ts';
import { type Answer, client, failure, json, raw, serve, type TestServer } from '../http/support.ts';

const keys: KeysWay = { way: 'keys', accessKey: 'EXAMPLEAK0000000TEST', secretKey: new Secret('ExampleSecretKey0123') };
const id = '5f0b3c1d2e4a4b6c8d9e0f1a2b3c4d5e';
const projects = (...list: unknown[]): Answer => json(200, { projects: list, links: {} });
const domains = (...list: unknown[]): Answer => json(200, { domains: list, links: {} });
const acme = domains({ id: 'd1', name: 'OTC-acme', enabled: true });

function find(server: TestServer, choice: ProjectChoice & { name: string }): ReturnType<typeof projectByName> {
  const send = createSigner({ http: client().http, keys, clock: { now: Date.now } }).sendTo([server.url.origin]);
  return projectByName(choice, send, new URL('/v3', server.url));
}

const arrived = (server: TestServer): string[] => server.requests.map(({ method, path }) => `${method} ${path}`);

describe('a project by name', () => {
  test('one signed request, for no project and no account', async () => {
    const server = await serve(projects({ id, name: 'eu-nl_büro 1', domain_id: 'd1', enabled: true, links: {} }));
    expect(await find(server, { name: 'eu-nl_büro 1' })).toEqual({
      id,
      name: 'eu-nl_büro 1',
      domain: { id: 'd1', name: undefined },
    });
    expect(arrived(server)).toEqual(['GET /v3/projects?name=eu-nl_b%C3%BCro%201']);
    expect(server.requests[0]?.headers).not.toHaveProperty('x-project-id');
    expect(server.requests[0]?.headers).not.toHaveProperty('x-domain-id');
  });

  test.each([
    [
      'others of the list do not count',
      [
        { id: 'p0', name: 'eu-nl_prod2' },
        { id, name: 'eu-nl_prod' },
      ],
    ],
    ['letter case does not count', [{ id, name: 'EU-NL_Prod' }]],
    [
      'but the exact name goes first',
      [
        { id: 'p0', name: 'EU-NL_PROD' },
        { id, name: 'eu-nl_prod' },
      ],
    ],
    ['what has no proper id does not count', [{ id: 'a/../b', name: 'eu-nl_prod' }, null, { id, name: 'eu-nl_prod' }]],
  ])('%s', async (_, list) => {
    expect(await find(await serve(projects(...list)), { name: 'eu-nl_prod' })).toMatchObject({ id });
  });

  test.each([
    ['an empty list', projects()],
    ['other names', projects({ id, name: 'eu-de' }, { id })],
    ['an id that could change the URL', projects({ id: '../v3', name: 'eu-nl' })],
    ['no list', json(200, { projects: 'none' })],
    ['no JSON object', json(200, [])],
  ])('none: %s', async (_, answer) => {
    const error = await failure(find(await serve(answer), { name: 'eu-nl' }));
    expect(error).toMatchObject({
      code: 'LOGIN_SCOPE',
      message: 'The access key has no project "eu-nl".',
      hint: expect.stringMatching(/project-name: on OTC it is a region.*as project-id/),
    });
  });

  test('several', async () => {
    const server = await serve(projects({ id: 'p1', name: 'eu-nl' }, { id: 'p2', name: 'eu-nl' }));
    expect(await failure(find(server, { name: 'eu-nl' }))).toMatchObject({
      code: 'LOGIN_SCOPE',
      message: 'There are 2 projects of the name "eu-nl": p1, p2.',
      hint: expect.stringContaining('as project-id'),
    });
  });

  test('a user who may not list projects gives the id', async () => {
    const server = await serve(json(403, { error: { code: 403, message: 'You are not authorized' } }));
    expect(await failure(find(server, { name: 'eu-nl' }))).toMatchObject({
      code: 'LOGIN_SCOPE',
      status: 403,
      message: 'Could not find the project "eu-nl" of the access key: You are not authorized (HTTP 403)',
      hint: expect.stringMatching(/may not list projects\. Give the id/),
    });
  });

  test.each([
    [raw(404), 'API_REFUSED'],
    [raw(401), 'LOGIN_REFUSED'],
    [json(403, { error_code: 'IAM.0080' }), 'LOGIN_REFUSED'],
  ])('other refusals stay what they are', async (answer, code) => {
    expect(await failure(find(await serve(answer), { name: 'eu-nl' }))).toMatchObject({ code });
  });
});

describe('the account of the project, where it is given', () => {
  test.each([{ id: 'd1' }, { name: 'otc-ACME' }])('is that of the keys: %j', async (domain) => {
    const server = await serve([acme, projects({ id, name: 'eu-nl' })]);
    expect(await find(server, { name: 'eu-nl', domain })).toMatchObject({ id });
    expect(arrived(server)).toEqual(['GET /v3/auth/domains', 'GET /v3/projects?name=eu-nl']);
  });

  test.each([
    [{ id: 'd2' }, acme, ' "OTC-acme" (id d1), but the project is to be of the domain with id d2.'],
    [{ name: 'other' }, acme, ' "OTC-acme" (id d1), but the project is to be of domain "other".'],
    [{ name: 'other' }, domains({ id: 'd1' }), ' (id d1), but the project is to be of domain "other".'],
  ])('is another one: %j', async (domain, answer, words) => {
    const server = await serve(answer);
    expect(await failure(find(server, { name: 'eu-nl', domain }))).toMatchObject({
      code: 'LOGIN_SCOPE',
      message: `The access key belongs to the account${words}`,
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('the account of the keys', () => {
  const ask = (server: TestServer, critical?: boolean): ReturnType<typeof accountOfKeys> => {
    const { http, reads } = client();
    reads.abort();
    const send = createSigner({ http, keys, clock: { now: Date.now } }).sendTo([server.url.origin]);
    return accountOfKeys(send, new URL('/v3', server.url), critical);
  };

  test('is the only one that the service names; it can be asked for after the first cancel signal', async () => {
    const server = await serve(acme);
    expect(await ask(server, true)).toEqual({ id: 'd1', name: 'OTC-acme' });
    expect(await failure(ask(server))).toMatchObject({ code: 'CANCELLED' });
    expect(arrived(server)).toEqual(['GET /v3/auth/domains']);
  });

  test.each([
    [domains(), 'no account'],
    [domains({ id: '../d' }), 'no account'],
    [json(200, { domains: {} }), 'no account'],
    [domains({ id: 'd1' }, { id: 'd2' }), '2 accounts'],
  ])('cannot be told', async (answer, words) => {
    expect(await failure(ask(await serve(answer), true))).toMatchObject({
      code: 'LOGIN_SCOPE',
      message: `Could not read which account the access key belongs to: the service names ${words}.`,
    });
  });
});
