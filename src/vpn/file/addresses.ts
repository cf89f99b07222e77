/** Addresses of gateways and networks in CIDR notation, in canonical form. */
import { addressRange, canonicalAddress, maskLength, overlaps, parseCidr } from '../../net/cidr.ts';
import type { Value } from '../../spec/node.ts';
import { type Read, readText } from '../../spec/scalars.ts';
import { shown } from '../../spec/show.ts';
import type { FileContext } from './context.ts';

/** What no gateway can have. Private addresses are fine: labs and lines without the Internet use them. */
const unusable: Readonly<Record<string, string>> = {
  unspecified: 'the unspecified address',
  loopback: 'a loopback address',
  multicast: 'a multicast address',
  broadcast: 'the broadcast address',
};

const hostName = /^(?=.*[a-z])[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/i;

/** Why a text is no address, and what to write. */
function addressFault(text: string): string | undefined {
  const canonical = canonicalAddress(text);
  if (canonical !== undefined) {
    const range = unusable[String(addressRange(canonical))];
    return range === undefined ? undefined : `${text} is ${range}, which no gateway has. Write its public IP address.`;
  }
  const [address = ''] = text.split('/');
  if (text.includes('/') && canonicalAddress(address) !== undefined) {
    return `${shown(text)} is a network. Write one address: ${address}.`;
  }
  if (hostName.test(text)) {
    const reason = 'The servers look a name up once and keep the address, so the file and the cloud would never agree';
    return `${shown(text)} is a host name. ${reason}. Write the IP address.`;
  }
  return `${shown(text)} is no IP address. Write four decimal numbers (198.51.100.20) or IPv6 (2001:db8::20).`;
}

/** An address that a gateway can have. */
export function readAddress(context: FileContext, value: Value): Read<string> | undefined {
  const read = readText(context, value, 'an IP address');
  if (read === undefined) {
    return undefined;
  }
  const fault = addressFault(read.value);
  if (fault !== undefined) {
    context.problems.error(read.at, value.path, fault);
    return undefined;
  }
  return { value: canonicalAddress(read.value) ?? read.value, at: read.at };
}

/** Looks as if a network or address was meant, right or wrong. */
export function looksLikeNetwork(text: string): boolean {
  return /^(?:\d+(?:\.\d+)+(?:\/.*)?|\d+\/\d+|[0-9a-f]*:[0-9a-f]*:[0-9a-f.:]*(?:\/.*)?)$/i.test(text);
}

function cidrFault(text: string): string | undefined {
  const cidr = parseCidr(text);
  if (cidr !== undefined) {
    const host = `${shown(text)} has bits set after the prefix. The network is ${cidr.canonical}`;
    return cidr.hasHostBits
      ? `${host}; if the single host is meant, use /${cidr.version === 4 ? 32 : 128}.`
      : undefined;
  }
  const address = canonicalAddress(text);
  if (address !== undefined) {
    const host = `${address}/${address.includes(':') ? 128 : 32}`;
    return `${shown(text)} has no prefix length. Write ${host} for this one host, or the length of the network.`;
  }
  const [network = '', mask = ''] = text.split('/');
  const length = maskLength(mask);
  if (length !== undefined && canonicalAddress(network) !== undefined) {
    return `${shown(text)} has a netmask. Write its length: ${network}/${length}.`;
  }
  return `${shown(text)} is no network in CIDR notation, such as 10.80.0.0/24 or 2001:db8:80::/48.`;
}

/** A network in canonical form; host bits are an error. */
export function checkCidr(context: FileContext, path: string, read: Read<string>): Read<string> | undefined {
  const fault = cidrFault(read.value);
  if (fault !== undefined) {
    context.problems.error(read.at, path, fault);
    return undefined;
  }
  return { value: parseCidr(read.value)?.canonical ?? read.value, at: read.at };
}

/** A network behind the peer. */
export function readRemote(context: FileContext, value: Value): Read<string> | undefined {
  const read = readText(context, value, 'a network in CIDR notation');
  const cidr = read === undefined ? undefined : checkCidr(context, value.path, read);
  if (cidr === undefined) {
    return undefined;
  }
  const { dialect, problems } = context;
  const refused = dialect.refusedRemotes.find((network) => overlaps(network, cidr.value));
  if (refused !== undefined) {
    const words = `${dialect.words} refuses a remote network that overlaps ${refused}.`;
    problems.error(cidr.at, value.path, `${cidr.value} is not possible. ${words}`);
    return undefined;
  }
  return cidr;
}
