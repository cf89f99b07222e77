import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import type { Login } from '../cloud.ts';
import { unauthorized } from '../envelopes.ts';
import { nobody } from '../kinds.ts';
import { type Answer, said } from '../raw.ts';

const bench = useBench();
const hexId = expect.stringMatching(/^[0-9a-f]{32}$/);
const auditId = expect.stringMatching(/^[\w-]{22}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);

function user(login: Login, changes: object = {}): object {
  const { username: name, password, domain } = login;
  return { methods: ['password'], password: { user: { name, password, domain: { name: domain }, ...changes } } };
}

function projectScope({ project, domain }: Login): object {
  return { project: { name: project, domain: { name: domain } } };
}

async function post(identity: object, scope?: unknown, query = ''): Promise<Answer> {
  const auth = { identity, ...(scope === undefined ? {} : { scope }) };
  return await bench.identity('POST', `/auth/tokens${query}`, {}, { auth });
}

function roles(answer: Answer): unknown[] {
  const list: unknown = at(answer.body, 'token', 'roles');
  return (Array.isArray(list) ? list : []).map((role) => at(role, 'name')).sort();
}

describe('by password, for a project', () => {
  test('says everything about the token', async () => {
    const { member, domain, project } = bench.cloud;
    const answer = await post(user(member), projectScope(member), '?nocatalog');
    expect(said(answer)).toEqual({
      status: 201,
      body: {
        token: {
          methods: ['password'],
          user: { domain, id: hexId, name: member.username, password_expires_at: null },
          audit_ids: [auditId],
          expires_at: time,
          issued_at: time,
          project: { domain, id: project.id, name: project.name },
          is_domain: false,
          roles: expect.arrayContaining([
            { id: hexId, name: 'member' },
            { id: hexId, name: 'reader' },
          ]),
        },
      },
    });
    expect(roles(answer)).toEqual(['member', 'reader']);
    expect(answer.headers.get('x-subject-token')).toMatch(/^gAAAA[\w=-]{100,300}$/);
    expect(answer.headers.get('vary')).toMatch(/X-Auth-Token/i);
  });

  test.each([
    ['reader', ['reader']],
    ['member', ['member', 'reader']],
    ['administrator', ['admin', 'member', 'reader']],
  ] as const)('the roles of %s, with those that they imply', async (who, names) => {
    const login = bench.cloud[who];
    expect(roles(await post(user(login), projectScope(login)))).toEqual(names);
  });

  test('a token lives for an hour', async () => {
    const { member } = bench.cloud;
    const { body } = await post(user(member), projectScope(member));
    const seconds = (field: string): number => Date.parse(String(at(body, 'token', field))) / 1000;
    expect(seconds('expires_at') - seconds('issued_at')).toBe(3600);
    expect(Math.abs(seconds('issued_at') - Date.now() / 1000)).toBeLessThan(60);
  });

  test('each login gives another token', async () => {
    const { member } = bench.cloud;
    const [one, two] = [await post(user(member), projectScope(member)), await post(user(member), projectScope(member))];
    expect(one.headers.get('x-subject-token')).not.toBe(two.headers.get('x-subject-token'));
  });

  test('ids do instead of names', async () => {
    const { member, domain, project } = bench.cloud;
    const { body } = await post(user(member), projectScope(member), '?nocatalog');
    const id = at(body, 'token', 'user', 'id');
    const byId = { methods: ['password'], password: { user: { id, password: member.password } } };
    const answer = await post(byId, { project: { id: project.id } }, '?nocatalog');
    expect(answer.status).toBe(201);
    expect(at(answer.body, 'token', 'project', 'name')).toBe(project.name);
    const byDomain = await post(
      user(member, { domain: { id: domain.id } }),
      { project: { name: project.name, domain: { id: domain.id } } },
      '?nocatalog',
    );
    expect(byDomain.status).toBe(201);
  });

  test('upper and lower case are the same in names, not in passwords', async () => {
    const { member } = bench.cloud;
    const login = { ...member, username: member.username.toUpperCase(), project: member.project.toUpperCase() };
    expect((await post(user(login), projectScope(login))).status).toBe(201);
    const wrong = { ...member, password: member.password.toUpperCase() };
    expect(said(await post(user(wrong), projectScope(wrong)))).toEqual(unauthorized);
  });
});

describe('without a scope', () => {
  test.each([
    ['nothing said', undefined],
    ['unscoped', 'unscoped'],
    ['unscoped, in the old form', { unscoped: {} }],
  ])('%s: a token for no project', async (_what, scope) => {
    const { member, domain } = bench.cloud;
    const answer = await post(user(member), scope);
    expect(said(answer)).toEqual({
      status: 201,
      body: {
        token: {
          methods: ['password'],
          user: { domain, id: hexId, name: member.username, password_expires_at: null },
          audit_ids: [auditId],
          expires_at: time,
          issued_at: time,
        },
      },
    });
  });
});

describe('refused, all in the same words:', () => {
  test.each<[string, (login: Login) => [identity: object, scope: unknown]]>([
    ['a wrong password', (login) => [user(login, { password: 'wrong' }), projectScope(login)]],
    ['no such user', (login) => [user(login, { name: 'nobody' }), projectScope(login)]],
    ['no such user id', (login) => [user(login, { id: nobody, name: undefined }), projectScope(login)]],
    ['no such domain of the user', (login) => [user(login, { domain: { name: 'nowhere' } }), projectScope(login)]],
    ['no such domain id', (login) => [user(login, { domain: { id: nobody } }), projectScope(login)]],
    ['no such project', (login) => [user(login), projectScope({ ...login, project: 'nothing' })]],
    ['no such project id', (login) => [user(login), { project: { id: nobody } }]],
    ['the project in another domain', (login) => [user(login), projectScope({ ...login, domain: 'Default' })]],
    ['a domain without a role in it', (login) => [user(login), { domain: { name: login.domain } }]],
    ['the system without a role in it', (login) => [user(login), { system: { all: true } }]],
    ['a wrong password without a scope', (login) => [user(login, { password: 'wrong' }), 'unscoped']],
  ])('%s', async (_what, wanted) => {
    const answer = await post(...wanted(bench.cloud.member));
    expect(said(answer)).toEqual(unauthorized);
    expect(answer.headers.get('www-authenticate')).toBe(`Keystone uri="${bench.cloud.authUrl}"`);
    expect(answer.headers.get('x-subject-token')).toBeNull();
  });

  test('a project that the user has no role in', async () => {
    const { reader, otherProject } = bench.cloud;
    const answer = await post(user(reader), { project: { id: otherProject.id } });
    expect(said(answer)).toEqual(unauthorized);
  });
});

describe('the catalogue', () => {
  async function catalogue(): Promise<unknown[]> {
    const { member } = bench.cloud;
    const { body } = await post(user(member), projectScope(member));
    const entries: unknown = at(body, 'token', 'catalog');
    return Array.isArray(entries) ? entries : [];
  }

  test.each([
    ['network', 'neutron', () => bench.cloud.networkUrl],
    ['identity', 'keystone', () => `${bench.cloud.authUrl}/`],
  ])('has the service %s', async (type, name, url) => {
    const { region } = bench.cloud;
    const entry = (await catalogue()).find((one) => at(one, 'type') === type);
    expect(entry).toEqual({ type, name, id: hexId, endpoints: expect.any(Array) });
    const endpoints: unknown = at(entry, 'endpoints');
    const of = (kind: string): object => ({
      interface: kind,
      region,
      region_id: region,
      id: hexId,
      url: expect.any(String),
    });
    expect(endpoints).toHaveLength(3);
    expect(endpoints).toEqual(expect.arrayContaining([of('public'), of('internal'), of('admin')]));
    expect(endpoints).toEqual(expect.arrayContaining([{ ...of('public'), url: url() }]));
  });

  test('is the same by itself, and in what is read of the token', async () => {
    const { member } = bench.cloud;
    const token = await bench.tokenOf(member);
    const whole = await catalogue();
    const alone = await bench.identity('GET', '/auth/catalog', { 'x-auth-token': token });
    const self = `${bench.cloud.authUrl}/auth/catalog`;
    expect(alone.status).toBe(200);
    expect(at(alone.body, 'links')).toEqual({ self });
    expect(at(alone.body, 'catalog')).toEqual(expect.arrayContaining(whole));
    const read = await bench.identity('GET', '/auth/tokens', { 'x-auth-token': token, 'x-subject-token': token });
    expect(at(read.body, 'token', 'catalog')).toEqual(expect.arrayContaining(whole));
  });

  test('ids stay the same from login to login', async () => {
    const ids = async (): Promise<unknown> => (await catalogue()).map((entry) => at(entry, 'id')).sort();
    expect(await ids()).toEqual(await ids());
  });

  test.each(['?nocatalog', '?nocatalog='])('is left out with %s', async (query) => {
    const { member } = bench.cloud;
    const { body } = await post(user(member), projectScope(member), query);
    expect(at(body, 'token')).not.toHaveProperty('catalog');
  });
});
