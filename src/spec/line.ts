/** Texts that go to the API on one line: names, descriptions, identities. */
import type { Value } from './node.ts';
import type { ReadContext } from './read-context.ts';
import { type Read, readText } from './scalars.ts';
import { shown } from './show.ts';

export interface LineLimits {
  /** For messages: `a name`. */
  readonly what: string;
  /** Characters (code points), as the servers count. */
  readonly min: number;
  readonly max: number;
}

/** Control characters and line separators, and halves of surrogate pairs, which are no text. */
const unfit = /[\p{Cc}\u2028\u2029\p{Cs}]/u;

/** A text of limited length without line breaks and control characters. */
export function readLine(context: ReadContext, value: Value, { what, min, max }: LineLimits): Read<string> | undefined {
  const read = readText(context, value, what);
  if (read === undefined) {
    return undefined;
  }
  const length = Array.from(read.value).length;
  if (unfit.test(read.value)) {
    const fix = 'Keep it on one line (">-" folds several lines of YAML into one).';
    context.problems.error(
      read.at,
      value.path,
      `${shown(read.value)} contains a line break or control character. ${fix}`,
    );
    return undefined;
  }
  if (length < min || length > max) {
    const state = length === 0 ? 'It is empty' : `It has ${length} characters`;
    context.problems.error(read.at, value.path, `${state}; allowed: ${min} to ${max} characters.`);
    return undefined;
  }
  return read;
}
