/** The API's kinds of object: where they live, what they say when they are not there. */
import { neutron } from './envelopes.ts';
import type { Said } from './raw.ts';

export const kinds = ['ikepolicy', 'ipsecpolicy', 'vpnservice', 'endpoint_group', 'ipsec_site_connection'] as const;

export type Kind = (typeof kinds)[number];

interface KindFacts {
  /** Below `/v2.0/vpn`. */
  readonly path: string;
  /** Key of a list. */
  readonly plural: string;
  readonly notFound: (id: string) => Said;
}

export const facts: Readonly<Record<Kind, KindFacts>> = {
  ikepolicy: {
    path: '/ikepolicies',
    plural: 'ikepolicies',
    notFound: (id) => neutron(404, 'IKEPolicyNotFound', `IKEPolicy ${id} could not be found`),
  },
  ipsecpolicy: {
    path: '/ipsecpolicies',
    plural: 'ipsecpolicies',
    notFound: (id) => neutron(404, 'IPsecPolicyNotFound', `IPsecPolicy ${id} could not be found`),
  },
  vpnservice: {
    path: '/vpnservices',
    plural: 'vpnservices',
    notFound: (id) => neutron(404, 'VPNServiceNotFound', `VPNService ${id} could not be found`),
  },
  endpoint_group: {
    path: '/endpoint-groups',
    plural: 'endpoint_groups',
    notFound: (id) => neutron(404, 'VPNEndpointGroupNotFound', `Endpoint group ${id} could not be found`),
  },
  ipsec_site_connection: {
    path: '/ipsec-site-connections',
    plural: 'ipsec_site_connections',
    notFound: (id) => neutron(404, 'IPsecSiteConnectionNotFound', `ipsec_site_connection ${id} not found`),
  },
};

/** No object has it. */
export const nobody = 'deadbeef-dead-4ead-8ead-deadbeefdead';
