/** Ctrl-C and kill: the stack is taken down before main.ts ends. */
import { constants } from 'node:os';

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGPIPE';

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** By convention 128 plus the signal's number. */
  readonly exitCode: number;

  constructor(signal: Signal) {
    super(`Interrupted by ${signal}.`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** A signal that comes again (npm passes on the terminal's, which came already) changes nothing: the stop goes on. */
export function interruptible(): AbortController {
  const abort = new AbortController();
  const interrupt = (signal: Signal, why: string = signal) => {
    if (!abort.signal.aborted) console.error(`\n${why}: stopping`);
    abort.abort(new Interrupted(signal));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt(signal));
  // As with `… | head`: without a listener the first write after it would end the process on the spot.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => interrupt('SIGPIPE', 'nobody reads the output any more'));
  }
  // npm passes signals on (the scripts in package.json have `exec` for that: a shell between would keep them), but not
  // when it is killed.
  if (process.env['npm_lifecycle_event']) watchParent(() => interrupt('SIGTERM', 'npm has ended'));
  return abort;
}

function watchParent(whenGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    whenGone();
  }, 250);
  timer.unref();
}
