/** The end of a server's log, for the message of a failure: the folder with the log goes when the stack does. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const lines = 40;
const bytes = 32_768;

export function logTail(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return '(no log)';
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n') || '(an empty log)';
  } finally {
    closeSync(descriptor);
  }
}
