/** How long after the last line the process may still run, milliseconds. */
const graceMs = 500;

/** The part of `process` that is used. */
export interface Ending {
  readonly pid: number;
  exit(): void;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

/**
 * The run is over, and the process ends by itself as soon as nothing is left to do. This ends it should something be left
 * that nobody can end, such as a question to a name server that does not answer: `exit` waits for that too, some 10 s. A
 * cancelled run has no time for it, and its exit code means nothing to the runner.
 */
export function endSoon(wasCancelled: boolean, source: Ending = process): void {
  setTimeout(() => (wasCancelled ? source.kill(source.pid, 'SIGKILL') : source.exit()), graceMs).unref();
}
