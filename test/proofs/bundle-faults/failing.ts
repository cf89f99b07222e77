/** Puts the bundle through a fault. */
import type { RecordedRequest, Watch } from '../../cloud/index.ts';
import type { ActionRun } from '../../scenarios/harness/run.ts';
import type { Trial } from '../bundle/trial.ts';
import { Counter, isSame, patternOf } from '../targets.ts';
import type { Case } from './cases.ts';

/** Requests to a server that never answers end with the run: the client's own limits are too long to be waited for. */
export const timeouts = { hanging: '15s', usual: '1m' } as const;

/** So long the machine is away that refuses connections once, ms. */
const awayMs = 300;

export function isHanging({ fault: { effect } }: Case): boolean {
  return effect.kind === 'hang' || effect.kind === 'hang-after';
}

/** The machine goes away when the request arrives, with all its connections. */
async function refuse(trial: Trial, { forGood }: Case, back: Promise<void>): Promise<void> {
  const resume = await trial.ground.cloud.suspend();
  await (forGood ? back : new Promise((resolve) => setTimeout(resolve, awayMs)));
  await resume();
}

export async function fail(trial: Trial, one: Case): Promise<ActionRun> {
  const { target, fault, forGood } = one;
  const { cloud } = trial.ground;
  trial.begin();
  const inputs = { timeout: isHanging(one) ? timeouts.hanging : timeouts.usual };
  if (fault.effect.kind !== 'refused') {
    const when = forGood ? { from: target.nth, count: Number.POSITIVE_INFINITY } : { nth: target.nth };
    cloud.addFault({ method: target.method, path: patternOf(target), when, effect: fault.effect });
    return await trial.run({ inputs });
  }
  const counter = new Counter();
  const end = Promise.withResolvers<void>();
  const away: Promise<void>[] = [];
  const watch: Watch = async (request: RecordedRequest, moment) => {
    if (moment !== 'arrived' || !isSame(counter.next(request), target)) return undefined;
    away.push(refuse(trial, one, end.promise));
    return 'drop';
  };
  const run = await trial.run({ inputs }, watch);
  end.resolve();
  await Promise.all(away);
  return run;
}
