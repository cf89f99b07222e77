/** Finds processes and links, and ends processes, by what /proc says of them; see proc(5). */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { identifyProcess, isRunning, type ProcessIdentity } from './record.ts';

/** Any of them makes a process one that is looked for. */
export interface Signs {
  /** `NAME=value` in its environment. A process that changes its title may overwrite that. */
  readonly mark: string;
  /** The folder of a file that its output goes to. */
  readonly logs: string;
  /** Paths of the network namespaces that it may be in. */
  readonly namespaces: readonly string[];
}

export function listProcesses({ mark, logs, namespaces }: Signs): ProcessIdentity[] {
  const links = new Set(namespaces.flatMap(namespaceLink));
  return allProcesses().filter(
    ({ pid }) =>
      readOr(`/proc/${pid}/environ`).split('\0').includes(mark) ||
      writesInto(pid, logs) ||
      links.has(linkOf(`/proc/${pid}/ns/net`)),
  );
}

/** Those whose output goes to a file in the folder. */
export function listWriting(folder: string): ProcessIdentity[] {
  return allProcesses().filter(({ pid }) => writesInto(pid, folder));
}

/** Those that name a folder on their command line: not surely the stack's, but nothing that should be there. */
export function listMentioning(folder: string): ProcessIdentity[] {
  return allProcesses().filter(({ pid }) => readOr(`/proc/${pid}/cmdline`).includes(folder));
}

const writesInto = (pid: number, folder: string) =>
  [1, 2].some((output) => linkOf(`/proc/${pid}/fd/${output}`).startsWith(`${folder}/`));

function allProcesses(): ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => identifyProcess(Number(name)) ?? [])
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

/** E.g. `net:[4026532290]`. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
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
