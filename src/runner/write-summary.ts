import { summary } from '@actions/core';
import type { Log } from '../ports.ts';

/** Appends to the step's summary. An old server has none, and side work never fails a run: a debug line says so. */
export async function writeSummary(markdown: string, log: Pick<Log, 'debug'>): Promise<void> {
  try {
    await summary.addRaw(markdown).write();
  } catch (error) {
    summary.emptyBuffer();
    log.debug(`The job summary could not be written: ${String(error)}`);
  }
}
