/** A position in a file of the workspace, as editors and annotations count: lines and columns from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Column after the last character, for a value that ends on the same line. */
  readonly endColumn?: number;
}

/**
 * Stable names of everything that can go wrong; each is a heading in docs/troubleshooting.md (a test keeps the two equal).
 */
export const errorCodes = [
  'INPUT_INVALID',
  'CLOUDS_FILE',
  'SPEC_INVALID',
  'SPEC_FILE',
  'LOGIN_REFUSED',
  'LOGIN_SCOPE',
  'LOGIN_TOKEN',
  'ID_TOKEN',
  'CATALOGUE',
  'ENDPOINT_REFUSED',
  'API_REFUSED',
  'API_UNAVAILABLE',
  'NETWORK',
  'TLS',
  'AMBIGUOUS',
  'NOT_FOUND',
  'CONFLICT',
  'IMPACT',
  'SHARED',
  'QUOTA',
  'RIGHTS',
  'PLAN_CHANGED',
  'NOT_CONFIRMED',
  'RESULT_UNKNOWN',
  'CONNECTION_STATE',
  'PEER_CONFIG',
  'EXPORT',
  'COMMENT',
  'DRIFT',
  'TIMEOUT',
  'CANCELLED',
  'BUG',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetails {
  /** What the person can do about it: one or two sentences. */
  readonly hint?: string | undefined;
  readonly at?: Place | undefined;
  readonly cause?: unknown;
}

/**
 * A failure told to the person: `message` says what failed, for which object, and the server's words;
 * `hint` says what to do; `at` is the line of the file that asked for it.
 */
export class ActionError extends Error {
  readonly code: ErrorCode;
  hint: string | undefined;
  at: Place | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'ActionError';
    this.code = code;
    this.hint = details.hint;
    this.at = details.at;
  }

  /** Puts the error on a line of the file, unless it is on one already. */
  on(place: Place | undefined): this {
    this.at ??= place;
    return this;
  }

  /** Says otherwise what the person can do. */
  hinting(change: (hint: string) => string): this {
    this.hint = change(this.hint ?? '');
    return this;
  }
}

/** What is no error of ours is a defect of ours. */
export function asActionError(error: unknown): ActionError {
  return error instanceof ActionError
    ? error
    : new ActionError('BUG', error instanceof Error ? error.message : String(error), {
        hint: 'This is a defect of the action; please report it with this message.',
        cause: error,
      });
}
