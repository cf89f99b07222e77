/** The cloud that a contract test talks to: the embedded one or real servers, as the run provides (`contractServer`). */
import { inject } from 'vitest';
import type { Status } from '../openstack/control.ts';
import type { Federated } from '../openstack/federation.ts';
import type { Login, Named, Subnet, Tenant } from '../openstack/tenant.ts';
import type { ApplicationCredential, CarefulUser } from '../openstack/users.ts';
import { openEmbedded } from './embedded-cloud.ts';
import { openReal } from './real-cloud.ts';

declare module 'vitest' {
  interface ProvidedContext {
    contractServer: 'embedded' | 'real';
  }
}

export type { Login, Named, Router, Subnet } from '../openstack/tenant.ts';
export type { ApplicationCredential, CarefulUser } from '../openstack/users.ts';

type Everyone = Pick<Tenant, 'domain' | 'project' | 'otherProject' | 'member' | 'reader' | 'administrator' | 'other'>;
type Network = Pick<Tenant, 'subnets' | 'subnetV6' | 'router'>;

/** Projects, users and a network of the test file's own. No agent is alive: statuses stay until one is driven. */
export interface ContractCloud extends Everyone, Network {
  /** Ends in `/v3`. */
  readonly authUrl: string;
  /** Without `/v2.0`. */
  readonly networkUrl: string;
  readonly region: string;
  /** Has no gateway. */
  readonly closedRouter: Named;
  /** The external network of its gateway has no IPv6; the subnet is on it. */
  readonly v4Only: { readonly router: Named; readonly subnet: Subnet };
  /** On no router. */
  readonly lonelySubnet: Subnet;
  /** Reports a connection's status, and ACTIVE for its service. */
  drive(connectionId: string, status: Status): Promise<void>;
  /** From now on statuses come by themselves: DOWN and the service ACTIVE soon after a POST, then ACTIVE. */
  wakeAgent(): Promise<void>;
  shortLivedToken(): Promise<ShortLivedToken>;
  /** Another one of the member's, for the project. */
  applicationCredential(): Promise<ApplicationCredential>;
  /** One more, which ends soon. */
  shortLivedCredential(): Promise<ApplicationCredential & { expired(): Promise<void> }>;
  /** A member of the project who has to give a passcode beside the password. */
  readonly careful: CarefulUser;
  /** A member of both projects is a job of `run`. */
  readonly federation: Omit<Federated, 'shortLivedAuthUrl' | 'mapping' | 'remove'>;
  close(): Promise<void>;
}

export interface ShortLivedToken {
  readonly token: string;
  /** Resolves when it is not valid any more, a few seconds after it was issued at most. */
  expired(): Promise<void>;
}

/** Who logs in in another project than their own. */
export function scopedTo(login: Login, project: Named): Login {
  return { ...login, project: project.name };
}

export async function openCloud(): Promise<ContractCloud> {
  return inject('contractServer') === 'real' ? await openReal() : await openEmbedded();
}
