/** Answers that reach the client without a network, in the place of undici's connections. */
import { Agent, type Dispatcher } from 'undici';
import type { RawAnswer } from './answers.ts';

export interface Asked {
  readonly origin: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
}

class Controller implements Dispatcher.DispatchController {
  readonly aborted = false;
  readonly paused = false;
  readonly reason = null;
  stopped = false;

  abort(): void {
    this.stopped = true;
  }

  pause(): void {}

  resume(): void {}
}

/** In pieces, as they would come. */
const pieceBytes = 65_536;

function deliver(handler: Dispatcher.DispatchHandler, { status, headers, body }: RawAnswer): void {
  const controller = new Controller();
  handler.onResponseStart?.(controller, status, { ...headers }, '');
  for (let at = 0; at < body.length && !controller.stopped; at += pieceBytes) {
    handler.onResponseData?.(controller, body.subarray(at, at + pieceBytes));
  }
  if (!controller.stopped) handler.onResponseEnd?.(controller, {});
}

/** @param answer to each request */
export function answering(answer: (asked: Asked) => RawAnswer): Dispatcher {
  class Answering extends Agent {
    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      const asked = { origin: String(options.origin), method: options.method, path: options.path };
      handler.onRequestStart?.(new Controller(), {});
      setImmediate(() => deliver(handler, answer(asked)));
      return true;
    }
  }
  return new Answering();
}
