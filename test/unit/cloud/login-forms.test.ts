import { afterEach, expect, test } from 'vitest';
import type { Account } from '../../cloud/index.ts';
import { at } from '../../json.ts';
import { begin, endAll, type Reply, type Session } from './client.ts';

afterEach(endAll);

async function logIn({ identity, cloud }: Session, user: object, scope: unknown): Promise<Reply> {
  const password = { user: { password: cloud.account.password, ...user } };
  return await identity('POST', '/auth/tokens', { auth: { identity: { methods: ['password'], password }, scope } });
}

const users: [string, (account: Account) => object][] = [
  ['id', ({ userId: id }) => ({ id })],
  ['name and domain name', ({ username: name, domain }) => ({ name, domain: { name: domain } })],
  ['name and domain id', ({ username: name, domainId }) => ({ name, domain: { id: domainId } })],
];
const projects: [string, (account: Account) => object][] = [
  ['id', ({ projectId: id }) => ({ id })],
  ['name and domain name', ({ project: name, domain }) => ({ name, domain: { name: domain } })],
  ['name and domain id', ({ project: name, domainId }) => ({ name, domain: { id: domainId } })],
];
const dialects = ['openstack', 'otc'] as const;

test.each(dialects)('%s: users and projects by id, and by name with the domain by id or name', async (dialect) => {
  const session = await begin({ dialect });
  const { account } = session.cloud;
  for (const [who, user] of users) {
    for (const [where, project] of projects) {
      const reply = await logIn(session, user(account), { project: project(account) });
      const found = at(reply.json, 'token', 'project', 'id');
      expect([who, where, found]).toEqual([who, where, account.projectId]);
    }
  }
});

test.each(dialects)('%s: an unknown user or domain, by id or name', async (dialect) => {
  const session = await begin({ dialect });
  const { userId, username: name, projectId: id, domain } = session.cloud.account;
  const given = [
    { id: 'x' },
    { id: userId.toUpperCase() },
    { name: 'x', domain: { name: domain } },
    { name, domain: { id: 'x' } },
    { name, domain: { name: 'x' } },
  ];
  for (const user of given) expect((await logIn(session, user, { project: { id } })).status).toBe(401);
});

test('openstack: with an id the domain is not looked at, with a name the id is not', async () => {
  const session = await begin({ dialect: 'openstack' });
  const { userId, username: name, projectId: id, domain } = session.cloud.account;
  for (const user of [
    { id: userId, domain: { name: 'x' } },
    { id: 'x', name, domain: { name: domain } },
  ]) {
    expect((await logIn(session, user, { project: { id } })).status).toBe(201);
  }
});

test.each(dialects)("%s: a scoped token gives one of the user's other project, no other", async (dialect) => {
  const session = await begin({ dialect });
  const { account } = session.cloud;
  const first = await logIn(session, { id: account.userId }, { project: { id: account.projectId } });
  const rescope = async (id: string) => {
    const token = { id: first.headers.get('x-subject-token') };
    const auth = { identity: { methods: ['token'], token }, scope: { project: { id } } };
    return await session.identity('POST', '/auth/tokens', { auth });
  };
  const second = await rescope(account.secondProjectId);
  expect(at(second.json, 'token', 'project')).toMatchObject({
    id: account.secondProjectId,
    name: account.secondProject,
  });
  expect(at(second.json, 'token', 'expires_at')).toBe(at(first.json, 'token', 'expires_at'));
  const token = second.headers.get('x-subject-token') ?? '';
  const routers = await session.call('GET', '/v2.0/routers', undefined, token);
  expect([routers.status, at(routers.json, 'routers')]).toEqual([200, []]);
  expect((await rescope(account.otherProjectId)).status).toBe(dialect === 'otc' ? 403 : 401);
});
