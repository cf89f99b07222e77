/** Kinds that the VPN API manages. */
export const VPN_KINDS = ['vpnservice', 'ikepolicy', 'ipsecpolicy', 'endpoint_group', 'ipsec_site_connection'] as const;
export type VpnKind = (typeof VPN_KINDS)[number];

/** Everything the store holds. Ports are derived from the subnets. */
export type Kind = VpnKind | 'router' | 'subnet';

/** The key of a list of this kind. */
export function plural(kind: Kind | 'port'): string {
  return kind.endsWith('policy') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

/** The kind that a path segment after /v2.0/vpn/ names; Neutron takes dashes and underscores alike. */
export function kindOfSegment(segment: string): VpnKind | undefined {
  const key = segment.replaceAll('-', '_');
  return VPN_KINDS.find((kind) => plural(kind) === key);
}

/** True for the kinds that have a status. */
export function hasStatus(kind: Kind): boolean {
  return kind === 'vpnservice' || kind === 'ipsec_site_connection';
}
