/** Choosing few of many cases so that any two values that occur together in one of all, occur together in one of the few. */

/** Looked at for each choice: more finds hardly better ones. */
const candidates = 40;

/**
 * @param valuesOf the value of each factor of a case, as `factor=value`
 * @param random from 0 up to 1
 * @returns cases that together have every pair of values that any case has
 */
export function pairwise<Case>(
  cases: readonly Case[],
  valuesOf: (one: Case) => readonly string[],
  random: () => number,
): readonly Case[] {
  const pairs = cases.map((one) => pairsOf(valuesOf(one)));
  const having = new Map<string, number[]>();
  for (const [index, of] of pairs.entries()) {
    for (const pair of of) {
      const indices = having.get(pair) ?? [];
      indices.push(index);
      having.set(pair, indices);
    }
  }
  const open = new Set(having.keys());
  const chosen: Case[] = [];
  // The rarest first: common pairs come along with them.
  const rarest = [...having].sort(([, some], [, others]) => some.length - others.length);
  for (const [pair, indices] of rarest) {
    if (!open.has(pair)) continue;
    const tried = Array.from({ length: candidates }, () => indices[Math.floor(random() * indices.length)] ?? 0);
    const gain = (index: number): number => (pairs[index] ?? []).filter((one) => open.has(one)).length;
    const best = tried.reduce((one, other) => (gain(other) > gain(one) ? other : one));
    for (const one of pairs[best] ?? []) open.delete(one);
    chosen.push(...cases.slice(best, best + 1));
  }
  return chosen;
}

function pairsOf(values: readonly string[]): string[] {
  return values.flatMap((value, at) => values.slice(at + 1).map((other) => `${value} ${other}`));
}
