/** The files of the workspace on disk. The only part of reading a spec that touches the file system. */
import { constants } from 'node:fs';
import { glob, open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ActionError } from '../errors.ts';
import type { FileKind, Workspace } from './files.ts';
import { shown } from './show.ts';

/** 1 MiB */
const largest = 1_048_576;

/** Without following a link, and without waiting for the writer of a pipe. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Of a failed call to the file system, such as ENOENT. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function refused(path: string, why: string, cause?: unknown): ActionError {
  return new ActionError('SPEC_FILE', `The file ${shown(path)} ${why}`, cause === undefined ? {} : { cause });
}

/** The name below the root, with `/`; undefined for what is not there. */
export function inside(root: string, path: string): string | undefined {
  const name = relative(root, path);
  const leaves = name === '..' || name.startsWith(`..${sep}`) || isAbsolute(name);
  return leaves ? undefined : name.split(sep).join('/');
}

const faults: Readonly<Record<Exclude<FileKind, 'file'>, string>> = {
  directory: 'is a directory.',
  missing: 'does not exist.',
  outside: 'is not inside the workspace.',
  other: 'is no regular file.',
};

/** UTF-8 without its byte order mark. */
function decode(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw refused(path, 'is not text in UTF-8.', error);
  }
}

/**
 * The text of a regular file without following a link.
 * @param path for messages
 * @throws ActionError SPEC_FILE
 */
export async function readAt(real: string, path: string): Promise<string> {
  const file = await open(real, openFlags);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) {
      throw refused(path, faults.other);
    }
    // One byte more than allowed: the size that `stat` tells may be outdated.
    const buffer = new Uint8Array(largest + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      ({ bytesRead: read } = await file.read(buffer, length, buffer.length - length));
    }
    if (length > largest) {
      throw refused(path, `has more than ${largest} bytes (1 MiB).`);
    }
    return decode(path, buffer.subarray(0, length));
  } finally {
    await file.close();
  }
}

/** @param root the workspace, an absolute path. */
export function createWorkspace(root: string): Workspace {
  /** Where a name really is; undefined if that is not inside the workspace. Throws if it is not there. */
  const locate = async (name: string): Promise<string | undefined> => {
    const [realRoot, real] = await Promise.all([realpath(root), realpath(join(root, name))]);
    return inside(realRoot, real) === undefined ? undefined : real;
  };

  const nameOf: Workspace['nameOf'] = (path) => inside(resolve(root), resolve(root, path));

  const look: Workspace['look'] = async (name) => {
    try {
      const real = await locate(name);
      if (real === undefined) {
        return 'outside';
      }
      const stats = await stat(real);
      return stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(codeOf(error))) {
        return 'missing';
      }
      throw refused(name, `cannot be read (${codeOf(error)}).`, error);
    }
  };

  return {
    nameOf,
    look,
    glob: async (pattern) => {
      const names: string[] = [];
      for await (const entry of glob(pattern, { cwd: root, withFileTypes: true })) {
        const name = nameOf(join(entry.parentPath, entry.name)) ?? '';
        const isDirectory = entry.isSymbolicLink() ? (await look(name)) === 'directory' : entry.isDirectory();
        names.push(...(isDirectory || name === '' ? [] : [name]));
      }
      return names;
    },
    read: async (path) => {
      const name = nameOf(path);
      const kind = name === undefined ? 'outside' : await look(name);
      if (kind !== 'file') {
        throw refused(path, faults[kind]);
      }
      try {
        return await readAt(await realpath(resolve(root, path)), path);
      } catch (error) {
        throw error instanceof ActionError ? error : refused(path, `cannot be read (${codeOf(error)}).`, error);
      }
    },
  };
}
