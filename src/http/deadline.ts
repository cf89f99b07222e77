import type { Clock } from '../ports.ts';
import type { HttpClient } from './client.ts';
import { defaultLimits } from './limits.ts';

/** A write that has begun is worth waiting for: its answer says what was done. Milliseconds. */
const leastForWrite = 10_000;
const leastForRead = 1000;

/** The client for a run that ends at `deadline` (milliseconds since the epoch): no request outlives it by much. */
export function untilDeadline(http: HttpClient, clock: Pick<Clock, 'now'>, deadline: number): HttpClient {
  return {
    openEarly: http.openEarly,
    close: http.close,
    send(request) {
      const least = request.method === 'GET' || request.method === 'HEAD' ? leastForRead : leastForWrite;
      const left = Math.max(deadline - clock.now(), least);
      return http.send({ ...request, deadlineMs: Math.min(request.deadlineMs ?? defaultLimits.deadlineMs, left) });
    },
  };
}
