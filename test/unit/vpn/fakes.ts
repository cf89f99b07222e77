/** Small stand-ins for what the VPN code is given: time, log, cancellation, the API, the HTTP client. */
import { ActionError } from '../../../src/errors.ts';
import type { HttpRequest, HttpResponse } from '../../../src/http/client.ts';
import { LostAnswerError, ResponseError, UnreachableError } from '../../../src/http/errors.ts';
import type { Send } from '../../../src/http/send.ts';
import type { Clock, Log } from '../../../src/ports.ts';
import type { Body, CallOptions, VpnApi } from '../../../src/vpn/api.ts';
import type { Kind } from '../../../src/vpn/kinds.ts';
import { now } from './build.ts';

/** Time that jumps to the next sleeper as soon as nothing else is going on. */
export class JumpingClock implements Clock {
  #now: number;
  #sleepers: { readonly until: number; wake(): void }[] = [];

  constructor(start = now) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Seconds since the start. */
  get seconds(): number {
    return (this.#now - now) / 1000;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal.reason);
      };
      const sleeper = {
        until: this.#now + ms,
        wake: () => {
          signal.removeEventListener('abort', stop);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', stop, { once: true });
      setImmediate(() => this.#jump());
    });
  }

  #jump(): void {
    const [next] = this.#sleepers.toSorted((a, b) => a.until - b.until);
    if (next !== undefined) {
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.until);
      next.wake();
    }
  }
}

/** Lets everything go on that does not wait for time. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

export class Lines implements Log {
  readonly all: string[] = [];
  info(text: string): void {
    this.all.push(text);
  }
  debug(text: string): void {
    this.all.push(text);
  }
  notice(text: string): void {
    this.all.push(text);
  }
  warning(text: string): void {
    this.all.push(text);
  }
  error(text: string): void {
    this.all.push(text);
  }
  async group<T>(_title: string, body: () => Promise<T>): Promise<T> {
    return await body();
  }
}

export class Cancel {
  readonly #reads = new AbortController();
  readonly #writes = new AbortController();
  readonly reads = this.#reads.signal;
  readonly writes = this.#writes.signal;

  first(): void {
    this.#reads.abort(new ActionError('CANCELLED', 'The run was cancelled.'));
  }

  second(): void {
    this.first();
    this.#writes.abort(new ActionError('CANCELLED', 'The run was cancelled.'));
  }
}

export function answered(status: number, serverCode?: string, serverWords = 'No.'): ResponseError {
  const facts = { status, serverCode, serverWords, requestId: 'req-1', retryAfterMs: undefined };
  return new ResponseError('API_REFUSED', `Could not do it: ${serverWords} (HTTP ${status})`, facts, 'Do something.');
}

export function lost(status?: number, requestId?: string): LostAnswerError {
  const facts = { status, requestId, reason: 'reset' };
  return new LostAnswerError(
    'RESULT_UNKNOWN',
    'Could not do it, or it was done and the answer is lost: reset',
    facts,
    'Run again.',
  );
}

export function unreachable(): UnreachableError {
  return new UnreachableError('NETWORK', 'Could not do it: no connection', 'Check the network.');
}

/** What an API call answers: a value, or an error to be thrown. */
type Reaction = unknown;

export interface Call {
  readonly method: keyof VpnApi;
  readonly kind?: Kind;
  readonly id?: string;
  readonly body?: Body | Readonly<Record<string, string>> | readonly string[];
  readonly options?: CallOptions;
}

export type React = (call: Call) => Reaction;

/** An API whose answers the test gives; it writes down the calls. Each answer takes a turn of the event loop. */
export function scriptedApi(react: React): VpnApi & { readonly calls: Call[] } {
  const calls: Call[] = [];
  const ask = async (call: Call): Promise<never> => {
    calls.push(call);
    const answer = react(call);
    await settled();
    const value = await answer;
    if (value instanceof Error) {
      throw value;
    }
    return value as never;
  };
  return {
    calls,
    list: (kind, options) => ask({ method: 'list', kind, ...(options === undefined ? {} : { options }) }),
    get: (kind, id, options) => ask({ method: 'get', kind, id, ...(options === undefined ? {} : { options }) }),
    create: (kind, body, options) =>
      ask({ method: 'create', kind, body, ...(options === undefined ? {} : { options }) }),
    update: (kind, id, body, options) =>
      ask({ method: 'update', kind, id, body, ...(options === undefined ? {} : { options }) }),
    remove: (kind, id, options) => ask({ method: 'remove', kind, id, ...(options === undefined ? {} : { options }) }),
    routers: () => ask({ method: 'routers' }),
    subnets: () => ask({ method: 'subnets' }),
    allTags: () => ask({ method: 'allTags' }),
    setTags: (id, body, options) => ask({ method: 'setTags', id, body, ...(options === undefined ? {} : { options }) }),
    removeTags: (id, body, options) =>
      ask({ method: 'removeTags', id, body, ...(options === undefined ? {} : { options }) }),
  };
}

/** Reactions in order, by `method` or `method kind`; the last of a list goes on for ever. */
export function script(reactions: Readonly<Record<string, readonly (Reaction | (() => Reaction))[]>>): React {
  const counts = new Map<string, number>();
  return ({ method, kind }) => {
    const key = [`${method} ${kind}`, method].find((one) => reactions[one] !== undefined);
    if (key === undefined) {
      throw new Error(`Unexpected call: ${method} ${kind ?? ''}`);
    }
    const list = reactions[key] ?? [];
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const reaction = list[Math.min(count, list.length - 1)];
    return typeof reaction === 'function' ? reaction() : reaction;
  };
}

/** An answer during which something else happens. */
export function during(happens: () => void, answer: unknown): () => unknown {
  return () => {
    happens();
    return answer;
  };
}

/** An HTTP client that answers from a list of bodies (or errors), in order. */
export function fakeSend(answers: readonly unknown[]): Send & { readonly requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request);
    const answer = answers[requests.length - 1];
    if (answer instanceof Error) {
      throw answer;
    }
    return { status: 200, header: () => undefined, body: answer, tries: 1 };
  };
  return Object.assign(send, { requests });
}
