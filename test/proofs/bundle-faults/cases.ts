/** Which faults the bundle is put through: those of the proof in-process, as a sample in which any two values occur together. */
import { pairwise } from '../bundle/pairwise.ts';
import type { Trial } from '../bundle/trial.ts';
import { type FaultKind, faultKinds } from '../faults/kinds.ts';
import type { Situation } from '../situations.ts';
import { exhaustive, randomFrom, seed } from '../size.ts';
import { isWrite, type Target, words } from '../targets.ts';

export interface Case {
  readonly situation: Situation;
  readonly target: Target;
  readonly fault: FaultKind;
  /** Whether that method and path keep failing for the rest of the run. */
  readonly forGood: boolean;
}

export function describe({ situation, target, fault, forGood }: Case): string {
  return `${situation.name} on ${situation.dialect}: ${fault.name} ${forGood ? 'for good' : 'once'} at ${words(target)}`;
}

/** What a request is for; requests for the same are much alike. */
function purposeOf({ method, path }: Target): string {
  if (path.includes('/auth/tokens')) return method === 'POST' ? 'login' : 'logout';
  if (path.includes('/tags')) return 'tags';
  const what = path.includes('/ipsec-site-connections') ? 'connection' : 'part';
  if (isWrite({ method })) return `${method} ${what}`;
  return path.includes('{id}') ? 'look at one' : `list ${what}s`;
}

/** In CI the purpose of a request, its situation, dialect, fault and duration; when everything is wanted, every single request. */
function valuesOf({ situation: { name, dialect }, target, fault, forGood }: Case): readonly string[] {
  const shared = [`fault=${fault.name}`, `forGood=${forGood}`];
  return exhaustive
    ? [...shared, `situation=${name} ${dialect}`, `request=${words(target)}`]
    : [...shared, `situation=${name}`, `dialect=${dialect}`, `request=${purposeOf(target)}`];
}

/** All of these trials' cases. */
export function allCases(trials: readonly Pick<Trial, 'situation' | 'recorded'>[]): readonly Case[] {
  return trials.flatMap(({ situation, recorded: { targets } }) =>
    faultKinds.flatMap((fault) =>
      targets.flatMap((target) => [false, true].map((forGood) => ({ situation, target, fault, forGood }))),
    ),
  );
}

export function chosenCases(cases: readonly Case[]): readonly Case[] {
  return pairwise(cases, valuesOf, randomFrom(seed));
}
