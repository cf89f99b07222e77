/** Tokens after the login: what the identity service says of them, and which the network service takes. */
import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { logIn } from '../../openstack/rest.ts';
import { useBench } from '../bench.ts';
import { scopedTo } from '../cloud.ts';
import { badRequest, keystone, unauthorized } from '../envelopes.ts';
import { type Answer, type Said, said } from '../raw.ts';

const bench = useBench();
const list = '/ipsec-site-connections?fields=id';
const unrecognized = keystone(404, 'Not Found', 'Could not recognize Fernet token');
const invalid = keystone(404, 'Not Found', 'Failed to validate token');
const gone: Said = { status: 204, body: undefined };

function forbidden(action: string): Said {
  return keystone(403, 'Forbidden', `You are not authorized to perform the requested action: identity:${action}.`);
}

/** A token of its own, which a test may spoil. */
async function fresh(): Promise<string> {
  return await logIn(bench.cloud.member);
}

async function unscoped(): Promise<string> {
  return await logIn(bench.cloud.member, 'unscoped');
}

/** Asks about a token, by itself unless said otherwise. */
async function about(method: string, subject: string, own = subject, query = '?nocatalog'): Promise<Answer> {
  const headers = { 'x-auth-token': own, 'x-subject-token': subject };
  return await bench.identity(method, `/auth/tokens${query}`, headers);
}

async function rescope(id: string, scope?: unknown): Promise<Answer> {
  const auth = { identity: { methods: ['token'], token: { id } }, ...(scope === undefined ? {} : { scope }) };
  return await bench.identity('POST', '/auth/tokens?nocatalog', {}, { auth });
}

describe('what the identity service says', () => {
  test('GET: what the login said', async () => {
    const { member, domain } = bench.cloud;
    const { username: name, password, project } = member;
    const identity = { methods: ['password'], password: { user: { name, password, domain } } };
    const scope = { project: { name: project, domain } };
    const login = await bench.identity('POST', '/auth/tokens?nocatalog', {}, { auth: { identity, scope } });
    const token = login.headers.get('x-subject-token') ?? '';
    const answer = await about('GET', token);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-subject-token')).toBe(token);
    const { roles: _shown, ...rest } = Object(at(answer.body, 'token'));
    const { roles: _told, ...told } = Object(at(login.body, 'token'));
    expect(rest).toEqual(told);
  });

  test('HEAD: no body', async () => {
    const answer = await about('HEAD', await fresh());
    expect(said(answer)).toEqual({ status: 200, body: undefined });
  });

  test.each(['GET', 'HEAD', 'DELETE'])('%s of a token that is none', async (method) => {
    const answer = await about(method, 'garbage', await bench.tokenOf(bench.cloud.member));
    expect(said(answer)).toEqual(method === 'HEAD' ? { status: 404, body: undefined } : unrecognized);
  });

  test.each(['GET', 'DELETE'])('%s with a token that is none, or without one', async (method) => {
    const token = await bench.tokenOf(bench.cloud.member);
    expect(said(await about(method, token, 'garbage'))).toEqual(unauthorized);
    const bare = await bench.identity(method, '/auth/tokens', { 'x-subject-token': token });
    expect(said(bare)).toEqual(unauthorized);
    expect(bare.headers.get('www-authenticate')).toBe(`Keystone uri="${bench.cloud.authUrl}"`);
  });

  test.each([
    ['GET', 'validate_token'],
    ['DELETE', 'revoke_token'],
  ])('%s of no token, or of somebody else’s, is forbidden', async (method, action) => {
    const { member, other } = bench.cloud;
    const headers = { 'x-auth-token': await bench.tokenOf(member) };
    expect(said(await bench.identity(method, '/auth/tokens', headers))).toEqual(forbidden(action));
    const foreign = await about(method, await fresh(), await bench.tokenOf(other));
    expect(said(foreign)).toEqual(forbidden(action));
  });

  test('an administrator may read and revoke any', async () => {
    const admin = await bench.tokenOf(bench.cloud.administrator);
    const token = await fresh();
    expect((await about('GET', token, admin)).status).toBe(200);
    expect(said(await about('DELETE', token, admin))).toEqual(gone);
    expect(said(await about('GET', token, admin))).toEqual(invalid);
  });
});

describe('a revoked token', () => {
  test('is not valid any more, and cannot be revoked again', async () => {
    const token = await fresh();
    const own = await bench.tokenOf(bench.cloud.member);
    expect(said(await about('DELETE', token))).toEqual(gone);
    expect(said(await about('GET', token, own))).toEqual(invalid);
    expect(said(await about('DELETE', token, own))).toEqual(invalid);
    expect(said(await about('GET', token))).toEqual(unauthorized);
    expect(said(await about('DELETE', token))).toEqual(unauthorized);
    expect(said(await rescope(token))).toEqual(invalid);
  });

  test('is refused by the network service that never saw it', async () => {
    const token = await fresh();
    await about('DELETE', token);
    expect(said(await bench.vpn('GET', list, undefined, token))).toEqual(unauthorized);
  });

  test('is taken by the network service that saw it before', async () => {
    const token = await fresh();
    expect((await bench.vpn('GET', list, undefined, token)).status).toBe(200);
    await about('DELETE', token);
    expect((await bench.vpn('GET', list, undefined, token)).status).toBe(200);
    const made = await bench.post('ikepolicy', {}, token);
    expect(made.status).toBe(201);
  });

  test('takes no other token with it, but those that it gave', async () => {
    const [parent, sibling] = [await unscoped(), await fresh()];
    const { project } = bench.cloud;
    const child = (await rescope(parent, { project: { id: project.id } })).headers.get('x-subject-token') ?? '';
    expect((await about('GET', child)).status).toBe(200);
    await about('DELETE', parent);
    expect((await about('GET', sibling)).status).toBe(200);
    expect((await about('GET', child)).status).toBe(200);
  });
});

describe('an expired token', () => {
  test('is refused everywhere, also where it was seen before', async () => {
    const { token, expired } = await bench.cloud.shortLivedToken();
    expect((await bench.vpn('GET', list, undefined, token)).status).toBe(200);
    const unseen = await bench.cloud.shortLivedToken();
    const own = await bench.tokenOf(bench.cloud.member);
    await expired();
    await unseen.expired();
    expect(said(await bench.vpn('GET', list, undefined, token))).toEqual(unauthorized);
    expect(said(await bench.vpn('GET', list, undefined, unseen.token))).toEqual(unauthorized);
    expect(said(await about('GET', token))).toEqual(unauthorized);
    expect(said(await about('GET', token, own))).toEqual(invalid);
    expect(said(await about('DELETE', token, own))).toEqual(invalid);
    expect(said(await rescope(token))).toEqual(invalid);
  });
});

describe('at the network service', () => {
  test.each<[string, () => string | null | Promise<string>]>([
    ['none', () => null],
    ['an empty one', () => ''],
    ['garbage', () => 'garbage'],
    ['a forged one', async () => `${(await fresh()).slice(0, -6)}AAAA==`],
    ['9000 characters', () => 'A'.repeat(9000)],
  ])('%s is refused, for reading and writing', async (_what, token) => {
    const as = await token();
    for (const answer of [
      await bench.vpn('GET', list, undefined, as),
      await bench.post('ikepolicy', {}, as),
      await bench.network('GET', '/v2.0/routers', undefined, as),
    ]) {
      expect(said(answer)).toEqual(unauthorized);
      const keystone = bench.cloud.authUrl.replace(/\/v3$/, '');
      expect(answer.headers.get('www-authenticate')).toBe(`Keystone uri="${keystone}"`);
    }
  });

  test('one for no project sees nothing and creates nothing', async () => {
    const token = await unscoped();
    const made = await bench.create('ikepolicy', {});
    const all = await bench.vpn('GET', '/ikepolicies', undefined, token);
    expect(said(all)).toEqual({ status: 200, body: { ikepolicies: [] } });
    expect((await bench.get('ikepolicy', made.id, token)).status).toBe(404);
    const message = 'Running without keystone AuthN requires that tenant_id is specified';
    expect(said(await bench.post('ikepolicy', {}, token))).toEqual(badRequest(message));
  });

  test('of another project: its own objects, no others', async () => {
    const { other, otherProject } = bench.cloud;
    const mine = await bench.create('ikepolicy', {}, other);
    expect(mine).toMatchObject({ project_id: otherProject.id });
    expect((await bench.get('ikepolicy', mine.id)).status).toBe(404);
  });
});

describe('by a token, another', () => {
  test('for a project: the methods add up, the end stays', async () => {
    const parent = await unscoped();
    const before = await about('GET', parent);
    const answer = await rescope(parent, { project: { id: bench.cloud.project.id } });
    expect(answer.status).toBe(201);
    const { body } = answer;
    expect(at(body, 'token', 'project', 'id')).toBe(bench.cloud.project.id);
    expect([...Object(at(body, 'token', 'methods'))].sort()).toEqual(['password', 'token']);
    expect(at(body, 'token', 'expires_at')).toBe(at(before.body, 'token', 'expires_at'));
    expect(at(body, 'token', 'audit_ids')).toHaveLength(2);
    expect(at(body, 'token', 'audit_ids', 1)).toBe(at(before.body, 'token', 'audit_ids', 0));
  });

  test('works at the network service', async () => {
    const answer = await rescope(await unscoped(), { project: { id: bench.cloud.project.id } });
    const token = answer.headers.get('x-subject-token') ?? '';
    expect((await bench.vpn('GET', list, undefined, token)).status).toBe(200);
  });

  test('for no project', async () => {
    const answer = await rescope(await fresh(), 'unscoped');
    expect(answer.status).toBe(201);
    expect(at(answer.body, 'token')).not.toHaveProperty('project');
  });

  test('not for a project without a role', async () => {
    const token = await bench.tokenOf(bench.cloud.reader);
    expect(said(await rescope(token, { project: { id: bench.cloud.otherProject.id } }))).toEqual(unauthorized);
    await expect(logIn(scopedTo(bench.cloud.reader, bench.cloud.otherProject))).rejects.toThrow('401');
  });

  test('not by garbage', async () => {
    expect(said(await rescope('garbage'))).toEqual(unrecognized);
  });
});

describe('with a token', () => {
  test('the own projects', async () => {
    const { reader, project, domain, authUrl } = bench.cloud;
    for (const token of [await logIn(reader, 'unscoped'), await bench.tokenOf(reader)]) {
      const answer = await bench.identity('GET', '/auth/projects', { 'x-auth-token': token });
      const own = {
        ...{ id: project.id, name: project.name, domain_id: domain.id, description: '', enabled: true },
        ...{ parent_id: domain.id, is_domain: false, tags: [], options: {} },
        links: { self: `${authUrl}/projects/${project.id}` },
      };
      const links = { next: null, self: `${authUrl}/auth/projects`, previous: null };
      expect(said(answer)).toEqual({ status: 200, body: { projects: [own], links } });
    }
  });

  test('no catalogue for no project', async () => {
    const answer = await bench.identity('GET', '/auth/catalog', { 'x-auth-token': await unscoped() });
    const message = 'You are not authorized to perform the requested action.';
    expect(said(answer)).toEqual(keystone(403, 'Forbidden', message));
  });

  test.each(['/auth/catalog', '/auth/projects'])('without one, not %s', async (path) => {
    expect(said(await bench.identity('GET', path))).toEqual(unauthorized);
  });
});

describe('discovery', () => {
  const media = { base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' };

  function version(): object {
    const links = [{ rel: 'self', href: `${bench.cloud.authUrl}/` }];
    return { id: 'v3.14', status: 'stable', updated: '2020-04-07T00:00:00Z', links, 'media-types': [media] };
  }

  test.each(['', '/'])('of the version at /v3%s', async (path) => {
    expect(said(await bench.identity('GET', path))).toEqual({ status: 200, body: { version: version() } });
  });

  test('of the versions: a choice of one', async () => {
    const answer = await bench.identity('GET', '/..');
    expect(said(answer)).toEqual({ status: 300, body: { versions: { values: [version()] } } });
  });

  test.each(['PUT', 'PATCH'])('%s of tokens is not allowed', async (method) => {
    const answer = await bench.identity(method, '/auth/tokens', {}, {});
    expect(said(answer)).toEqual({
      status: 405,
      body: { message: 'The method is not allowed for the requested URL.' },
    });
  });

  test('what is not there is a page', async () => {
    const answer = await bench.identity('GET', '/nothing');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.body).toMatch(/<title>404 Not Found<\/title>/);
  });
});
