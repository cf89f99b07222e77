import { defaults } from './attributes.ts';
import type { Kind } from './kinds.ts';
import { completeRouter, completeSubnet, gateway, seedNetwork } from './network.ts';
import { OTC_RULES } from './otc/rules.ts';
import type { Rules } from './rules.ts';
import { Store } from './store.ts';
import type { Account } from './types.ts';
import { type Attributes, isRecord } from './values.ts';

/** One region's objects: the account's network, another project with objects of the same names, and on otc an agency's. */
export function newStore(now: () => number, account: Account, rules: Rules): Store {
  const store = new Store(now, account.projectId, (kind, fields) => complete(rules, kind, fields));
  seedNetwork(store, account.projectId, '203.0.113');
  if (rules === OTC_RULES) seedNetwork(store, account.agency.projectId, '192.0.2');
  seedOtherProject(store, account.otherProjectId);
  return store;
}

/** What a seeded object leaves out. */
function complete(rules: Rules, kind: Kind, fields: Attributes): Attributes {
  if (kind === 'router') return completeRouter(fields);
  if (kind === 'subnet') return completeSubnet(fields);
  const { tenant_id: _tenant, ...initial } = defaults(rules.attributes[kind]);
  const values: Attributes = { ...initial, ...fields };
  const merged = (name: string, usual: object) =>
    name in values ? { [name]: { ...usual, ...(isRecord(values[name]) ? values[name] : {}) } } : {};
  return {
    ...values,
    ...merged('lifetime', { units: 'seconds', value: 3600 }),
    ...merged('dpd', { action: 'hold', interval: 30, timeout: 120 }),
    ...('peer_cidrs' in values ? { peer_cidrs: values['peer_cidrs'] ?? [] } : {}),
    ...(kind === 'vpnservice'
      ? { admin_state_up: true, external_v4_ip: '203.0.113.17', external_v6_ip: null, ...fields }
      : {}),
  };
}

function seedOtherProject(store: Store, projectId: string): void {
  const other = (kind: Kind, fields: Attributes) => store.seed(kind, fields, { projectId });
  const router = other('router', { name: 'vpc-prod', external_gateway_info: gateway('203.0.113.99') });
  const subnet = other('subnet', { name: 'subnet-app', cidr: '10.10.1.0/24', router_id: router.id });
  const service = other('vpnservice', { name: 'vpc-prod-gw', router_id: router.id, external_v4_ip: '203.0.113.99' });
  other('ipsec_site_connection', {
    name: 'office-bonn',
    peer_address: '198.51.100.99',
    peer_id: '198.51.100.99',
    psk: 'Other-Project_Psk.1',
    vpnservice_id: service.id,
    ikepolicy_id: other('ikepolicy', { name: 'office-bonn-ike' }).id,
    ipsecpolicy_id: other('ipsecpolicy', { name: 'office-bonn-ipsec' }).id,
    local_ep_group_id: other('endpoint_group', { name: 'office-bonn-local', type: 'subnet', endpoints: [subnet.id] })
      .id,
    peer_ep_group_id: other('endpoint_group', { name: 'office-bonn-peer', type: 'cidr', endpoints: ['10.99.0.0/24'] })
      .id,
  });
}
