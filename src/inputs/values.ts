/** Texts of inputs turned into values. Each throws an InputProblem that says what is allowed. Pure. */
import { isThisMachine } from '../http/loopback.ts';
import { oneOf, shown } from '../spec/show.ts';
import { didYouMean } from '../spec/suggest.ts';
import type { InputProblems } from './problems.ts';
import type { SettingsReader } from './settings.ts';

/** Why an input with a default can be empty: an expression that gives nothing replaces the default. */
const emptied = 'is empty. Leave the line out for the default, or check the expression that fills it.';

/** @throws InputProblem if there is none */
export function required(reader: SettingsReader, name: string, why: string): string {
  const text = reader.text(name);
  if (text === '') throw reader.problem(name, `is empty. ${why}`);
  return text;
}

/** Longer than any value of the inputs that are shown. */
const longestShown = 60;

/**
 * A value in a message. A long one is perhaps a secret in the wrong input, and the runner does not mask a piece of a
 * secret: so it is shown whole or not at all.
 */
export function whole(text: string): string {
  return text.length <= longestShown ? shown(text) : `A text of ${text.length} characters`;
}

/** Names of users, domains and projects: Keystone has at most 255 characters, and a token has more. */
const longestName = 255;

/** Control characters and separators of lines: in a name they come from a broken value. */
const unfit = /[\p{Cc}\u2028\u2029]/u;

/** Refuses what is too long for a name, and may be a secret in the wrong place. */
export function checkName(reader: SettingsReader, name: string, problems: InputProblems): void {
  const text = reader.text(name);
  if (text.length > longestName) {
    const words = `has ${text.length} characters; ${longestName} are possible.`;
    problems.add(reader.problem(name, `${words} Is it the value of another input?`));
  } else if (unfit.test(text)) {
    problems.add(reader.problem(name, 'contains a line break or control character.'));
  }
}

/**
 * An id of a user, domain, project or credential; Keystone's are 32 or 64 hexadecimal digits, or `default`.
 * @param otherwise the setting for the name
 */
export function idOf(reader: SettingsReader, name: string, otherwise: string): string {
  const id = reader.text(name);
  if (/^[0-9A-Za-z_-]{1,64}$/.test(id)) return id;
  const fix = `For a name there is ${reader.label(otherwise)}.`;
  throw reader.problem(name, `is no id: only letters, digits, - and _, at most 64. ${fix}`);
}

/** One of a closed list of words, spelt exactly so. */
export function choice<const T extends string>(reader: SettingsReader, name: string, allowed: readonly T[]): T {
  const text = reader.text(name);
  const found = allowed.find((word) => word === text);
  if (found !== undefined) return found;
  if (text === '') throw reader.problem(name, emptied);
  throw reader.problem(name, `${whole(text)} is not allowed. Use ${oneOf(allowed)}.${didYouMean(text, allowed)}`);
}

/** The booleans of YAML's core schema, as the runner's own toolkit accepts them. */
export function flag(reader: SettingsReader, name: string): boolean {
  const text = reader.text(name);
  if (['true', 'True', 'TRUE'].includes(text)) return true;
  if (['false', 'False', 'FALSE'].includes(text)) return false;
  if (text === '') throw reader.problem(name, emptied);
  throw reader.problem(name, `${whole(text)} is not allowed. Use true or false.`);
}

const durationForm = /^(?=\d)(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;

/** `90s`, `10m`, `1h30m`, between the limits, in milliseconds. Limits in seconds. */
export function duration(reader: SettingsReader, name: string, min: number, max: number): number {
  const text = reader.text(name);
  if (text === '') throw reader.problem(name, emptied);
  if (/^\d{1,6}$/.test(text)) {
    throw reader.problem(name, `${shown(text)} has no unit. Write ${shown(`${text}s`)} or ${shown(`${text}m`)}.`);
  }
  const match = durationForm.exec(text);
  if (match === null) {
    throw reader.problem(name, `${whole(text)} is no duration. Write hours, minutes, seconds: 90s, 10m, 1h30m.`);
  }
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (total < min || total > max) {
    throw reader.problem(name, `${whole(text)} is out of range. Allowed is ${min}s to ${max / 60}m.`);
  }
  return total * 1000;
}

/** Trimmed lines that aren't empty. */
export function lines(reader: SettingsReader, name: string): readonly string[] {
  const all = reader.text(name).split(/\r\n|\r|\n/);
  return [...new Set(all.map((line) => line.trim()).filter((line) => line !== ''))];
}

/**
 * The address of a service: https, or http on this machine alone; without trailing slashes.
 * The text is shown only where it can't hold a password.
 */
export function serviceUrl(reader: SettingsReader, name: string): URL {
  const text = reader.text(name);
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw reader.problem(name, 'is no https URL, such as https://iam.example.com/v3.');
  }
  if (url.username !== '' || url.password !== '') {
    throw reader.problem(name, 'holds a user name or password. Give them by settings of their own.');
  }
  if (url.search !== '' || url.hash !== '' || text.includes('?') || text.includes('#')) {
    throw reader.problem(name, 'must end with its path: "?" and "#" have no place in it.');
  }
  if (url.protocol === 'http:' && !isThisMachine(url.hostname)) {
    throw reader.problem(name, `uses http, which sends secrets in clear. Use https://${url.host}.`);
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}
