import { randomUUID } from 'node:crypto';
import { formatAddress, parseCidr } from './ip.ts';
import type { Kind } from './kinds.ts';
import type { Entry, Store, StoredObject } from './store.ts';
import { type Attributes, isRecord, text } from './values.ts';

/** Addresses of a router's external gateway; none if it has no gateway. */
export function gatewayAddresses(router: Entry): string[] {
  const info = router.attributes['external_gateway_info'];
  const fixed: unknown = isRecord(info) ? info['external_fixed_ips'] : [];
  const ips: unknown[] = Array.isArray(fixed) ? fixed : [];
  return ips.map((ip) => (isRecord(ip) ? text(ip['ip_address']) : ''));
}

/** A router's `external_gateway_info` with these addresses. */
export function gateway(...addresses: string[]): Attributes {
  const external_fixed_ips = addresses.map((ip_address) => ({ subnet_id: randomUUID(), ip_address }));
  return { network_id: randomUUID(), external_fixed_ips, enable_snat: true };
}

/** Defaults of a seeded router. */
export function completeRouter(fields: Attributes): Attributes {
  return { name: '', description: '', admin_state_up: true, external_gateway_info: null, routes: [], ...fields };
}

/** Defaults of a seeded subnet; its network, IP version and gateway follow from the CIDR. */
export function completeSubnet(fields: Attributes): Attributes {
  const cidr = text(fields['cidr']);
  const ip_version = cidr.includes(':') ? 6 : 4;
  const [base = ''] = cidr.split('/');
  // The first address of the network: IPv6 has no network address (RFC 4291, 2.6.1).
  const gateway_ip = ip_version === 6 ? base : base.replace(/\d+$/, '1');
  const network_id = randomUUID();
  return {
    name: '',
    description: '',
    network_id,
    ip_version,
    gateway_ip,
    enable_dhcp: true,
    router_id: null,
    ...fields,
  };
}

/**
 * Puts a project's initial network there: three routers and their subnets.
 * @param range the routers' external IPv4 addresses without the last octet
 */
export function seedNetwork(store: Store, projectId: string, range: string): void {
  const seed = (kind: Kind, fields: Attributes) => store.seed(kind, fields, { projectId });
  const router = (name: string, external_gateway_info: Attributes | null) =>
    seed('router', { name, external_gateway_info });
  const prod = router('vpc-prod', gateway(`${range}.17`, '2001:db8:ffff::17'));
  const dev = router('vpc-dev', gateway(`${range}.18`));
  router('vpc-closed', null);
  const subnet = (name: string, cidr: string, attached?: StoredObject): void => {
    seed('subnet', { name, cidr, enable_dhcp: false, router_id: attached?.id ?? null });
  };
  subnet('subnet-app', '10.10.1.0/24', prod);
  subnet('subnet-db', '10.10.2.0/24', prod);
  subnet('subnet-v6', '2001:db8:10::/64', prod);
  subnet('subnet-dev', '10.30.1.0/24', dev);
  subnet('subnet-lonely', '10.40.0.0/24');
}

/** A router as Neutron shows it. */
export function showRouter(entry: Entry): Attributes {
  const { name, description, admin_state_up, external_gateway_info, routes } = entry.attributes;
  const { id, projectId } = entry;
  return {
    ...{ id, name, tenant_id: projectId, admin_state_up, status: 'ACTIVE', external_gateway_info, description, routes },
    ...{ ...dates(entry), revision_number: 3, flavor_id: null, tags: [], project_id: projectId },
    ...{ availability_zone_hints: [], availability_zones: [] },
  };
}

/** A subnet as Neutron shows it. */
export function showSubnet(entry: Entry): Attributes {
  const { name, network_id, ip_version, enable_dhcp, gateway_ip, cidr, description } = entry.attributes;
  const { id, projectId } = entry;
  return {
    ...{ id, name, tenant_id: projectId, network_id, ip_version, subnetpool_id: null, enable_dhcp, gateway_ip, cidr },
    ...{
      ipv6_ra_mode: null,
      ipv6_address_mode: null,
      allocation_pools: allocationPools(entry),
      host_routes: [],
      dns_nameservers: [],
    },
    ...{ description, service_types: [], tags: [], ...dates(entry), revision_number: 0, project_id: projectId },
  };
}

/** Every address but the network's, the gateway's (the network's second one) and, with IPv4, the broadcast address. */
function allocationPools({ attributes }: Entry): Attributes[] {
  const cidr = parseCidr(text(attributes['cidr']));
  if (cidr === null) return [];
  const size = 1n << BigInt((cidr.version === 4 ? 32 : 128) - cidr.prefix);
  const base = cidr.address - (cidr.address % size);
  const [first, last] = cidr.version === 4 ? [2n, size - 2n] : [1n, size - 1n];
  if (first > last) return [];
  const written = (address: bigint): string => formatAddress(cidr.version, address);
  return [{ start: written(base + first), end: written(base + last) }];
}

/** The ports by which routers are attached to subnets, one for each attached subnet. */
export function showPort(subnet: Entry): Attributes {
  const { router_id, network_id, gateway_ip } = subnet.attributes;
  const fixed_ips = [{ subnet_id: subnet.id, ip_address: gateway_ip }];
  const projectId = subnet.projectId;
  return {
    ...{ id: portId(subnet.id), name: '', network_id, tenant_id: projectId, admin_state_up: true, status: 'ACTIVE' },
    ...{ device_id: router_id, device_owner: 'network:router_interface', fixed_ips, project_id: projectId },
  };
}

/** A port's id follows from its subnet's, so that it stays the same. */
export function portId(subnetId: string): string {
  return subnetId.replace(/^./, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
}

function dates(entry: Entry): Attributes {
  const at = `${new Date(entry.createdAt).toISOString().slice(0, 19)}Z`;
  return { created_at: at, updated_at: at };
}
