import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** A signal to send as soon as a condition holds. */
export interface SignalPlan {
  readonly signal: 'SIGINT' | 'SIGTERM';
  /** Asked often while the process runs; `stdout` is what it has written so far. */
  readonly when: (progress: { readonly stdout: string }) => boolean;
  /** Wait this long after the condition came true, ms. */
  readonly afterMs?: number;
}

export interface ProcessResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly durationMs: number;
  /** From the last text on stdout to the process's end. */
  readonly endedAfterLastLineMs: number;
  /** From each signal that was sent to the process's end. */
  readonly endedAfterSignalMs: readonly number[];
  /** `Date.now()` just before the start. */
  readonly startedAt: number;
  /** The harness had to kill it: it ran longer than the limit. */
  readonly killed: boolean;
}

interface ProcessOptions {
  readonly arguments: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly signals: readonly SignalPlan[];
  readonly limitMs: number;
  /** Gets, once the process runs, what sends it a signal at once. */
  readonly onStart?: ((send: (signal: NodeJS.Signals) => void) => void) | undefined;
}

/** Runs Node with this environment alone and nothing on stdin, until it ends by itself or the limit passes. */
export function runProcess(options: ProcessOptions): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const startedAt = Date.now();
    const started = performance.now();
    const child = spawn(process.execPath, [...options.arguments], {
      env: { ...options.env },
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const sentAt: number[] = [];
    let lastOutput = started;
    let exited = started;
    let killed = false;
    const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
    const send = (signal: NodeJS.Signals): void => {
      sentAt.push(performance.now());
      child.kill(signal);
    };
    options.onStart?.(send);
    const sender = sendSignals(options.signals, () => text(stdout), send);
    const limit = setTimeout(() => {
      killed = true;
      child.kill('SIGKILL');
    }, options.limitMs);
    child.stdout.on('data', (chunk: Buffer) => {
      stdout.push(chunk);
      lastOutput = performance.now();
    });
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('exit', () => {
      exited = performance.now();
    });
    child.once('close', (exitCode, signal) => {
      clearTimeout(limit);
      clearInterval(sender);
      resolve({
        stdout: text(stdout),
        stderr: text(stderr),
        exitCode,
        signal,
        durationMs: exited - started,
        endedAfterLastLineMs: Math.max(0, exited - lastOutput),
        endedAfterSignalMs: sentAt.map((at) => exited - at),
        startedAt,
        killed,
      });
    });
  });
}

const askEveryMs = 5;

function sendSignals(
  plans: readonly SignalPlan[],
  stdout: () => string,
  send: (signal: NodeJS.Signals) => void,
): NodeJS.Timeout | undefined {
  const waiting = [...plans];
  if (waiting.length === 0) return undefined;
  return setInterval(() => {
    const next = waiting[0];
    if (next === undefined || !next.when({ stdout: stdout() })) return;
    waiting.shift();
    setTimeout(() => send(next.signal), next.afterMs ?? 0);
  }, askEveryMs);
}
