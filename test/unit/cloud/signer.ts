import type { Cloud } from '../../cloud/index.ts';
import { expectedSignature, type Signature } from '../../cloud/otc/signature.ts';
import { type Reply, type Session, send } from './client.ts';

/** What to sign a request with, and how; everything has a usual value. */
export interface Signing {
  accessKey?: string;
  secretKey?: string;
  securityToken?: string;
  /** When it's signed, ms since 1970 (default now). */
  at?: number;
  /** In place of `at`, as the header has it. */
  date?: string;
  /** Makes it the scoped form. */
  scope?: Signature['scope'];
  /** More headers, signed and not. */
  headers?: Record<string, string>;
  unsigned?: Record<string, string>;
  /** What is sent in place of what was signed. */
  sent?: { method?: string; path?: string; body?: string };
}

/** Headers that a request to this URL needs. */
export function signatureHeaders(
  cloud: Cloud,
  method: string,
  url: URL,
  body: string,
  signing: Signing,
): Record<string, string> {
  const { account } = cloud;
  const { accessKey = account.accessKey, secretKey = account.secretKey, at = Date.now(), scope } = signing;
  const date = signing.date ?? new Date(at).toISOString().replace(/[:-]|\.\d+/g, '');
  const token = signing.securityToken === undefined ? {} : { 'x-security-token': signing.securityToken };
  const headers = { 'x-sdk-date': date, ...token, ...signing.headers };
  const names = ['host', ...Object.keys(headers)].sort();
  const target = `${url.pathname}${url.search}`;
  const value = expectedSignature({ accessKey, names, ...(scope ? { scope } : {}) }, secretKey, {
    ...{ method, target, headers: { ...headers, host: url.host }, bytes: Buffer.from(body) },
  });
  const key = scope
    ? `Credential=${accessKey}/${scope.date}/${scope.region}/${scope.service}/sdk_request`
    : `Access=${accessKey}`;
  const authorization = `SDK-HMAC-SHA256 ${key}, SignedHeaders=${names.join(';')}, Signature=${value}`;
  return { ...headers, authorization, ...signing.unsigned };
}

/** A signed request: to the identity service for a path with /v3, else to the network service. */
export function signed(
  { cloud }: Session,
  method: string,
  path: string,
  signing: Signing = {},
  body?: object,
): Promise<Reply> {
  const base = path.startsWith('/v3') ? cloud.authUrl.replace(/\/v3$/, '') : cloud.networkUrl;
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = signatureHeaders(cloud, method, new URL(`${base}${path}`), text, signing);
  const { sent = {} } = signing;
  const payload = sent.body ?? (text === '' ? undefined : text);
  return send(`${base}${sent.path ?? path}`, sent.method ?? method, payload, headers);
}
