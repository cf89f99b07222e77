/** Lets the bundle run into a death. */
import type { RecordedRequest, Watch } from '../../cloud/index.ts';
import type { ActionRun } from '../../scenarios/harness/run.ts';
import type { Trial } from '../bundle/trial.ts';
import { Counter, isSame } from '../targets.ts';
import type { Death } from './deaths.ts';

export interface Died {
  readonly run: ActionRun;
  /** The request that it was, if the run ever made it. */
  readonly at: RecordedRequest | undefined;
  /** Arrived after the process had said that it was told to stop. */
  readonly after: readonly RecordedRequest[];
}

/** A request that was on its way when the signal came has arrived by then, ms. */
const underwayMs = 100;

/** Longer than a process on a busy machine needs to notice a signal, ms. */
const noticeMs = 3000;

export async function die(trial: Trial, death: Death): Promise<Died> {
  trial.begin();
  const counter = new Counter();
  const mine = new Map<RecordedRequest, boolean>();
  const noticed = Promise.withResolvers<void>();
  const started = Promise.withResolvers<(signal: NodeJS.Signals) => void>();
  const found: { at?: RecordedRequest; stopped?: number } = {};

  /** Sends the signal and waits until the process has taken note of it and what it had sent before has come. */
  const strike = async (request: RecordedRequest): Promise<void> => {
    found.at = request;
    (await started.promise)(death.signal);
    if (death.signal === 'SIGKILL') return;
    await Promise.race([noticed.promise, new Promise((resolve) => setTimeout(resolve, noticeMs).unref())]);
    await new Promise((resolve) => setTimeout(resolve, underwayMs));
    found.stopped = trial.ground.cloud.requests.length;
  };

  const watch: Watch = async (request, moment) => {
    if (moment === 'arrived') mine.set(request, isSame(counter.next(request), death.target));
    if (mine.get(request) !== true || moment !== death.moment) return undefined;
    await strike(request);
    return death.silent ? 'drop' : undefined;
  };

  const run = await trial.run(
    {
      onStart: started.resolve,
      // Sends nothing, but sees what the process says.
      signals: [
        {
          signal: 'SIGTERM',
          when: ({ stdout }) => {
            if (stdout.includes('Cancelled: ')) noticed.resolve();
            return false;
          },
        },
      ],
    },
    watch,
  );
  return { run, at: found.at, after: trial.ground.cloud.requests.slice(found.stopped ?? Number.POSITIVE_INFINITY) };
}
