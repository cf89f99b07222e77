import { setTimeout as timer } from 'node:timers/promises';
import type { Clock } from './ports.ts';

/** The real clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await timer(ms, undefined, { signal });
    } catch (error) {
      // The reason says who wanted the end; the timer's own AbortError says nothing.
      throw signal.aborted ? signal.reason : error;
    }
  },
};
