/** What is on disk of each stack that this checkout started, so that a later command can clean up after a killed one. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Written before anything of the stack exists; removed after all of it is gone. */
export interface StackRecord {
  /** Six hexadecimal digits; part of the names of the stack's folder, namespaces and links. */
  readonly id: string;
  /** `up`: stays until `down`. `run`: ends with the process that started it. */
  readonly purpose: 'up' | 'run';
  /** The main.ts that started it; of an `up` stack it is gone when the stack is up. */
  readonly owner: ProcessIdentity;
  readonly directory: string;
  /** Those that main.ts makes itself; what the agents make is in the journal in the folder. */
  readonly namespaces: readonly string[];
  readonly links: readonly string[];
  /** Whether main.ts put `/usr/sbin/policy-rc.d` there for the time of an installation. */
  readonly policy?: boolean;
}

/** A process id alone may be another process by now. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since the machine's start; field 22 of `/proc/PID/stat`, proc(5). */
  readonly startTime: string;
}

const folder = fileURLToPath(new URL('..', import.meta.url));
const recordName = /^\.stack-([0-9a-f]{6})\.record$/;
const recordPath = (id: string) => join(folder, `.stack-${id}.record`);

export function writeRecord(record: StackRecord): void {
  writeFileSync(recordPath(record.id), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

export function removeRecord(id: string): void {
  rmSync(recordPath(id), { force: true });
}

/** Whether there is any; for whoever may not read them. */
export const hasRecords = () => recordedIds().length > 0;

export const readRecords = (): StackRecord[] => recordedIds().flatMap((id) => readRecord(id) ?? []);

const recordedIds = () => readdirSync(folder).flatMap((name) => recordName.exec(name)?.[1] ?? []);

function readRecord(id: string): StackRecord | undefined {
  const text = readFileSync(recordPath(id), 'utf8');
  // Killed between opening and writing: nothing was started yet.
  if (text === '') removeRecord(id);
  return text === '' ? undefined : JSON.parse(text);
}

/** `undefined` if there is no such process. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = processFields(pid)?.[19];
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isRunning(process: ProcessIdentity): boolean {
  const fields = processFields(process.pid);
  return fields?.[19] === process.startTime && fields[0] !== 'Z';
}

/** The fields after the command's name (which may hold blanks and parentheses): state, parent, group, session, … */
function processFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
