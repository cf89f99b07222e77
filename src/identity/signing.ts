/**
 * The signature SDK-HMAC-SHA256 of OTC's API gateway, in the form that names the access key alone (API gateway,
 * "Signing Requests"; the same as Huawei's SDK). Pure.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Secret } from '../secret.ts';

export interface SigningKeys {
  readonly accessKey: string;
  readonly secretKey: Secret;
  /** Of temporary keys. */
  readonly securityToken?: Secret;
}

/** Names in lower case. */
type Headers = Readonly<Record<string, string>>;

export interface RequestToSign {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | undefined;
}

const algorithm = 'SDK-HMAC-SHA256';

/** Of the headers that are sent, those that no proxy on the way changes; more than these and `host` is not signed. */
const signedNames = ['content-type', 'x-domain-id', 'x-project-id', 'x-sdk-date', 'x-security-token'];

/**
 * One part of a URL as the signature has it: all but the unreserved characters of RFC 3986 percent-encoded, with capital
 * hex digits. What is encoded already stays so: `%2F` is a character of the part, and no separator.
 */
function encoded(part: string): string {
  return part.replace(/%([0-9a-f]{2})|[^A-Za-z0-9_.~-]/gi, (character, hex: string | undefined) => {
    const code = hex === undefined ? character.charCodeAt(0) : Number.parseInt(hex, 16);
    const plain = String.fromCharCode(code);
    return /[A-Za-z0-9_.~-]/.test(plain) ? plain : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/**
 * The query in the form that is signed: sorted by key, then by value, a blank as `%20`. It is sent in this form too, because
 * a `+` is a blank to some servers and a plus to others.
 */
export function canonicalQuery(url: URL): string {
  return url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const text = pair.replaceAll('+', '%20');
      const end = `${text}=`.indexOf('=');
      return { key: encoded(text.slice(0, end)), value: encoded(text.slice(end + 1)) };
    })
    .toSorted((a, b) => compare(a.key, b.key) || compare(a.value, b.value))
    .map(({ key, value }) => `${key}=${value}`)
    .join('&');
}

/** The path in the form that is signed, which ends with a slash whatever the URL has. */
function canonicalPath({ pathname }: URL): string {
  const path = pathname.split('/').map(encoded).join('/');
  return path.endsWith('/') ? path : `${path}/`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function inOrder(headers: Headers): readonly (readonly [string, string])[] {
  return Object.entries(headers).toSorted(([one], [other]) => compare(one, other));
}

function namesOf(headers: Headers): string {
  return inOrder(headers)
    .map(([name]) => name)
    .join(';');
}

/** The text whose hash is signed, with all of the given headers. */
export function canonicalRequest({ method, url, headers, body = '' }: RequestToSign): string {
  const lines = inOrder(headers).map(([name, value]) => `${name}:${value.trim()}\n`);
  return [method, canonicalPath(url), canonicalQuery(url), lines.join(''), namesOf(headers), sha256(body)].join('\n');
}

/** The value of the header `Authorization`, which signs all of the given headers. @param date as in `x-sdk-date` */
export function authorization(keys: SigningKeys, date: string, request: RequestToSign): string {
  const text = [algorithm, date, sha256(canonicalRequest(request))].join('\n');
  const signature = createHmac('sha256', keys.secretKey.reveal()).update(text, 'utf8').digest('hex');
  return `${algorithm} Access=${keys.accessKey}, SignedHeaders=${namesOf(request.headers)}, Signature=${signature}`;
}

/** `20260314T092653Z` for a time in milliseconds since the epoch. */
function sdkDate(now: number): string {
  return new Date(now).toISOString().replace(/[:-]|\.\d+/g, '');
}

/**
 * The headers that sign a request, to be added to its own; good for 15 minutes.
 * @param now milliseconds since the epoch
 */
export function signedHeaders(
  keys: SigningKeys,
  request: RequestToSign,
  now: number,
): Readonly<Record<string, string>> {
  const date = sdkDate(now);
  const added = {
    'x-sdk-date': date,
    ...(keys.securityToken !== undefined && { 'x-security-token': keys.securityToken.reveal() }),
  };
  const sent = Object.entries({ ...request.headers, ...added }).filter(([name]) => signedNames.includes(name));
  const headers = { ...Object.fromEntries(sent), host: request.url.host };
  return { ...added, authorization: authorization(keys, date, { ...request, headers }) };
}
