/** Finds processes and links, and ends processes, by what /proc says of them; see proc(5). */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { identifyProcess, isRunning, type ProcessIdentity } from './record.ts';

/** Those whose environment has `mark` (`NAME=value`), and those in one of the network namespaces (paths). */
export function listProcesses(mark: string, namespaces: readonly string[]): ProcessIdentity[] {
  const links = new Set(namespaces.flatMap(namespaceLink));
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => identifyProcess(Number(name)) ?? [])
    .filter((process) => isMarked(process.pid, mark) || links.has(networkNamespace(process.pid)))
    .filter(isRunning);
}

/** The links in this process's own network namespace. */
export function listLinks(table = readFileSync('/proc/self/net/dev', 'utf8')): string[] {
  return [...table.matchAll(/^ *(\S+?):/gm)].map(([, name = '']) => name);
}

/** Ends it at once, unless it is another process by now. */
export function kill(target: ProcessIdentity): void {
  if (!isRunning(target) || target.pid === process.pid) return;
  try {
    process.kill(target.pid, 'SIGKILL');
  } catch {
    // It ended between the two.
  }
}

export function describeProcess({ pid }: ProcessIdentity): string {
  return `process ${pid} (${readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().slice(0, 100)})`;
}

function isMarked(pid: number, mark: string): boolean {
  return readOr(`/proc/${pid}/environ`).split('\0').includes(mark);
}

/** E.g. `net:[4026532290]`. */
function networkNamespace(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return '';
  }
}

function namespaceLink(path: string): string[] {
  try {
    return [`net:[${statSync(path).ino}]`];
  } catch {
    return [];
  }
}

/** `''` for a process that is gone, and for one that may not be looked at. */
function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
