/** Milliseconds, unless said otherwise. */
export interface Limits {
  /** TCP and TLS, and once more the way through a proxy. */
  readonly connectMs: number;
  /** From the request sent to the answer's headers. A gateway in front of the service gives up after about a minute. */
  readonly headersMs: number;
  /** Between two pieces of the answer's body. */
  readonly bodyMs: number;
  /** A request with all its tries and waits. */
  readonly deadlineMs: number;
  /** How often a request is sent at most. */
  readonly tries: number;
  /** The wait before try n is random between 0 and the smaller of `backoffMs * 2^(n-2)` and `backoffCapMs`. */
  readonly backoffMs: number;
  readonly backoffCapMs: number;
  /** Bytes of an answer that are read at most. */
  readonly responseBytes: number;
  /** Connections to one host at most. */
  readonly connections: number;
}

export const defaultLimits: Limits = {
  connectMs: 10_000,
  headersMs: 60_000,
  bodyMs: 30_000,
  deadlineMs: 120_000,
  tries: 5,
  backoffMs: 500,
  backoffCapMs: 15_000,
  responseBytes: 5 * 1024 * 1024,
  connections: 10,
};
