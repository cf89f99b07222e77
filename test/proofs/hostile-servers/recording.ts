/** What healthy servers answer to a run, to be changed and said again. */
import { Agent, type Dispatcher } from 'undici';
import type { RawAnswer } from './answers.ts';
import type { Asked } from './dispatcher.ts';

/** In the order in which the answers arrived. */
export type Recording = readonly (readonly [Asked, RawAnswer])[];

const nowhere: RawAnswer = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"NeutronError":{"type":"NotFound","message":"There is no such thing.","detail":""}}'),
};

class Listening implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #done: (answer: RawAnswer) => void;
  #status = 0;
  #headers: Record<string, string> = {};
  readonly #chunks: Buffer[] = [];

  constructor(handler: Dispatcher.DispatchHandler, done: (answer: RawAnswer) => void) {
    this.#handler = handler;
    this.#done = done;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    words?: string,
  ): void {
    this.#status = status;
    this.#headers = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)]));
    this.#handler.onResponseStart?.(controller, status, { ...headers }, words);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(Buffer.from(chunk));
    this.#handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(controller: Dispatcher.DispatchController, trailers: Readonly<Record<string, string>>): void {
    this.#done({ status: this.#status, headers: this.#headers, body: Buffer.concat(this.#chunks) });
    this.#handler.onResponseEnd?.(controller, { ...trailers });
  }

  onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    this.#handler.onResponseError?.(controller, error);
  }
}

/** Real connections, whose answers are kept. */
export class Recorder extends Agent {
  readonly recording: (readonly [Asked, RawAnswer])[] = [];

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const asked = { origin: String(options.origin), method: options.method, path: options.path };
    return super.dispatch(options, new Listening(handler, (answer) => this.recording.push([asked, answer])));
  }
}

const keyOf = ({ origin, method, path }: Asked): string => `${method} ${origin}${path}`;

/** The recorded answers again: the nth to the nth request of its kind, the last from then on. */
export function replay(recording: Recording): (asked: Asked) => RawAnswer {
  const answers = Map.groupBy(recording, ([asked]) => keyOf(asked));
  const seen = new Map<string, number>();
  return (asked) => {
    const key = keyOf(asked);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    const known = answers.get(key);
    return (known?.[nth] ?? known?.at(-1))?.[1] ?? nowhere;
  };
}
