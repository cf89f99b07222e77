import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { decoded } from '../json.ts';
import { isRecord } from './values.ts';

/** The payload of an ID token. */
export type Claims = Record<string, unknown>;

/** Whose ID tokens are taken, and for whom they have to be meant. */
export interface Trust {
  /** Has to be the claim `iss`. */
  readonly issuer: string;
  /** Has to be the claim `aud`, or one of its list. */
  readonly audience: string;
  /** The issuer's key set (RFC 7517) as text; a copy, so that a key which the issuer goes over to is not known. */
  readonly jwks: string;
}

/**
 * The claims of a token that is in order, or what is wrong: the token itself (form, algorithm, key, signature, time), or
 * whose it is and for whom.
 */
export type Verdict = { readonly claims: Claims } | { readonly fault: 'token' | 'claims' };

/**
 * Verifies an ID token (RFC 7519, RS256 alone).
 * @param now ms since 1970
 * @param lenient as Apache's mod_auth_openidc 2.4: every key is tried for a token without kid, `exp` may be missing,
 * `nbf` isn't looked at
 */
export function verifyIdToken(jwt: string, trust: Trust, now: number, lenient: boolean): Verdict {
  const parts = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(jwt);
  const [, head = '', payload = '', signature = ''] = parts ?? [];
  const [header, claims] = [decodedPart(head), decodedPart(payload)];
  if (header?.['alg'] !== 'RS256' || claims === undefined) return { fault: 'token' };
  const keys = keysFor(header['kid'], trust.jwks, lenient);
  const bytes = Buffer.from(signature, 'base64url');
  const isSigned = keys.some((key) => verify('sha256', Buffer.from(`${head}.${payload}`), key, bytes));
  if (!isSigned || !isTimely(claims, now / 1000, lenient)) return { fault: 'token' };
  const audiences = [claims['aud']].flat();
  const isMeant = claims['iss'] === trust.issuer && audiences.includes(trust.audience);
  return isMeant ? { claims } : { fault: 'claims' };
}

function decodedPart(part: string): Record<string, unknown> | undefined {
  const value = decoded(Buffer.from(part, 'base64url').toString());
  return isRecord(value) ? value : undefined;
}

function keysFor(kid: unknown, jwks: string, lenient: boolean): KeyObject[] {
  const set = decoded(jwks);
  const keys = isRecord(set) && Array.isArray(set['keys']) ? set['keys'].filter(isRecord) : [];
  const wanted = keys.filter((key) => (kid === undefined ? lenient : key['kid'] === kid));
  return wanted.map(({ n, e }) => createPublicKey({ format: 'jwk', key: { kty: 'RSA', n: String(n), e: String(e) } }));
}

function isTimely({ exp, nbf }: Claims, seconds: number, lenient: boolean): boolean {
  if (exp === undefined) return lenient;
  const isOver = typeof exp !== 'number' || exp <= seconds;
  const isEarly = nbf !== undefined && !(typeof nbf === 'number' && nbf <= seconds);
  return !isOver && (lenient || !isEarly);
}
