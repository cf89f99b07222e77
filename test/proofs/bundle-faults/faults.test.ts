/** Faults of the network and of the services, met by the bundle as a process. */
import { expect, test } from 'vitest';
import { Trial } from '../bundle/trial.ts';
import { situations } from '../situations.ts';
import { tally } from '../tally.ts';
import { allCases, type Case, chosenCases, describe } from './cases.ts';
import { fail, isHanging } from './failing.ts';
import { judge } from './judging.ts';

/** Runs at a time: most of them wait. */
const lanes = 8;

/** Shown at most: one cause has many cases. */
const shown = 5;

/** Trials of each situation that nobody uses at the moment. */
class Trials {
  readonly #free: Trial[] = [];

  async take({ situation }: Case): Promise<Trial> {
    const at = this.#free.findIndex((trial) => trial.situation === situation);
    return at < 0 ? await Trial.of(situation) : (this.#free.splice(at, 1)[0] ?? (await Trial.of(situation)));
  }

  give(trial: Trial): void {
    this.#free.push(trial);
  }
}

test('any two of situation, request, fault and duration occur together', async () => {
  const trials = new Trials();
  const recorded = await Promise.all(situations.map((situation) => Trial.of(situation)));
  for (const trial of recorded) trials.give(trial);
  const cases = chosenCases(allCases(recorded));
  // Those that last longest first.
  const waiting = [...cases.filter(isHanging), ...cases.filter((one) => !isHanging(one))];
  const breaches: string[] = [];
  const work = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const trial = await trials.take(one);
      const run = await fail(trial, one);
      const wrong = [...judge(trial, one, run), ...(await trial.again()), ...(await trial.recover())];
      if (wrong.length > 0) breaches.push([`${describe(one)}:`, ...wrong, run.log].join('\n  '));
      trials.give(trial);
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
  expect(breaches.slice(0, shown).join('\n\n')).toBe('');
  tally('faults through the bundle', cases.length);
});
