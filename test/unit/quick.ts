/** Time and log of runs inside the test's own process. */
import { setImmediate } from 'node:timers/promises';
import type { Place } from '../../src/errors.ts';
import type { Clock, Log } from '../../src/ports.ts';

/** A time that goes on only while somebody waits for it, and then at once. */
export class QuickClock implements Clock {
  #now = Date.now();
  /** Called before each wait. */
  onSleep: (ms: number) => void = () => undefined;

  now(): number {
    return this.#now;
  }

  /** Time that goes by between two runs. */
  pass(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.onSleep(ms);
    signal.throwIfAborted();
    this.#now += ms;
    await setImmediate();
    signal.throwIfAborted();
  }
}

export interface Annotation {
  readonly level: 'notice' | 'warning' | 'error';
  readonly text: string;
  readonly at: Place | undefined;
  readonly title: string | undefined;
}

/** A log that keeps what it is told: lines, groups as `[title` and `title]`, annotations by themselves and as lines. */
export class Diary implements Log {
  readonly lines: string[] = [];
  readonly annotations: Annotation[] = [];
  readonly #onLine: (line: string) => void;

  constructor(onLine: (line: string) => void = () => undefined) {
    this.#onLine = onLine;
  }

  info(text: string): void {
    this.lines.push(text);
    this.#onLine(text);
  }

  /** Requests and their durations differ from run to run. */
  debug(): void {}

  notice(text: string, at?: Place, title?: string): void {
    this.#annotate('notice', text, at, title);
  }

  warning(text: string, at?: Place, title?: string): void {
    this.#annotate('warning', text, at, title);
  }

  error(text: string, at?: Place, title?: string): void {
    this.#annotate('error', text, at, title);
  }

  async group<T>(title: string, body: () => Promise<T>): Promise<T> {
    this.info(`[${title}`);
    try {
      return await body();
    } finally {
      this.info(`${title}]`);
    }
  }

  #annotate(level: Annotation['level'], text: string, at?: Place, title?: string): void {
    this.annotations.push({ level, text, at, title });
    this.info(`${level}: ${text}`);
  }
}
