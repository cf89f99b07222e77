import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, column, endAll, type Session } from './client.ts';

afterEach(endAll);

/** Follows `next` by its marker only, as a client must. */
async function walk(session: Session, path: string, plural: string): Promise<{ ids: unknown[]; pages: number }> {
  const ids: unknown[] = [];
  let marker = '';
  for (let pages = 1; ; pages += 1) {
    const page = await session.call('GET', `${path}${marker}`);
    ids.push(...column(page, plural));
    const links = at(page.json, `${plural}_links`);
    const next = Array.isArray(links) ? links.find((link) => at(link, 'rel') === 'next') : undefined;
    if (next === undefined) return { ids, pages };
    expect(new URL(String(at(next, 'href'))).host).toBe('192.168.244.7:9696');
    marker = `?marker=${new URL(String(at(next, 'href'))).searchParams.get('marker')}`;
  }
}

function seedPolicies(session: Session, names: string[]): string[] {
  return names.map((name) => session.cloud.store.seed('ikepolicy', { name }).id).sort();
}

test.each([
  { dialect: 'openstack', pages: 3, why: 'a full last page still links to an empty one' },
  { dialect: 'otc', pages: 2, why: 'links only where there is more' },
] as const)('$dialect: pages are forced, every object comes exactly once, $why', async ({ dialect, pages }) => {
  const session = await begin({ dialect, pageSize: 2 });
  const expected = seedPolicies(session, ['a', 'b', 'c', 'd']);
  expect(await walk(session, '/v2.0/vpn/ikepolicies', 'ikepolicies')).toEqual({ ids: expected, pages });
});

test('routers and subnets are paged too', async () => {
  const session = await begin({ dialect: 'openstack', pageSize: 2 });
  const { ids } = await walk(session, '/v2.0/subnets', 'subnets');
  expect(ids).toHaveLength(5);
  expect(new Set(ids).size).toBe(5);
});

test('without limit or page size there is one page and no links', async () => {
  const session = await begin({ dialect: 'openstack' });
  seedPolicies(session, ['a', 'b', 'c']);
  const reply = await session.vpn('GET', '/ikepolicies');
  expect(column(reply, 'ikepolicies')).toHaveLength(3);
  expect(at(reply.json, 'ikepolicies_links')).toBeUndefined();
});

test('a page can be walked backwards', async () => {
  const session = await begin({ dialect: 'openstack' });
  const [first, second, third] = seedPolicies(session, ['a', 'b', 'c']);
  const reply = await session.vpn('GET', `/ikepolicies?limit=5&page_reverse=True&marker=${third}`);
  expect(column(reply, 'ikepolicies')).toEqual([first, second]);
});

test.each([
  { dialect: 'openstack', status: 200 },
  { dialect: 'otc', status: 400 },
] as const)('$dialect: an unknown marker is answered $status', async ({ dialect, status }) => {
  const session = await begin({ dialect });
  seedPolicies(session, ['a']);
  const reply = await session.vpn('GET', '/ikepolicies?limit=1&marker=00000000-0000-4000-8000-000000000000');
  expect(reply.status).toBe(status);
  expect(column(reply, 'ikepolicies')).toEqual([]);
});

test.each([
  ['name=Same', ['Same', 'same']],
  ['name=same&name=beta', ['Same', 'beta', 'same']],
  ['name=same&ike_version=v2', ['same']],
  ['name=', ['']],
  ['name=sam', []],
  ['colour=red', ['', 'Same', 'beta', 'same']],
  ['lifetime=3600', ['', 'Same', 'beta', 'same']],
])('filter %s', async (query, expected) => {
  const session = await begin({ dialect: 'openstack' });
  seedPolicies(session, ['Same', 'beta', '']);
  session.cloud.store.seed('ikepolicy', { name: 'same', ike_version: 'v2' });
  const reply = await session.vpn('GET', `/ikepolicies?${query}`);
  expect(column(reply, 'ikepolicies', 'name').sort()).toEqual(expected);
});

test('an endpoint group is filtered by endpoint_type, not by type', async () => {
  const session = await begin({ dialect: 'openstack' });
  session.cloud.store.seed('endpoint_group', { name: 'a', type: 'cidr', endpoints: ['10.0.0.0/8'] });
  session.cloud.store.seed('endpoint_group', { name: 'b', type: 'subnet', endpoints: [] });
  const names = async (query: string) =>
    column(await session.vpn('GET', `/endpoint-groups?${query}`), 'endpoint_groups', 'name').sort();
  expect(await names('endpoint_type=cidr')).toEqual(['a']);
  expect(await names('type=cidr')).toEqual(['a', 'b']);
});

test('fields reduce what is shown, repeated but not separated by commas', async () => {
  const session = await begin({ dialect: 'openstack' });
  const [id] = seedPolicies(session, ['a']);
  const rows = async (query: string) => at((await session.vpn('GET', `/ikepolicies?${query}`)).json, 'ikepolicies');
  expect(await rows('fields=id&fields=name')).toEqual([{ id, name: 'a' }]);
  expect(await rows('fields=id,name')).toEqual([{}]);
});

test('sorting', async () => {
  const session = await begin({ dialect: 'openstack' });
  seedPolicies(session, ['b', 'c', 'a']);
  const names = async (query: string) => {
    const reply = await session.vpn('GET', `/ikepolicies?${query}`);
    return reply.status === 200 ? column(reply, 'ikepolicies', 'name') : reply.status;
  };
  expect(await names('sort_key=name&sort_dir=desc')).toEqual(['c', 'b', 'a']);
  expect(await names('sort_key=name')).toBe(400);
  expect(await names('sort_key=pfs&sort_dir=asc')).toBe(400);
  expect(await names('sort_key=name&sort_dir=up')).toBe(400);
  expect(await names('limit=-1')).toBe(400);
});

test('which subnets a router is attached to', async () => {
  const session = await begin({ dialect: 'openstack' });
  const routers = await session.call('GET', '/v2.0/routers?name=vpc-prod');
  const ports = await session.call('GET', `/v2.0/ports?device_id=${column(routers, 'routers')[0]}`);
  const attached = column(ports, 'ports', 'fixed_ips').map((ips) => at(ips, 0, 'subnet_id'));
  const subnets = await session.call('GET', `/v2.0/subnets?${attached.map((id) => `id=${id}`).join('&')}`);
  expect(column(subnets, 'subnets', 'name').sort()).toEqual(['subnet-app', 'subnet-db', 'subnet-v6']);
  const bySubnet = await session.call('GET', `/v2.0/ports?fixed_ips=subnet_id%3D${attached[0]}`);
  expect(column(bySubnet, 'ports', 'device_id')).toEqual([column(routers, 'routers')[0]]);
});
