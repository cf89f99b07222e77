/** Values from a closed list, in the dialect's own spelling. */
import { found, type Value } from '../../spec/node.ts';
import { type Read, readText } from '../../spec/scalars.ts';
import { shown } from '../../spec/show.ts';
import { closest, didYouMean } from '../../spec/suggest.ts';
import { type ChoiceName, spelled } from '../dialects.ts';
import type { FileContext } from './context.ts';

/** `group14` for the number 14: a text was meant, and which one can be guessed. */
function isGuessable({ node }: Value, allowed: readonly string[]): boolean {
  return node.is === 'scalar' && typeof node.value === 'number' && closest(node.source, allowed) !== undefined;
}

export function readChoice(context: FileContext, value: Value, choice: ChoiceName): Read<string> | undefined {
  const { dialect, problems } = context;
  const allowed = dialect.choices[choice];
  const { node, path } = value;
  const list = `Allowed on ${dialect.words}: ${allowed.join(', ')}.`;
  if (node.is === 'scalar' && isGuessable(value, allowed)) {
    problems.error(node.at, path, `Expected a text, ${found(node)}.${didYouMean(node.source, allowed)} ${list}`);
    return undefined;
  }
  const read = readText(context, value, `one of ${allowed.join(', ')}`);
  if (read === undefined) {
    return undefined;
  }
  const known = spelled(dialect, choice, read.value);
  if (!allowed.includes(known)) {
    const hint = didYouMean(read.value, allowed);
    problems.error(read.at, path, `${shown(read.value)} is not possible.${hint} ${list}`);
    return undefined;
  }
  return { value: known, at: read.at };
}
