import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, build, endAll, problem } from './client.ts';

afterEach(endAll);

/** A cloud with one connection, and a client for its tags. */
async function tagged(tags: Record<string, string> = {}) {
  const session = await begin({ dialect: 'otc', downAfterMs: 0 });
  const { connection } = await build(session);
  session.cloud.store.setTags(connection, tags);
  const root = `/v2.0/${session.cloud.account.projectId}/ipsec-site-connections`;
  return {
    session,
    connection,
    stored: () => session.cloud.store.tags(connection),
    all: (method: string, path: string, body?: unknown) => session.call(method, `${root}${path}`, body),
    own: (method: string, path: string, body?: unknown) =>
      session.call(method, `${root}/${connection}/tags${path}`, body),
  };
}

test('tags are added, listed, replaced in a batch, and deleted', async () => {
  const { own, stored } = await tagged();
  expect((await own('POST', '', { tag: { key: 'env', value: 'ci' } })).status).toBe(204);
  const tags = [
    { key: 'env', value: 'prod' },
    { key: 'mark', value: 'abc' },
  ];
  expect((await own('POST', '/action', { action: 'create', tags })).status).toBe(204);
  expect((await own('GET', '')).json).toEqual({ tags });
  expect((await own('POST', '/action', { action: 'delete', tags: [{ key: 'env' }, { key: 'absent' }] })).status).toBe(
    204,
  );
  expect(stored()).toEqual({ mark: 'abc' });
  expect((await own('DELETE', '/mark')).status).toBe(204);
  expect(problem(await own('DELETE', '/mark'))).toBe('404 VPC.2204');
});

test.each<[string, string, unknown, string]>([
  ['a key that is there', '', { tag: { key: 'env', value: 'x' } }, '400 VPC.1801'],
  ['a blank in the key', '', { tag: { key: 'a b', value: 'x' } }, '400 VPC.1801'],
  ['37 characters', '', { tag: { key: 'k'.repeat(37), value: 'x' } }, '400 VPC.1801'],
  ['44 characters', '', { tag: { key: 'k', value: 'v'.repeat(44) } }, '400 VPC.1801'],
  ['a list', '', { tag: [{ key: 'k', value: 'v' }] }, '400 VPC.1801'],
  ['no action', '/action', { tags: [{ key: 'k', value: 'v' }] }, '400 VPC.1801'],
  ['a key twice', '/action', { action: 'create', tags: Array(2).fill({ key: 'k', value: 'v' }) }, '400 VPC.1801'],
  [
    'eleven tags',
    '/action',
    { action: 'create', tags: Array.from({ length: 11 }, (_, i) => ({ key: `k${i}`, value: 'v' })) },
    '400 VPC.1801',
  ],
  [
    'one bad tag of two',
    '/action',
    {
      action: 'create',
      tags: [
        { key: 'k', value: 'v' },
        { key: '?', value: 'v' },
      ],
    },
    '400 VPC.1801',
  ],
  ['no JSON', '/action', '{', '500 VPC.1801'],
])('refused: %s', async (_case, path, body, expected) => {
  const { own, stored } = await tagged({ env: 'ci' });
  expect(problem(await own('POST', path, body))).toBe(expected);
  expect(stored()).toEqual({ env: 'ci' });
});

test('another project in the path, another connection', async () => {
  const { session, connection, all } = await tagged();
  const foreign = `/v2.0/${session.cloud.account.otherProjectId}/ipsec-site-connections/${connection}/tags`;
  expect(problem(await session.call('GET', foreign))).toBe('400 VPC.0007');
  const theirs = session.cloud.store.all('ipsec_site_connection').find((one) => one.id !== connection);
  expect(problem(await all('GET', `/${theirs?.id}/tags`))).toBe('404 VPC.2204');
});

test('all tags of the project, and connections found by them', async () => {
  const { connection, all } = await tagged({ env: 'ci-1' });
  expect((await all('GET', '/tags')).json).toEqual({ tags: [{ key: 'env', values: ['ci-1'] }] });
  const search = (body: object) => all('POST', '/resource_instances/action', body);
  const found = await search({ action: 'filter', tags: [{ key: 'env', values: [] }], limit: '10' });
  expect(at(found.json, 'resources', 0, 'resource_id')).toBe(connection);
  expect((await search({ action: 'count', tags: [{ key: 'env', values: ['*-1'] }] })).json).toEqual({ total_count: 1 });
  expect((await search({ action: 'count', tags: [{ key: 'env', values: ['x'] }] })).json).toEqual({ total_count: 0 });
  expect((await search({ action: 'count', matches: [{ key: 'resource_name', value: 'no' }] })).json).toEqual({
    total_count: 0,
  });
  expect(problem(await search({ action: 'filter', limit: 0 }))).toBe('400 VPC.1801');
});

test('openstack has no such paths', async () => {
  const session = await begin({ dialect: 'openstack' });
  const path = `/v2.0/${session.cloud.account.projectId}/ipsec-site-connections/tags`;
  expect(problem(await session.call('GET', path))).toBe('404 HTTPNotFound');
});
