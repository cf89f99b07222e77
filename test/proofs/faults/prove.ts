import { describe, expect, test } from 'vitest';
import { type Dialect, situation } from '../situations.ts';
import { exhaustive, randomFrom, sample, seed } from '../size.ts';
import { tally } from '../tally.ts';
import { problemsOf } from './judge.ts';
import { type FaultKind, faultKinds } from './kinds.ts';
import { type Case, Proving } from './proving.ts';

/** Shown at most: one cause has many cases. */
const shown = 12;

function wordsOf({ target, fault, forGood }: Case): string {
  return `${fault.name} ${forGood ? 'for good' : 'once'} at ${target.method} ${target.path}, the ${target.nth}.`;
}

async function casesOf(proving: Proving, name: string, cases: readonly Case[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const one of cases) {
    const outcome = await proving.fail(one);
    const problems = [...problemsOf(outcome, one, proving.situation), ...(await proving.recover())];
    found.push(...problems.map((problem) => `${name}, ${wordsOf(one)} ${problem}`));
  }
  return found.slice(0, shown);
}

const all = (fault: FaultKind, { targets }: Proving): readonly Case[] =>
  [false, true].flatMap((forGood) => targets.map((target) => ({ target, fault, forGood })));

/** How much of it is tried in CI. */
const share = exhaustive ? 1 : 0.5;

/** Every fault at every request of this situation, once and for good; after each a run without faults. */
export function proveFaults(name: string, dialect: Dialect): void {
  describe(`${name} on ${dialect}`, () => {
    test.each(faultKinds)('$name, at every request', async (fault) => {
      const proving = await Proving.of(situation(name, dialect));
      const cases = all(fault, proving);
      const random = randomFrom(seed + name.length * 1000 + faultKinds.indexOf(fault));
      const chosen = sample(cases, Math.ceil(cases.length * share), random);
      expect(await casesOf(proving, name, chosen)).toEqual([]);
      tally('faults in-process', chosen.length);
    });
  });
}
