/** Files that the action writes into the workspace: never through a link, never over what it did not write. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ActionError, type ErrorCode } from '../errors.ts';
import type { GeneratedFiles } from '../peer-files.ts';
import { shown } from '../spec/show.ts';

/** What git and GitHub act upon. */
const reserved = ['.git', '.github'];

/**
 * Whether some file system takes the name for a reserved one: in any case, with blanks or dots at its end, with the name of a
 * stream, or by its short name (all four on Windows; git itself refuses the same names, in `verify_path`).
 */
function isReserved(segment: string): boolean {
  const name = segment
    .toLowerCase()
    .replace(/:.*$/, '')
    .replace(/[. ]+$/, '');
  return reserved.includes(name) || /^(?:git|github)~\d+$/.test(name);
}

/** Bytes; no file of ours is larger. */
const largest = 8_388_608;

/** The inputs that say where files go: the code of their errors, and a path that would do. */
const inputs = {
  'peer-config-file': { code: 'PEER_CONFIG', example: 'vpn/{name}.conf' },
  'export-file': { code: 'EXPORT', example: 'vpn/{name}.yml' },
} as const satisfies Readonly<Record<string, { code: ErrorCode; example: string }>>;

export type FileInput = keyof typeof inputs;

/** Why nothing is written; the input that named the path is said once the reason gets out. */
class Refused extends Error {}

function refused(name: string, why: string, cause?: unknown): Refused {
  return new Refused(`${shown(name)} ${why}`, { cause });
}

function told(error: unknown, name: string, input: FileInput): ActionError {
  const { message, cause } =
    error instanceof Refused ? error : refused(name, `cannot be written (${codeOf(error)}).`, error);
  const { code, example } = inputs[input];
  return new ActionError(code, `${input}: ${message}`, {
    hint: `Give a path of the workspace for this file alone, such as ${example}.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** A path as the segments below the workspace. */
function segmentsOf(root: string, path: string): readonly string[] {
  const name = relative(resolve(root), resolve(root, path));
  const segments = name.split(sep);
  if (name === '' || segments[0] === '..' || isAbsolute(name)) {
    throw refused(path, name === '' ? 'is the workspace itself.' : 'leads out of the workspace.');
  }
  if (/[/\\]$/.test(path)) {
    throw refused(path, 'is the path of a folder. Add the name of the file.');
  }
  if (/\p{C}/u.test(path)) {
    throw refused(path, 'contains a control or other invisible character.');
  }
  if (segments.flatMap((segment) => segment.split('\\')).some(isReserved)) {
    throw refused(path, 'is in .git or .github, where nothing is written.');
  }
  return segments;
}

const faults: Readonly<Record<'link' | 'folder' | 'other', string>> = {
  link: 'is a symbolic link, and none is followed.',
  folder: 'is a folder.',
  other: 'is no regular file.',
};

/** What is at a path, without following a link. */
async function kindOf(path: string): Promise<'missing' | 'link' | 'folder' | 'file' | 'other'> {
  try {
    const stats = await lstat(path);
    return stats.isSymbolicLink() ? 'link' : stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return 'missing';
    }
    throw error;
  }
}

/** The text of a file that is there. */
async function textOf(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > largest) {
      return '';
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

interface Place {
  readonly path: string;
  readonly folder: string;
  /** What is there now; undefined: nothing. */
  readonly text: string | undefined;
}

/** Some file systems give a name back in the letters that it was made with. */
function comparable(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** Under a name of its own first: whoever reads the file finds the old text or the new one, never a part. */
async function replace(name: string, { folder, path }: Place, text: string): Promise<void> {
  const temporary = join(folder, `.ipsec-connection-action-${randomUUID()}`);
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(text, 'utf8');
      // Also where the process may create files for its own user alone.
      await file.chmod(0o644);
    } finally {
      await file.close();
    }
    // A folder that was exchanged for a link meanwhile leads elsewhere.
    if (comparable(await realpath(folder)) !== comparable(folder)) {
      throw refused(name, 'leads over a symbolic link.');
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * @param root the workspace, an absolute path
 * @param input which errors are about
 */
export function createGeneratedFiles(root: string, input: FileInput): GeneratedFiles {
  /** Goes down to the file and refuses whatever is not as it should be. Missing folders are made if asked for. */
  const locate = async (name: string, isOurs: (text: string) => boolean, makes: boolean): Promise<Place> => {
    const segments = segmentsOf(root, name);
    let folder = await realpath(root);
    const path = join(folder, ...segments);
    for (const segment of segments.slice(0, -1)) {
      folder = join(folder, segment);
      const kind = await kindOf(folder);
      if (kind === 'missing' && makes) {
        await mkdir(folder);
      } else if (kind !== 'missing' && kind !== 'folder') {
        throw refused(name, kind === 'link' ? 'leads over a symbolic link.' : 'leads over a file.');
      }
    }
    const kind = await kindOf(path);
    if (kind === 'missing') {
      return { path, folder, text: undefined };
    }
    if (kind !== 'file') {
      throw refused(name, faults[kind]);
    }
    const text = await textOf(path);
    if (!isOurs(text)) {
      throw refused(name, 'exists, and this action did not write it. It is left as it is.');
    }
    return { path, folder, text };
  };

  const guarded = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw told(error, name, input);
    }
  };

  return {
    nameOf(path) {
      try {
        return segmentsOf(root, path).join('/');
      } catch (error) {
        throw told(error, path, input);
      }
    },
    check: (name, isOurs) =>
      guarded(name, async () => {
        await locate(name, isOurs, false);
      }),
    write: (name, text, isOurs) =>
      guarded(name, async () => {
        const place = await locate(name, isOurs, true);
        if (place.text === text) {
          return 'unchanged';
        }
        await replace(name, place, text);
        return 'written';
      }),
  };
}
