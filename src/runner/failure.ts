import { debug, error } from '@actions/core';
import type { ActionError } from '../errors.ts';
import { annotationProperties, longestAnnotation, placed } from './annotations.ts';
import { clean, cleanLines } from './clean.ts';
import type { LogOptions } from './log.ts';

const longestLine = 1000;
/** Room for the place in front of the text. */
const longestPlace = 500;

/**
 * What failed, what to do, and the code under which docs/troubleshooting.md explains it. Several lines if the message has.
 * A message that is too long is cut, and nothing else: what to do comes after it.
 */
export function failureText(failure: ActionError, redact = (text: string): string => text): string {
  const { code, hint } = failure;
  const message = cleanLines(redact(failure.message), longestLine).join('\n');
  const separator = message.includes('\n') ? '\n' : ' ';
  const end = [...(hint === undefined ? [] : [clean(redact(hint), longestLine)]), `(${code})`].join(separator);
  // What follows a line break may be lines to copy.
  const whole = /[.!?:]\s*$|\n/.test(message) ? message : `${message}.`;
  const room = longestAnnotation - longestPlace - end.length;
  return [whole.length > room ? `${whole.slice(0, room)} …` : whole, end].join(separator);
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
  const text = cleanLines(placed(failureText(failure, redact), place, workspace), longestAnnotation).join('\n');
  error(text.slice(0, longestAnnotation), annotationProperties(failure.code, place, workspace));
}
