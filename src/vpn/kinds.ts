/** The five kinds of object of the classic VPN API (Neutron VPNaaS v2.0) and where each lives. */
export const kinds = ['vpnservice', 'ikepolicy', 'ipsecpolicy', 'endpoint_group', 'ipsec_site_connection'] as const;

/** The kind is also the name of the JSON envelope around one object. */
export type Kind = (typeof kinds)[number];

interface KindNames {
  /** Path below /v2.0. */
  readonly path: string;
  /** JSON envelope around a list. */
  readonly plural: string;
  /** What a person calls it, and several of it. */
  readonly words: string;
  readonly many: string;
}

export const kindNames: Readonly<Record<Kind, KindNames>> = {
  vpnservice: { path: 'vpn/vpnservices', plural: 'vpnservices', words: 'VPN service', many: 'VPN services' },
  ikepolicy: { path: 'vpn/ikepolicies', plural: 'ikepolicies', words: 'IKE policy', many: 'IKE policies' },
  ipsecpolicy: {
    path: 'vpn/ipsecpolicies',
    plural: 'ipsecpolicies',
    words: 'IPsec policy',
    many: 'IPsec policies',
  },
  endpoint_group: {
    path: 'vpn/endpoint-groups',
    plural: 'endpoint_groups',
    words: 'endpoint group',
    many: 'endpoint groups',
  },
  ipsec_site_connection: {
    path: 'vpn/ipsec-site-connections',
    plural: 'ipsec_site_connections',
    words: 'IPsec connection',
    many: 'IPsec connections',
  },
};

/** The parts of a connection, named as in its body (`<part>_id` refers to it). */
export const parts = ['vpnservice', 'ikepolicy', 'ipsecpolicy', 'local_ep_group', 'peer_ep_group'] as const;

export type Part = (typeof parts)[number];

export const partKind: Readonly<Record<Part, Exclude<Kind, 'ipsec_site_connection'>>> = {
  vpnservice: 'vpnservice',
  ikepolicy: 'ikepolicy',
  ipsecpolicy: 'ipsecpolicy',
  local_ep_group: 'endpoint_group',
  peer_ep_group: 'endpoint_group',
};
