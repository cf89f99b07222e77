/** What can become of a request, told apart by what is certain: refused, never carried out, perhaps carried out, cancelled. */
import { ActionError, type ErrorCode } from '../errors.ts';

export interface ResponseFacts {
  /** HTTP status. */
  readonly status: number;
  /** `VPC.1003`, `APIGW.0301`, `IKEPolicyInUse` …, where the answer has one. */
  readonly serverCode: string | undefined;
  /** Cleaned and without what the request carried as a secret; empty when the server said nothing. */
  readonly serverWords: string;
  readonly requestId: string | undefined;
  /** From the header `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  /** The server's clock, from the header `Date`: milliseconds since the epoch. */
  readonly serverTime?: number | undefined;
}

/** The server answered with a refusal. The body is not kept: it may hold a psk. */
export class ResponseError extends ActionError implements ResponseFacts {
  readonly status: number;
  readonly serverCode: string | undefined;
  readonly serverWords: string;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly serverTime: number | undefined;

  constructor(code: ErrorCode, message: string, facts: ResponseFacts, hint: string | undefined) {
    super(code, message, hint === undefined ? {} : { hint });
    this.name = 'ResponseError';
    this.status = facts.status;
    this.serverCode = facts.serverCode;
    this.serverWords = facts.serverWords;
    this.requestId = facts.requestId;
    this.retryAfterMs = facts.retryAfterMs;
    this.serverTime = facts.serverTime;
  }
}

/**
 * The request was sent and may have been carried out, but there is no usable answer: time-out, reset, cut or unreadable
 * body, or a server error for a request that is not repeated by itself.
 */
export class LostAnswerError extends ActionError {
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** Why there is no usable answer, without the name of the request. */
  readonly reason: string;

  constructor(
    code: ErrorCode,
    message: string,
    facts: { readonly status: number | undefined; readonly requestId: string | undefined; readonly reason: string },
    hint: string,
  ) {
    super(code, message, { hint });
    this.name = 'LostAnswerError';
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.reason = facts.reason;
  }
}

/** The request was never carried out: no connection (name, refusal, time-out, TLS, proxy), or refused on our side. */
export class UnreachableError extends ActionError {
  constructor(code: 'NETWORK' | 'TLS' | 'ENDPOINT_REFUSED', message: string, hint: string) {
    super(code, message, { hint });
    this.name = 'UnreachableError';
  }
}

/** The run was cancelled: `CANCELLED` when the request did nothing, `RESULT_UNKNOWN` when a write may have been carried out. */
export class CancelledError extends ActionError {
  constructor(code: 'CANCELLED' | 'RESULT_UNKNOWN', message: string) {
    super(code, message, { hint: 'Run it again: it finds what is there and goes on from it.' });
    this.name = 'CancelledError';
  }
}
