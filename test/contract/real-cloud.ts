/** Real servers, as `npm run openstack:up` or the suite's own run started them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { statusDriver } from '../openstack/control.ts';
import { federate } from '../openstack/federation.ts';
import { Api, logIn, text } from '../openstack/rest.ts';
import { readStack, type Stack } from '../openstack/stack.ts';
import { makeTenant, type Named, type Subnet, type Tenant } from '../openstack/tenant.ts';
import { makeApplicationCredential, makeCarefulUser } from '../openstack/users.ts';
import type { ContractCloud, ShortLivedToken } from './cloud.ts';

/** Of the tokens of the stack's second Keystone, with some time to spare: times are rounded to seconds. */
const shortLifeMs = 4200;

export async function openReal(): Promise<ContractCloud> {
  const stack = readStack();
  const tenant = await makeTenant(stack, { name: 'contract', closedRouter: true });
  const driver = statusDriver(stack);
  const { closedRouter } = tenant;
  if (closedRouter === undefined) throw new Error('the tenant has no closed router');
  await driver.mode(tenant.project.id, 'manual');
  const federation = await federate(stack, tenant);
  return {
    ...tenant,
    ...(await moreNetworks(stack, tenant)),
    federation,
    careful: await makeCarefulUser(stack, tenant),
    closedRouter,
    authUrl: stack.authUrl,
    networkUrl: stack.networkUrl,
    region: stack.region,
    drive: (connectionId, status) => driver.drive(connectionId, status),
    wakeAgent: () =>
      driver.mode(tenant.project.id, 'auto', [
        [0.3, 'DOWN'],
        [0.3, 'ACTIVE'],
      ]),
    shortLivedToken: () => shortLivedToken(stack, tenant),
    applicationCredential: () => makeApplicationCredential(tenant.member),
    shortLivedCredential: () => shortLivedCredential(tenant),
    close: async () => {
      await federation.remove();
      await tenant.remove();
    },
  };
}

async function shortLivedToken(stack: Stack, { member }: Tenant): Promise<ShortLivedToken> {
  const token = await logIn({ ...member, authUrl: stack.shortLivedAuthUrl });
  return { token, expired: until(Date.now() + shortLifeMs) };
}

async function shortLivedCredential({ member }: Tenant) {
  const end = Date.now() + shortLifeMs;
  const made = await makeApplicationCredential(member, { expiresAt: new Date(end) });
  return { ...made, expired: until(end + 100) };
}

function until(end: number): () => Promise<void> {
  return () => sleep(Math.max(0, end - Date.now()));
}

/** A subnet on no router, and a router whose external network knows IPv4 alone. The project owns all of it. */
async function moreNetworks(
  stack: Stack,
  { project }: Tenant,
): Promise<Pick<ContractCloud, 'lonelySubnet' | 'v4Only'>> {
  const { username, password, projectName } = stack.admin;
  const token = await logIn({ authUrl: stack.authUrl, username, password, domain: 'Default', project: projectName });
  const api = new Api(`${stack.networkUrl}/v2.0`, token);
  const own = { project_id: project.id };
  const subnet = async (name: string, cidr: string, network: object = {}): Promise<Subnet & { network: string }> => {
    const { id } = await api.create('/networks', 'network', { name, ...network, ...own });
    const fields = { name, network_id: id, ip_version: 4, cidr, enable_dhcp: false, ...own };
    return { ...named(await api.create('/subnets', 'subnet', fields)), cidr, network: String(id) };
  };
  const [outside, inside, lonelySubnet] = await Promise.all([
    subnet('external-v4', '172.31.4.0/24', { 'router:external': true }),
    subnet('subnet-dev', '10.30.1.0/24'),
    subnet('subnet-lonely', '10.40.0.0/24'),
  ]);
  const gateway = { external_gateway_info: { network_id: outside.network } };
  const router = named(await api.create('/routers', 'router', { name: 'vpc-dev', ...gateway, ...own }));
  await api.put(`/routers/${router.id}/add_router_interface`, { subnet_id: inside.id });
  return { lonelySubnet, v4Only: { router, subnet: inside } };
}

function named(object: Readonly<Record<string, unknown>>): Named {
  return { id: text(object, 'id'), name: text(object, 'name') };
}
