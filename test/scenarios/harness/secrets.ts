import { parseDocument } from 'yaml';
import type { RecordedRequest } from '../../cloud/index.ts';

/** Which texts of a run are secrets: what it was given, and what it sent. None of them may show. */

type Texts = Readonly<Record<string, string | undefined>>;

const secretName = /(?:password|passcode|secret|secret[_-]key|token)$|^(?:psk|sk|st)$/i;

/** Of the step's `with:`, and of the variables that log in. */
export function givenSecrets(inputs: Texts, env: Texts): string[] {
  const lines = (inputs['secrets'] ?? '').split(/\r?\n/).map((line) => line.slice(line.indexOf('=') + 1).trim());
  const single = Object.entries(inputs).filter(([name]) => secretName.test(name));
  const variables = Object.entries(env).filter(([name]) => /^OS_|_REQUEST_TOKEN$/.test(name) && isSecret(name));
  return secretTexts([...lines, ...[...single, ...variables].map(([, text]) => text?.trim())]);
}

function isSecret(variable: string): boolean {
  return secretName.test(variable.replace(/^OS_/, ''));
}

/** Of every clouds.yaml and secure.yaml among the files; what stands in one that is no YAML has to be told. */
export function fileSecrets(files: Readonly<Record<string, string>>): string[] {
  const found: unknown[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (secretName.test(key)) found.push(inner);
      visit(inner);
    }
  };
  for (const [name, text] of Object.entries(files)) {
    if (!/(?:clouds|secure)\.ya?ml$/.test(name)) continue;
    const document = parseDocument(text);
    if (document.errors.length === 0) visit(document.toJS());
  }
  return secretTexts(found);
}

/** Tokens that passed by: each of them has to be masked. */
export function sentTokens(requests: readonly RecordedRequest[]): string[] {
  return secretTexts(
    requests.flatMap(({ headers, body }) => [
      headers['x-auth-token'],
      headers['x-subject-token'],
      nested(body, 'auth', 'id_token', 'id'),
      /^bearer (.*)$/i.exec(headers['authorization'] ?? '')?.[1],
    ]),
  );
}

/** Everything secret that passed by: tokens, keys, what a login proved itself with, and signatures. */
export function sentSecrets(requests: readonly RecordedRequest[]): string[] {
  const others = requests.flatMap(({ headers, body }) => [
    headers['x-security-token'],
    headers['authorization'],
    /Signature=(\w+)/.exec(headers['authorization'] ?? '')?.[1],
    nested(body, 'ipsec_site_connection', 'psk'),
    nested(body, 'auth', 'identity', 'password', 'user', 'password'),
    nested(body, 'auth', 'identity', 'totp', 'user', 'passcode'),
    nested(body, 'auth', 'identity', 'application_credential', 'secret'),
    nested(body, 'auth', 'identity', 'token', 'id'),
  ]);
  return [...sentTokens(requests), ...secretTexts(others)];
}

/** A JWT's claims may be shown once they are read, but neither they as they were sent nor the signature. */
export function withParts(secrets: readonly string[]): string[] {
  return secrets.flatMap((secret) => [secret, ...(/^eyJ[\w-]+\.([\w-]+)\.([\w-]+)$/.exec(secret)?.slice(1) ?? [])]);
}

/** Shorter ones cannot be looked for. */
export function secretTexts(values: readonly unknown[]): string[] {
  return values.filter((value): value is string => typeof value === 'string' && value.length >= 4);
}

export function nested(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? Object.entries(inner).find(([name]) => name === key)?.[1]
        : undefined,
    value,
  );
}
