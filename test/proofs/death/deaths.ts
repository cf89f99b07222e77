/** How a run can end before its time: a signal at a moment of one of its requests. */
import type { Moment } from '../../cloud/index.ts';
import { isWrite, type Target, words } from '../targets.ts';

export type Signal = 'SIGKILL' | 'SIGTERM' | 'SIGINT';

export interface Death {
  readonly signal: Signal;
  readonly target: Target;
  readonly moment: Moment;
  /** The cloud does not go on with the request after that moment: not carried out, or never answered. */
  readonly silent: boolean;
}

/** Every way to end a run with these requests by this signal. */
export function deathsOf(targets: readonly Target[], signal: Signal): readonly Death[] {
  return targets.flatMap((target) => {
    const at = (moment: Moment, silent = false): Death => ({ signal, target, moment, silent });
    if (signal === 'SIGKILL') {
      return [at('arrived', true), at('carried out', true), at('answered')];
    }
    const usual = [at('arrived'), at('carried out'), at('answered')];
    // Reads end at the signal, whatever the server does.
    return isWrite(target) ? [...usual, at('arrived', true), at('carried out', true)] : usual;
  });
}

const moments: Readonly<Record<Moment, string>> = {
  arrived: 'before it is carried out',
  'carried out': 'after it is carried out, before the answer',
  answered: 'after the answer',
};

export function describe({ signal, target, moment, silent }: Death): string {
  return `${signal} at ${words(target)}, ${moments[moment]}${silent ? ', which never comes' : ''}`;
}
