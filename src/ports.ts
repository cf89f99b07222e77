/** What the core needs from the world outside; built in index.ts, replaced by small fakes in tests. */
import type { Place } from './errors.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Each text may hold foreign words; the implementation makes them harmless for the runner. */
export interface Log {
  info(text: string): void;
  debug(text: string): void;
  /** These three become annotations, on the line if a place is given. */
  notice(text: string, at?: Place, title?: string): void;
  warning(text: string, at?: Place, title?: string): void;
  error(text: string, at?: Place, title?: string): void;
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
}

/** The two stages of a cancelled run: reads and waits end at once, a write in flight gets a little longer. */
export interface Cancellation {
  /** Aborted by the first signal: no new write may start, reads and waits end. */
  readonly reads: AbortSignal;
  /** Aborted 3.5 s after the first signal, or by the second. */
  readonly writes: AbortSignal;
}
