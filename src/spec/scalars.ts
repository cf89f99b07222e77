/** Reads texts, numbers and flags: variables are replaced, then the text takes the key's type. */
import type { Place } from '../errors.ts';
import { found, type Value } from './node.ts';
import type { ReadContext } from './read-context.ts';
import { oneOf, shown } from './show.ts';
import { didYouMean } from './suggest.ts';
import { type Piece, parseTemplate } from './variables.ts';

export interface Read<T> {
  readonly value: T;
  readonly at: Place;
}

/** The value of one variable of a text that is not the psk; undefined after an error, or if nobody knows it. */
function resolve(context: ReadContext, at: Place, path: string, piece: Piece): string | undefined {
  if ('literal' in piece) {
    return piece.literal;
  }
  const { name, fallback } = piece;
  const value = context.variables.get(name);
  if (value !== undefined && value !== '') {
    return value;
  }
  if (context.secrets.has(name)) {
    const fix = 'Give a value that is no secret by the input "variables".';
    context.problems.error(at, path, `${shown(name)} is a secret, and secrets are allowed in "psk" alone. ${fix}`);
    return undefined;
  }
  if (fallback !== undefined) {
    return fallback;
  }
  if (value === '' && context.emptyVariables === 'not checked') {
    context.problems.notice(at, path, `The variable ${shown(name)} is empty in this run, so this was not checked.`);
    return undefined;
  }
  const state = value === '' ? 'is empty, which counts as undefined' : 'is not defined';
  const hint = value === '' ? '' : didYouMean(name, [...context.variables.keys()]);
  const fix = `Add a line ${name}=… to the input "variables", or write \${${name}:-default}.`;
  context.problems.error(at, path, `The variable ${shown(name)} ${state}.${hint} ${fix}`);
  return undefined;
}

const expressionFix = 'Pass its value by the input "variables", as a line NAME=…, and write ${NAME} here.';

/** A text with its variables replaced; undefined after an error, or if nobody knows it. */
function expand(context: ReadContext, at: Place, path: string, text: string): string | undefined {
  const { pieces, error } = parseTemplate(text);
  if (error !== undefined) {
    const expression = `${shown(text)} is an expression of GitHub, which only workflows know. ${expressionFix}`;
    context.problems.error(at, path, text.includes('${{') ? expression : `In ${shown(text)} ${error}`);
    return undefined;
  }
  const values = pieces.map((piece) => resolve(context, at, path, piece));
  if (values.includes(undefined)) {
    return undefined;
  }
  const expanded = values.join('');
  if (context.guard.finds(expanded)) {
    const fix = 'Secrets are allowed in "psk" alone: take it out of the input "variables" and of the file.';
    context.problems.error(at, path, `This contains the value of a secret once its variables are replaced. ${fix}`);
    return undefined;
  }
  return expanded;
}

/** A text. Numbers and the like are refused instead of guessed at: they need quotes. */
export function readText(context: ReadContext, { node, path }: Value, what = 'a text'): Read<string> | undefined {
  if (node.is !== 'scalar' || typeof node.value !== 'string') {
    const quotable = node.is === 'scalar' && node.value !== null;
    const fix = quotable ? ` Write it in quotes: ${shown(node.source)}.` : '';
    context.problems.error(node.at, path, `Expected ${what}, ${found(node)}.${fix}`);
    return undefined;
  }
  const value = expand(context, node.at, path, node.value);
  return value === undefined ? undefined : { value, at: node.at };
}

export interface IntegerRange {
  readonly min: number;
  readonly max: number;
  /** For messages, e.g. `seconds`. */
  readonly unit: string;
}

/** Decimal without sign, leading zeros, point, exponent or underscores: what every reader understands alike. */
const decimal = /^(?:0|[1-9]\d*)$/;

function rangeWords({ min, max, unit }: IntegerRange): string {
  return `${min === max ? min : `${min} to ${max}`} ${unit}`;
}

/** A whole number in a range. Decimal digits in quotes, or from a variable, count as well. */
export function readInteger(context: ReadContext, value: Value, range: IntegerRange): Read<number> | undefined {
  const { node, path } = value;
  const fail = (message: string): undefined => {
    context.problems.error(node.at, path, `${message} Allowed: ${rangeWords(range)}.`);
  };
  if (node.is !== 'scalar' || (typeof node.value !== 'string' && typeof node.value !== 'number')) {
    return fail(`Expected a whole number, ${found(node)}.`);
  }
  const text = typeof node.value === 'string' ? expand(context, node.at, path, node.value) : node.source;
  if (text === undefined) {
    return undefined;
  }
  if (!decimal.test(text) && !/^-\d+$/.test(text)) {
    return fail(`Expected a whole number in plain digits (no unit, point, leading zero), found ${shown(text)}.`);
  }
  const number = Number(text);
  if (number < range.min || number > range.max) {
    return fail(`${shown(text).slice(1, -1)} is out of range.`);
  }
  return { value: number, at: node.at };
}

/** true or false. The texts "true" and "false", in quotes or from a variable, count as well; yes and on do not. */
export function readFlag(
  context: ReadContext,
  { node, path }: Value,
  allowed: readonly boolean[],
): Read<boolean> | undefined {
  const words = `Write ${oneOf(allowed.map(String))}.`;
  if (node.is !== 'scalar' || typeof node.value === 'number') {
    context.problems.error(node.at, path, `Expected true or false, ${found(node)}. ${words}`);
    return undefined;
  }
  const text = typeof node.value === 'string' ? expand(context, node.at, path, node.value) : String(node.value);
  if (text === undefined) {
    return undefined;
  }
  const value = [true, false].find((flag) => String(flag) === text.toLowerCase());
  if (value === undefined) {
    context.problems.error(node.at, path, `${shown(text)} is neither true nor false in YAML 1.2. ${words}`);
    return undefined;
  }
  if (!allowed.includes(value)) {
    context.problems.error(node.at, path, `${text} is not possible here. ${words}`);
    return undefined;
  }
  return { value, at: node.at };
}
