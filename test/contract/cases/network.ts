/** Routers, subnets and ports, as far as names and checks read them. */
import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { badRequest, neutron } from '../envelopes.ts';
import { nobody } from '../kinds.ts';
import { type Said, said } from '../raw.ts';

const bench = useBench();
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

function own(): object {
  const { id } = bench.cloud.project;
  return { tenant_id: id, project_id: id };
}

function gateway(...addresses: readonly string[]): object {
  const external_fixed_ips = addresses.map((ip_address) => ({ subnet_id: uuid, ip_address }));
  return { network_id: uuid, external_fixed_ips, enable_snat: true };
}

function router(id: string, name: string, external_gateway_info: unknown): object {
  return {
    ...{ id, name, ...own(), admin_state_up: true, status: 'ACTIVE', external_gateway_info, description: '' },
    ...{ availability_zones: [], availability_zone_hints: [], routes: [], flavor_id: null, tags: [] },
    ...{ created_at: time, updated_at: time, revision_number: expect.any(Number) },
  };
}

describe('a router', () => {
  test('with a gateway', async () => {
    const { id, name, gatewayV4, gatewayV6 } = bench.cloud.router;
    const whole = router(id, name, gateway(gatewayV4, gatewayV6));
    const answer = await bench.network('GET', `/v2.0/routers/${id}`);
    expect(said(answer)).toEqual({ status: 200, body: { router: whole } });
    const list = await bench.network('GET', `/v2.0/routers?name=${name}`);
    expect(said(list)).toEqual({ status: 200, body: { routers: [whole] } });
  });

  test('without one', async () => {
    const { id, name } = bench.cloud.closedRouter;
    const answer = await bench.network('GET', `/v2.0/routers/${id}`);
    expect(said(answer)).toEqual({ status: 200, body: { router: router(id, name, null) } });
  });

  test('with a gateway of IPv4 alone', async () => {
    const { id, name } = bench.cloud.v4Only.router;
    const answer = await bench.network('GET', `/v2.0/routers/${id}`);
    const address = expect.stringMatching(/^[\d.]+$/);
    expect(said(answer)).toEqual({ status: 200, body: { router: router(id, name, gateway(address)) } });
  });
});

describe('a subnet', () => {
  /** The network's address is followed by these. */
  const parts = {
    v4: { prefix: '0/24', gateway: '1', start: '2', end: '254' },
    v6: { prefix: ':/64', gateway: ':', start: ':1', end: '0:ffff:ffff:ffff:ffff' },
  };

  test.each([
    ['subnet-app', 4],
    ['subnet-db', 4],
    ['subnet-v6', 6],
    ['subnet-lonely', 4],
  ] as const)('%s', async (name, ip_version) => {
    const { subnets, subnetV6, lonelySubnet } = bench.cloud;
    const subnet = [...subnets, subnetV6, lonelySubnet].find((one) => one.name === name);
    const { id, cidr } = subnet ?? { id: '', cidr: '' };
    const { prefix, ...tails } = parts[`v${ip_version}`];
    expect(cidr.endsWith(prefix)).toBe(true);
    const base = cidr.slice(0, -prefix.length);
    const [gateway_ip, start, end] = [base + tails.gateway, base + tails.start, base + tails.end];
    const whole = {
      ...{ id, name, ...own(), network_id: uuid, ip_version, subnetpool_id: null, enable_dhcp: false },
      ...{ ipv6_ra_mode: null, ipv6_address_mode: null, gateway_ip, cidr, allocation_pools: [{ start, end }] },
      ...{ host_routes: [], dns_nameservers: [], description: '', service_types: [], tags: [] },
      ...{ created_at: time, updated_at: time, revision_number: expect.any(Number) },
    };
    const answer = await bench.network('GET', `/v2.0/subnets/${id}`);
    expect(said(answer)).toEqual({ status: 200, body: { subnet: whole } });
    const list = await bench.network('GET', `/v2.0/subnets?cidr=${encodeURIComponent(cidr)}`);
    expect(said(list)).toEqual({ status: 200, body: { subnets: [whole] } });
  });
});

describe('lists', () => {
  async function names(path: string, plural: string): Promise<unknown[]> {
    const { body } = await bench.network('GET', path);
    const rows: unknown = at(body, plural);
    return Array.isArray(rows) ? rows.map((row) => at(row, 'name')).sort() : [];
  }

  test('all routers of the project, and no others', async () => {
    expect(await names('/v2.0/routers', 'routers')).toEqual(['vpc-closed', 'vpc-dev', 'vpc-prod']);
  });

  test.each<[string, unknown[]]>([
    ['name=vpc-prod', ['vpc-prod']],
    ['name=VPC-Prod', ['vpc-prod']],
    ['name=vpc', []],
    ['name=vpc-prod&name=vpc-dev', ['vpc-dev', 'vpc-prod']],
    ['colour=red', ['vpc-closed', 'vpc-dev', 'vpc-prod']],
  ])('routers by %s', async (query, found) => {
    expect(await names(`/v2.0/routers?${query}`, 'routers')).toEqual(found);
  });

  test.each<[string, unknown[]]>([
    ['ip_version=6', ['subnet-v6']],
    ['name=subnet-app&name=subnet-db', ['subnet-app', 'subnet-db']],
    ['name=nobody', []],
  ])('subnets by %s', async (query, found) => {
    expect(await names(`/v2.0/subnets?${query}`, 'subnets')).toEqual(found);
  });

  test('fields', async () => {
    const [{ cidr, name }] = bench.cloud.subnets;
    const answer = await bench.network('GET', `/v2.0/subnets?name=${name}&fields=cidr&fields=name`);
    expect(said(answer)).toEqual({ status: 200, body: { subnets: [{ cidr, name }] } });
  });

  test('pages', async () => {
    const path = '/v2.0/routers?fields=name&fields=id&limit=2&sort_key=name&sort_dir=asc';
    const first = await bench.network('GET', path);
    expect(at(first.body, 'routers', 1, 'name')).toBe('vpc-dev');
    const next: unknown = at(first.body, 'routers_links', 0);
    expect(at(next, 'rel')).toBe('next');
    const marker = new URL(String(at(next, 'href'))).searchParams.get('marker');
    const second = await bench.network('GET', `${path}&marker=${marker}`);
    expect(at(second.body, 'routers')).toEqual([expect.objectContaining({ name: 'vpc-prod' })]);
  });

  test.each<[string, Said]>([
    ['/v2.0/routers?limit=1&marker=nobody', neutron(404, 'RouterNotFound', 'Router nobody could not be found')],
    [
      '/v2.0/routers?limit=-1',
      neutron(400, 'BadRequest', "Bad limit request: Limit must be an integer 0 or greater and not '-1'."),
    ],
    ['/v2.0/routers?sort_key=name', badRequest('The number of sort_keys and sort_dirs must be same')],
    ['/v2.0/routers?sort_key=colour&sort_dir=asc', badRequest("['colour'] is invalid attribute for sort_keys")],
    [`/v2.0/routers/${nobody}`, neutron(404, 'RouterNotFound', `Router ${nobody} could not be found`)],
    [`/v2.0/subnets/${nobody}`, neutron(404, 'SubnetNotFound', `Subnet ${nobody} could not be found.`)],
    [`/v2.0/ports/${nobody}`, neutron(404, 'PortNotFound', `Port ${nobody} could not be found.`)],
    ['/v2.0/routers/vpc-prod', neutron(404, 'RouterNotFound', 'Router vpc-prod could not be found')],
  ])('refuses %s', async (path, answer) => {
    expect(said(await bench.network('GET', path))).toEqual(answer);
  });
});

describe('ports', () => {
  test('show which subnets are on a router', async () => {
    const { router, subnets, subnetV6 } = bench.cloud;
    const query = `device_id=${router.id}&device_owner=network:router_interface&fields=fixed_ips`;
    const { body } = await bench.network('GET', `/v2.0/ports?${query}`);
    const rows: unknown = at(body, 'ports');
    const found = Array.isArray(rows) ? rows.map((row) => at(row, 'fixed_ips', 0, 'subnet_id')) : [];
    expect(found.sort()).toEqual([subnets[0].id, subnets[1].id, subnetV6.id].sort());
  });

  test('by their subnet', async () => {
    const { router, subnets, lonelySubnet } = bench.cloud;
    const query = (id: string): string => `fields=device_id&fixed_ips=${encodeURIComponent(`subnet_id=${id}`)}`;
    const one = await bench.network('GET', `/v2.0/ports?${query(subnets[0].id)}`);
    expect(said(one)).toEqual({ status: 200, body: { ports: [{ device_id: router.id }] } });
    const none = await bench.network('GET', `/v2.0/ports?${query(lonelySubnet.id)}`);
    expect(said(none)).toEqual({ status: 200, body: { ports: [] } });
  });
});

test("another project's routers and subnets are not there", async () => {
  const { router, subnets, other } = bench.cloud;
  const found = await bench.network('GET', `/v2.0/routers/${router.id}`, undefined, other);
  expect(said(found)).toEqual(neutron(404, 'RouterNotFound', `Router ${router.id} could not be found`));
  const { id } = subnets[0];
  const subnet = await bench.network('GET', `/v2.0/subnets/${id}`, undefined, other);
  expect(said(subnet)).toEqual(neutron(404, 'SubnetNotFound', `Subnet ${id} could not be found.`));
  const list = await bench.network('GET', `/v2.0/routers?id=${router.id}`, undefined, other);
  expect(said(list)).toEqual({ status: 200, body: { routers: [] } });
});
