/** A domain of its own on the real servers: users, projects and a small network. Suites that run at the same time don't meet. */
import { randomBytes } from 'node:crypto';
import { Api, type Json, type Login, logIn, text } from './rest.ts';
import type { Stack } from './stack.ts';

export type { Login } from './rest.ts';

export interface TenantOptions {
  /** Begins the names of domain and projects, for whoever finds left-overs. */
  readonly name?: string;
  /** Also a router on the same subnets' network without a gateway to the outside, which no VPN service can use. */
  readonly closedRouter?: boolean;
  /**
   * Puts the private network on a wire of the data plane, with this as the first subnet and this address of the router
   * in it. One network at a time can be on a wire.
   */
  readonly wire?: { readonly physicalNetwork: string; readonly cidr: string; readonly gateway: string };
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface Subnet extends Named {
  readonly cidr: string;
}

export interface Router extends Named {
  /** Its addresses on the external network. */
  readonly gatewayV4: string;
  readonly gatewayV6: string;
}

export interface Tenant {
  readonly domain: Named;
  readonly project: Named;
  /** Has no network. */
  readonly otherProject: Named;
  /** May do everything in the project; also a member of the other one. */
  readonly member: Login;
  /** Has the role `reader` in the project. */
  readonly reader: Login;
  /** Has the role `admin` in the project: its lists show every project's objects. */
  readonly administrator: Login;
  /** A member of the other project alone. */
  readonly other: Login;
  readonly network: Named;
  /** `subnet-app` (10.0.1.0/24) and `subnet-db` (10.0.2.0/24), both on the router. */
  readonly subnets: readonly [Subnet, Subnet];
  /** `subnet-v6` (2001:db8:10::/64), on the same network and router. */
  readonly subnetV6: Subnet;
  /** `vpc-prod`, with a gateway. */
  readonly router: Router;
  readonly closedRouter?: Named;
  /** Deletes it with everything that was made in its projects. */
  remove(): Promise<void>;
}

/**
 * Makes a domain with two projects, four users and the project's network, by the APIs and as the stack's administrator.
 * Takes about two seconds.
 */
export async function makeTenant(stack: Stack, options: TenantOptions = {}): Promise<Tenant> {
  const { identity, network } = await administer(stack);
  const domain = await makeDomain(identity, `${options.name ?? 'suite'}-${randomBytes(4).toString('hex')}`);
  const project = await makeProject(identity, domain, 'prod');
  const otherProject = await makeProject(identity, domain, 'dev');
  const remove = async (): Promise<void> => {
    await Promise.all([project, otherProject].map(({ id }) => emptyProject(network, id)));
    await identity.update(`/domains/${domain.id}`, 'domain', { enabled: false });
    await identity.delete(`/domains/${domain.id}`);
  };
  try {
    const [users, net] = await Promise.all([
      makeUsers(identity, stack, domain, project, otherProject),
      makeNetwork(network, stack, project, options),
    ]);
    return { domain, project, otherProject, ...users, ...net, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Both services, as the stack's administrator. */
export async function administer(stack: Stack): Promise<{ identity: Api; network: Api }> {
  const { username, password, projectName: project } = stack.admin;
  const token = await logIn({ authUrl: stack.authUrl, username, password, domain: 'Default', project });
  return { identity: new Api(stack.authUrl, token), network: new Api(`${stack.networkUrl}/v2.0`, token) };
}

async function makeDomain(identity: Api, name: string): Promise<Named> {
  return named(await identity.create('/domains', 'domain', { name }));
}

async function makeProject(identity: Api, domain: Named, suffix: string): Promise<Named> {
  const name = `${domain.name}_${suffix}`;
  return named(await identity.create('/projects', 'project', { name, domain_id: domain.id }));
}

type Users = Pick<Tenant, 'member' | 'reader' | 'administrator' | 'other'>;

async function makeUsers(
  identity: Api,
  stack: Stack,
  domain: Named,
  project: Named,
  otherProject: Named,
): Promise<Users> {
  const roles = new Map((await identity.list('/roles')).map((role) => [role['name'], text(role, 'id')]));
  const user = async (name: string, role: string, ...projects: readonly [Named, ...Named[]]): Promise<Login> => {
    const password = `Pw-${randomBytes(12).toString('base64url')}`;
    const { id } = named(await identity.create('/users', 'user', { name, password, domain_id: domain.id }));
    for (const one of projects) await identity.put(`/projects/${one.id}/users/${id}/roles/${roles.get(role)}`);
    return { authUrl: stack.authUrl, username: name, password, domain: domain.name, project: projects[0].name };
  };
  const [member, reader, administrator, other] = await Promise.all([
    user('vpn-deployer', 'member', project, otherProject),
    user('vpn-reader', 'reader', project),
    user('vpn-admin', 'admin', project),
    user('vpn-other', 'member', otherProject),
  ]);
  return { member, reader, administrator, other };
}

type Network = Pick<Tenant, 'network' | 'subnets' | 'subnetV6' | 'router' | 'closedRouter'>;

async function makeNetwork(api: Api, stack: Stack, project: Named, options: TenantOptions): Promise<Network> {
  const { wire } = options;
  const own = { project_id: project.id };
  const onWire =
    wire === undefined
      ? {}
      : { 'provider:network_type': 'flat', 'provider:physical_network': wire.physicalNetwork, mtu: 1500 };
  const router = async (name: string, gateway: Json): Promise<Json> =>
    api.create('/routers', 'router', { name, ...gateway, ...own });
  const [network, open, closed] = await Promise.all([
    api.create('/networks', 'network', { name: 'vpc-net', ...onWire, ...own }).then(named),
    router('vpc-prod', { external_gateway_info: { network_id: stack.externalNetworkId } }),
    options.closedRouter === true ? router('vpc-closed', {}) : undefined,
  ]);
  const subnet = async (name: string, cidr: string, more: Json = {}): Promise<Subnet> => {
    const ip_version = cidr.includes(':') ? 6 : 4;
    const fields = { name, network_id: network.id, ip_version, cidr, enable_dhcp: false, ...more, ...own };
    return { ...named(await api.create('/subnets', 'subnet', fields)), cidr };
  };
  const subnets = [
    await subnet('subnet-app', wire?.cidr ?? '10.0.1.0/24', wire === undefined ? {} : { gateway_ip: wire.gateway }),
    await subnet('subnet-db', '10.0.2.0/24'),
  ] as const;
  const subnetV6 = await subnet('subnet-v6', '2001:db8:10::/64');
  for (const one of [...subnets, subnetV6]) {
    await api.put(`/routers/${text(open, 'id')}/add_router_interface`, { subnet_id: one.id });
  }
  return {
    network,
    subnets,
    subnetV6,
    router: { ...named(open), ...gatewayAddresses(open) },
    ...(closed === undefined ? {} : { closedRouter: named(closed) }),
  };
}

function gatewayAddresses(router: Json): Pick<Router, 'gatewayV4' | 'gatewayV6'> {
  const addresses = [...JSON.stringify(router['external_gateway_info']).matchAll(/"ip_address": ?"([^"]+)"/g)].map(
    ([, address]) => address ?? '',
  );
  const of = (isWanted: (address: string) => boolean): string => addresses.find(isWanted) ?? '';
  return { gatewayV4: of((one) => one.includes('.')), gatewayV6: of((one) => one.includes(':')) };
}

/** In the order that the servers demand: what refers to others goes first. */
async function emptyProject(api: Api, projectId: string): Promise<void> {
  const each = async (path: string, act: (object: Json, id: string) => Promise<void>): Promise<void> => {
    const objects = await api.list(`${path}${path.includes('?') ? '&' : '?'}project_id=${projectId}`);
    await Promise.all(objects.map((object) => act(object, text(object, 'id'))));
  };
  const deleteAll = (path: string): Promise<void> => each(path, (_, id) => api.delete(`${path}/${id}`));
  await deleteAll('/vpn/ipsec-site-connections');
  for (const kind of ['vpnservices', 'ikepolicies', 'ipsecpolicies', 'endpoint-groups'])
    await deleteAll(`/vpn/${kind}`);
  await each('/ports?device_owner=network:router_interface', (port, id) =>
    api.put(`/routers/${text(port, 'device_id')}/remove_router_interface`, { port_id: id }),
  );
  await deleteAll('/routers');
  await deleteAll('/networks');
  await deleteAll('/security-groups');
}

function named(object: Json): Named {
  return { id: text(object, 'id'), name: text(object, 'name') };
}
