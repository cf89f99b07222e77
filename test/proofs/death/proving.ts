/** The proof of death: every way to end a run of each situation by one signal, or the sample of them that CI has time for. */
import { expect, describe as suite, test } from 'vitest';
import { Trial } from '../bundle/trial.ts';
import { type Dialect, situations } from '../situations.ts';
import { exhaustive, randomFrom, sample, seed } from '../size.ts';
import { tally } from '../tally.ts';
import { isWrite } from '../targets.ts';
import { type Death, deathsOf, describe, type Signal } from './deaths.ts';
import { die } from './dying.ts';
import { judge } from './judging.ts';

/** How many deaths of a situation CI has time for. */
interface Share {
  readonly atWrites: number;
  readonly atReads: number;
}

/** Shown at most: one cause has many cases. */
const shown = 5;

function chosen(deaths: readonly Death[], { atWrites, atReads }: Share, ordinal: number): readonly Death[] {
  if (exhaustive) return deaths;
  const random = randomFrom(seed + ordinal);
  const [writes, reads] = [true, false].map((write) => deaths.filter(({ target }) => isWrite(target) === write));
  return [...sample(writes ?? [], atWrites, random), ...sample(reads ?? [], atReads, random)];
}

/** What is wrong after this death, and after the run that follows it; with the log. Empty if nothing is. */
async function breaches(trial: Trial, death: Death): Promise<string> {
  const died = await die(trial, death);
  const wrong = [
    ...(died.at === undefined ? ['the run never made the request'] : []),
    ...judge(trial, death, died),
    ...(await trial.again()),
    ...(await trial.recover()),
  ];
  return wrong.length === 0 ? '' : [`${describe(death)}:`, ...wrong, died.run.log].join('\n  ');
}

export function proveDeaths(signal: Signal, dialect: Dialect, inCi: Share): void {
  suite(`${signal} at any moment of any request`, () => {
    test.each(situations.filter((one) => one.dialect === dialect))('$name on $dialect', async (situation) => {
      const trial = await Trial.of(situation);
      const deaths = chosen(deathsOf(trial.recorded.targets, signal), inCi, situations.indexOf(situation));
      const found: string[] = [];
      for (const death of deaths) found.push(await breaches(trial, death));
      expect(
        found
          .filter((text) => text !== '')
          .slice(0, shown)
          .join('\n\n'),
      ).toBe('');
      tally('death through the bundle', deaths.length);
    });
  });
}
