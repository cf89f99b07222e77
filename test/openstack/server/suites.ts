/** Runs vitest against a stack. */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Server, serverFailure } from './processes.ts';
import { markVariable, type Site } from './site.ts';
import type { RunningStack } from './start.ts';

const config = fileURLToPath(new URL('../vitest.config.ts', import.meta.url));
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));

/**
 * @param args passed on: file filters, reporters
 * @returns vitest's exit code
 * @throws StackFailure if a server ended meanwhile, which explains whatever failed
 */
export async function runSuites(
  site: Site,
  { file, servers }: RunningStack,
  projects: readonly string[],
  args: readonly string[],
): Promise<number> {
  const { signal } = site.abort;
  signal.throwIfAborted();
  const chosen = projects.flatMap((project) => ['--project', project]);
  const child = spawn(process.execPath, [vitest, 'run', '--config', config, ...chosen, ...args], {
    // In a session of its own, so that a Ctrl-C comes to it once, from here.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    // With the stack's mark and folder: what a test leaves, running or on disk, goes with the stack.
    env: {
      ...process.env,
      OPENSTACK_STACK: file,
      TMPDIR: site.environment['TMPDIR'],
      [markVariable]: site.record.id,
    },
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  const interrupted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([ended, interrupted]);
  if (signal.aborted) {
    child.kill('SIGTERM');
    // Vitest waits for tests that run; those wait for servers that are about to end.
    await Promise.race([ended, sleep(1000)]);
    signal.throwIfAborted();
  }
  reportDead(servers);
  return ended;
}

function reportDead(servers: readonly Server[]): void {
  for (const server of servers) {
    const end = server.ended();
    if (end) throw serverFailure(server, end);
  }
}
