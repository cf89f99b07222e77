/** Ends the wait for answers that never come: limits of the network are real time, which a proof does not have. */
import timers from 'undici/lib/util/timers.js';
import type { RecordedRequest } from '../../cloud/index.ts';

/** Far more than a request on loopback takes, ms. */
const everyMs = 15;

/**
 * Whenever a request has been without an answer from one look to the next, its time limit passes.
 * @param limitMs the limit of the client
 * @returns ends it
 */
export function impatient(requests: readonly RecordedRequest[], limitMs: number): () => void {
  let pending = new Set<number>();
  const timer = setInterval(() => {
    const now = new Set(requests.filter(({ status }) => status === 'pending').map(({ n }) => n));
    const hanging = [...now].some((n) => pending.has(n));
    pending = hanging ? new Set() : now;
    if (hanging) timers.tick(limitMs + 1000);
  }, everyMs);
  return () => clearInterval(timer);
}
