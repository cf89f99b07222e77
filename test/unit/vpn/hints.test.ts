import { expect, test } from 'vitest';
import { vpnHint } from '../../../src/vpn/hints.ts';

// VPN API reference, error codes, and those of the VPC and tag layer on the same host.
const otc = [
  ...['1001', '1002', '1003', '1004', '1016', '1017', '1018', '1019', '1020', '1021', '1023', '1024', '1025', '1026'],
  ...['1027', '1028', '1029', '1030', '0002', '0003', '0004', '0005', '0007', '0008', '0009', '0010', '0109', '0206'],
  ...['1207', '1801', '2201', '2204', '2701'],
].map((number) => `VPC.${number}`);

// Types of NeutronError: exceptions of neutron-vpnaas, and of the API layer of neutron.
const neutron = [
  ...['HTTPBadRequest', 'MalformedRequestBody', 'PolicyNotAuthorized', 'HTTPNotFound', 'OverQuota'],
  ...['HTTPInternalServerError', 'InvalidInput', 'RouterNotFound', 'FlavorNotFound'],
  ...['VPNServiceNotFound', 'IPsecSiteConnectionNotFound', 'IKEPolicyNotFound', 'IPsecPolicyNotFound'],
  ...['VPNEndpointGroupNotFound', 'IKEPolicyInUse', 'IPsecPolicyInUse', 'VPNServiceInUse', 'EndpointGroupInUse'],
  ...['VPNStateInvalidToUpdate', 'RouterIsNotExternal', 'SubnetIsNotConnectedToRouter', 'ExternalNetworkHasNoSubnet'],
  ...['IPsecSiteConnectionDpdIntervalValueError', 'IPsecSiteConnectionMtuError', 'IPsecSiteConnectionPeerCidrError'],
  ...['VPNPeerAddressNotResolved', 'InvalidEndpointInEndpointGroup', 'MissingEndpointForEndpointGroup'],
  ...['NonExistingSubnetInEndpointGroup', 'WrongEndpointGroupType', 'MissingRequiredEndpointGroup'],
  ...['InvalidEndpointGroup', 'PeerCidrsInvalid', 'MissingPeerCidrs', 'MixedIPVersionsForIPSecEndpoints'],
  ...['MixedIPVersionsForPeerCidrs', 'MixedIPVersionsForIPSecConnection', 'IpsecValidationFailure'],
  ...['IkeValidationFailure', 'SubnetInUseByVPNService', 'SubnetInUseByEndpointGroup'],
  ...['SubnetInUseByIPsecSiteConnection', 'RouterInUse', 'RouteInUseByVPN', 'FlavorsPluginNotLoaded'],
  ...['NoProviderFoundForFlavor', 'VPNGatewayNotReady', 'VPNGatewayInError', 'NoVPNAgentAvailable'],
];

test('every documented code has a hint', () => {
  expect([...otc, ...neutron].filter((code) => (vpnHint(code) ?? '').length < 10)).toEqual([]);
});

test.each([
  ['VPC.1026', /only one: name it in vpnservice/],
  ['VPC.0007', /project/],
  ['VPNStateInvalidToUpdate', /still being set up/],
  ['APIGW.0101', /does not offer the classic VPN/],
  ['APIG.0302', /VPN Administrator/],
])('%s', (code, words) => {
  expect(vpnHint(code)).toMatch(words);
});

test.each(['VPC.9999', 'constructor', 'toString', 'APIGW.0301', ''])('%j is not one of them', (code) => {
  expect(vpnHint(code)).toBeUndefined();
});
