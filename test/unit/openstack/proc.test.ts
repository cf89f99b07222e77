import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { kill, listMentioning, listProcesses, type Signs } from '../../openstack/server/proc.ts';
import { identifyProcess, isRunning } from '../../openstack/server/record.ts';

const folder = mkdtempSync(join(tmpdir(), 'stack-proc-'));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Sleeper {
  readonly environment?: Record<string, string>;
  readonly output?: string;
  readonly argument?: string;
}

/** A process of no session of ours that does nothing. */
async function startSleeper({ environment = {}, output = '/dev/null', argument = '' }: Sleeper): Promise<number> {
  const log = openSync(output, 'a');
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 1e6)', argument], {
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ['ignore', log, log],
  });
  children.push(child);
  await once(child, 'spawn');
  closeSync(log);
  return child.pid ?? 0;
}

const nothing: Signs = { mark: 'STACK=none', logs: join(folder, 'none'), namespaces: [] };

describe.runIf(process.platform === 'linux')('processes by what /proc says', () => {
  test.each<[string, Sleeper, Partial<Signs>]>([
    ['the mark in its environment', { environment: { STACK: 'abc' } }, { mark: 'STACK=abc' }],
    ['where its output goes', { output: join(folder, 'server.log') }, { logs: folder }],
  ])('found by %s', async (_, sleeper, sign) => {
    const stranger = await startSleeper({ environment: { STACK: 'abcd' }, output: '/dev/null' });
    const pid = await startSleeper(sleeper);
    const found = listProcesses({ ...nothing, ...sign }).map((one) => one.pid);
    expect(found).toEqual([pid]);
    expect(found).not.toContain(stranger);
  });

  test('found by its network namespace', () => {
    const found = listProcesses({ ...nothing, namespaces: ['/proc/self/ns/net'] }).map((one) => one.pid);
    expect(found).toContain(process.pid);
  });

  test('found by a folder on its command line, for what is left', async () => {
    const pid = await startSleeper({ argument: join(folder, 'neutron.conf') });
    expect(listMentioning(folder).map((one) => one.pid)).toEqual([pid]);
  });

  test('a killed one is not running any more', async () => {
    const pid = await startSleeper({});
    const identity = identifyProcess(pid);
    if (!identity) throw new Error('it does not run');
    expect(isRunning(identity)).toBe(true);
    kill(identity);
    await expect.poll(() => isRunning(identity)).toBe(false);
  });

  test('another process with the same id is not ended', async () => {
    const pid = await startSleeper({});
    const earlier = { pid, startTime: '1' };
    expect(isRunning(earlier)).toBe(false);
    kill(earlier);
    const now = identifyProcess(pid);
    expect(now && isRunning(now)).toBe(true);
  });

  test('there is no process 0', () => {
    expect(identifyProcess(0)).toBeUndefined();
  });
});
