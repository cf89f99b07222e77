/** The stack of `up`, which stays until `down`; and stacks whose main.ts was killed. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Stack, stackFile } from '../stack.ts';
import { removeStack } from './cleanup.ts';
import { isRunning, readRecords, type StackRecord } from './record.ts';

/** The one that `up` left. */
export interface Kept {
  readonly record: StackRecord;
  readonly stack: Stack;
}

export function findKept(): Kept | undefined {
  const stack = described();
  const record = stack && readRecords().find(({ directory }) => directory === stack.directory);
  return record && stack ? { record, stack } : undefined;
}

/** A stack of this checkout that another main.ts is starting, to stay. */
export function findStarting(): StackRecord | undefined {
  const kept = findKept()?.record.id;
  return readRecords().find(({ id, purpose, owner }) => purpose === 'up' && id !== kept && isRunning(owner));
}

export function keep(stack: Stack): void {
  writeFileSync(stackFile, `${JSON.stringify(stack, undefined, 2)}\n`, { mode: 0o600 });
}

export async function removeKept({ record }: Kept): Promise<void> {
  await removeStack(record);
  rmSync(stackFile, { force: true });
}

/** Whether its Keystone and its Neutron answer: after a restart of the machine they do not. */
export async function answers({ stack }: Kept): Promise<boolean> {
  const urls = [stack.authUrl, stack.networkUrl];
  const answer = (url: string) => fetch(url, { signal: AbortSignal.timeout(10_000) });
  return (await Promise.allSettled(urls.map(answer))).every(({ status }) => status === 'fulfilled');
}

/** Removes the stacks of this checkout whose main.ts was killed. @returns how many */
export async function removeAbandoned(): Promise<number> {
  const kept = findKept()?.record.id;
  const abandoned = readRecords().filter(({ id, owner }) => id !== kept && !isRunning(owner));
  for (const record of abandoned) {
    console.error(`Cleaning up the stack ${record.id}, which was not stopped`);
    await removeStack(record);
  }
  return abandoned.length;
}

function described(): Stack | undefined {
  try {
    return JSON.parse(readFileSync(stackFile, 'utf8'));
  } catch {
    return undefined;
  }
}
