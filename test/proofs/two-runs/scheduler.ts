/**
 * Puts the steps of several runs into an order of its own: each request waits before it is sent and again before its answer
 * is seen, each sleep waits for its time; one of all that wait goes on, chosen by a seed, once nothing else moves.
 */
import { setImmediate } from 'node:timers/promises';
import type { HttpClient } from '../../../src/http/client.ts';
import type { Clock } from '../../../src/ports.ts';

interface Waiting {
  /** For the story of a failure: `A > POST /v2.0/vpn/ikepolicies`. */
  readonly words: string;
  /** Since when, milliseconds since the epoch. */
  readonly since: number;
  /** For a sleep: it ends once the time has come. */
  readonly due?: number;
  go(): void;
}

/** So many rounds of the event loop without anything new mean that nothing moves any more. */
const quietRounds = 4;

/** No request, and no answer, is on its way for longer, ms: a run that stands still for ever is a dead one, which is another proof. */
const slowest = 2000;

export class Scheduler {
  readonly #random: () => number;
  readonly #waiting: Waiting[] = [];
  readonly #story: string[] = [];
  #now: number;
  /** Requests that the cloud has not answered yet. */
  #underWay = 0;
  /** Grows with everything that happens. */
  #events = 0;

  /** @param now where the time begins, milliseconds since the epoch */
  constructor(random: () => number, now: number) {
    this.#random = random;
    this.#now = now;
  }

  get now(): number {
    return this.#now;
  }

  /** What happened, in order. */
  get story(): readonly string[] {
    return this.#story;
  }

  #wait(words: string, due?: number): Promise<void> {
    this.#events += 1;
    return new Promise((resolve) => {
      this.#waiting.push({ words, since: this.#now, ...(due === undefined ? {} : { due }), go: resolve });
    });
  }

  /** The time of the run; whoever sleeps waits for its turn. */
  clockOf(run: string): Clock {
    return {
      now: () => this.#now,
      sleep: async (ms, signal) => {
        signal.throwIfAborted();
        await this.#wait(`${run} slept ${ms} ms`, this.#now + ms);
        signal.throwIfAborted();
      },
    };
  }

  /** The run's client; its requests go, and their answers come, when it is their turn. */
  clientOf(run: string, http: HttpClient): HttpClient {
    return {
      ...http,
      send: async (request) => {
        const words = `${request.method} ${request.url.pathname}`;
        await this.#wait(`${run} > ${words}`);
        this.#underWay += 1;
        try {
          return await http.send(request);
        } finally {
          this.#underWay -= 1;
          await this.#wait(`${run} < ${words}`);
        }
      },
    };
  }

  async #quiet(): Promise<void> {
    let seen = -1;
    for (let rounds = 0; rounds < quietRounds; rounds += 1) {
      await setImmediate();
      if (this.#underWay > 0 || seen !== this.#events) rounds = 0;
      seen = this.#events;
    }
  }

  /** A request or an answer that waits, or the sleep that ends first: time goes by while requests are under way. */
  #choose(): Waiting | undefined {
    const requests = this.#waiting.filter(({ due }) => due === undefined);
    const latest = Math.min(...requests.map(({ since }) => since + slowest));
    const sleeps = this.#waiting
      .filter(({ due }) => due !== undefined && due <= latest)
      .sort((a, b) => (a.due ?? 0) - (b.due ?? 0));
    const ready = [...requests, ...sleeps.slice(0, 1)];
    return ready[Math.floor(this.#random() * ready.length)];
  }

  /** Lets everything happen until the runs have ended. */
  async drive(runs: Promise<unknown>): Promise<void> {
    let ended = false;
    const end = runs.finally(() => {
      ended = true;
    });
    while (!ended) {
      await this.#quiet();
      const chosen = this.#choose();
      if (chosen === undefined) continue;
      this.#waiting.splice(this.#waiting.indexOf(chosen), 1);
      this.#now = Math.max(this.#now, chosen.due ?? 0);
      this.#story.push(chosen.words);
      this.#events += 1;
      chosen.go();
    }
    await end;
  }
}
