/** Filters, fields, sorting and paging of lists. */
import { beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { badRequest, neutron } from '../envelopes.ts';
import { facts, type Kind, kinds, nobody } from '../kinds.ts';
import { type Said, said } from '../raw.ts';

const bench = useBench();
const ike = '/ikepolicies';

/** Ids of the policies called alpha, beta, beta and Gamma, in this order. */
const ids: string[] = [];
const connections: string[] = [];

beforeAll(async () => {
  for (const fields of [
    { name: 'alpha', pfs: 'group14', lifetime: { value: 4000 } },
    { name: 'beta', description: 'Of Two Words' },
    { name: 'beta', ike_version: 'v2' },
    { name: 'Gamma', encryption_algorithm: 'aes-256' },
  ]) {
    ids.push((await bench.create('ikepolicy', fields)).id);
  }
  for (const changes of [
    { name: 'first', mtu: 1400, psk: 'Secret-One_1', dpd: { action: 'restart' } },
    { name: 'second', admin_state_up: false, initiator: 'response-only', peer_id: '@second' },
  ]) {
    connections.push((await bench.connection(changes)).id);
  }
  await bench.cloud.drive(connections[0] ?? '', 'ACTIVE');
});

/** Names of what a list shows, in its order. */
async function names(path: string): Promise<unknown[]> {
  const { status, body } = await bench.vpn('GET', path);
  expect(status).toBe(200);
  const rows: unknown = Object.values(Object(body)).find(Array.isArray);
  return Array.isArray(rows) ? rows.map((row) => at(row, 'name')) : [];
}

/** The policies that `parts()` makes for the connections are left out. */
async function policies(query: string): Promise<unknown[]> {
  const found = await names(`${ike}?${query}`);
  return found.filter((name) => name !== 'ike').sort();
}

async function foundConnections(query: string): Promise<unknown[]> {
  return (await names(`/ipsec-site-connections?${query}`)).sort();
}

const all = ['Gamma', 'alpha', 'beta', 'beta'];

describe('filters of policies', () => {
  test.each<[string, unknown[]]>([
    ['', all],
    ['name=alpha', ['alpha']],
    ['name=beta', ['beta', 'beta']],
    ['name=alpha&name=Gamma', ['Gamma', 'alpha']],
    ['name=ALPHA', ['alpha']],
    ['name=alpha%20', ['alpha']],
    ['name=%20alpha', []],
    ['name=alph', []],
    ['name=alph%25', []],
    ['name=*', []],
    ['name=nobody', []],
    ['name=', []],
    ['description=of%20two%20words', ['beta']],
    ['ike_version=v2', ['beta']],
    ['pfs=GROUP14', ['alpha']],
    ['encryption_algorithm=aes-256', ['Gamma']],
    ['name=beta&ike_version=v1', ['beta']],
    ['name=alpha&ike_version=v2', []],
    ['lifetime_value=4000', ['alpha']],
    ['lifetime_value=abc', []],
    ['lifetime=4000', all],
    ['colour=red', all],
    ['Name=alpha', all],
    ['id=nobody', []],
  ])('%s', async (query, found) => {
    expect(await policies(query)).toEqual(found);
  });

  test('by id, in any case', async () => {
    const id = ids[0] ?? '';
    expect(await policies(`id=${id}`)).toEqual(['alpha']);
    expect(await policies(`id=${id.toUpperCase()}`)).toEqual(['alpha']);
    expect(await policies(`id=${id}&id=${ids[3]}`)).toEqual(['Gamma', 'alpha']);
  });

  test('by project, under both names', async () => {
    const { project, otherProject } = bench.cloud;
    for (const field of ['tenant_id', 'project_id']) {
      expect(await policies(`${field}=${project.id}`)).toEqual(all);
      expect(await policies(`${field}=${otherProject.id}`)).toEqual([]);
    }
  });
});

describe('filters of connections', () => {
  test.each<[string, unknown[]]>([
    ['', ['first', 'second']],
    ['admin_state_up=true', ['first']],
    ['admin_state_up=False', ['second']],
    ['admin_state_up=1', ['first']],
    ['mtu=1400', ['first']],
    ['status=ACTIVE', ['first']],
    ['status=active', ['first']],
    ['status=DOWN&status=ACTIVE', ['first', 'second']],
    ['status=ERROR', []],
    ['initiator=response-only', ['second']],
    ['peer_address=198.51.100.7', ['first', 'second']],
    ['peer_id=%40second', ['second']],
    ['psk=Secret-One_1', ['first']],
    ['dpd_action=restart', ['first']],
    ['dpd=restart', ['first', 'second']],
    ['peer_cidrs=10.20.0.0/24', ['first', 'second']],
    ['auth_mode=psk', ['first', 'second']],
    ['route_mode=static', ['first', 'second']],
  ])('%s', async (query, found) => {
    expect(await foundConnections(query)).toEqual(found);
  });

  test.each(['vpnservice_id', 'ikepolicy_id', 'ipsecpolicy_id', 'local_ep_group_id', 'peer_ep_group_id'] as const)(
    '%s',
    async (field) => {
      const parts = await bench.parts();
      expect(await foundConnections(`${field}=${parts[field]}`)).toEqual(['first', 'second']);
      expect(await foundConnections(`${field}=${nobody}`)).toEqual([]);
    },
  );

  test.each<[string, Said]>([
    [
      'admin_state_up=perhaps',
      neutron(400, 'InvalidInput', "Invalid input for operation: 'perhaps' cannot be converted to boolean."),
    ],
    ['mtu=abc', neutron(400, 'InvalidInput', "Invalid input for operation: 'abc' is not an integer.")],
  ])('refuses %s', async (query, answer) => {
    expect(said(await bench.vpn('GET', `/ipsec-site-connections?${query}`))).toEqual(answer);
  });
});

describe('filters of endpoint groups and services', () => {
  test('the type of a group is a filter under another name', async () => {
    expect((await names('/endpoint-groups?endpoint_type=subnet')).sort()).toEqual(['local']);
    expect((await names('/endpoint-groups?type=subnet')).sort()).toEqual(['local', 'peer']);
    expect((await names('/endpoint-groups?endpoints=10.20.0.0/24')).sort()).toEqual(['local', 'peer']);
  });

  test('services by router and status', async () => {
    const { router, closedRouter } = bench.cloud;
    expect(await names(`/vpnservices?router_id=${router.id}`)).toEqual(['gw']);
    expect(await names(`/vpnservices?router_id=${closedRouter.id}`)).toEqual([]);
    expect(await names('/vpnservices?status=ACTIVE')).toEqual(['gw']);
    expect(await names('/vpnservices?status=DOWN')).toEqual([]);
  });
});

describe('fields', () => {
  test('are what is shown, in lists and of one object', async () => {
    const id = ids[0] ?? '';
    const list = await bench.vpn('GET', `${ike}?id=${id}&fields=name&fields=pfs`);
    expect(said(list)).toEqual({ status: 200, body: { ikepolicies: [{ name: 'alpha', pfs: 'group14' }] } });
    const one = await bench.vpn('GET', `${ike}/${id}?fields=id`);
    expect(said(one)).toEqual({ status: 200, body: { ikepolicy: { id } } });
  });

  test.each([
    ['fields=name,id', {}],
    ['fields=colour', {}],
    ['fields=colour&fields=name', { name: 'alpha' }],
  ])('%s', async (query, shown) => {
    const list = await bench.vpn('GET', `${ike}?name=alpha&${query}`);
    expect(said(list)).toEqual({ status: 200, body: { ikepolicies: [shown] } });
  });

  test('none named is all', async () => {
    const whole = await bench.vpn('GET', `${ike}?name=alpha`);
    expect(said(await bench.vpn('GET', `${ike}?name=alpha&fields=`))).toEqual(said(whole));
  });
});

describe('sorting', () => {
  test.each<[string, unknown[]]>([
    ['sort_key=name&sort_dir=desc', ['beta', 'beta', 'alpha', 'Gamma']],
    ['sort_key=name&sort_dir=asc&name=beta&name=alpha', ['alpha', 'beta', 'beta']],
    ['sort_key=name&sort_dir=desc&sort_key=id&sort_dir=asc&name=alpha&name=beta', ['beta', 'beta', 'alpha']],
  ])('%s', async (query, found) => {
    expect((await names(`${ike}?${query}`)).filter((name) => name !== 'ike')).toEqual(found);
  });

  test('by id', async () => {
    for (const [direction, expected] of [
      ['asc', ids.toSorted()],
      ['desc', ids.toSorted().reverse()],
    ] as const) {
      const { body } = await bench.vpn('GET', `${ike}?fields=id&sort_key=id&sort_dir=${direction}&${filter()}`);
      expect(at(body, 'ikepolicies')).toEqual(expected.map((id) => ({ id })));
    }
  });

  function filter(): string {
    return ids.map((id) => `id=${id}`).join('&');
  }

  test.each<[string, Said]>([
    ['sort_key=name', badRequest('The number of sort_keys and sort_dirs must be same')],
    ['sort_dir=asc', badRequest('The number of sort_keys and sort_dirs must be same')],
    ['sort_key=pfs&sort_dir=asc', badRequest("['pfs'] is invalid attribute for sort_keys")],
    ['sort_key=colour&sort_dir=asc', badRequest("['colour'] is invalid attribute for sort_keys")],
    ['sort_key=name&sort_dir=up', badRequest("['up'] is invalid value for sort_dirs, valid value is 'asc' and 'desc'")],
  ])('refuses %s', async (query, answer) => {
    expect(said(await bench.vpn('GET', `${ike}?${query}`))).toEqual(answer);
  });

  test.each<[Kind, string]>([
    ['endpoint_group', 'name'],
    ['ipsec_site_connection', 'status'],
    ['vpnservice', 'status'],
  ])('of %s not by %s', async (kind, key) => {
    const answer = await bench.vpn('GET', `${facts[kind].path}?sort_key=${key}&sort_dir=asc`);
    expect(said(answer)).toEqual(badRequest(`['${key}'] is invalid attribute for sort_keys`));
  });

  test('of services by router', async () => {
    expect(await names('/vpnservices?sort_key=router_id&sort_dir=asc')).toEqual(['gw']);
  });
});

describe('paging', () => {
  const sorted = 'name=alpha&name=beta&name=Gamma&sort_key=id&sort_dir=asc&fields=id';

  async function page(query: string): Promise<{ found: unknown; links: Record<string, URLSearchParams> }> {
    const { body } = await bench.vpn('GET', `${ike}?${sorted}&${query}`);
    const rows: unknown = at(body, 'ikepolicies');
    const links: unknown = at(body, 'ikepolicies_links');
    const entries = (Array.isArray(links) ? links : []).map((link) => {
      const url = new URL(String(at(link, 'href')));
      expect(`${url.origin}${url.pathname}`).toBe(`${bench.cloud.networkUrl}/v2.0/vpn${ike}`);
      return [String(at(link, 'rel')), url.searchParams] as const;
    });
    return { found: Array.isArray(rows) ? rows.map((row) => at(row, 'id')) : rows, links: Object.fromEntries(entries) };
  }

  test('goes through all by the links', async () => {
    const [a, b, c, d] = ids.toSorted();
    const first = await page('limit=2');
    expect(first.found).toEqual([a, b]);
    expect(first.links['next']?.get('marker')).toBe(b);
    expect(first.links['next']?.get('limit')).toBe('2');
    expect(first.links['next']?.getAll('name')).toEqual(['alpha', 'beta', 'Gamma']);
    const second = await page(`limit=2&marker=${b}`);
    expect(second.found).toEqual([c, d]);
    // A full page may be the last one: only the one after it shows that.
    expect(second.links['next']?.get('marker')).toBe(d);
    const third = await page(`limit=2&marker=${d}`);
    expect(third.found).toEqual([]);
    expect(third.links['next']).toBeUndefined();
  });

  test('a page that is not full is the last', async () => {
    const [, , c, d] = ids.toSorted();
    const { found, links } = await page(`limit=3&marker=${c}`);
    expect(found).toEqual([d]);
    expect(Object.keys(links)).toEqual(['previous']);
    expect(links['previous']?.get('marker')).toBe(d);
    expect(links['previous']?.get('page_reverse')).toBe('True');
  });

  test('backwards', async () => {
    const [a, b, c, d] = ids.toSorted();
    expect((await page(`limit=2&marker=${d}&page_reverse=True`)).found).toEqual([b, c]);
    expect((await page(`limit=2&marker=${b}&page_reverse=true`)).found).toEqual([a]);
    expect((await page('limit=2&page_reverse=True')).found).toEqual([c, d]);
  });

  test('a limit that is larger than all: no next page', async () => {
    const { found, links } = await page('limit=100');
    expect(found).toEqual(ids.toSorted());
    expect(links['next']).toBeUndefined();
  });

  test.each(['limit=0', ''])('"%s": everything, and no links', async (query) => {
    const { found, links } = await page(query);
    expect(found).toEqual(ids.toSorted());
    expect(links).toEqual({});
  });

  test('a marker that is not there: nothing', async () => {
    expect((await page(`limit=2&marker=${nobody}`)).found).toEqual([]);
  });

  test('without a limit a marker means nothing', async () => {
    expect((await page(`marker=${ids[0]}`)).found).toEqual(ids.toSorted());
  });

  test.each(['-1', 'abc', '1.5', ''])('refuses limit=%j', async (limit) => {
    const message = `Bad limit request: Limit must be an integer 0 or greater and not '${limit}'.`;
    expect(said(await bench.vpn('GET', `${ike}?limit=${limit}`))).toEqual(neutron(400, 'BadRequest', message));
  });

  test('without an order every object is on some page', async () => {
    const seen: unknown[] = [];
    let marker = '';
    for (let i = 0; i < 10; i += 1) {
      const { body } = await bench.vpn('GET', `${ike}?limit=2&fields=id${marker}`);
      const rows: unknown = at(body, 'ikepolicies');
      const found = Array.isArray(rows) ? rows.map((row) => at(row, 'id')) : [];
      if (found.length === 0) break;
      seen.push(...found);
      marker = `&marker=${found.at(-1)}`;
    }
    expect(seen).toEqual(expect.arrayContaining(ids));
    expect(new Set(seen).size).toBe(seen.length);
  });
});

describe('every kind', () => {
  test.each(kinds)('%s: in a list as alone', async (kind) => {
    const { path, plural } = facts[kind];
    const { body } = await bench.vpn('GET', path);
    const rows: unknown = at(body, plural);
    expect(Object.keys(Object(body))).toEqual([plural]);
    for (const row of Array.isArray(rows) ? rows : [undefined]) {
      expect(at((await bench.get(kind, String(at(row, 'id')))).body, kind)).toEqual(row);
    }
  });

  test.each([
    ['/endpoint_groups', 'endpoint_groups'],
    ['/ipsec_site_connections', 'ipsec_site_connections'],
    ['/ikepolicies.json', 'ikepolicies'],
  ])('%s is another spelling', async (path, plural) => {
    const { status, body } = await bench.vpn('GET', path);
    expect(status).toBe(200);
    expect(at(body, plural)).not.toEqual([]);
  });
});
