import { debug, error } from '@actions/core';
import type { ActionError } from '../errors.ts';
import { annotationProperties, longestAnnotation, placed } from './annotations.ts';
import { clean, cleanLines } from './clean.ts';
import type { LogOptions } from './log.ts';

/** What failed, what to do, and the code under which docs/troubleshooting.md explains it. Several lines if the message has. */
export function failureText(failure: ActionError): string {
  const message = /[.!?:]\s*$/.test(failure.message) ? failure.message : `${failure.message}.`;
  const separator = message.includes('\n') ? '\n' : ' ';
  return [message, ...(failure.hint === undefined ? [] : [failure.hint]), `(${failure.code})`].join(separator);
}

/** The stack traces of an error and its causes, for the debug log alone. */
function stackLines(thrown: unknown, depth = 0): readonly string[] {
  if (!(thrown instanceof Error) || depth > 5) return [];
  return [...String(thrown.stack).split('\n'), ...stackLines(thrown.cause, depth + 1)];
}

/**
 * Ends the run as failed; called once, at the very end. It does what `core.setFailed` does (exit code 1 and one error),
 * but with the file, the line and the code as title, which setFailed has no way to pass.
 */
export function fail(failure: ActionError, { redact = (text) => text, workspace = '' }: LogOptions = {}): void {
  process.exitCode = 1;
  for (const line of stackLines(failure)) debug(clean(redact(line)));
  const place = failure.at && { ...failure.at, file: redact(failure.at.file) };
  const text = cleanLines(redact(placed(failureText(failure), failure.at, workspace)), 1000).join('\n');
  error(text.slice(0, longestAnnotation), annotationProperties(failure.code, place, workspace));
}
