/** How long after the last line the process may still run, milliseconds. */
const graceMs = 500;

/** The part of `process` that is used. */
export interface Ending {
  exit(): void;
}

/**
 * The run is over, and the process ends by itself as soon as nothing is left to do. This ends it should something be left
 * that cannot be ended, such as a question to a name server that does not answer.
 */
export function endSoon(source: Ending = process): void {
  setTimeout(() => source.exit(), graceMs).unref();
}
