/** What GitHub's refusals mean, and when a call may be sent again. Pure. */
import { parseRetryAfter } from '../http/retry.ts';
import { cleanWords } from '../http/words.ts';

/** An answer that is none of success, or none at all. */
export interface Failed {
  /** Undefined: there was no answer. */
  readonly status: number | undefined;
  /** GitHub's words, or those of the connection. */
  readonly message: string;
  /** Names in lower case. */
  header(name: string): string | undefined;
}

export type RefusalKind =
  | 'token'
  | 'permission'
  | 'locked'
  | 'limit'
  | 'missing'
  | 'disabled'
  | 'invalid'
  | 'unavailable'
  | 'unexpected'
  | 'cancelled';

/** GitHub did not do it. Never fails the run: it becomes a warning. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: RefusalKind;

  /** @param message what was to be done, and why not, without a full stop */
  constructor(kind: RefusalKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Where a secondary limit comes without a time, the documentation asks for a minute. Milliseconds. */
const unknownLimitMs = 60_000;

/**
 * How long to wait after a rate limit, milliseconds; undefined if it is none. GitHub answers 403 or 429 to both limits;
 * the primary one shows in `x-ratelimit-remaining`, the secondary one in `retry-after` or in its words alone (GitHub Docs,
 * "Rate limits for the REST API").
 */
export function limitMs({ status, message, header }: Failed, now: number): number | undefined {
  if (status !== 403 && status !== 429) {
    return undefined;
  }
  const after = parseRetryAfter(header('retry-after'), now);
  if (after !== undefined) {
    return after;
  }
  const reset = Number(header('x-ratelimit-reset') ?? Number.NaN);
  if (header('x-ratelimit-remaining') === '0' && Number.isFinite(reset)) {
    // The time is in whole seconds.
    return Math.max(0, reset * 1000 - now) + 1000;
  }
  return status === 429 || /rate limit|abuse detection/i.test(message) ? unknownLimitMs : undefined;
}

const unavailable = [500, 502, 503, 504];

/** The wait before a call that changed nothing is sent again, by its try (from 1). Milliseconds. */
const backoffMs = [500, 2000];

/**
 * How long to wait before the next try; undefined if there is to be none.
 * @param tries that were made
 * @param isSafe nothing is doubled if it was carried out all the same
 */
export function waitMs(failed: Failed, tries: number, isSafe: boolean, now: number): number | undefined {
  const backoff = backoffMs[tries - 1];
  if (backoff === undefined) {
    return undefined;
  }
  const isDown = failed.status === undefined || unavailable.includes(failed.status);
  return limitMs(failed, now) ?? (isDown && isSafe ? backoff : undefined);
}

function kindOf(failed: Failed, now: number): RefusalKind {
  const { status, message } = failed;
  if (limitMs(failed, now) !== undefined) return 'limit';
  if (status === 401) return 'token';
  if (status === 403) return /\blocked\b/i.test(message) ? 'locked' : 'permission';
  if (status === 404) return 'missing';
  if (status === 410) return 'disabled';
  if (status === undefined || unavailable.includes(status)) return 'unavailable';
  return 'invalid';
}

function when(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return ms < 60_000 ? `${Math.ceil(ms / 1000)} s` : `${minutes} minute${minutes === 1 ? '' : 's'}`;
}

/** @param what was to be done */
export function refusalOf(what: string, failed: Failed, now: number): Refusal {
  const words = cleanWords(failed.message).replace(/\.+$/, '') || 'no words';
  const answer = failed.status === undefined ? `no answer (${words})` : `${failed.status} ${words}`;
  const wait = limitMs(failed, now);
  const limit = wait === undefined ? '' : `; the limit ends in ${when(wait)}`;
  return new Refusal(kindOf(failed, now), `Could not ${what}: ${answer}${limit}`);
}
