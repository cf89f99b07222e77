import { debug, error, group, info, notice, warning } from '@actions/core';
import type { Log } from '../ports.ts';
import { annotationProperties, type Level, longestAnnotation, mostAnnotations, placed } from './annotations.ts';
import { clean } from './clean.ts';

export interface LogOptions {
  /** Replaces known secrets: the runner's own masking misses one that is cut or escaped. */
  readonly redact?: (text: string) => string;
  /** Absolute path; places inside it are shown relative to it. */
  readonly workspace?: string;
}

/**
 * The log as the runner shows it: each text becomes one line that can't form a workflow command.
 * Everything goes to stdout: the runner shows stderr before it, and with it whatever should have been masked by then.
 */
export function createLog({ redact = (text) => text, workspace = '' }: LogOptions = {}): Log {
  const count: Record<Level, number> = { error: 0, warning: 0, notice: 0 };
  const write = { error, warning, notice };
  const words: Readonly<Record<Level, string>> = { error: 'Error', warning: 'Warning', notice: 'Notice' };

  /** Annotations up to GitHub's limit of each kind, plain lines from there on. */
  const annotation =
    (level: Level): Log['warning'] =>
    (text, at, title = '') => {
      count[level] += 1;
      const place = at && { ...at, file: redact(at.file) };
      const line = clean(redact(placed(text, at, workspace)), longestAnnotation);
      if (count[level] > mostAnnotations[level]) info(`${words[level]}: ${line}`);
      else write[level](line, annotationProperties(redact(title), place, workspace));
    };

  return {
    // The plan's lines hold whole lists of networks.
    info: (text) => info(clean(redact(text), longestAnnotation)),
    debug: (text) => debug(clean(redact(text))),
    notice: annotation('notice'),
    warning: annotation('warning'),
    error: annotation('error'),
    group: (title, body) => group(clean(redact(title)), body),
  };
}
