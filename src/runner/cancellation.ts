import { ActionError } from '../errors.ts';
import type { Cancellation, Clock, Log } from '../ports.ts';

/** How long a write in flight may go on: the runner sends SIGTERM 7.5 s after SIGINT, and outputs, summary and logout come after it. */
const writeGraceMs = 3500;

/** SIGBREAK is what a Windows runner sends second; elsewhere it never comes. */
const signals = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;

/** The part of `process` that is used. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
  exit(code: number): void;
}

export interface RunCancellation extends Cancellation {
  /** Whether a signal has come. */
  readonly cancelled: boolean;
  /** Ends listening and waiting, so that the process can end by itself. */
  dispose(): void;
}

/**
 * Turns the runner's signals into the two stages of a cancelled run: the first ends reads and waits at once and a write
 * in flight after 3.5 s; the second ends the process.
 */
export function installCancellation(
  clock: Pick<Clock, 'sleep'>,
  log: Pick<Log, 'info'>,
  source: SignalSource = process,
): RunCancellation {
  const reads = new AbortController();
  const writes = new AbortController();
  const disposed = new AbortController();

  const stopWrites = async (reason: ActionError): Promise<void> => {
    try {
      await clock.sleep(writeGraceMs, disposed.signal);
      writes.abort(reason);
    } catch {
      // Disposed: the run is over, and with it every write.
    }
  };

  const onSignal = (): void => {
    if (reads.signal.aborted) {
      // The one right place for process.exit: whoever asks twice wants no more clean-up, and open connections would
      // keep the process alive.
      source.exit(130);
      return;
    }
    log.info('Cancelled: waits end now, a write in flight gets 3.5 seconds. A second signal ends the run at once.');
    const reason = new ActionError('CANCELLED', 'The run was cancelled.', {
      hint: 'Run it again: it finds what is there and goes on from it.',
    });
    reads.abort(reason);
    void stopWrites(reason);
  };

  for (const signal of signals) source.on(signal, onSignal);
  return {
    reads: reads.signal,
    writes: writes.signal,
    get cancelled() {
      return reads.signal.aborted;
    },
    dispose() {
      disposed.abort();
      for (const signal of signals) source.off(signal, onSignal);
    },
  };
}
