/** Where a stack lives while it is built: its folder, its names, its environment, and the signal that ends it. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namesOf } from './names.ts';
import { identifyProcess, type StackRecord, writeRecord } from './record.ts';

export interface Site {
  readonly record: StackRecord;
  /** Aborted when the user interrupts, and when any part of the start fails. */
  readonly abort: AbortController;
  /** The whole environment of the servers: nothing of the caller's shell (PYTHONPATH, proxies, locale) disturbs them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Each process of a stack has this in its environment, also those that make sessions of their own. */
export const markVariable = 'OPENSTACK_STACK_ID';

/** The agents write there what they make; see python/journal.py. */
export const journalPath = (record: StackRecord) => join(record.directory, 'made');

/** Records the stack, then makes its folder, for root alone. */
export function createSite(purpose: StackRecord['purpose'], abort: AbortController): Site {
  const owner = identifyProcess(process.pid);
  if (!owner) throw new Error('/proc does not know this process');
  const { id, directory } = choosePlace();
  const { namespaces, links } = namesOf(id);
  const record = { id, purpose, owner, directory, namespaces, links };
  writeRecord(record);
  mkdirSync(directory, { mode: 0o700 });
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary);
  const environment = {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C.UTF-8',
    HOME: directory,
    TMPDIR: temporary,
    // The launchers are in the checkout: no __pycache__ there.
    PYTHONDONTWRITEBYTECODE: '1',
    [markVariable]: id,
  };
  return { record, abort, environment };
}

/** The name comes before the folder, so that there is never a folder without a record. */
function choosePlace() {
  for (;;) {
    const id = randomBytes(3).toString('hex');
    const directory = join(tmpdir(), `openstack-stack-${id}`);
    if (!existsSync(directory)) return { id, directory };
  }
}
