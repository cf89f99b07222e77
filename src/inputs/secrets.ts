/** The inputs that hold secrets: masked before anything else is read, then looked at. */
import { shortestSecret } from '../redact.ts';
import { Secret } from '../secret.ts';
import { parseAssignments } from '../spec/variables.ts';
import { InputProblem, type InputProblems, type Read } from './problems.ts';
import { type InputReader, type SecretSetting, type SettingsReader, secretSettings } from './settings.ts';

const tooShort = `is shorter than ${shortestSecret} characters, so it can't be masked in the log. Use a longer one.`;

export interface SecretInputs {
  /** Undefined for an empty input. */
  readonly psk: Read<Secret | undefined>;
  readonly secrets: ReadonlyMap<string, Secret>;
}

export type MaskSecret = (secret: string) => void;

/** Whether a key of a clouds.yaml, or a variable without its `OS_`, names a secret; also one that no way here uses. */
export function isSecretName(name: string): boolean {
  return /^(?:.*(?:passw(?:or)?d|passcode|passphrase|secret|(?:secret_?(?:access_?)?|private_?|api_?)key|token)s?|pass|pwd|psk|sk|st)$/i.test(
    name.replaceAll('-', '_'),
  );
}

/** A secret of one line. Spaces belong to it; a line break at its end comes from YAML or from the tool that stored it. */
function oneLine(reader: SettingsReader, name: string, text: string): Secret | undefined {
  const line = text.replace(/(?:\r\n|\r|\n)$/, '');
  if (line.trim() === '') {
    if (line === '') return undefined;
    throw reader.problem(name, 'holds only blanks.');
  }
  if (/[\r\n]/.test(line)) {
    throw reader.problem(name, 'has several lines. One line is expected; store the secret without line breaks.');
  }
  if (line.trim().length < shortestSecret) throw reader.problem(name, tooShort);
  return new Secret(line);
}

/** Go into a header or a signature, where only visible ASCII characters are possible; a password may have any. */
const visibleOnly: ReadonlySet<SecretSetting> = new Set(['token', 'secret-key', 'security-token', 'passcode']);

/** A secret of the login; undefined if it is empty. */
export function secretOf(reader: SettingsReader, name: SecretSetting): Secret | undefined {
  if (!visibleOnly.has(name)) return oneLine(reader, name, reader.raw(name));
  const secret = oneLine(reader, name, reader.raw(name).trim());
  if (secret !== undefined && !/^[\x21-\x7e]+$/.test(secret.reveal())) {
    throw reader.problem(name, `has characters that no ${name} has (blanks or letters outside ASCII).`);
  }
  return secret;
}

function isTooShort(value: string): boolean {
  // An empty one counts as undefined; the file's reader says so at the line that needs it.
  return value !== '' && value.trim().length < shortestSecret;
}

/**
 * What a line of `secrets` may hide: the value, and the whole line where it isn't `NAME=value`: a broken value, say, or a
 * secret in base64 without a name, which ends in `=`.
 */
function maskLine(line: string, mask: MaskSecret): void {
  const value = /^\s*[A-Za-z_]\w*=/.test(line) ? line.slice(line.indexOf('=') + 1) : undefined;
  if (value !== undefined && !isTooShort(value)) mask(value);
  else if (!line.trimStart().startsWith('#')) mask(line);
}

/** Masks what the inputs hold, before anything else is read. */
export function maskInputs(reader: InputReader, mask: MaskSecret): void {
  const texts = [...secretSettings, 'psk', 'github-token', 'secrets'].map((name) => [name, reader.raw(name)] as const);
  for (const [name, text] of texts) {
    if (name === 'secrets') for (const line of text.split(/[\r\n]+/)) maskLine(line, mask);
    else mask(text.replace(/(?:\r\n|\r|\n)$/, ''));
  }
}

function readAssignedSecrets(text: string, problems: InputProblems): ReadonlyMap<string, Secret> {
  const { values, lines, errors } = parseAssignments(text);
  for (const error of errors) problems.add(new InputProblem('secrets', error));
  for (const [name, value] of values) {
    if (isTooShort(value)) {
      problems.add(new InputProblem('secrets', `line ${lines.get(name)}: the value ${tooShort}`));
    }
  }
  return new Map([...values].map(([name, value]) => [name, new Secret(value)]));
}

/** The secrets that are not for logging in. */
export function readSecrets(reader: SettingsReader, problems: InputProblems): SecretInputs {
  return {
    psk: problems.attempt(() => oneLine(reader, 'psk', reader.raw('psk'))),
    secrets: readAssignedSecrets(reader.raw('secrets'), problems),
  };
}
