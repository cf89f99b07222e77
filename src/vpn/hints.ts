/** What to do about the error codes of the classic VPN API: OTC's VPC layer and Neutron's exceptions. Data. */

const again = 'Run it again in a few minutes.';
const support = 'If it stays so, ask the cloud provider, with the request id.';
const networks = 'Choose other networks in peer_ep_group or local_ep_group, or remove the other connection.';
const rights = 'Give the user the role VPN Administrator (with Tenant Guest and VPC Administrator) in this project.';
const gatewayTrouble = `OTC could not set up the VPN gateway. ${again} ${support}`;
const id = 'Check the id; it may belong to another project or region, or be deleted meanwhile.';
const used = 'Something still uses it: remove that first, or leave it.';
const underVpn = 'A VPN uses this router, subnet or route: remove the VPN first.';
const group = 'Check local_ep_group (subnets) and peer_ep_group (CIDRs).';
const models =
  'Use either local_ep_group and peer_ep_group, or a VPN service with a subnet and peer_cidrs; one connection cannot mix or change them.';
const versions = 'Use one IP version for peer_address, the local subnets and the remote networks.';
const ovn = `The VPN gateway of this cloud is not ready. ${again} ${support}`;

/** VPN API reference, error codes; VPC API reference for the layer in front of it. */
const otc: Readonly<Record<string, string>> = {
  'VPC.0002': 'Check the value that the message names.',
  'VPC.0003': 'The VPC does not exist: check router or router_id (it is the id of the VPC), project and region.',
  'VPC.0004': `The VPC is not active yet. ${again}`,
  'VPC.0005': 'The user is restricted: check that the account is not in arrears and the VPN service is enabled for it.',
  'VPC.0007': 'The project of the login is another one: check project-name or project-id, and region.',
  'VPC.0008': 'The token is invalid: get a new one, or log in with username and password.',
  'VPC.0009': 'The identity of the account could not be verified: ask the cloud provider, with the request id.',
  'VPC.0010': rights,
  'VPC.0109': 'The VPC cannot be deleted while it has a VPN: remove the VPN first.',
  'VPC.0206': 'The subnet is used by a VPN: remove it from the VPN first.',
  'VPC.1001':
    'OTC refused a value without naming it: compare the file with the limits of the VPN API, and see the message.',
  'VPC.1002': `The VPN service has an internal error. ${again} ${support}`,
  'VPC.1003': 'The quota of VPN gateways or connections is used up: delete unused ones, or have the quota raised.',
  'VPC.1004':
    'Another VPN connection of this VPC has this peer_address: use another one, or describe that connection (add its id).',
  'VPC.1016': 'A remote network equals a local one: choose different networks for the two sides.',
  'VPC.1017': rights,
  'VPC.1018': `Another VPN has both the local and the remote networks. ${networks}`,
  'VPC.1019': 'The local gateway address is in use: leave external_v4_ip out, or give another one.',
  'VPC.1020': `OTC could not create the connection. ${again} ${support}`,
  'VPC.1021': `Another VPN has this remote network. ${networks}`,
  'VPC.1023': gatewayTrouble,
  'VPC.1024': gatewayTrouble,
  'VPC.1025': gatewayTrouble,
  'VPC.1026': 'The VPC has a VPN gateway already, and can have only one: name it in vpnservice.',
  'VPC.1027': gatewayTrouble,
  'VPC.1028': gatewayTrouble,
  'VPC.1029': `OTC could not allot bandwidth to the VPN gateway. ${again} ${support}`,
  'VPC.1030': `OTC could not allot bandwidth to the VPN gateway. ${again} ${support}`,
  'VPC.1207': 'The quota type is unknown to this region.',
  'VPC.1801': 'OTC refused the tags: keys have 1 to 36 and values up to 43 characters of A-Z, a-z, 0-9, - and _.',
  'VPC.2201': `A policy does not allow this. ${rights}`,
  'VPC.2204': `${id} The user may also lack the right to see it.`,
  'VPC.2701': 'The user lacks the right, or the account is frozen or out of balance.',
};

/** Types of NeutronError: class names of neutron-vpnaas, neutron and neutron-lib. */
const neutron: Readonly<Record<string, string>> = {
  HTTPBadRequest: 'Check the value that the message names; releases differ in what they accept.',
  MalformedRequestBody: 'This looks like a mistake in the request: report it, with the request id.',
  InvalidInput: 'Check the value that the message names.',
  PolicyNotAuthorized:
    'The user may not do this in this project: have the role member granted, or the one that the policy of this cloud asks for.',
  HTTPNotFound: `${id} If nothing of VPN is found, this cloud does not offer VPNaaS.`,
  HTTPInternalServerError: `The service has an internal error; it also answers so for ids of other projects and values that are too long. ${again} ${support}`,
  OverQuota: 'The quota of the project is used up: delete unused objects, or have the quota raised.',
  VPNServiceNotFound: id,
  IPsecSiteConnectionNotFound: id,
  IKEPolicyNotFound: id,
  IPsecPolicyNotFound: id,
  VPNEndpointGroupNotFound: id,
  RouterNotFound: id,
  SubnetNotFound: id,
  FlavorNotFound: id,
  IKEPolicyInUse: 'A connection uses this IKE policy, and this cloud then refuses any change of it.',
  IPsecPolicyInUse: 'A connection uses this IPsec policy, and this cloud then refuses any change of it.',
  VPNServiceInUse: used,
  EndpointGroupInUse: used,
  VPNStateInvalidToUpdate: 'It is still being set up. Run it again when its status is ACTIVE, DOWN or ERROR.',
  RouterIsNotExternal: 'The router has no external gateway: set one.',
  SubnetIsNotConnectedToRouter:
    'A subnet of local_ep_group is not attached to the router of the VPN service: attach it, or leave it out.',
  ExternalNetworkHasNoSubnet: 'The external network has no subnet of the IP version of peer_address.',
  IPsecSiteConnectionDpdIntervalValueError: 'dpd.timeout must be larger than dpd.interval.',
  IPsecSiteConnectionMtuError: 'mtu must be at least 68 for IPv4 and 1280 for IPv6.',
  IPsecSiteConnectionPeerCidrError: 'Check peer_cidrs: each entry is a network with its prefix length.',
  VPNPeerAddressNotResolved: 'peer_address is not an IP address, and its name cannot be resolved by the cloud.',
  InvalidEndpointInEndpointGroup: group,
  MissingEndpointForEndpointGroup: 'An endpoint group needs at least one endpoint.',
  NonExistingSubnetInEndpointGroup: `A subnet of local_ep_group does not exist. ${id}`,
  WrongEndpointGroupType: group,
  MissingRequiredEndpointGroup: models,
  InvalidEndpointGroup: models,
  PeerCidrsInvalid: models,
  MissingPeerCidrs: models,
  MixedIPVersionsForIPSecEndpoints: versions,
  MixedIPVersionsForPeerCidrs: versions,
  MixedIPVersionsForIPSecConnection: versions,
  IpsecValidationFailure: 'The VPN driver of this cloud does not support a value of the IPsec policy: see the message.',
  IkeValidationFailure: 'The VPN driver of this cloud does not support a value of the IKE policy: see the message.',
  SubnetInUseByVPNService: underVpn,
  SubnetInUseByEndpointGroup: underVpn,
  SubnetInUseByIPsecSiteConnection: underVpn,
  RouterInUse: underVpn,
  RouteInUseByVPN: underVpn,
  FlavorsPluginNotLoaded: 'This cloud has no service flavors: leave flavor_id out.',
  NoProviderFoundForFlavor: 'No VPN provider belongs to this flavor: choose another flavor_id, or leave it out.',
  VPNGatewayNotReady: ovn,
  VPNGatewayInError: ovn,
  NoVPNAgentAvailable: ovn,
};

/** Codes of the gateway that mean more for this API than for others. */
const offered =
  'This account or region does not offer the classic VPN (in eu-de new accounts have the Enterprise VPN only), or the URL is not that of the network service: check region and network-endpoint.';

/** What to do about an error code of the VPN API; undefined for a code that is not its own. */
export function vpnHint(code: string): string | undefined {
  if (/^APIGW?\.0101$/.test(code)) {
    return offered;
  }
  if (/^APIGW?\.0(?:302|304|306)$/.test(code)) {
    return rights;
  }
  const table = code.startsWith('VPC.') ? otc : neutron;
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
