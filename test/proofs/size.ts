/** How much a proof tries, and where its randomness comes from. */

/** Everything, not the sample that CI has time for: `npm run test:exhaustive`. */
export const exhaustive = process.env['PROOF_SIZE'] === 'all';

/** The same seed gives the same cases; it stands in the report of a failure. */
export const seed = Number(process.env['PROOF_SEED'] ?? 20_261_123);

/** How many cases a proof makes in CI, and when everything is wanted. */
export function casesOf(ci: number, all: number): number {
  return exhaustive ? all : ci;
}

/** A generator of numbers from 0 up to 1, always the same for one seed (mulberry32). */
export function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` of the items (all, if there are fewer), evenly chosen by the seed, in their order. */
export function sample<Item>(items: readonly Item[], count: number, random = randomFrom(seed)): readonly Item[] {
  let left = Math.min(count, items.length);
  return items.filter((_, at) => {
    const taken = random() * (items.length - at) < left;
    left -= taken ? 1 : 0;
    return taken;
  });
}
