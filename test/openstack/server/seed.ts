/** What the suites expect to find: Neutron's user and its entry in the catalogue, and the external network. */
import { Api, logIn, text } from '../rest.ts';
import type { Stack } from '../stack.ts';

/** How to reach it. */
export type Cloud = Pick<
  Stack,
  'authUrl' | 'shortLivedAuthUrl' | 'networkUrl' | 'controlUrl' | 'region' | 'admin' | 'federation'
>;

/** The last address that routers get; in the data plane the peer has another of that subnet. */
export type PoolEnd = '172.24.4.99' | '172.24.4.250';

/** A token of the administrator. */
export const administrator = ({ authUrl, admin }: Cloud) =>
  logIn({
    authUrl,
    username: admin.username,
    password: admin.password,
    domain: 'Default',
    project: admin.projectName,
  });

/** Makes the user that Neutron checks tokens with, and Neutron's endpoints. */
export async function seedIdentity(cloud: Cloud, servicePassword: string): Promise<void> {
  const identity = new Api(cloud.authUrl, await administrator(cloud));
  const domain_id = 'default';
  const makeUser = async () => {
    const [project, user, roles] = await Promise.all([
      identity.create('/projects', 'project', { name: 'service', domain_id }),
      identity.create('/users', 'user', { name: 'neutron', password: servicePassword, domain_id }),
      identity.list('/roles?name=admin'),
    ]);
    const role = text(roles[0] ?? {}, 'id');
    await identity.put(`/projects/${text(project, 'id')}/users/${text(user, 'id')}/roles/${role}`);
  };
  const makeEndpoints = async () => {
    const service = await identity.create('/services', 'service', { name: 'neutron', type: 'network' });
    const place = { service_id: text(service, 'id'), region_id: cloud.region, url: cloud.networkUrl };
    for (const kind of ['public', 'internal', 'admin']) {
      await identity.create('/endpoints', 'endpoint', { interface: kind, ...place });
    }
  };
  await Promise.all([makeUser(), makeEndpoints()]);
}

/** @returns the external network's id */
export async function seedNetwork(cloud: Cloud, poolEnd: PoolEnd): Promise<string> {
  const network = new Api(`${cloud.networkUrl}/v2.0`, await administrator(cloud));
  const external = await network.create('/networks', 'network', {
    name: 'external',
    'router:external': true,
    'provider:network_type': 'flat',
    'provider:physical_network': 'ext',
  });
  const network_id = text(external, 'id');
  await network.create('/subnets', 'subnet', {
    name: 'external-v4',
    network_id,
    ip_version: 4,
    cidr: '172.24.4.0/24',
    gateway_ip: '172.24.4.1',
    enable_dhcp: false,
    allocation_pools: [{ start: '172.24.4.10', end: poolEnd }],
  });
  await network.create('/subnets', 'subnet', {
    name: 'external-v6',
    network_id,
    ip_version: 6,
    cidr: '2001:db8:ffff::/64',
    enable_dhcp: false,
  });
  return network_id;
}
