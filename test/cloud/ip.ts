import { isIPv4, isIPv6 } from 'node:net';

/** A network or an address in numbers. */
export interface Cidr {
  version: 4 | 6;
  address: bigint;
  prefix: number;
}

/** An address in its usual full form; null for anything else. */
export function parseAddress(text: string): { version: 4 | 6; address: bigint } | null {
  if (isIPv4(text)) return { version: 4, address: joinBytes(text.split('.').map(Number), 8n) };
  if (isIPv6(text) && !text.includes('%')) return { version: 6, address: joinBytes(v6Words(text), 16n) };
  return null;
}

/** An address as text, in the shortest form (RFC 5952). */
export function formatAddress(version: 4 | 6, address: bigint): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
  const words = Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return new URL(`http://[${words.join(':')}]`).hostname.slice(1, -1);
}

/** `address/prefix`, host bits allowed; null for anything else. */
export function parseCidr(text: string): Cidr | null {
  const [left = '', right = ''] = text.split('/');
  const address = parseAddress(left);
  if (address === null || !/^(0|[1-9]\d{0,2})$/.test(right) || text !== `${left}/${right}`) return null;
  const prefix = Number(right);
  return prefix <= width(address.version) ? { ...address, prefix } : null;
}

/** True if the networks share an address. */
export function overlap(a: Cidr, b: Cidr): boolean {
  if (a.version !== b.version) return false;
  const shift = BigInt(width(a.version) - Math.min(a.prefix, b.prefix));
  return a.address >> shift === b.address >> shift;
}

/** True if both are the same network, host bits aside. */
export function sameNetwork(a: Cidr, b: Cidr): boolean {
  return a.prefix === b.prefix && overlap(a, b);
}

/** The C library's reading of an IPv4 address: 1 to 4 parts, each decimal, octal or hexadecimal; null if it isn't one. */
export function looseAddress(text: string): string | null {
  const parts = text.split('.');
  const numbers = parts.map((part) => (/^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.test(part) ? partValue(part) : -1));
  const last = numbers.pop() ?? -1;
  if (numbers.length > 3 || last < 0 || last >= 256 ** (4 - numbers.length)) return null;
  if (numbers.some((n) => n < 0 || n > 255)) return null;
  const head = numbers.reduce((sum, n, i) => sum + n * 256 ** (3 - i), 0);
  const value = head + last;
  return [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.');
}

function partValue(part: string): number {
  return /^0[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number(part);
}

function width(version: 4 | 6): number {
  return version === 4 ? 32 : 128;
}

function joinBytes(parts: number[], bits: bigint): bigint {
  return parts.reduce((sum, part) => (sum << bits) | BigInt(part), 0n);
}

function v6Words(text: string): number[] {
  const dotted = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((word) => word.toString(16)).join(':'),
  );
  const [head = '', tail] = dotted.split('::');
  const words = (part: string) =>
    part
      .split(':')
      .filter(Boolean)
      .map((word) => Number.parseInt(word, 16));
  if (tail === undefined) return words(head);
  const [left, right] = [words(head), words(tail)];
  return [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right];
}
