import { neutronError, type Refusal } from '../answer.ts';
import type { VpnKind } from '../kinds.ts';

/** 404 of an object that isn't there or that the caller may not see. */
export function notFound(kind: VpnKind, id: string): Refusal {
  switch (kind) {
    case 'vpnservice':
      return neutronError(404, 'VPNServiceNotFound', `VPNService ${id} could not be found`);
    case 'ikepolicy':
      return neutronError(404, 'IKEPolicyNotFound', `IKEPolicy ${id} could not be found`);
    case 'ipsecpolicy':
      return neutronError(404, 'IPsecPolicyNotFound', `IPsecPolicy ${id} could not be found`);
    case 'endpoint_group':
      return neutronError(404, 'VPNEndpointGroupNotFound', `Endpoint group ${id} could not be found`);
    case 'ipsec_site_connection':
      return neutronError(404, 'IPsecSiteConnectionNotFound', `ipsec_site_connection ${id} not found`);
  }
}

/** Refusal to change or delete an object that a connection refers to: 409, but 400 for an endpoint group. */
export function inUse(kind: Exclude<VpnKind, 'ipsec_site_connection'>, id: string): Refusal {
  const tail = "is in use by existing IPsecSiteConnection and can't be updated or deleted";
  switch (kind) {
    case 'vpnservice':
      return neutronError(409, 'VPNServiceInUse', `VPNService ${id} is still in use`);
    case 'ikepolicy':
      return neutronError(409, 'IKEPolicyInUse', `IKEPolicy ${id} ${tail}`);
    case 'ipsecpolicy':
      return neutronError(409, 'IPsecPolicyInUse', `IPsecPolicy ${id} ${tail}`);
    case 'endpoint_group':
      return neutronError(400, 'EndpointGroupInUse', `Endpoint group ${id} is in use and cannot be deleted`);
  }
}

/** Refusal to update a service or connection in a PENDING status. */
export function pending(id: string, status: string): Refusal {
  const message = `Invalid state ${status} of vpnaas resource ${id} for updating`;
  return neutronError(400, 'VPNStateInvalidToUpdate', message);
}

/** Refusal of a subnet that isn't attached to the service's router. */
export function notOnRouter(subnetId: string, routerId: string): Refusal {
  const message = `Subnet ${subnetId} is not connected to Router ${routerId}`;
  return neutronError(400, 'SubnetIsNotConnectedToRouter', message);
}
