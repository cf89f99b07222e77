/** A cloud with one object of each kind, for the tables. */
import type { DialectName } from '../../../src/vpn/dialects.ts';
import { psk, uuid } from './build.ts';
import { type CloudOptions, type Json, ModelCloud } from './model-cloud.ts';

/** Values of a policy as the file's defaults have them, in the dialect's spelling. */
export function policyValues(dialect: DialectName): { readonly ike: Json; readonly ipsec: Json } {
  const hash = dialect === 'otc' ? 'sha2-256' : 'sha256';
  const common = { auth_algorithm: hash, encryption_algorithm: 'aes-256', pfs: 'group14' };
  return {
    ike: {
      ...common,
      ike_version: 'v2',
      phase1_negotiation_mode: 'main',
      lifetime: { units: 'seconds', value: 86_400 },
    },
    ipsec: {
      ...common,
      transform_protocol: 'esp',
      encapsulation_mode: 'tunnel',
      lifetime: { units: 'seconds', value: 3600 },
    },
  };
}

export interface Standard {
  readonly cloud: ModelCloud;
  readonly router: string;
  readonly service: string;
  readonly ike: string;
  readonly ipsec: string;
  readonly local: string;
  readonly peer: string;
  readonly subnets: readonly [string, string];
}

export const peerNetworks = ['10.80.0.0/24', '10.81.0.0/16'];

/** A service, two policies and two groups, named gw, ike, ipsec, local and peer, without a connection. */
export function standardCloud(dialect: DialectName, given: CloudOptions = {}): Standard {
  const cloud = new ModelCloud(dialect, { firstId: 101, ...given });
  const router = uuid(1);
  const subnets = [uuid(11), uuid(12)] as const;
  cloud.routers = [{ id: router, name: 'vpc-prod', cidr: undefined }];
  cloud.subnets = [
    { id: subnets[0], name: 'subnet-app', cidr: '10.10.1.0/24' },
    { id: subnets[1], name: 'subnet-db', cidr: '10.10.2.0/24' },
  ];
  const values = policyValues(dialect);
  return {
    cloud,
    router,
    subnets,
    service: cloud.add('vpnservice', {
      name: 'gw',
      router_id: router,
      subnet_id: null,
      admin_state_up: true,
      external_v4_ip: '203.0.113.17',
      external_v6_ip: '2001:db8:7::11',
    }),
    ike: cloud.add('ikepolicy', { name: 'ike', ...values.ike }),
    ipsec: cloud.add('ipsecpolicy', { name: 'ipsec', ...values.ipsec }),
    local: cloud.add('endpoint_group', { name: 'local', type: 'subnet', endpoints: [subnets[0]] }),
    peer: cloud.add('endpoint_group', { name: 'peer', type: 'cidr', endpoints: peerNetworks }),
  };
}

/** A connection on the objects of the standard cloud. */
export function addConnection(standard: Standard, name: string, json: Json = {}): string {
  const { cloud, service, ike, ipsec, local, peer } = standard;
  return cloud.add('ipsec_site_connection', {
    name,
    vpnservice_id: service,
    ikepolicy_id: ike,
    ipsecpolicy_id: ipsec,
    local_ep_group_id: local,
    peer_ep_group_id: peer,
    peer_address: '198.51.100.20',
    peer_id: '198.51.100.20',
    psk,
    mtu: 1500,
    initiator: 'bi-directional',
    dpd: { action: 'hold', interval: 30, timeout: 120 },
    admin_state_up: true,
    ...json,
  });
}
