import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { ActionError } from '../../../src/errors.ts';
import { findFiles, type Workspace } from '../../../src/spec/files.ts';
import { createWorkspace } from '../../../src/spec/workspace.ts';

const base = mkdtempSync(join(tmpdir(), 'workspace-'));
const root = join(base, 'ws');
let workspace: Workspace;

beforeAll(() => {
  for (const folder of ['ws/.github/vpn', 'ws/folder.yml', 'ws/..odd', 'outside']) {
    mkdirSync(join(base, folder), { recursive: true });
  }
  const write = (name: string, content: string | Uint8Array) => writeFileSync(join(base, name), content);
  write('ws/a.yml', 'a: 1\n');
  write('ws/[x].yml', 'x: 1\n');
  write('ws/..odd/b.yml', 'b: 1\n');
  write('ws/.github/vpn/c.yml', '\ufeffc: ü\n');
  write('ws/latin1.yml', new Uint8Array([0x61, 0xfc]));
  write('ws/utf16.yml', new Uint8Array([0xff, 0xfe, 0x61, 0]));
  write('ws/empty.yml', '');
  write('ws/most.yml', '#'.repeat(1_048_576));
  write('ws/more.yml', '#'.repeat(1_048_577));
  write('outside/secret.yml', 'secret: 1\n');
  symlinkSync('a.yml', join(root, 'link.yml'));
  symlinkSync('../outside/secret.yml', join(root, 'escape.yml'));
  symlinkSync(join(base, 'outside'), join(root, 'escape'));
  symlinkSync('.github/vpn', join(root, 'linked'));
  symlinkSync('loop.yml', join(root, 'loop.yml'));
  symlinkSync('nowhere', join(root, 'dangling.yml'));
  execFileSync('mkfifo', [join(root, 'pipe.yml')]);
  // The workspace itself may be behind a link, as on some runners.
  symlinkSync(root, join(base, 'alias'));
  workspace = createWorkspace(join(base, 'alias'));
});

afterAll(() => {
  rmSync(base, { recursive: true });
});

describe('createWorkspace', () => {
  test.each([
    ['a.yml', 'a.yml'],
    ['./x/../a.yml', 'a.yml'],
    ['..odd/b.yml', '..odd/b.yml'],
    ['', ''],
    ['..', undefined],
    ['../outside/secret.yml', undefined],
    ['/etc/passwd', undefined],
  ])('nameOf(%j) is %j', (path, name) => {
    expect(workspace.nameOf(path)).toBe(name);
  });

  it('knows absolute paths that lie inside', () => {
    expect(workspace.nameOf(join(base, 'alias', 'vpn', 'a.yml'))).toBe('vpn/a.yml');
  });

  test.each([
    ['a.yml', 'file'],
    ['link.yml', 'file'],
    ['linked/c.yml', 'file'],
    ['folder.yml', 'directory'],
    ['linked', 'directory'],
    ['escape.yml', 'outside'],
    ['escape/secret.yml', 'outside'],
    ['pipe.yml', 'other'],
    ['none.yml', 'missing'],
    ['dangling.yml', 'missing'],
    ['a.yml/b', 'missing'],
    ['x'.repeat(5000), 'missing'],
    ['a\0b', 'missing'],
  ])('look(%j) is %s', async (name, kind) => {
    expect(await workspace.look(name)).toBe(kind);
  });

  it('tells other failures of the file system', async () => {
    await expect(workspace.look('loop.yml')).rejects.toMatchObject({
      code: 'SPEC_FILE',
      message: 'The file "loop.yml" cannot be read (ELOOP).',
    });
  });

  test.each([
    ['a.yml', 'a: 1\n'],
    ['link.yml', 'a: 1\n'],
    ['linked/c.yml', 'c: ü\n'],
    ['empty.yml', ''],
    ['most.yml', '#'.repeat(1_048_576)],
  ])('reads %s', async (name, text) => {
    expect(await workspace.read(name)).toBe(text);
    expect(await workspace.read(join(base, 'alias', name))).toBe(text);
  });

  test.each([
    ['none.yml', 'does not exist.'],
    ['folder.yml', 'is a directory.'],
    ['escape.yml', 'is not inside the workspace.'],
    ['../outside/secret.yml', 'is not inside the workspace.'],
    ['pipe.yml', 'is no regular file.'],
    ['latin1.yml', 'is not text in UTF-8.'],
    ['utf16.yml', 'is not text in UTF-8.'],
    ['more.yml', 'has more than 1048576 bytes (1 MiB).'],
  ])('does not read %s', async (name, why) => {
    const error: unknown = await workspace.read(name).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ActionError);
    expect(error).toMatchObject({ code: 'SPEC_FILE', message: `The file "${name}" ${why}` });
  });

  it.skipIf(process.getuid?.() === 0)('tells that a file may not be read', async () => {
    chmodSync(join(root, 'empty.yml'), 0);
    await expect(workspace.read('empty.yml')).rejects.toThrow('cannot be read (EACCES)');
  });

  it('finds files by patterns, also through links, but no directories', async () => {
    const found = async (pattern: string) => (await workspace.glob(pattern)).toSorted();
    expect(await found('?.yml')).toEqual(['a.yml']);
    expect(await found('.github/**/*.yml')).toEqual(['.github/vpn/c.yml']);
    expect(await found('{a,link,folder}.yml')).toEqual(['a.yml', 'link.yml']);
    expect(await found('link*')).toEqual(['link.yml']);
    expect(await found('nothing*')).toEqual([]);
    expect(await found('../outside/*')).toEqual([]);
  });

  it('serves findFiles', async () => {
    const names = async (...lines: string[]) => (await findFiles(lines, workspace)).map(({ name }) => name);
    expect(await names('[x].yml', '.github/vpn/*.yml', join(base, 'alias', 'a.yml'))).toEqual([
      '.github/vpn/c.yml',
      '[x].yml',
      'a.yml',
    ]);
    await expect(names('esc*.yml')).rejects.toThrow('The file "escape.yml" is not inside the workspace.');
    await expect(names('escape/*')).rejects.toThrow('is not inside the workspace.');
    await expect(names('../outside/*')).rejects.toThrow('leads out of the workspace');
  });
});
