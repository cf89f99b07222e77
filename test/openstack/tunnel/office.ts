/** The connection file of the tunnel's tests, and what differs between them. */
import { stringify } from 'yaml';
import type { DataPlane } from '../stack.ts';
import type { Tenant } from '../tenant.ts';

export interface Policy {
  readonly encryption: 'aes-128' | 'aes-192' | 'aes-256' | '3des';
  readonly integrity: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly group: 'group2' | 'group5' | 'group14';
}

/** What the tests change of the connection. */
export interface Office {
  readonly version: 'v1' | 'v2';
  /** Of both phases. */
  readonly policy: Policy;
  readonly local: readonly string[];
  readonly remote: readonly string[];
  readonly initiator: 'bi-directional' | 'response-only';
}

export const aes256: Policy = { encryption: 'aes-256', integrity: 'sha256', group: 'group14' };
export const aes128: Policy = { encryption: 'aes-128', integrity: 'sha1', group: 'group5' };
export const tripleDes: Policy = { encryption: '3des', integrity: 'sha512', group: 'group2' };

/** IKE version and the policy's algorithms, as people write them. */
export function suiteText({ version, policy }: Pick<Office, 'version' | 'policy'>): string {
  return `IKE${version} ${policy.encryption} ${policy.integrity} ${policy.group}`;
}

/** IKEv2 between the first network of each side. */
export function firstOffice({ cloudHost, peerHosts }: DataPlane): Office {
  return {
    version: 'v2',
    policy: aes256,
    local: [cloudHost.cidr],
    remote: peerHosts.slice(0, 1).map(({ cidr }) => cidr),
    initiator: 'bi-directional',
  };
}

export const connectionName = 'office-bonn';
/** Seconds between two checks of the peer, and until it counts as dead. */
export const dpd = { action: 'restart', interval: 3, timeout: 9 };

/** The whole file, as somebody would keep it in the repository. */
export function officeFile(office: Office, plane: DataPlane, tenant: Tenant): string {
  const { encryption, integrity, group } = office.policy;
  const algorithms = { encryption_algorithm: encryption, auth_algorithm: integrity, pfs: group };
  return stringify(
    {
      ipsec_site_connection: {
        name: connectionName,
        vpnservice: { router: tenant.router.name },
        ikepolicy: { ike_version: office.version, ...algorithms },
        ipsecpolicy: { ...algorithms },
        local_ep_group: [...office.local],
        peer_ep_group: [...office.remote],
        peer_address: plane.peer.address,
        initiator: office.initiator,
        dpd,
      },
    },
    { aliasDuplicateObjects: false },
  );
}
