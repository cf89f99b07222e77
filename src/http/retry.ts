/** When a request is sent again, and after which wait: pure rules. */
import type { Limits } from './limits.ts';

/**
 * 'freely': where repeating is safe (GET, PUT of stated values, DELETE). 'if not carried out': only where the request
 * certainly did nothing (connection never made, 429). 'if not carried out or 503': also after 503, which the caller knows
 * to mean that nothing was done (a login). 'never'.
 */
export type Repeat = 'freely' | 'if not carried out' | 'if not carried out or 503' | 'never';

const statuses: Readonly<Record<Repeat, readonly number[]>> = {
  freely: [429, 502, 503, 504],
  'if not carried out': [429],
  'if not carried out or 503': [429, 503],
  never: [],
};

/** Whether an answer with this status is worth another try. */
export function repeatsStatus(repeat: Repeat, status: number): boolean {
  return statuses[repeat].includes(status);
}

/** Whether a failure of the connection is worth another try. */
export function repeatsFailure(repeat: Repeat, sent: boolean): boolean {
  return repeat === 'freely' || (repeat !== 'never' && !sent);
}

/** A server error after which a request that is not freely repeated may have been carried out all the same. */
export function leavesDoubt(repeat: Repeat, status: number): boolean {
  const guarded = repeat === 'if not carried out' || repeat === 'if not carried out or 503';
  return guarded && [500, 502, 503, 504].includes(status) && !repeatsStatus(repeat, status);
}

/** Milliseconds to wait before the next try: full jitter, but never less than the server asked for. */
export function waitMs(
  nextTry: number,
  retryAfterMs: number | undefined,
  limits: Pick<Limits, 'backoffMs' | 'backoffCapMs'>,
  random: () => number,
): number {
  const ceiling = Math.min(limits.backoffCapMs, limits.backoffMs * 2 ** (nextTry - 2));
  return Math.round((retryAfterMs ?? 0) + random() * ceiling);
}

/** `Retry-After` (RFC 9110, 10.2.3), seconds or an HTTP date, as milliseconds from `now`. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) {
    return Number(text) * 1000;
  }
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
