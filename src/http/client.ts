/** The one HTTP client: one pool of connections, limits, retries, cancellation. */
import Agent from 'undici/lib/dispatcher/agent.js';
import type { Cancellation, Clock, Log } from '../ports.ts';
import { createRedactor, type Redactor } from '../redact.ts';
import { createConnector } from './connector.ts';
import type { Wire } from './exchange.ts';
import type { HintSource } from './explain.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { ProxySettings } from './proxy.ts';
import type { Repeat } from './retry.ts';
import { send } from './tries.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, in which a `Secret` becomes its text. */
  readonly body?: unknown;
  /** Sees the header of each answer that arrives, whatever becomes of its body: a token in it is there all the same. */
  onHeader?(header: (name: string) => string | undefined): void;
  /** Gives headers that are good for one try, such as a signature with its time: called for each, right before it is sent. */
  authorise?(wire: Wire): Readonly<Record<string, string>>;
  /** For log and errors: "create the IKE policy office-bonn-ike". */
  readonly what: string;
  readonly repeat: Repeat;
  /** Not stopped by the first cancel signal (the POST after a DELETE of a replacement, deletion of a duplicate). */
  readonly critical?: boolean;
  /** Not stopped by any signal: the revocation, which comes after writes were stopped. Its deadline bounds it. */
  readonly last?: boolean;
  /** Milliseconds for this request with all its tries; default from the client's limits. */
  readonly deadlineMs?: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in any case. */
  header(name: string): string | undefined;
  /** Parsed JSON; undefined when empty. */
  readonly body: unknown;
  readonly requestId?: string;
  readonly tries: number;
}

export interface HttpClient {
  /**
   * Resolves with a 2xx answer, or 300 for version roots.
   * @throws ResponseError, LostAnswerError, UnreachableError, CancelledError
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Opens connections that later requests to this origin will use. Sends nothing. */
  openEarly(url: URL, connections: number): void;
  /** Ends all connections and what still runs on them. */
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly limits?: Partial<Limits>;
  readonly proxy: ProxySettings;
  /** PEM; added to the system's CAs. */
  readonly extraCa?: string;
  readonly userAgent: string;
  readonly clock: Clock;
  /** From 0 to 1, as `Math.random`. */
  random(): number;
  readonly log: Pick<Log, 'debug' | 'info'>;
  readonly cancellation: Cancellation;
  /** Learns the secrets of each request and answer, and keeps them out of errors; default: one of its own. */
  readonly redactor?: Redactor;
  /** Hints for the codes of the services that are used; those of IAM and the gateway are known here. */
  readonly hints?: HintSource;
}

function noHints(): undefined {
  return undefined;
}

/** @throws ActionError INPUT_INVALID if `extraCa` is no certificate. */
export function createHttpClient(options: HttpOptions): HttpClient {
  const limits = { ...defaultLimits, ...options.limits };
  const { proxy, extraCa, userAgent, hints = noHints, redactor = createRedactor() } = options;
  const connector = createConnector({ connectMs: limits.connectMs, proxy, extraCa, userAgent });
  const agent = new Agent({
    // The shape of the answers asks for nothing more, and one connection carries one request at a time.
    allowH2: false,
    pipelining: 1,
    connections: limits.connections,
    connect: connector.connect,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.bodyMs,
    // A token alone can be larger than the default of 16 KiB; the gateway allows 128 KiB.
    maxHeaderSize: 128 * 1024,
    // Load balancers close idle connections after 10 s or later, without a hint of it in their answers.
    keepAliveTimeout: 4000,
  });
  return {
    send: (request) => send({ ...options, dispatcher: agent, limits, hints, redactor }, request),
    openEarly: connector.openEarly,
    async close() {
      await agent.destroy();
      connector.destroy();
    },
  };
}
