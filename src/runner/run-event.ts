/** Reads what started the run: variables of the runner, and the file with the webhook's payload. */
import { readFileSync } from 'node:fs';
import type { RunEvent } from '../github/event.ts';

/** Without a file, or with one that is no JSON, the event has no payload: nothing is then known of a pull request but its ref. */
function payloadOf(path: string | undefined): unknown {
  try {
    return path === undefined || path === '' ? undefined : JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

export function readRunEvent(variables: Readonly<Record<string, string | undefined>>): RunEvent {
  return {
    name: variables['GITHUB_EVENT_NAME'] ?? '',
    ref: variables['GITHUB_REF'] ?? '',
    sha: variables['GITHUB_SHA'] ?? '',
    payload: payloadOf(variables['GITHUB_EVENT_PATH']),
  };
}
