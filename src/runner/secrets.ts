import { setSecret } from '@actions/core';
import { createRedactor, type Redactor, shortestSecret } from '../redact.ts';

/** Masks a secret; call it at first sight, before anything else is written. */
export interface Mask {
  (secret: string): void;
  /** The redactor's: for texts that are cut, escaped, or not written to the log, where the runner's masking fails. */
  redact(text: string): string;
  /** Whether the runner would mask a part of the text; it drops a job output for which that is so. */
  occursIn(text: string): boolean;
}

/**
 * The forms in which a one-line secret may appear besides itself. The runner adds base64, XML and .NET's own encodings
 * to each masked value, but not the percent-encoding and the JSON of JavaScript, which leave and escape other characters.
 */
export function derivedForms(secret: string): readonly string[] {
  // A lone surrogate has no percent-encoding: encodeURIComponent throws for it.
  const forms = [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
  return [...new Set(forms)];
}

/**
 * Masks each text and its derived forms once. Of a text with several lines each line is masked by itself, because the
 * runner would also mask the trivial lines of a block, and a line such as `}` ruins the log.
 * @param redactor learns them too
 */
export function createMask(redactor: Redactor = createRedactor()): Mask {
  const masked = new Set<string>();

  const mask = (secret: string): void => {
    const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
    // The spaces around a password belong to it.
    const texts = lines.length === 1 ? [secret, ...lines] : lines;
    const forms = texts.filter((text) => text.trim().length >= shortestSecret).flatMap(derivedForms);
    for (const form of forms) {
      if (masked.has(form)) continue;
      masked.add(form);
      redactor.add(form);
      setSecret(form);
    }
  };

  return Object.assign(mask, {
    redact: (text: string) => redactor.redact(text),
    occursIn: (text: string) => [...masked].some((form) => text.includes(form)),
  });
}
