import { gatewayError, type Refusal, vpcError } from '../answer.ts';

/** Refusal of a body that isn't acceptable by itself. */
export function invalid(message: string): Refusal {
  return vpcError(400, 'VPC.1001', `VPN parameters are invalid. ${message}`);
}

/** Neutron's refusal as the gateway passes it on: JSON inside of JSON (classic VPN API, 13.1). */
export function nested(refusal: Refusal): Refusal {
  return gatewayError(refusal.answer.status, 'APIGW.0106', JSON.stringify(refusal.answer.body));
}

const BUSINESS: Record<string, string> = {
  'VPC.1003': 'Quota exceeded.',
  'VPC.1004': 'The remote gateway is already used by another VPN connection.',
  'VPC.1016': 'The remote subnet is the same as the local subnet.',
  'VPC.1018': 'The local and remote subnets are both used by another VPN connection.',
  'VPC.1021': 'The remote subnet is already used by another VPN connection.',
  'VPC.1026': 'The VPN gateway already exists.',
};

/** A refusal with one of the codes of the classic VPN API, 13.2: all of them are 400. */
export function refused(code: keyof typeof BUSINESS): Refusal {
  return vpcError(400, code, BUSINESS[code] ?? '');
}

/** Refusal of a tag request; 500 when its body cannot be parsed. */
export function badTags(message: string, status: 400 | 500 = 400): Refusal {
  return vpcError(status, 'VPC.1801', message);
}
