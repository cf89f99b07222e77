/** One try of a request: sends it, reads the answer within the limits, and tells exactly how far it got. */
import type { Dispatcher } from 'undici';

export interface Wire {
  readonly method: Dispatcher.HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string | undefined;
}

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** How a try ended. `sent`: its first byte was handed to a connection, so it may have been carried out. */
export type Exchange =
  | { readonly is: 'answer'; readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly is: 'too long'; readonly status: number; readonly headers: Headers }
  | { readonly is: 'failure'; readonly sent: boolean; readonly error: unknown }
  | { readonly is: 'stopped'; readonly sent: boolean; readonly by: 'signal' | 'time' };

export interface ExchangeLimits {
  readonly timeMs: number;
  readonly responseBytes: number;
  /** Ends the try. */
  readonly signal: AbortSignal;
  /** Ends the try as long as nothing of it was sent. */
  readonly startSignal: AbortSignal;
  /** Sees the headers of an answer before its body, whatever becomes of that. */
  readonly onHeaders?: (headers: Headers) => void;
}

/** The words of a refusal stand at its beginning. */
const refusalBytes = 64 * 1024;

class Stopped extends Error {}

class Exchanging implements Dispatcher.DispatchHandler {
  readonly #finish: (exchange: Exchange) => void;
  readonly #responseBytes: number;
  readonly #onHeaders: ((headers: Headers) => void) | undefined;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #ended = false;
  #sent = false;
  #status = 0;
  #headers: Headers = {};
  #bytes = 0;

  constructor({ responseBytes, onHeaders }: ExchangeLimits, finish: (exchange: Exchange) => void) {
    this.#responseBytes = responseBytes;
    this.#onHeaders = onHeaders;
    this.#finish = finish;
  }

  #end(exchange: Exchange, finish = this.#finish): void {
    if (!this.#ended) {
      this.#ended = true;
      finish(exchange);
    }
  }

  /** Ends the try if it still waits for a connection. */
  stopUnsent(): void {
    if (!this.#sent) {
      this.stop('signal');
    }
  }

  /** Ends the try; what is not sent yet is never sent. */
  stop(by: 'signal' | 'time'): void {
    this.#end(by === 'time' && this.#isRefusal() ? this.#answer() : { is: 'stopped', sent: this.#sent, by });
    this.#controller?.abort(new Stopped());
  }

  /** It stays one where its words are cut off: what was refused must not be tried again for that. */
  #isRefusal(): boolean {
    return this.#status >= 400;
  }

  #answer(): Exchange {
    const text = Buffer.concat(this.#chunks).toString('utf8');
    return { is: 'answer', status: this.#status, headers: this.#headers, text };
  }

  /** Called right before the first byte is written. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#ended) {
      throw new Stopped();
    }
    this.#controller = controller;
    this.#sent = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // Informational answers (1xx) come before the real one.
    this.#status = status;
    this.#headers = headers;
    this.#onHeaders?.(headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    const refused = this.#isRefusal();
    if (this.#bytes > (refused ? refusalBytes : this.#responseBytes)) {
      this.#end(refused ? this.#answer() : { is: 'too long', status: this.#status, headers: this.#headers });
      controller.abort(new Stopped());
      return;
    }
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    // Undici frees the connection in the event loop's next round; a request sent before that would open another one.
    this.#end(this.#answer(), (exchange) => queueMicrotask(() => setImmediate(this.#finish, exchange)));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#end(this.#isRefusal() ? this.#answer() : { is: 'failure', sent: this.#sent, error });
  }
}

/** Never throws. */
export async function exchange(dispatcher: Dispatcher, wire: Wire, limits: ExchangeLimits): Promise<Exchange> {
  const { timeMs, signal, startSignal } = limits;
  if (signal.aborted || startSignal.aborted) {
    return { is: 'stopped', sent: false, by: 'signal' };
  }
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  const exchanging = new Exchanging(limits, resolve);
  const onAbort = (): void => exchanging.stop('signal');
  const onStartAbort = (): void => exchanging.stopUnsent();
  // Time limits of the network are real time; only waits between tries are the clock's.
  const timer = setTimeout(() => exchanging.stop('time'), timeMs);
  signal.addEventListener('abort', onAbort);
  startSignal.addEventListener('abort', onStartAbort);
  const { method, url, headers, body } = wire;
  dispatcher.dispatch(
    { origin: url.origin, path: url.pathname + url.search, method, headers: { ...headers }, body: body ?? null },
    exchanging,
  );
  const end = await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
  startSignal.removeEventListener('abort', onStartAbort);
  return end;
}

/** The value of a header; the first if it came several times. */
export function headerOf(headers: Headers, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return typeof value === 'string' || value === undefined ? value : value[0];
}
