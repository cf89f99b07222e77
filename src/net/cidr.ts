/** Pure helpers for IP addresses and networks: strict parsing, canonical text, overlaps. */
import ipaddr from 'ipaddr.js';

export type IpVersion = 4 | 6;

export interface Cidr {
  /** The network in canonical form, host bits cleared: `10.80.0.0/24`, `2001:db8::/32` (RFC 5952). */
  readonly canonical: string;
  readonly version: IpVersion;
  readonly hasHostBits: boolean;
}

/** First and last address of a network as numbers. */
export interface AddressRange {
  readonly version: IpVersion;
  readonly first: bigint;
  readonly last: bigint;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Four decimal parts without leading zeros, or IPv6 without zone. The library alone would also take `1.2`, `0x7f.1`
 * and octal, which servers read in different ways.
 */
function parseAddress(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return ipaddr.IPv4.parse(text);
  }
  if (!text.includes('%') && ipaddr.IPv6.isValid(text)) {
    const address = ipaddr.IPv6.parse(text);
    return address.isIPv4MappedAddress() ? undefined : address;
  }
  return undefined;
}

function versionOf(address: Address): IpVersion {
  return address.kind() === 'ipv4' ? 4 : 6;
}

function written(address: Address): string {
  return 'toRFC5952String' in address ? address.toRFC5952String() : address.toString();
}

function numeric(address: Address): bigint {
  return address.toByteArray().reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function fromNumber(value: bigint, version: IpVersion): Address {
  const length = version === 4 ? 4 : 16;
  const bytes = Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 0xffn));
  return ipaddr.fromByteArray(bytes);
}

/** The prefix length of an IPv4 netmask such as 255.255.255.0; undefined if the text is none. */
export function maskLength(text: string): number | undefined {
  const address = parseAddress(text);
  return (address instanceof ipaddr.IPv4 ? address.prefixLengthFromSubnetMask() : null) ?? undefined;
}

/** An address in canonical form (RFC 5952 for IPv6); undefined if it is none. IPv4-mapped and -compatible IPv6 and zones are none. */
export function canonicalAddress(text: string): string | undefined {
  const address = parseAddress(text);
  return address === undefined ? undefined : written(address);
}

/** `unicast`, `private`, `loopback`, `multicast`, `unspecified`, …; undefined if it is no address. */
export function addressRange(text: string): string | undefined {
  return parseAddress(text)?.range();
}

interface Parsed extends AddressRange {
  readonly bits: number;
  readonly address: bigint;
}

function parse(text: string): Parsed | undefined {
  const [, start, length] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = start === undefined ? undefined : parseAddress(start);
  if (address === undefined) {
    return undefined;
  }
  const version = versionOf(address);
  const width = version === 4 ? 32 : 128;
  const bits = Number(length);
  if (bits > width) {
    return undefined;
  }
  const hosts = (1n << BigInt(width - bits)) - 1n;
  const given = numeric(address);
  const first = given & ~hosts;
  return { version, bits, address: given, first, last: first | hosts };
}

/** A network in CIDR notation; undefined if it is none. Host bits are allowed here and reported. */
export function parseCidr(text: string): Cidr | undefined {
  const parsed = parse(text);
  if (parsed === undefined) {
    return undefined;
  }
  const { version, bits, address, first } = parsed;
  return { version, canonical: `${written(fromNumber(first, version))}/${bits}`, hasHostBits: address !== first };
}

/** The addresses of a network; undefined if it is none. */
export function rangeOf(cidr: string): AddressRange | undefined {
  const parsed = parse(cidr);
  return parsed === undefined ? undefined : { version: parsed.version, first: parsed.first, last: parsed.last };
}

/** Whether two networks share an address; false if one of them is no network. */
export function overlaps(a: string, b: string): boolean {
  const [left, right] = [parse(a), parse(b)];
  return (
    left !== undefined &&
    right !== undefined &&
    left.version === right.version &&
    left.first <= right.last &&
    right.first <= left.last
  );
}
