/** Errors of requests in words: what failed, the server's or the connection's words, what to do. */
import { STATUS_CODES } from 'node:http';
import type { Redactor } from '../redact.ts';
import { bearerError } from './challenge.ts';
import { CancelledError, LostAnswerError, ResponseError, UnreachableError } from './errors.ts';
import { type Headers, headerOf } from './exchange.ts';
import type { Failure } from './failure.ts';
import { hintForCode, hintForStatus } from './hints.ts';
import { parseRetryAfter } from './retry.ts';
import { readServerWords, type ServerWords } from './server-words.ts';
import { cleanWords, requestIdOf } from './words.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A request, as far as its errors need it. */
export interface Asked {
  readonly what: string;
  readonly write: boolean;
  readonly url: URL;
  /** Takes out of a server's words what no error may show. */
  readonly redact: Redactor['redact'];
  /** Tries so far. */
  readonly tries: number;
}

/** What a code of a service means for the person; undefined for codes it does not know. */
export type HintSource = (code: string, status: number) => string | undefined;

const runAgain = 'Run it again: it finds what is there and goes on from it.';

export function requestIdIn(headers: Headers): string | undefined {
  return requestIdOf(headerOf(headers, 'x-openstack-request-id')) ?? requestIdOf(headerOf(headers, 'x-request-id'));
}

function serverTimeIn(headers: Headers): number | undefined {
  const time = Date.parse(headerOf(headers, 'date') ?? '');
  return Number.isNaN(time) ? undefined : time;
}

function details(parts: readonly (string | false | undefined)[]): string {
  return ` (${parts.filter((part) => typeof part === 'string').join(', ')})`;
}

function redirectTarget(url: URL, headers: Headers): string {
  return cleanWords(URL.parse(headerOf(headers, 'location') ?? '', url.href)?.host ?? 'another address', 100);
}

/** The server's own words: of its body, unless a web server in front of it tells in the header why it does not take a token. */
function wordsOf({ text, headers }: Pick<Answer, 'text' | 'headers'>, { redact }: Asked): ServerWords {
  const found = readServerWords(text, redact);
  const { code, description } = bearerError(headerOf(headers, 'www-authenticate')) ?? {};
  return {
    ...found,
    code: found.code ?? code,
    words: description === undefined ? found.words : cleanWords(redact(description, true)),
  };
}

/** The error for an answer that is no success. */
export function refusal(asked: Asked, answer: Answer, hints: HintSource, now: number): ResponseError {
  const { status, headers } = answer;
  const found = wordsOf(answer, asked);
  const redirected = status >= 300 && status < 400;
  const words = redirected
    ? `the answer is a redirect to ${redirectTarget(asked.url, headers)}, which is not followed`
    : found.words;
  const requestId = requestIdIn(headers) ?? found.requestId;
  // A date is one by the server's clock.
  const retryAfterMs = parseRetryAfter(headerOf(headers, 'retry-after'), serverTimeIn(headers) ?? now);
  const parts = details([
    found.code,
    `HTTP ${status}`,
    retryAfterMs !== undefined && `asks to wait ${Math.ceil(retryAfterMs / 1000)} s`,
    asked.tries > 1 && `after ${asked.tries} tries`,
    requestId !== undefined && `request id ${requestId}`,
  ]);
  const said = words === '' ? `${STATUS_CODES[status] ?? 'an unknown status'}, without a reason` : words;
  const hint = found.code === undefined ? undefined : (hints(found.code, status) ?? hintForCode(found.code, status));
  return new ResponseError(
    status >= 500 || status === 429 || status === 408 ? 'API_UNAVAILABLE' : 'API_REFUSED',
    `Could not ${asked.what}: ${said}${parts}`,
    {
      ...{ status, serverCode: found.code, serverWords: words, requestId, retryAfterMs },
      serverTime: serverTimeIn(headers),
    },
    hint ?? hintForStatus(status),
  );
}

/** The error for a request that was sent, but whose answer is missing or unusable. */
export function lost(
  asked: Asked,
  facts: { readonly reason: string; readonly status?: number; readonly headers?: Headers; readonly unusable?: boolean },
  hint: string,
): LostAnswerError {
  const requestId = facts.headers && requestIdIn(facts.headers);
  const failed = asked.write ? `${asked.what}, or it was done and the answer is lost` : asked.what;
  const tries = asked.tries > 1 ? details([`after ${asked.tries} tries`]) : '';
  const code = asked.write ? 'RESULT_UNKNOWN' : facts.unusable === true ? 'API_UNAVAILABLE' : 'NETWORK';
  return new LostAnswerError(
    code,
    `Could not ${failed}: ${facts.reason}${tries}`,
    { status: facts.status, requestId, reason: facts.reason },
    asked.write ? `The result is unknown. ${runAgain}` : hint,
  );
}

/** The error for a request that never reached the server. */
export function unreachable(asked: Asked, failure: Failure): UnreachableError {
  const tries = asked.tries > 1 ? details([`after ${asked.tries} tries`]) : '';
  return new UnreachableError(failure.code, `Could not ${asked.what}: ${failure.words}${tries}`, failure.hint);
}

/** The error for a request that a signal ended, or kept from starting. */
export function cancelled(asked: Pick<Asked, 'what' | 'write'>, sent: boolean): CancelledError {
  return asked.write && sent
    ? new CancelledError('RESULT_UNKNOWN', `Cancelled while it was being done: ${asked.what}. Its result is unknown.`)
    : new CancelledError('CANCELLED', `Cancelled, and not done: ${asked.what}.`);
}
