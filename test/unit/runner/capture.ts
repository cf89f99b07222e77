import { vi } from 'vitest';
import { readStepLog, type StepLog } from '../../scenarios/harness/step-log.ts';

/** What is written to stdout while `body` runs. */
export async function stdoutOf(body: () => unknown): Promise<string> {
  let written = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
  try {
    await body();
  } finally {
    spy.mockRestore();
  }
  return written;
}

export const workspace = '/home/runner/ws/vpn';

/** What GitHub's runner makes of it. */
export async function stepLogOf(body: () => unknown, debug = false): Promise<StepLog> {
  return readStepLog(await stdoutOf(body), { debug, workspace });
}
