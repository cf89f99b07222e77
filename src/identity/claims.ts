/**
 * What an ID token says of the job (RFC 7519; GitHub's documentation, "OpenID Connect reference"). Pure.
 * Its signature is not checked: the token is only passed on, it is the cloud that must not believe it unseen, and nothing is
 * decided by the claims here. They are shown, so that a person can compare them with the rule that they have to fit.
 */
import { isFields, parseJson } from '../http/server-words.ts';
import { cleanWords } from '../http/words.ts';

/** The claims that conversion rules and mappings are made of. */
const shown = [
  'iss',
  'aud',
  'sub',
  'repository',
  'repository_id',
  'ref',
  'environment',
  'event_name',
  'job_workflow_ref',
] as const;

/** Fields of the two parts of a token, as they came. */
export interface Claims {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** GitHub's have about 2000 characters. */
const longest = 64 * 1024;

/** Three parts in base64url (RFC 7515, 7.1). */
export function isIdToken(text: string): boolean {
  return text.length <= longest && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

function fieldsOf(part: string): Readonly<Record<string, unknown>> | undefined {
  const json = parseJson(Buffer.from(part, 'base64url').toString('utf8'));
  return isFields(json?.value) ? json.value : undefined;
}

/** Undefined if the text is no token with two JSON objects. */
export function decodeClaims(token: string): Claims | undefined {
  const [header, payload] = isIdToken(token) ? token.split('.').map(fieldsOf) : [];
  return header === undefined || payload === undefined ? undefined : { header, payload };
}

/** A claim that is a text, or the first of several (`aud`); undefined for anything else. */
export function claimText({ header, payload }: Claims, name: (typeof shown)[number] | 'kid'): string | undefined {
  const value = name === 'kid' ? header[name] : payload[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? cleanWords(first, 200) : undefined;
}

function valueWords(value: unknown): string {
  const texts = (Array.isArray(value) ? value.slice(0, 5) : [value]).filter((one) => typeof one === 'string');
  const words = texts.map((text) => `"${cleanWords(text, 200)}"`).join(', ');
  return value === undefined || value === '' ? 'none' : words === '' ? 'not a text' : words;
}

/** A line for each claim that may matter, and for the key; a claim that is missing is said to be. Never the token itself. */
export function offered({ header, payload }: Claims): readonly string[] {
  const lines = shown.map((name) => `- ${name}: ${valueWords(payload[name])}`);
  return [...lines, `- key (kid): ${valueWords(header['kid'])}`];
}
