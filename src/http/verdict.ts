/** What a try's end means: an answer for the caller, or an error, and whether another try is worth it. */
import type { ActionError } from '../errors.ts';
import type { HttpRequest, HttpResponse } from './client.ts';
import { type Exchange, type Headers, headerOf } from './exchange.ts';
import { type Asked, cancelled, type HintSource, lost, refusal, requestIdIn, unreachable } from './explain.ts';
import { describeFailure, type Failure, networkHint } from './failure.ts';
import { leavesDoubt, repeatsFailure, repeatsStatus } from './retry.ts';
import { parseJson } from './server-words.ts';

export type Verdict =
  | { readonly is: 'done'; readonly response: HttpResponse }
  | {
      readonly is: 'failed';
      readonly error: ActionError;
      /** Another try is allowed and may help. */
      readonly again: boolean;
      /** Why, for the log. */
      readonly reason: string;
      readonly retryAfterMs: number | undefined;
      /** The request may have been carried out. */
      readonly doubt: boolean;
    };

export interface Circumstances {
  readonly asked: Asked;
  /** An earlier try may have been carried out. */
  readonly doubt: boolean;
  readonly hints: HintSource;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly deadlineMs: number;
}

function failed(error: ActionError, doubt: boolean, again = false, reason = '', retryAfterMs?: number): Verdict {
  return { is: 'failed', error, again, reason, retryAfterMs, doubt };
}

function response(status: number, headers: Headers, body: unknown, tries: number): Verdict {
  const requestId = requestIdIn(headers);
  const header = (name: string): string | undefined => headerOf(headers, name);
  return { is: 'done', response: { status, header, body, tries, ...(requestId !== undefined && { requestId }) } };
}

const unusableHint =
  'Something else than the service may have answered, such as a proxy or a login page: check the URL.';

function success(request: HttpRequest, answer: Exchange & { is: 'answer' }, { asked }: Circumstances): Verdict {
  const { status, headers, text } = answer;
  const json = text.trim() === '' ? { value: undefined } : parseJson(text);
  // Nothing is expected of the answer to a DELETE, so it may be anything.
  if (json !== undefined || request.method === 'DELETE') {
    return response(status, headers, json?.value, asked.tries);
  }
  const reason = `the answer is no JSON (HTTP ${status})`;
  return failed(lost(asked, { reason, status, headers, unusable: true }, unusableHint), true);
}

function answered(request: HttpRequest, answer: Exchange & { is: 'answer' }, around: Circumstances): Verdict {
  const { status, headers } = answer;
  const { asked, hints, now } = around;
  if ((status >= 200 && status < 300) || status === 300) {
    return success(request, answer, around);
  }
  if (status === 404 && request.method === 'DELETE' && asked.tries > 1) {
    // An earlier try did it.
    return response(204, headers, undefined, asked.tries);
  }
  const error = refusal(asked, answer, hints, now);
  const doubt = around.doubt || status >= 500;
  if (leavesDoubt(request.repeat, status)) {
    const words = error.serverWords === '' ? '' : `: ${error.serverWords}`;
    return failed(lost(asked, { reason: `HTTP ${status}${words}`, status, headers }, networkHint), doubt);
  }
  return failed(error, doubt, repeatsStatus(request.repeat, status), `HTTP ${status}`, error.retryAfterMs);
}

function broken({ repeat }: HttpRequest, failure: Failure, sent: boolean, { asked, doubt }: Circumstances): Verdict {
  const unsure = sent || doubt;
  const error = unsure ? lost(asked, { reason: failure.words }, failure.hint) : unreachable(asked, failure);
  return failed(error, unsure, !failure.lasting && repeatsFailure(repeat, sent), failure.words);
}

/** Judges the end of one try. Pure. */
export function judge(request: HttpRequest, end: Exchange, around: Circumstances): Verdict {
  const { asked, doubt, deadlineMs } = around;
  switch (end.is) {
    case 'answer':
      return answered(request, end, around);
    case 'too long': {
      const { status, headers } = end;
      const reason = `the answer is too long (HTTP ${status})`;
      return failed(lost(asked, { reason, status, headers, unusable: true }, unusableHint), true);
    }
    case 'failure':
      return broken(request, describeFailure(end.error, request.url), end.sent, around);
    case 'stopped': {
      if (end.by === 'signal') {
        return failed(cancelled(asked, end.sent || doubt), true);
      }
      const words = `${end.sent ? 'no answer' : 'no connection'} within ${Number((deadlineMs / 1000).toPrecision(3))} s`;
      return broken(request, { code: 'NETWORK', words, hint: networkHint, lasting: true }, end.sent, around);
    }
  }
}
