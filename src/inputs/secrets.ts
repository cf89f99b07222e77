/** The inputs that hold secrets: read, and masked, before anything else. */
import { shortestSecret } from '../redact.ts';
import { Secret } from '../secret.ts';
import { parseAssignments } from '../spec/variables.ts';
import { InputProblem, type InputProblems, type Read } from './problems.ts';
import type { InputReader } from './values.ts';

const tooShort = `is shorter than ${shortestSecret} characters, so it can't be masked in the log. Use a longer one.`;

export interface SecretInputs {
  /** Undefined for an empty input. */
  readonly password: Read<Secret | undefined>;
  readonly token: Read<Secret | undefined>;
  readonly psk: Read<Secret | undefined>;
  readonly secrets: ReadonlyMap<string, Secret>;
}

type MaskSecret = (secret: string) => void;

/** A secret of one line. Spaces belong to it; a line break at its end comes from YAML or from the tool that stored it. */
function oneLine(text: string, name: string): Secret | undefined {
  const line = text.replace(/(?:\r\n|\r|\n)$/, '');
  if (line.trim() === '') {
    if (line === '') return undefined;
    throw new InputProblem(name, 'holds only blanks.');
  }
  if (/[\r\n]/.test(line)) {
    throw new InputProblem(name, 'has several lines. One line is expected; store the secret without line breaks.');
  }
  if (line.trim().length < shortestSecret) throw new InputProblem(name, tooShort);
  return new Secret(line);
}

/** A token goes into a header, where only visible ASCII characters are allowed. */
function tokenOf(text: string): Secret | undefined {
  const token = oneLine(text.trim(), 'token');
  if (token !== undefined && !/^[\x21-\x7e]+$/.test(token.reveal())) {
    throw new InputProblem('token', 'has characters that no token has (blanks or letters outside ASCII).');
  }
  return token;
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

function readAssignedSecrets(text: string, problems: InputProblems): ReadonlyMap<string, Secret> {
  const { values, lines, errors } = parseAssignments(text);
  for (const error of errors) problems.add('secrets', error);
  for (const [name, value] of values) {
    if (isTooShort(value)) problems.add('secrets', `line ${lines.get(name)}: the value ${tooShort}`);
  }
  return new Map([...values].map(([name, value]) => [name, new Secret(value)]));
}

/** Masks first, then looks at the values. */
export function readSecrets(reader: InputReader, mask: MaskSecret, problems: InputProblems): SecretInputs {
  const password = reader.raw('password');
  const token = reader.raw('token');
  const psk = reader.raw('psk');
  const secrets = reader.raw('secrets');
  for (const text of [password, token, psk]) mask(text.replace(/(?:\r\n|\r|\n)$/, ''));
  for (const line of secrets.split(/[\r\n]+/)) maskLine(line, mask);
  return {
    password: problems.attempt(() => oneLine(password, 'password')),
    token: problems.attempt(() => tokenOf(token)),
    psk: problems.attempt(() => oneLine(psk, 'psk')),
    secrets: readAssignedSecrets(secrets, problems),
  };
}
