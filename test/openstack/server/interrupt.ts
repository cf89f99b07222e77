/** Ctrl-C and kill: the stack is taken down before main.ts ends. */
import { constants } from 'node:os';

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** By convention 128 plus the signal's number. */
  readonly exitCode: number;

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super(`Interrupted by ${signal}.`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** A signal that comes again (npm passes on the terminal's, which came already) changes nothing: the stop goes on. */
export function interruptible(): AbortController {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!abort.signal.aborted) console.error(`\n${signal}: stopping`);
      abort.abort(new Interrupted(signal));
    });
  }
  return abort;
}
