/** Removes a stack with all that it started, from its record alone: nobody is asked, the servers may be dead. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanUpInstallation } from './packages.ts';
import { describeProcess, kill, listLinks, listMentioning, listProcesses } from './proc.ts';
import { type ProcessIdentity, removeRecord, type StackRecord } from './record.ts';
import { journalPath, markVariable } from './site.ts';

/** Something of the stack is still there, although everything was tried. */
export class LeftOver extends Error {
  override readonly name = 'LeftOver';
}

interface Named {
  readonly namespaces: readonly string[];
  readonly links: readonly string[];
}

/** @throws LeftOver; the record stays then, and the next command tries again */
export async function removeStack(record: StackRecord): Promise<void> {
  await endProcesses(record);
  const { namespaces, links } = namesIn(record);
  for (const name of namespaces.filter(namespaceExists)) ip('netns', 'delete', name);
  for (const name of links.filter(linkExists)) ip('link', 'delete', name);
  await cleanUpInstallation(record);
  const remains = [
    ...[...processesOf(record), ...listMentioning(record.directory)].map(describeProcess),
    ...namespaces.filter(namespaceExists).map((name) => `namespace ${name}`),
    ...links.filter(linkExists).map((name) => `link ${name}`),
  ];
  if (remains.length === 0) rmSync(record.directory, { recursive: true, force: true, maxRetries: 3 });
  if (existsSync(record.directory)) remains.push(`folder ${record.directory}`);
  if (remains.length > 0) {
    throw new LeftOver(`The stack ${record.id} left something behind: ${[...new Set(remains)].join(', ')}`);
  }
  removeRecord(record.id);
}

/** Ends what runs of it now: whoever waits for an answer of a server gets none any more. */
export function endRunning(record: StackRecord): void {
  for (const process of processesOf(record)) kill(process);
}

/** What main.ts made and what the agents have made so far. */
function namesIn(record: StackRecord): Named {
  const journal = existsSync(journalPath(record)) ? readFileSync(journalPath(record), 'utf8') : '';
  const made = (kind: string) => [...journal.matchAll(new RegExp(`^${kind} (.+)$`, 'gm'))].map(([, name = '']) => name);
  return {
    namespaces: [...new Set([...record.namespaces, ...made('namespace')])],
    links: [...new Set([...record.links, ...made('link')])],
  };
}

/** Nothing in a stack is worth a graceful end: its data goes too. */
async function endProcesses(record: StackRecord): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const processes = processesOf(record);
    if (processes.length === 0) return;
    for (const process of processes) kill(process);
    await sleep(30);
  }
}

/** All that belong to it, also those with sessions of their own, and a developer's shell in one of its namespaces. */
function processesOf(record: StackRecord): ProcessIdentity[] {
  return listProcesses({
    mark: `${markVariable}=${record.id}`,
    logs: record.directory,
    namespaces: namesIn(record).namespaces.map(namespacePath),
  });
}

const namespacePath = (name: string) => `/run/netns/${name}`;
const namespaceExists = (name: string) => existsSync(namespacePath(name));

const linkExists = (name: string) => listLinks().includes(name);

/** That it failed shows when what is left is listed. */
function ip(...args: string[]): void {
  spawnSync('ip', args, { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, stdio: 'ignore' });
}
