/** A workspace with everything in it that could lead astray, and what lies around it. */
import { execFileSync } from 'node:child_process';
import { link, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { onTestFinished } from 'vitest';

/** The text of every file that must not be read. */
export const outsideText = 'outside: 1\n';
/** The text of every file that may be read. */
export const insideText = 'inside: 1\n';

export interface Place {
  readonly root: string;
  /** Every file, folder and link outside the workspace, in `.git` or in `.github`, with its content. */
  surroundings(): Promise<string>;
  /** Files in the rest of the workspace that are no links, by their names from its parent, with their contents. */
  files(): Promise<ReadonlyMap<string, string>>;
}

async function described(path: string): Promise<string> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return 'link';
  return stats.isFile() ? await readFile(path, 'utf8') : `special ${stats.mode}`;
}

async function tree(base: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const folders = [base];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const name = relative(base, path);
      if (entry.isDirectory()) {
        folders.push(path);
        found.set(`${name}/`, '');
      } else {
        found.set(name, await described(path));
      }
    }
  }
  return found;
}

/** What macOS leaves out of names, as git's `next_hfs_char` lists it. */
const ignored = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Whether macOS or Windows would take a part of the name for `.git` or `.github`: by git's rules, not by the action's. */
export function meansGit(name: string): boolean {
  return name
    .replace(ignored, '')
    .split(/[/\\]/)
    .some((part) => /^(?:\.git(?:hub)?|git(?:hub)?~[0-9]+)[. ]*(?::.*)?$/is.test(part));
}

const isOwn = (name: string): boolean => name.startsWith('ws/') && !/^ws\/(.*\/)?\.git(hub)?(\/|$)/i.test(name);

/** Lives as long as the test. */
export async function makePlace(): Promise<Place> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'paths-')));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const at = (name: string): string => join(base, name);
  for (const folder of ['ws/vpn/deep', 'ws/.git/hooks', 'ws/.github/workflows', 'ws/sub/.git', 'outside/vpn']) {
    await mkdir(at(folder), { recursive: true });
  }
  const inside = ['a.yml', 'vpn/b.yml', 'vpn/deep/c.yml', '[x].yml', '.git/config', '.git/hooks/x.yml'];
  for (const name of inside) await writeFile(at(`ws/${name}`), insideText);
  for (const name of ['outside/a.yml', 'outside/vpn/b.yml', 'a.yml', 'ws2.yml']) await writeFile(at(name), outsideText);
  const links: readonly (readonly [string, string])[] = [
    ['../outside/a.yml', 'ws/link.yml'],
    ['../../outside', 'ws/vpn/out'],
    [at('outside'), 'ws/absolute'],
    ['chain2', 'ws/chain1'],
    ['../outside', 'ws/chain2'],
    ['loop', 'ws/loop'],
    ['nowhere.yml', 'ws/dangling.yml'],
    ['../outside/new.yml', 'ws/dangling-out.yml'],
    ['.', 'ws/self'],
    ['..', 'ws/up'],
    ['/proc/self/environ', 'ws/environ.yml'],
    ['/dev/zero', 'ws/zero.yml'],
    ['.git', 'ws/plain'],
    ['.github/workflows', 'ws/flows'],
    ['vpn', 'ws/inner'],
  ];
  for (const [target, name] of links) await symlink(target, at(name));
  execFileSync('mkfifo', [at('ws/pipe.yml')]);
  await link(at('ws/vpn/b.yml'), at('ws/hard.yml'));
  return {
    root: at('ws'),
    surroundings: async () => JSON.stringify([...(await tree(base))].filter(([name]) => !isOwn(name)).sort()),
    files: async () =>
      new Map([...(await tree(base))].filter(([name, text]) => isOwn(name) && text !== '' && text !== 'link')),
  };
}
