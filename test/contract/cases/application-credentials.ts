import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import type { ApplicationCredential } from '../cloud.ts';
import { expecting, keystone, unauthorized } from '../envelopes.ts';
import { nobody } from '../kinds.ts';
import { type Answer, said } from '../raw.ts';

const bench = useBench();
const hexId = expect.stringMatching(/^[0-9a-f]{32}$/);

let made: Promise<ApplicationCredential> | undefined;

/** One for all the cases that do it no harm. */
function credential(): Promise<ApplicationCredential> {
  made ??= bench.cloud.applicationCredential();
  return made;
}

async function logIn(application_credential: object | undefined, scope?: unknown): Promise<Answer> {
  const identity = {
    methods: ['application_credential'],
    ...(application_credential ? { application_credential } : {}),
  };
  const auth = { identity, ...(scope === undefined ? {} : { scope }) };
  return await bench.identity('POST', '/auth/tokens?nocatalog', {}, { auth });
}

async function token(): Promise<string> {
  const { id, secret } = await credential();
  return (await logIn({ id, secret })).headers.get('x-subject-token') ?? '';
}

async function memberId(): Promise<unknown> {
  const own = await bench.tokenOf(bench.cloud.member);
  const { body } = await bench.identity('GET', '/auth/tokens', { 'x-auth-token': own, 'x-subject-token': own });
  return at(body, 'token', 'user', 'id');
}

describe('the token', () => {
  test('is for the project of the credential, and says so', async () => {
    const { member, domain, project } = bench.cloud;
    const { id, name, secret } = await credential();
    const answer = await logIn({ id, secret });
    expect(said(answer)).toEqual({
      status: 201,
      body: {
        token: {
          methods: ['application_credential'],
          user: { domain, id: hexId, name: member.username, password_expires_at: null },
          audit_ids: [expect.any(String)],
          expires_at: expect.stringMatching(/Z$/),
          issued_at: expect.stringMatching(/Z$/),
          project: { domain, id: project.id, name: project.name },
          is_domain: false,
          roles: expect.arrayContaining([
            { id: hexId, name: 'member' },
            { id: hexId, name: 'reader' },
          ]),
          application_credential: { id, name, restricted: true },
        },
      },
    });
    const own = answer.headers.get('x-subject-token') ?? '';
    const read = await bench.identity('GET', '/auth/tokens?nocatalog', { 'x-auth-token': own, 'x-subject-token': own });
    expect(at(read.body, 'token', 'application_credential')).toEqual({ id, name, restricted: true });
    expect((await bench.vpn('GET', '/ikepolicies', undefined, own)).status).toBe(200);
  });

  test('comes with the catalogue, unless that is not wanted', async () => {
    const { id, secret } = await credential();
    const identity = { methods: ['application_credential'], application_credential: { id, secret } };
    const answer = await bench.identity('POST', '/auth/tokens', {}, { auth: { identity } });
    expect(at(answer.body, 'token', 'catalog')).toEqual(expect.any(Array));
  });

  test.each<[string, () => object | Promise<object>]>([
    ['the id of its user', async () => ({ id: await memberId() })],
    [
      'the name of its user and of the domain',
      () => by(bench.cloud.member.username, { name: bench.cloud.domain.name }),
    ],
    [
      'the name of its user and the id of the domain',
      () => by(bench.cloud.member.username, { id: bench.cloud.domain.id }),
    ],
  ])('by the name of the credential and %s', async (_what, user) => {
    const { name, secret } = await credential();
    const answer = await logIn({ name, secret, user: await user() });
    expect(answer.status).toBe(201);
    expect(at(answer.body, 'token', 'application_credential', 'name')).toBe(name);
  });

  test('makes no other: rescoping is forbidden, also for the same project', async () => {
    const { project, otherProject } = bench.cloud;
    const id = await token();
    const message =
      'You are not authorized to perform the requested action: Using a delegated token to create another token is not allowed..';
    for (const scope of [{ project: { id: project.id } }, { project: { id: otherProject.id } }, 'unscoped']) {
      const auth = { identity: { methods: ['token'], token: { id } }, scope };
      const answer = await bench.identity('POST', '/auth/tokens?nocatalog', {}, { auth });
      expect(said(answer)).toEqual(keystone(403, 'Forbidden', message));
    }
  });

  test('ends with its credential, told without a Z', async () => {
    const { id, name, secret, expired } = await bench.cloud.shortLivedCredential();
    const answer = await logIn({ id, secret });
    expect(answer.status).toBe(201);
    expect(at(answer.body, 'token', 'expires_at')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
    await expired();
    const own = answer.headers.get('x-subject-token') ?? '';
    const headers = { 'x-auth-token': own, 'x-subject-token': own };
    expect(said(await bench.identity('GET', '/auth/tokens', headers))).toEqual(unauthorized);
    expect(said(await logIn({ id, secret }))).toEqual(unauthorized);
    expect(said(await logIn({ name, secret, user: { id: await memberId() } }))).toEqual(unauthorized);
  });
});

describe('a scope is refused:', () => {
  const message = 'Error authenticating with application credential: Application credentials cannot request a scope.';

  test.each<[string, () => unknown]>([
    ['its own project', () => ({ project: { id: bench.cloud.project.id } })],
    ['another project', () => ({ project: { id: bench.cloud.otherProject.id } })],
    ['none', () => 'unscoped'],
  ])('%s', async (_what, scope) => {
    const { id, secret } = await credential();
    const answer = await logIn({ id, secret }, scope());
    const error = { code: 401, title: 'Unauthorized', message, identity: {} };
    expect(said(answer)).toEqual({ status: 401, body: { error } });
  });
});

describe('refused', () => {
  const user = () => by(bench.cloud.member.username, { name: bench.cloud.domain.name });

  test.each<[string, (own: ApplicationCredential) => object]>([
    ['a wrong secret', ({ id }) => ({ id, secret: 'wrong' })],
    ['no secret', ({ id }) => ({ id })],
    ['an unknown name', ({ secret }) => ({ name: 'nothing', secret, user: user() })],
    ['the name with an unknown user id', ({ name, secret }) => ({ name, secret, user: { id: nobody } })],
    ['an unknown domain', ({ name, secret }) => ({ name, secret, user: { ...user(), domain: { name: 'nowhere' } } })],
  ])('%s, as any login', async (_what, wanted) => {
    const answer = await logIn(wanted(await credential()));
    expect(said(answer)).toEqual(unauthorized);
    expect(answer.headers.get('www-authenticate')).toBe(`Keystone uri="${bench.cloud.authUrl}"`);
  });

  test('an unknown id is not found', async () => {
    const answer = await logIn({ id: nobody, secret: 'any' });
    expect(said(answer)).toEqual(keystone(404, 'Not Found', `Could not find Application Credential: ${nobody}.`));
  });

  test('an unknown user is not found', async () => {
    const { name, secret } = await credential();
    const answer = await logIn({ name, secret, user: by('nobody', { name: bench.cloud.domain.name }) });
    expect(said(answer)).toEqual(keystone(404, 'Not Found', 'Could not find user: nobody.'));
  });

  test.each<[string, object | undefined, string, string]>([
    ['without a block', undefined, 'application_credential', 'identity'],
    ['without id and name', { secret: 'any' }, 'name or ID', 'application credential'],
    ['by name without a user', { name: 'ci', secret: 'any' }, 'user', 'application credential'],
    ['by a user without a domain', { name: 'ci', secret: 'any', user: { name: 'any' } }, 'domain', 'user'],
  ])('%s', async (_what, block, what, where) => {
    expect(said(await logIn(block))).toEqual(expecting(what, where));
  });
});

function by(name: string, domain: object): object {
  return { name, domain };
}
