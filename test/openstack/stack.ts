/** What the suites know of a running stack of real servers; `npm run openstack:up` writes it, the suites read it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Keystone and Neutron with VPNaaS on loopback. Projects, networks and routers are the suites' own (tenant.ts). */
export interface Stack {
  /** `api`: statuses come from a driver that the suites steer. `dataplane`: they come from a real agent and strongSwan. */
  readonly mode: 'api' | 'dataplane';
  /** Keystone, ends in `/v3`. */
  readonly authUrl: string;
  /** The same Keystone (same database and keys) by another port, whose tokens live for three seconds. */
  readonly shortLivedAuthUrl: string;
  /** Neutron, without `/v2.0`. */
  readonly networkUrl: string;
  /** Where the status driver listens (`api` only); see control.ts. */
  readonly controlUrl?: string;
  readonly region: string;
  /** The cloud's administrator; the domain of user and project has the id `default`. */
  readonly admin: { readonly username: string; readonly password: string; readonly projectName: string };
  /** Has a subnet of IPv4 and one of IPv6: a router on it gets an address of each. */
  readonly externalNetworkId: string;
  readonly dataPlane?: DataPlane;
  /** `api` only. */
  readonly federation?: Federation;
  /** Holds databases, configuration, logs and pid files; removed by `npm run openstack:down`. */
  readonly directory: string;
}

/** Logins by GitHub's ID tokens; `federation.ts` says who may. */
export interface Federation {
  /** Keystone by way of Apache httpd, which verifies the ID tokens; ends in `/v3`. */
  readonly authUrl: string;
  /** The same for the Keystone whose tokens live for three seconds. */
  readonly shortLivedAuthUrl: string;
  readonly identityProvider: string;
  readonly protocol: string;
  readonly issuer: string;
  /** What the ID tokens must be for, at both addresses. */
  readonly audience: string;
  /** The issuer's: RS256. */
  readonly key: { readonly kid: string /** PEM, PKCS #8. */; readonly privateKey: string };
  /** The id of the mapping, to which suites add their rules. */
  readonly mapping: string;
}

/** The hosts of the data plane; each is a network namespace. */
export interface DataPlane {
  /** The name that Neutron knows the private side's wire by (`provider:physical_network`). */
  readonly physicalNetwork: string;
  /** A host in the cloud's subnet; `gateway` is the router's address there. */
  readonly cloudHost: Host & { readonly gateway: string };
  /** The gateway at the other end: on the external network, and in front of its own networks. */
  readonly peer: { readonly namespace: string; readonly address: string };
  /** One host with an address in each network behind the peer. */
  readonly peerHosts: readonly Host[];
}

export interface Host {
  readonly namespace: string;
  readonly cidr: string;
  readonly address: string;
}

/** Beside this file, ignored by git. */
export const stackFile = fileURLToPath(new URL('.stack.json', import.meta.url));

/** @throws Error if no stack is up */
export function readStack(file = process.env['OPENSTACK_STACK'] ?? stackFile): Stack {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error('No stack is up: start one with `npm run openstack:up`.', { cause });
  }
}
