/** Reads what is there: one list for each kind that is used, all at once, however many connections there are. */
import type { NetworkObject, VpnApi } from './api.ts';
import type { ConnectionSpec } from './desired.ts';
import type { Dialect } from './dialects.ts';
import type { Connection, EndpointGroup, Policy, VpnService } from './objects.ts';

export interface Observed {
  readonly vpnservices: readonly VpnService[];
  readonly ikepolicies: readonly Policy[];
  readonly ipsecpolicies: readonly Policy[];
  readonly endpointGroups: readonly EndpointGroup[];
  readonly connections: readonly Connection[];
  /** Empty unless the file names one. */
  readonly routers: readonly NetworkObject[];
  /** Empty unless the file gives one by name or CIDR, or all are wanted. */
  readonly subnets: readonly NetworkObject[];
}

interface Uses {
  readonly routers: boolean;
  readonly subnets: boolean;
}

/** Whether names or CIDRs have to be looked up among the project's routers and subnets. */
function usesOf(connections: readonly ConnectionSpec[]): Uses {
  let routers = false;
  let subnets = false;
  for (const connection of connections) {
    const { vpnservice, local_ep_group: local } = connection.parts;
    if (vpnservice?.by === 'description') {
      routers ||= vpnservice.router?.by === 'name';
      subnets ||= vpnservice.subnet?.by === 'name';
    }
    if (local?.by === 'description') {
      subnets ||= local.endpointType === 'subnet' && (local.endpoints ?? []).some((entry) => entry.is !== 'id');
    }
  }
  return { routers, subnets };
}

/** Connections with their tags, from one query where the lists do not carry them. */
async function withTags(api: VpnApi, connections: readonly Connection[]): Promise<readonly Connection[]> {
  if (connections.every(({ tags }) => tags !== undefined)) {
    return connections;
  }
  const tags = await api.allTags();
  return connections.map((connection) => ({ ...connection, tags: tags.get(connection.id) ?? new Map() }));
}

/**
 * Everything that the plan needs to know, read in one round trip (two on OTC where lists do not carry the tags).
 * @param wantsSubnets the subnets too, although the files may give ids alone
 */
export async function observe(
  api: VpnApi,
  connections: readonly ConnectionSpec[],
  dialect: Dialect,
  wantsSubnets = false,
): Promise<Observed> {
  const uses = usesOf(connections);
  const [vpnservices, ikepolicies, ipsecpolicies, endpointGroups, found, routers, subnets] = await Promise.all([
    api.list('vpnservice'),
    api.list('ikepolicy'),
    api.list('ipsecpolicy'),
    api.list('endpoint_group'),
    api.list('ipsec_site_connection'),
    uses.routers ? api.routers() : [],
    uses.subnets || wantsSubnets ? api.subnets() : [],
  ]);
  const tagged = dialect.tags ? await withTags(api, found) : found;
  return { vpnservices, ikepolicies, ipsecpolicies, endpointGroups, connections: tagged, routers, subnets };
}
