/** Starts the stack's servers and commands, each in a session of its own: a Ctrl-C in the terminal reaches main.ts alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { logTail } from './log-tail.ts';
import type { Site } from './site.ts';

export interface Server {
  readonly name: string;
  readonly log: string;
  /** How it ended, if it has. */
  ended(): string | undefined;
}

export interface CommandOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** The name of the log that the output goes to, without `.log`; the command's own name if not given. */
  readonly log?: string;
}

/** A server or a command of the stack failed; says how, with the end of its log. */
export class StackFailure extends Error {
  override readonly name = 'StackFailure';
}

const logPath = (site: Site, name: string) => join(site.record.directory, `${name}.log`);

/** Starts a server; it outlives main.ts. */
export function launch(
  site: Site,
  name: string,
  [command, ...args]: readonly [string, ...string[]],
  environment: Readonly<Record<string, string>> = {},
): Server {
  site.abort.signal.throwIfAborted();
  const log = logPath(site, name);
  const child = spawnLogged(log, (output) =>
    spawn(command, args, {
      detached: true,
      env: { ...site.environment, ...environment },
      cwd: site.record.directory,
      stdio: ['ignore', output, output],
    }),
  );
  let end: string | undefined;
  child.once('error', (error) => (end = error.message));
  child.once('exit', (code, signal) => (end = describeEnd(code, signal)));
  child.unref();
  return { name, log, ended: () => end };
}

/** Waits until `probe` says so. @throws StackFailure if the server ends before, or after `seconds` */
export async function ready(site: Site, server: Server, probe: () => Promise<boolean>, seconds = 120): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await probe())) {
    const end = server.ended();
    if (end) throw serverFailure(server, end);
    if (performance.now() > deadline) throw serverFailure(server, `is not ready after ${seconds} seconds`);
    await sleep(50, undefined, { signal: site.abort.signal });
  }
}

/** Does something that needs the server. @throws StackFailure with the end of the server's log, if it fails */
export async function using<T>(site: Site, server: Server, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    site.abort.signal.throwIfAborted();
    throw serverFailure(server, `failed: ${error instanceof Error ? error.message : error}`);
  }
}

export function serverFailure(server: Server, what: string): StackFailure {
  return new StackFailure(`${server.name} ${what}\nThe end of its log:\n${logTail(server.log)}`);
}

/** Runs a command to its end. @throws StackFailure if it fails */
export async function run(
  site: Site,
  [command, ...args]: readonly [string, ...string[]],
  options: CommandOptions = {},
): Promise<void> {
  const { signal } = site.abort;
  signal.throwIfAborted();
  const log = logPath(site, options.log ?? command);
  const child = spawnLogged(log, (output) =>
    spawn(command, args, {
      detached: true,
      env: { ...site.environment, ...options.environment },
      cwd: site.record.directory,
      stdio: ['pipe', output, output],
      signal,
      killSignal: 'SIGKILL',
    }),
  );
  // A command that reads no input to its end (EPIPE) says so by its exit code.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input ?? '');
  const end = await ending(child);
  signal.throwIfAborted();
  if (end) throw new StackFailure(`\`${[command, ...args].join(' ')}\` ${end}. The end of its log:\n${logTail(log)}`);
}

/** How a process ended; `undefined` for success. */
function ending(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`failed: ${error.message}`));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : describeEnd(code, signal)));
  });
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
}

function spawnLogged(log: string, start: (output: number) => ChildProcess): ChildProcess {
  const output = openSync(log, 'a', 0o600);
  try {
    return start(output);
  } finally {
    closeSync(output);
  }
}
