/** Pings between hosts of the two sides: single checks, and a running ping that counts what is lost. */
import { inNamespace, Running, run } from './command.ts';
import { eventually } from './eventually.ts';

/** Where a ping starts: a namespace, and the address to send from. */
export interface Source {
  readonly namespace: string;
  readonly address: string;
}

const intervalSeconds = 0.2;
/** No ping outlives its test by more than this, whatever happens to the test. */
const longestSeconds = 240;

/**
 * Sends one ping a fifth of a second.
 * @returns how many of them were answered
 * @throws Error if none could be sent
 */
export async function ping(from: Source, to: string, count = 3): Promise<number> {
  const options = ['-n', '-q', '-c', String(count), '-i', String(intervalSeconds), '-W', '1', '-I', from.address];
  const { stdout, stderr } = await run(inNamespace(from.namespace, ['ping', ...options, to]));
  const answered = /(\d+) received/.exec(stdout)?.[1];
  if (answered === undefined) throw new Error(`ping from ${from.address} to ${to}: ${stdout}${stderr}`);
  return Number(answered);
}

/** Pings until one is answered. @returns the seconds that took */
export async function pingUntilAnswered(from: Source, to: string, withinMs = 30_000): Promise<number> {
  const started = performance.now();
  const what = `an answer from ${to} to ${from.address}`;
  await eventually(what, async () => ((await ping(from, to, 1)) > 0 ? true : undefined), withinMs);
  return (performance.now() - started) / 1000;
}

/** What a running ping saw between its first and its last answer. */
export interface PingResult {
  readonly sent: number;
  readonly lost: number;
  /** The longest time without an answer beyond the pings' own distance, seconds. */
  readonly outage: number;
}

interface Answer {
  readonly sequence: number;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** `[1700000000.123456] 64 bytes from 10.20.0.10: icmp_seq=1 ttl=62 time=1.2 ms`, as `ping -D` writes it. */
const answerLine = /^\[(\d+\.\d+)\] \d+ bytes from .*icmp_seq=(\d+) /gm;

/** @param output of `ping -D`; the sequence numbers start at 1 and must not wrap (65535) */
export function readAnswers(output: string): readonly Answer[] {
  const bySequence = new Map<number, Answer>();
  for (const [, at, sequence] of output.matchAll(answerLine)) {
    // A duplicated answer counts once.
    if (!bySequence.has(Number(sequence)))
      bySequence.set(Number(sequence), { sequence: Number(sequence), at: Number(at) });
  }
  return [...bySequence.values()];
}

export function summarize(answers: readonly Answer[]): PingResult {
  const sequences = answers.map(({ sequence }) => sequence);
  const sent = answers.length === 0 ? 0 : Math.max(...sequences) - Math.min(...sequences) + 1;
  const times = answers.map(({ at }) => at).sort((a, b) => a - b);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const longest = Math.max(intervalSeconds, ...gaps);
  return { sent, lost: sent - answers.length, outage: longest - intervalSeconds };
}

/** A ping each fifth of a second, until it is stopped. */
export class RunningPing {
  readonly #to: string;
  readonly #process: Running;

  constructor(from: Source, to: string) {
    const options = ['-n', '-D', '-i', String(intervalSeconds), '-I', from.address];
    const limit = ['timeout', '--signal=INT', String(longestSeconds)];
    this.#to = to;
    this.#process = new Running(inNamespace(from.namespace, [...limit, 'ping', ...options, to]));
  }

  /** Waits for an answer to a ping that is sent after this call. */
  async untilAnswered(withinMs = 30_000): Promise<void> {
    const since = Date.now() / 1000 + 2 * intervalSeconds;
    await eventually(
      `an answer from ${this.#to} to the running ping`,
      () => (readAnswers(this.#process.output).some(({ at }) => at >= since) ? true : undefined),
      withinMs,
      () => this.#process.output.slice(-500),
    );
  }

  /** Pings while something goes on, from an answer before it to an answer after it. */
  static async during(from: Source, to: string, work: (running: RunningPing) => Promise<void>): Promise<PingResult> {
    const running = new RunningPing(from, to);
    try {
      await running.untilAnswered();
      await work(running);
      await running.untilAnswered();
    } finally {
      await running.stop();
    }
    return running.result;
  }

  /** What it saw so far. */
  get result(): PingResult {
    return summarize(readAnswers(this.#process.output));
  }

  async stop(): Promise<void> {
    await this.#process.stop('SIGINT');
  }
}
