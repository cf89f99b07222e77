/** Commands of the system, in a network namespace where one is given. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The arguments that run this in a network namespace; the process is the command itself, nothing stands between. */
export function inNamespace(namespace: string, command: readonly string[]): readonly string[] {
  return ['ip', 'netns', 'exec', namespace, ...command];
}

/** Runs a command to its end, at most half a minute. */
export async function run(command: readonly string[]): Promise<Finished> {
  const [file = '', ...rest] = command;
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 30_000, killSignal: 'SIGKILL' });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const [code] = await once(child, 'close');
  const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  return { code: typeof code === 'number' ? code : null, stdout: text(stdout), stderr: text(stderr) };
}

/**
 * Runs a command that has to succeed.
 * @returns what it wrote to stdout
 */
export async function must(command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(command);
  if (code !== 0) throw new Error(`${command.join(' ')}: exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** A command that goes on until it is stopped. */
export class Running {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #output = '';
  #isClosed = false;

  constructor(command: readonly string[]) {
    const [file = '', ...rest] = command;
    const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    const collect = (chunk: Buffer): void => {
      this.#output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    this.#child = child;
    this.#closed = once(child, 'close').then(() => {
      this.#isClosed = true;
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`not started: ${this.#child.spawnfile}`);
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return !this.#isClosed;
  }

  /** Everything written so far, stdout and stderr as they came. */
  get output(): string {
    return this.#output;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end, insists after five seconds, and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const insist = setTimeout(() => this.signal('SIGKILL'), 5_000);
    this.signal(signal);
    await this.#closed;
    clearTimeout(insist);
  }
}
