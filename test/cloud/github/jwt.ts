import { createHmac, createPublicKey, sign } from 'node:crypto';
import type { Claims } from './claims.ts';
import { nextKey, type SigningKey } from './keys.ts';

/**
 * How a token is signed: `right`; `rotated` by a key that the key set does not show, under that one's kid; `wrong` by such
 * a key, under the kid of the key set's; `none` not at all (alg none); `HS256` with the public key as the secret.
 */
export type Signature = 'right' | 'rotated' | 'wrong' | 'none' | 'HS256';

/** A JWT in compact form (RFC 7519); what is wrong with its signature is what a cloud has to notice. */
export function jwtOf(claims: Claims, key: SigningKey, signature: Signature): string {
  const { kid } = signature === 'rotated' ? nextKey() : key;
  const alg = signature === 'none' || signature === 'HS256' ? signature : 'RS256';
  const signed = `${part({ typ: 'JWT', alg, kid, x5t: kid })}.${part(claims)}`;
  return `${signed}.${signatureOf(signed, key, signature)}`;
}

function signatureOf(signed: string, key: SigningKey, signature: Signature): string {
  if (signature === 'none') return '';
  if (signature === 'HS256') {
    const secret = createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' });
    return createHmac('sha256', secret).update(signed).digest('base64url');
  }
  const { privateKey } = signature === 'right' ? key : nextKey();
  return sign('sha256', Buffer.from(signed), privateKey).toString('base64url');
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
