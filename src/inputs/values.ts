/** Texts of inputs turned into values. Each throws an InputProblem that says what is allowed. Pure. */
import { isThisMachine } from '../http/loopback.ts';
import { oneOf, shown } from '../spec/show.ts';
import { didYouMean } from '../spec/suggest.ts';
import { InputProblem, type InputProblems } from './problems.ts';

/** Reads the step's inputs; one that isn't given and has no default in action.yml is empty. */
export interface InputReader {
  /** Without white space around it. */
  text(name: string): string;
  /** As given. */
  raw(name: string): string;
}

/** Why an input with a default can be empty: an expression that gives nothing replaces the default. */
const emptied = 'is empty. Leave the line out for the default, or check the expression that fills it.';

/** @throws InputProblem if there is none */
export function required(reader: InputReader, name: string, why: string): string {
  const text = reader.text(name);
  if (text === '') throw new InputProblem(name, `is empty. ${why}`);
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

/** Refuses what is too long for a name, and may be a secret in the wrong input. */
export function checkName(reader: InputReader, name: string, problems: InputProblems): void {
  const { length } = reader.text(name);
  if (length > longestName) {
    problems.add(name, `has ${length} characters; ${longestName} are possible. Is it the value of another input?`);
  }
}

/** One of a closed list of words, spelt exactly so. */
export function choice<const T extends string>(reader: InputReader, name: string, allowed: readonly T[]): T {
  const text = reader.text(name);
  const found = allowed.find((word) => word === text);
  if (found !== undefined) return found;
  if (text === '') throw new InputProblem(name, emptied);
  throw new InputProblem(name, `${whole(text)} is not allowed. Use ${oneOf(allowed)}.${didYouMean(text, allowed)}`);
}

/** The booleans of YAML's core schema, as the runner's own toolkit accepts them. */
export function flag(reader: InputReader, name: string): boolean {
  const text = reader.text(name);
  if (['true', 'True', 'TRUE'].includes(text)) return true;
  if (['false', 'False', 'FALSE'].includes(text)) return false;
  if (text === '') throw new InputProblem(name, emptied);
  throw new InputProblem(name, `${whole(text)} is not allowed. Use true or false.`);
}

const durationForm = /^(?=\d)(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;

/** `90s`, `10m`, `1h30m`, between the limits, in milliseconds. Limits in seconds. */
export function duration(reader: InputReader, name: string, min: number, max: number): number {
  const text = reader.text(name);
  if (text === '') throw new InputProblem(name, emptied);
  if (/^\d{1,6}$/.test(text)) {
    throw new InputProblem(name, `${shown(text)} has no unit. Write ${shown(`${text}s`)} or ${shown(`${text}m`)}.`);
  }
  const match = durationForm.exec(text);
  if (match === null) {
    throw new InputProblem(name, `${whole(text)} is no duration. Write hours, minutes, seconds: 90s, 10m, 1h30m.`);
  }
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (total < min || total > max) {
    throw new InputProblem(name, `${whole(text)} is out of range. Allowed is ${min}s to ${max / 60}m.`);
  }
  return total * 1000;
}

/** Trimmed lines that aren't empty. */
export function lines(reader: InputReader, name: string): readonly string[] {
  const all = reader.text(name).split(/\r\n|\r|\n/);
  return [...new Set(all.map((line) => line.trim()).filter((line) => line !== ''))];
}

/**
 * The address of a service: https, or http on this machine alone; without trailing slashes.
 * The text is shown only where it can't hold a password.
 */
export function serviceUrl(reader: InputReader, name: string): URL {
  const text = reader.text(name);
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InputProblem(name, 'is no https URL, such as https://iam.example.com/v3.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new InputProblem(name, 'holds a user name or password. Give them by their own inputs.');
  }
  if (url.search !== '' || url.hash !== '' || text.includes('?') || text.includes('#')) {
    throw new InputProblem(name, 'must end with its path: "?" and "#" have no place in it.');
  }
  if (url.protocol === 'http:' && !isThisMachine(url.hostname)) {
    throw new InputProblem(name, `uses http, which sends secrets in clear. Use https://${url.host}.`);
  }
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}
