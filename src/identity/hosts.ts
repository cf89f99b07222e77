/** Which hosts may be given a password or token: pure rules, each refusal with its reason. */
import ipaddr from 'ipaddr.js';
import { isLoopbackHost, isThisMachine } from '../http/loopback.ts';
import { type CloudDialect, isOtcHost } from './regions.ts';

/** Services of other clouds that hand out credentials to whoever can reach them, outside the link-local ranges. */
const metadataAddresses = new Set(['fd00:ec2::254', '100.100.100.200', '192.0.0.192']);
const metadataNames = new Set(['metadata', 'metadata.google.internal', 'instance-data']);

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The IPv4 address inside an IPv6 one: mapped, translated (RFC 6052, 6145), 6to4, or the old compatible form. */
function embedded(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) {
    return address;
  }
  if (address.isIPv4MappedAddress()) {
    return address.toIPv4Address();
  }
  const bytes = address.toByteArray();
  const range = address.range();
  if (range === '6to4') {
    return new ipaddr.IPv4(bytes.slice(2, 6));
  }
  const compatible = bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12).some((byte) => byte > 1);
  return range === 'rfc6052' || range === 'rfc6145' || compatible ? new ipaddr.IPv4(bytes.slice(12)) : address;
}

/** Why an address of this machine's own surroundings is refused; undefined for any other host. */
function localReason(hostname: string): string | undefined {
  const name = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isLoopbackHost(hostname)) {
    return 'it is this machine (loopback)';
  }
  if (metadataNames.has(name)) {
    return 'it is a metadata service';
  }
  if (!ipaddr.isValid(name)) {
    return undefined;
  }
  const address = embedded(ipaddr.parse(name));
  const range = address.range();
  if (range === 'loopback' || range === 'unspecified') {
    return 'it is this machine (loopback)';
  }
  if (range === 'linkLocal') {
    return 'it is a link-local address, as metadata services have';
  }
  return metadataAddresses.has(address.toString()) ? 'it is a metadata service' : undefined;
}

function formProblem(url: URL): string | undefined {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine(url.hostname))) {
    return 'it is not https';
  }
  if (url.username !== '' || url.password !== '') {
    return 'it contains a user or password';
  }
  return url.search !== '' || url.hash !== '' ? 'it has a query or fragment' : undefined;
}

function otcProblem(url: URL): string | undefined {
  return isOtcHost(url.hostname) ? undefined : 'on OTC its host must end in .otc.t-systems.com';
}

export interface AuthHost {
  readonly authUrl: URL;
  readonly dialect: CloudDialect;
  /** The network URL is given by the input network-endpoint, so that the catalogue is not asked. */
  readonly networkGiven: boolean;
}

/**
 * Why a password or token is not sent to this auth URL; undefined if it may be.
 * Loopback is allowed (tests, tunnels), link-local and metadata addresses are not.
 */
export function authUrlProblem({ authUrl, dialect, networkGiven }: AuthHost): string | undefined {
  const form = formProblem(authUrl);
  if (form !== undefined || isLoopbackHost(authUrl.hostname)) {
    return form;
  }
  return localReason(authUrl.hostname) ?? (dialect === 'otc' && !networkGiven ? otcProblem(authUrl) : undefined);
}

/**
 * Why a token is not sent to this network URL; undefined if it may be. A catalogue is an answer of the auth host, and on
 * OTC it may name only OTC's own hosts; elsewhere any host that is not a back door into the runner's surroundings.
 */
export function networkUrlProblem(networkUrl: URL, { authUrl, dialect, networkGiven }: AuthHost): string | undefined {
  const form = formProblem(networkUrl);
  if (form !== undefined) {
    return form;
  }
  if (isLoopbackHost(authUrl.hostname) && isLoopbackHost(networkUrl.hostname)) {
    return undefined;
  }
  return localReason(networkUrl.hostname) ?? (dialect === 'otc' && !networkGiven ? otcProblem(networkUrl) : undefined);
}
