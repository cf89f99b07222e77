/** One proof of death: every way to end a run of a situation by one signal, or the sample of them that CI has time for. */
import { expect } from 'vitest';
import { Trial } from '../bundle/trial.ts';
import type { Situation } from '../situations.ts';
import { exhaustive, sample } from '../size.ts';
import { tally } from '../tally.ts';
import { deathsOf, describe, type Signal } from './deaths.ts';
import { die } from './dying.ts';
import { judge } from './judging.ts';

/** @param inCi how many deaths CI has time for */
export async function proveDeaths(situation: Situation, signal: Signal, inCi: number): Promise<void> {
  const trial = await Trial.of(situation);
  const all = deathsOf(trial.recorded.targets, signal);
  const deaths = exhaustive ? all : sample(all, inCi);
  const breaches: string[] = [];
  for (const death of deaths) {
    const died = await die(trial, death);
    const wrong = [
      ...(died.at === undefined ? ['the run never made the request'] : []),
      ...judge(trial, death, died),
      ...(await trial.recover()),
    ];
    if (wrong.length > 0) breaches.push([`${describe(death)}:`, ...wrong, died.run.log].join('\n  '));
  }
  expect(breaches.slice(0, 5).join('\n\n')).toBe('');
  tally('death through the bundle', deaths.length);
}
