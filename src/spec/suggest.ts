/** "Did you mean": the candidate that a misspelt word most likely stands for. */
import { shown } from './show.ts';

/** Longer words are compared no further: nobody mistypes them, and the cost grows with the square. */
const longest = 64;

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours cost 1 each. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const costs = [
        Number(last[column]) + 1,
        Number(current[column - 1]) + 1,
        Number(last[column - 1]) + (same ? 0 : 1),
        ...(swapped ? [Number(beforeLast[column - 2]) + 1] : []),
      ];
      current.push(Math.min(...costs));
    }
    beforeLast = last;
    last = current;
  }
  return Number(last[b.length]);
}

/** Without case and punctuation; `endpoint` as the keys of the API shorten it. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace('endpoint', 'ep');
}

function digits(text: string): string {
  return text.replace(/\D+/g, ' ').trim();
}

/** The only element, or undefined. */
function only(found: readonly string[]): string | undefined {
  return found.length === 1 ? found[0] : undefined;
}

/**
 * The candidate that is meant by `text`: equal but for case and punctuation (`AES256`), the same number (`14` for
 * `group14`), or a few typing mistakes away.
 */
export function closest(text: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(text);
  if (wanted === '' || text.length > longest) {
    return undefined;
  }
  const equal = candidates.find((candidate) => plain(candidate) === wanted);
  const number = digits(text);
  const numbered = number === '' ? [] : candidates.filter((candidate) => digits(candidate) === number);
  const [near] = candidates
    .map((candidate) => ({ candidate, cost: distance(wanted, plain(candidate)) }))
    .filter(({ cost }) => cost <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.cost - b.cost);
  return equal ?? only(numbered) ?? near?.candidate;
}

/** ` Did you mean "x"?`, or nothing. */
export function didYouMean(text: string, candidates: readonly string[]): string {
  const found = closest(text, candidates);
  return found === undefined ? '' : ` Did you mean ${shown(found)}?`;
}
