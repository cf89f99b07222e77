/** Files anywhere on the runner. The only part of reading a clouds.yaml that touches the file system. */
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { join, parse, resolve, sep } from 'node:path';
import type { RunnerFile, RunnerFiles } from '../clouds/files.ts';
import { asActionError } from '../errors.ts';
import { shown } from '../spec/show.ts';
import { codeOf, inside, readAt } from '../spec/workspace.ts';

/** As many as Linux follows. */
const mostLinks = 40;

interface Walked {
  readonly real: string;
  /** A link on the way lies in the workspace, where a pull request can lay one. */
  readonly byWorkspaceLink: boolean;
}

/** Follows a path link by link, because where each of them lies counts. Throws if something is not there. */
async function walk(path: string, root: string): Promise<Walked> {
  let current = parse(path).root;
  let rest = path.slice(current.length).split(sep);
  let byWorkspaceLink = false;
  for (let links = 0; rest.length > 0; ) {
    const [part = '', ...others] = rest;
    const next = join(current, part);
    rest = others;
    if ((await lstat(next)).isSymbolicLink()) {
      links += 1;
      if (links > mostLinks) throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
      byWorkspaceLink ||= inside(root, current) !== undefined;
      const target = resolve(current, await readlink(next));
      current = parse(target).root;
      rest = [...target.slice(current.length).split(sep), ...others];
    } else {
      current = next;
    }
  }
  return { real: current, byWorkspaceLink };
}

async function read(root: string, path: string): Promise<RunnerFile> {
  const absolute = resolve(root, path);
  const realRoot = await realpath(root);
  const { real, byWorkspaceLink } = await walk(absolute, realRoot);
  const name = inside(realRoot, real);
  if (name === undefined && byWorkspaceLink) {
    return { is: 'unusable', why: `The file ${shown(path)} is a link that leads out of the workspace.` };
  }
  const stats = await stat(real);
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? 'a directory' : 'no regular file';
    return { is: 'unusable', why: `The file ${shown(path)} is ${what}.` };
  }
  const text = await readAt(real, path);
  return { is: 'file', text, inWorkspace: name !== undefined, name: name ?? path };
}

/** @param root the workspace, an absolute path. */
export function createRunnerFiles(root: string): RunnerFiles {
  return {
    read: async (path) => {
      try {
        return await read(root, path);
      } catch (error) {
        const code = codeOf(error);
        if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(code)) return { is: 'missing' };
        const failure = asActionError(error);
        const why = failure.code === 'BUG' ? `The file ${shown(path)} cannot be read (${code}).` : failure.message;
        return { is: 'unusable', why };
      }
    },
  };
}
