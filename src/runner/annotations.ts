import type { AnnotationProperties } from '@actions/core';
import type { Place } from '../errors.ts';
import { clean } from './clean.ts';

export type Level = 'error' | 'warning' | 'notice';

/**
 * GitHub turns ten of each kind into annotations for a step and leaves the rest in the log.
 * One error is kept for the failure itself, which comes last.
 */
export const mostAnnotations: Readonly<Record<Level, number>> = { error: 9, warning: 10, notice: 10 };

/** GitHub cuts an annotation's text at 4096 characters. */
export const longestAnnotation = 4000;

/** A file as annotations name it: relative to the workspace, with `/`. */
export function relativeFile(file: string, workspace: string): string {
  const slashed = file.replaceAll('\\', '/');
  const root = `${workspace.replaceAll('\\', '/').replace(/\/+$/, '')}/`;
  return slashed.startsWith(root) ? slashed.slice(root.length) : slashed;
}

/** One line, because GitHub drops the columns of a longer range. */
export function annotationProperties(title: string, at: Place | undefined, workspace: string): AnnotationProperties {
  const head = title === '' ? {} : { title: clean(title, 60) };
  if (at === undefined) return head;
  return {
    ...head,
    file: clean(relativeFile(at.file, workspace)),
    startLine: at.line,
    endLine: at.line,
    startColumn: at.column,
    ...(at.endColumn === undefined ? {} : { endColumn: at.endColumn }),
  };
}

/** `file:line:column: ` before the text, because the log shows an annotation without its place. */
export function placed(text: string, at: Place | undefined, workspace: string): string {
  return at === undefined ? text : `${relativeFile(at.file, workspace)}:${at.line}:${at.column}: ${text}`;
}
