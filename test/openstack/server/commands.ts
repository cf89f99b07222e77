/** The commands of main.ts. */
import type { Stack } from '../stack.ts';
import { attempt } from './attempt.ts';
import { removeStack } from './cleanup.ts';
import { describeStack } from './describe.ts';
import { checkHost } from './host.ts';
import { interruptible } from './interrupt.ts';
import { answers, findKept, findStarting, keep, removeAbandoned, removeKept } from './kept.ts';
import { StackFailure } from './processes.ts';
import { hasRecords } from './record.ts';
import { createSite, type Site } from './site.ts';
import { type RunningStack, startStack } from './start.ts';
import { runSuites } from './suites.ts';
import { timed } from './timing.ts';

/** @returns the exit code */
export function runCommand([command, ...args]: readonly string[]): Promise<number> {
  bypassProxy();
  switch (command) {
    case 'up':
      return attempt(() => up(args));
    case 'down':
      return attempt(down);
    case 'test':
      return attempt(() => testOn('api', ['contract', 'action'], args));
    case 'tunnel':
      return attempt(() => testOn('dataplane', ['tunnel'], args));
    default:
      console.error(
        'Usage: main.ts up [api|dataplane] | down | test [arguments of vitest] | tunnel [arguments of vitest]',
      );
      return Promise.resolve(2);
  }
}

async function up([mode = 'api']: readonly string[]): Promise<number> {
  if (mode !== 'api' && mode !== 'dataplane') throw new StackFailure(`There is no stack ${mode}: api or dataplane.`);
  checkHost(mode);
  const kept = findKept();
  if (kept && (await answers(kept))) return sayItIsUp(kept.stack, mode);
  if (kept) {
    console.error(`The stack ${kept.record.id} does not answer any more: cleaning it up`);
    await removeKept(kept);
  }
  const starting = findStarting();
  if (starting) throw new StackFailure(`Process ${starting.owner.pid} is starting a stack already.`);
  await removeAbandoned();
  const site = createSite('up', interruptible());
  const code = await attempt(async () => {
    const { stack } = await timed('in all', () => startStack(site, mode));
    site.abort.signal.throwIfAborted();
    keep(stack);
    console.log(describeStack(stack));
    return 0;
  });
  return code === 0 ? 0 : end(site, code);
}

function sayItIsUp(stack: Stack, mode: Stack['mode']): number {
  if (stack.mode !== mode) throw new StackFailure(`A stack is up already, with mode ${stack.mode}: end it first.`);
  console.log(`A stack is up already.\n\n${describeStack(stack)}`);
  return 0;
}

async function down(): Promise<number> {
  // Whatever there is, is root's.
  if (hasRecords()) checkHost('api');
  const kept = findKept();
  if (kept) await removeKept(kept);
  const abandoned = await removeAbandoned();
  console.log(
    kept ? 'The stack is down; nothing of it is left.' : abandoned > 0 ? 'No stack was up.' : 'No stack is up.',
  );
  return 0;
}

/** On a stack of its own, with fresh databases, also if one is up. */
async function testOn(mode: Stack['mode'], projects: readonly string[], args: readonly string[]): Promise<number> {
  checkHost(mode);
  await removeAbandoned();
  const site = createSite('run', interruptible());
  const code = await attempt(async () => {
    const running: RunningStack = await timed('in all', () => startStack(site, mode));
    return runSuites(site, running, projects, args);
  });
  return end(site, code);
}

async function end({ record }: Site, code: number): Promise<number> {
  const removed = await attempt(() => timed('stop', () => removeStack(record).then(() => 0)));
  if (removed === 0) console.error('Nothing of the stack is left.');
  return code || removed;
}

/** Nothing here is reached through a proxy, neither by this process (NODE_USE_ENV_PROXY) nor by the suites. */
function bypassProxy(): void {
  for (const name of ['no_proxy', 'NO_PROXY']) {
    process.env[name] = [process.env[name], '127.0.0.1', 'localhost'].filter(Boolean).join(',');
  }
}
