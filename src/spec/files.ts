/** Which files a run reads: the lines of the input `connection-file`, each a path or a glob. */
import { ActionError } from '../errors.ts';
import type { SpecFile } from './read.ts';
import { shown } from './show.ts';

export type FileKind = 'file' | 'directory' | 'missing' | 'outside' | 'other';

/** The files of the repository, seen through what is safe: nothing outside the workspace, no devices, nothing huge. */
export interface Workspace {
  /** A path as a person gives it, absolute or not, as a name: relative, with `/`; undefined if it leads out. */
  nameOf(path: string): string | undefined;
  /** What a name is, links followed. */
  look(name: string): Promise<FileKind>;
  /** Names of all that matches, except directories; `**` skips directories that begin with a dot. */
  glob(pattern: string): Promise<readonly string[]>;
  /**
   * The text of a file.
   * @throws ActionError SPEC_FILE unless it is a regular file inside the workspace with at most 1 MiB of UTF-8.
   */
  read(path: string): Promise<string>;
}

const mostFiles = 200;

const hint = 'Paths are relative to the workspace. Does a step with actions/checkout come before this one?';

const isPattern = /[*?[\]{}!()@+|]/;

/** Every way to choose from the braces of a glob is looked for by itself, and forty pairs would give 2^40 of them. */
const mostAlternatives = 1000;

/** Why a line gives no file. */
class Fault extends Error {}

async function otherEnding(name: string, workspace: Workspace): Promise<string> {
  const other = name.endsWith('.yml') ? name.replace(/yml$/, 'yaml') : name.replace(/\.yaml$/, '.yml');
  return other !== name && (await workspace.look(other)) === 'file' ? ` Did you mean ${shown(other)}?` : '';
}

/** Whether the braces of a glob stand for too many paths: `{a,b}` counts 2, `{1..9}` counts 9, one in another at most its product. */
function hasTooManyAlternatives(pattern: string): boolean {
  let rest = pattern;
  let count = 1;
  for (;;) {
    const [braces, text = ''] = /\{([^{}]*)\}/.exec(rest) ?? [];
    if (braces === undefined || count > mostAlternatives) {
      return count > mostAlternatives;
    }
    const [, from, to] = /^(-?\d+)\.\.(-?\d+)(?:\.\.-?\d+)?$/.exec(text) ?? [];
    count *= from === undefined ? text.split(',').length : Math.abs(Number(to) - Number(from)) + 1;
    rest = rest.replace(braces, '');
  }
}

/** The names that one line stands for. A name that exists as it is needs no escaping, whatever characters it has. */
async function namesOf(line: string, workspace: Workspace): Promise<readonly string[]> {
  const name = workspace.nameOf(line);
  if (name === undefined) {
    throw new Fault(`${shown(line)} leads out of the workspace.`);
  }
  const kind = await workspace.look(name);
  switch (kind) {
    case 'file':
      return [name];
    case 'directory':
      throw new Fault(`${shown(line)} is a directory. Write ${shown(`${line.replace(/\/+$/, '')}/*.yml`)}.`);
    case 'outside':
      throw new Fault(`${shown(line)} is a link that leads out of the workspace.`);
    case 'other':
      throw new Fault(`${shown(line)} is no regular file.`);
    case 'missing': {
      if (hasTooManyAlternatives(name)) {
        throw new Fault(`${shown(line)} has braces with more than ${mostAlternatives} alternatives.`);
      }
      const names = isPattern.test(name) ? await workspace.glob(name) : [];
      if (names.length === 0) {
        throw new Fault(`${shown(line)} matches no file.${await otherEnding(name, workspace)}`);
      }
      return names;
    }
  }
}

/** Names or faults of all lines. */
async function resolve(lines: readonly string[], workspace: Workspace): Promise<readonly string[]> {
  const results = await Promise.allSettled(lines.map((line) => namesOf(line, workspace)));
  const reasons = results.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason);
  const faults = reasons.filter((reason) => reason instanceof Fault).map(({ message }) => message);
  if (faults.length < reasons.length) {
    throw reasons.find((reason) => !(reason instanceof Fault));
  }
  if (faults.length > 0) {
    throw new ActionError('SPEC_FILE', `connection-file: ${faults.join(' ')}`, { hint });
  }
  const names = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  // Sorted by code units, not by a locale: the order is the same on every machine.
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
}

/**
 * Finds and reads all files, each once, sorted by name.
 * @throws ActionError INPUT_INVALID without a line, SPEC_FILE for lines that give no file, files that cannot be read, or more than 200 of them.
 */
export async function findFiles(lines: readonly string[], workspace: Workspace): Promise<readonly SpecFile[]> {
  const wanted = lines.map((line) => line.trim()).filter((line) => line !== '');
  if (wanted.length === 0) {
    throw new ActionError('INPUT_INVALID', 'connection-file is empty.', {
      hint: 'Give the path of a file, or a glob, on each line.',
    });
  }
  const names = await resolve(wanted, workspace);
  if (names.length > mostFiles) {
    const message = `connection-file: ${names.length} files match; at most ${mostFiles} are possible.`;
    throw new ActionError('SPEC_FILE', message, {
      hint: 'Write a narrower glob, or put several connections into one file.',
    });
  }
  const files: SpecFile[] = [];
  for (const name of names) {
    files.push({ name, text: await workspace.read(name) });
  }
  return files;
}
