import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomFrom } from '../size.ts';
import { pairwise } from './pairwise.ts';

type Case = readonly string[];

const pairsOf = (cases: readonly Case[]): Set<string> =>
  new Set(
    cases.flatMap((values) => values.flatMap((one, at) => values.slice(at + 1).map((other) => `${one} ${other}`))),
  );

const cases = fc.array(
  fc.tuple(fc.nat(4), fc.nat(3), fc.nat(6), fc.boolean()).map((values) => values.map((value, at) => `${at}=${value}`)),
  { minLength: 1, maxLength: 300 },
);

test('every two values of any case occur together in one of the chosen, which are few', () => {
  fc.assert(
    fc.property(cases, fc.integer(), (all, seed) => {
      const chosen = pairwise(all, (values) => values, randomFrom(seed));
      expect(pairsOf(chosen)).toEqual(pairsOf(all));
      expect(all).toEqual(expect.arrayContaining([...chosen]));
      expect(chosen.length).toBeLessThanOrEqual(pairsOf(all).size);
      expect(chosen).toEqual(pairwise(all, (values) => values, randomFrom(seed)));
    }),
  );
});
