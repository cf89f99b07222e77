/**
 * The signature SDK-HMAC-SHA256 as OTC's API gateway checks it, in both forms that clients send: the simple one, which names
 * the access key alone, and the scoped one, whose key is derived from date, region and service (API gateway, "Signing
 * Requests"; the Go client of OTC).
 */
import { createHash, createHmac } from 'node:crypto';

/** A request as it came over the wire. */
export interface WireRequest {
  method: string;
  /** Path and query as sent. */
  target: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  bytes: Buffer;
}

/** What the header `Authorization` says. */
export interface Signature {
  accessKey: string;
  /** Of the scoped form; undefined in the simple one. */
  scope?: Scope;
  /** Lower-case names of the signed headers, in order. */
  names: string[];
  /** Lower-case hex. */
  value: string;
}

interface Scope {
  date: string;
  region: string;
  service: string;
}

const ALGORITHM = 'SDK-HMAC-SHA256';
const TERMINATOR = 'sdk_request';
const HEADER =
  /^SDK-HMAC-SHA256 (?:Access=([^\s,/=]+)|Credential=([^\s,/=]+)\/(\d{8})\/([\w-]*)\/([\w-]*)\/sdk_request), SignedHeaders=([a-z0-9_;-]+), Signature=([0-9a-f]{64})$/;

/** Decodes the header `Authorization`; undefined for what is none of the two forms. */
export function parseAuthorization(header: string): Signature | undefined {
  const match = HEADER.exec(header);
  if (match === null) return undefined;
  const [, simple, scoped, date = '', region = '', service = '', signed = '', value = ''] = match;
  const names = signed.split(';');
  // Each header once, in order: else two requests could have the same text.
  if (names.some((name, i) => name === '' || (i > 0 && name <= (names[i - 1] ?? '')))) return undefined;
  const scope = simple === undefined ? { scope: { date, region, service } } : {};
  return { accessKey: simple ?? scoped ?? '', ...scope, names, value };
}

/** The signature that the request would have if the secret's owner had signed it, lower-case hex. */
export function expectedSignature(given: Omit<Signature, 'value'>, secret: string, request: WireRequest): string {
  const date = request.headers['x-sdk-date'] ?? '';
  const digest = sha256(canonicalRequest(request, given.names));
  if (given.scope === undefined) return hmac(secret, [ALGORITHM, date, digest].join('\n')).toString('hex');
  const { scope } = given;
  const path = [scope.date, scope.region, scope.service, TERMINATOR];
  const key = path.reduce<string | Buffer>((derived, part) => hmac(derived, part), `SDK${secret}`);
  return hmac(key, [ALGORITHM, date, path.join('/'), digest].join('\n')).toString('hex');
}

/** The text whose hash is signed. */
export function canonicalRequest(request: WireRequest, names: string[]): string {
  const { method, target, headers, bytes } = request;
  const [path = '', query = ''] = split(target, '?');
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim()}\n`);
  const payload = headers['x-sdk-content-sha256'] ?? sha256(bytes);
  return [method, canonicalPath(path), canonicalQuery(query), lines.join(''), names.join(';'), payload].join('\n');
}

/** Always ends with a slash, whether the path does or not. */
function canonicalPath(path: string): string {
  const encoded = path.split('/').map(recoded).join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

function canonicalQuery(query: string): string {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return pairs
    .map((pair) => split(pair, '=').map(recoded))
    .sort(([key = '', value = ''], [otherKey = '', otherValue = '']) =>
      key === otherKey ? order(value, otherValue) : order(key, otherKey),
    )
    .map(([key, value = '']) => `${key}=${value}`)
    .join('&');
}

/** At the first separator; the rest is missing where there is none. */
function split(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function order(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Percent-encoded as RFC 3986 has it (2.3), however it was sent. A plus is a plus here, and no blank. */
function recoded(part: string): string {
  return encodeURIComponent(decodeURIComponent(part)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
