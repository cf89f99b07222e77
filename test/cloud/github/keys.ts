import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A key pair of the issuer: RSA, for RS256. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** A key from outside. */
export interface GivenKey {
  readonly kid: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
}

const made = new Map<string, SigningKey>();

/** The key pair of this name; made once in a process, because that takes its time. */
function keyNamed(kid: string): SigningKey {
  const found = made.get(kid);
  if (found !== undefined) return found;
  const key = { kid, privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey };
  made.set(kid, key);
  return key;
}

/** The key that the key set shows; the process' own unless one is given. */
export function currentKey(given?: GivenKey): SigningKey {
  if (given === undefined) return keyNamed('1F2AB83404C08EC9EA0BB99DAED02186B091DBF4');
  return { kid: given.kid, privateKey: createPrivateKey(given.privateKey) };
}

/** The key that the issuer goes over to: the key set does not show it. */
export function nextKey(): SigningKey {
  return keyNamed('38826B17BCEC7C5A1F8C0C0E2E6B1A7B0B4D2F10');
}

/** The key set (RFC 7517) as GitHub writes it, as text. */
export function keySet(keys: readonly SigningKey[]): string {
  const shown = keys.map(({ kid, privateKey }) => {
    const { kty, n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
    return { kty, alg: 'RS256', use: 'sig', kid, n, e };
  });
  return JSON.stringify({ keys: shown });
}
