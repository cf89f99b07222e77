/** What time it is at the service: a runner's own clock may be wrong, and runs beside each other then disagree. */
import type { Clock, Log } from '../ports.ts';
import type { HttpClient } from './client.ts';

export interface ServerTime {
  /** The client whose answers tell the time. */
  readonly http: HttpClient;
  /** Milliseconds since the epoch by the service's clock; by the runner's own as long as no answer has told the time. */
  now(): number;
  /** Says so if the runner's clock is far off. */
  warn(log: Pick<Log, 'warning'>): void;
}

const minute = 60_000;

/** Full seconds, and the time that an answer takes, are no difference. */
const leastMs = minute;

/** From where on a person should know. */
const noticeableMs = 5 * minute;

/** IMF-fixdate, which all servers send (RFC 9110, 5.6.7). */
const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/** "60 minutes ahead of" or "5 hours behind", for a clock that is `aheadMs` ahead. */
export function apart(aheadMs: number): string {
  const minutes = Math.round(Math.abs(aheadMs) / minute);
  const howMuch = minutes < 180 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
  return `${howMuch} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
}

/** Learns the service's time from the header `Date` of each answer (RFC 9110, 6.6.1). */
export function watchTime(http: HttpClient, clock: Pick<Clock, 'now'>): ServerTime {
  let aheadMs = 0;
  return {
    http: {
      ...http,
      async send(request) {
        const response = await http.send(request);
        const text = response.header('date') ?? '';
        const time = httpDate.test(text) ? Date.parse(text) : Number.NaN;
        if (!Number.isNaN(time)) {
          const difference = clock.now() - time;
          aheadMs = Math.abs(difference) < leastMs ? 0 : difference;
        }
        return response;
      },
    },
    now: () => clock.now() - aheadMs,
    warn(log) {
      if (Math.abs(aheadMs) >= noticeableMs) {
        log.warning(
          `The clock of this runner is ${apart(aheadMs)} the cloud's. This run goes by the cloud's where it can, but certificates and signatures go by the runner's: set it right (NTP).`,
        );
      }
    },
  };
}
