/** The JSON of a request, and the secrets in requests and answers, which must not come back in words of the server. */
import { Secret } from '../secret.ts';

export interface EncodedBody {
  readonly text: string | undefined;
  readonly secrets: readonly string[];
}

/** Keys of the APIs' request bodies that hold a secret (Keystone, IAM, Neutron VPNaaS). */
const secretKeys = new Set(['psk', 'password', 'secret', 'passcode', 'securitytoken', 'id_token']);

const secretHeaders = ['x-auth-token', 'x-subject-token', 'x-security-token', 'authorization'];

/** An authorization without its scheme (RFC 9110, 11.6.2): a bearer's token, or the signature, which counts for minutes. */
function credentialsIn(authorization: string): string {
  return authorization.replace(/^.*(?:\s|Signature=)/, '');
}

/** What the headers of a request hold as secrets. */
export function secretsInHeaders(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    const whole = secretHeaders.includes(lower) ? [value] : [];
    return lower === 'authorization' ? [...whole, credentialsIn(value)] : whole;
  });
}

/** The JSON text of a body, in which a `Secret` becomes its text: here, and nowhere before the wire. */
export function encodeBody(body: unknown, headers: Readonly<Record<string, string>> = {}): EncodedBody {
  const secrets = [...secretsInHeaders(headers)];
  const note = (value: string): string => {
    secrets.push(value);
    return value;
  };
  // A replacer is given the result of toJSON (which is "***"); the holder has the object itself.
  const text = JSON.stringify(body, function (this: unknown, key: string, value: unknown): unknown {
    const own: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
    if (own instanceof Secret) {
      return note(own.reveal());
    }
    return typeof value === 'string' && secretKeys.has(key) ? note(value) : value;
  });
  return { text, secrets };
}

/** An answer has its secrets in an object in a list in the envelope. */
const deepestSecret = 4;

/** Calls `note` for each; without a copy of anything, because an answer can have megabytes. */
function visit(value: unknown, depth: number, note: (secret: string) => void): void {
  if (typeof value !== 'object' || value === null || depth > deepestSecret) {
    return;
  }
  if (Array.isArray(value)) {
    for (const item of value) {
      visit(item, depth + 1, note);
    }
    return;
  }
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry === 'string' && secretKeys.has(key)) {
      note(entry);
    } else {
      visit(entry, depth + 1, note);
    }
  }
}

/** What an answer holds under the names of secrets, such as the psk that the cloud has: no word of it may be shown either. */
export function secretsIn(answer: unknown): readonly string[] {
  const secrets: string[] = [];
  visit(answer, 0, (secret) => secrets.push(secret));
  return secrets;
}
