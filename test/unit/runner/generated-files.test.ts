import { execFileSync } from 'node:child_process';
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGeneratedFiles } from '../../../src/runner/generated-files.ts';

const isOurs = (text: string): boolean => text.startsWith('# ours');
const ours = '# ours\nx\n';

async function bench() {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'generated-')));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const root = join(base, 'workspace');
  const outside = join(base, 'outside');
  await mkdir(root);
  await mkdir(outside);
  const files = createGeneratedFiles(root, 'peer-config-file');
  const at = (name: string): string => join(root, name);
  return { root, outside, files, at };
}

const refusal = (why: string | RegExp) =>
  expect.objectContaining({ code: 'PEER_CONFIG', message: expect.stringMatching(why), hint: expect.any(String) });

test('errors name the input that gave the path', async () => {
  const { root } = await bench();
  const files = createGeneratedFiles(root, 'export-file');
  await writeFile(join(root, 'office.yml'), 'mine: 1\n');
  const error = expect.objectContaining({
    code: 'EXPORT',
    message: 'export-file: "office.yml" exists, and this action did not write it. It is left as it is.',
    hint: expect.stringContaining('such as vpn/{name}.yml'),
  });
  await expect(files.check('office.yml', isOurs)).rejects.toEqual(error);
  await expect(files.write('office.yml', ours, isOurs)).rejects.toEqual(error);
  expect(() => files.nameOf('.git/x')).toThrow(/^export-file: ".git\/x" is in .git/);
});

describe('a file that is not there', () => {
  test('is written with its folders, for everybody to read, and nothing is left beside it', async () => {
    const { files, at, root } = await bench();
    await files.check('a/b/far.conf', isOurs);
    expect(await readdir(root)).toEqual([]);
    expect(await files.write('a/b/far.conf', ours, isOurs)).toBe('written');
    expect(await readFile(at('a/b/far.conf'), 'utf8')).toBe(ours);
    expect((await stat(at('a/b/far.conf'))).mode & 0o777).toBe(0o644);
    expect(await readdir(at('a/b'))).toEqual(['far.conf']);
  });

  test('in a workspace that is itself behind a link', async () => {
    const { root, outside } = await bench();
    await symlink(root, join(outside, 'link'));
    const files = createGeneratedFiles(join(outside, 'link'), 'peer-config-file');
    expect(await files.write('far.conf', ours, isOurs)).toBe('written');
    expect(await readdir(root)).toEqual(['far.conf']);
  });

  test('may have any name that a file can have', async () => {
    const { files, root } = await bench();
    const name = `${'é'.repeat(120)}.conf`;
    await files.write(name, ours, isOurs);
    expect((await readdir(root)).map((one) => one.normalize('NFC'))).toEqual([name]);
  });
});

describe('a file of ours', () => {
  test('is left alone if nothing changed', async () => {
    const { files, at } = await bench();
    await writeFile(at('far.conf'), ours, { mode: 0o600 });
    await utimes(at('far.conf'), 1, 1);
    expect(await files.write('far.conf', ours, isOurs)).toBe('unchanged');
    const { mtimeMs, mode } = await stat(at('far.conf'));
    expect([mtimeMs, mode & 0o777]).toEqual([1000, 0o600]);
  });

  test('is replaced at once: whoever has it open keeps the old one', async () => {
    const { files, at } = await bench();
    await writeFile(at('far.conf'), '# ours\nold\n');
    const { ino } = await stat(at('far.conf'));
    expect(await files.write('far.conf', ours, isOurs)).toBe('written');
    expect((await stat(at('far.conf'))).ino).not.toBe(ino);
    expect(await readFile(at('far.conf'), 'utf8')).toBe(ours);
  });

  test('that has a second name leaves that one as it is', async () => {
    const { files, at, outside } = await bench();
    await writeFile(join(outside, 'x'), '# ours\nold\n');
    execFileSync('ln', [join(outside, 'x'), at('far.conf')]);
    await files.write('far.conf', ours, isOurs);
    expect(await readFile(join(outside, 'x'), 'utf8')).toBe('# ours\nold\n');
  });
});

describe('refused, and nothing is written', () => {
  test.each([
    ['../far.conf', 'leads out of the workspace'],
    ['a/../../far.conf', 'leads out of the workspace'],
    ['/etc/far.conf', 'leads out of the workspace'],
    ['..', 'leads out of the workspace'],
    ['.', 'is the workspace itself'],
    ['a/..', 'is the workspace itself'],
    ['vpn/', 'is the path of a folder'],
    ['.git/hooks/post-checkout', 'is in .git or .github'],
    ['.GitHub/workflows/far.yml', 'is in .git or .github'],
    ['sub/.git/config', 'is in .git or .github'],
    ['.git. /config', 'is in .git or .github'],
    ['vpn/../.git/config', 'is in .git or .github'],
    ['.git', 'is in .git or .github'],
    ['.git::$INDEX_ALLOCATION/config', 'is in .git or .github'],
    ['GIT~1/config', 'is in .git or .github'],
    ['github~2/workflows/far.yml', 'is in .git or .github'],
    ['sub\\.git\\config', 'is in .git or .github'],
    ['a\nb', 'invisible character'],
    ['a\0b', 'invisible character'],
    ['.g\u200dit/config', 'invisible character'],
  ])('%j', async (path, why) => {
    const { files } = await bench();
    expect(() => files.nameOf(path)).toThrow(refusal(why));
    await expect(files.check(path, isOurs)).rejects.toEqual(refusal(why));
    await expect(files.write(path, ours, isOurs)).rejects.toEqual(refusal(why));
  });

  test.each<[string, (at: (name: string) => string, outside: string) => Promise<unknown>, string]>([
    ['a link to a file', (at, outside) => symlink(join(outside, 'x'), at('far.conf')), 'is a symbolic link'],
    ['a link to nothing', (at) => symlink('nowhere', at('far.conf')), 'is a symbolic link'],
    ['a folder', (at) => mkdir(at('far.conf')), 'is a folder'],
    ['a pipe', async (at) => execFileSync('mkfifo', [at('far.conf')]), 'is no regular file'],
    ['somebody else’s file', (at) => writeFile(at('far.conf'), 'mine\n# ours\n'), 'this action did not write it'],
    ['an empty file', (at) => writeFile(at('far.conf'), ''), 'this action did not write it'],
    [
      'a huge file',
      (at) => writeFile(at('far.conf'), `# ours\n${'x'.repeat(9_000_000)}`),
      'this action did not write it',
    ],
  ])('%s is in the way', async (_, prepare, why) => {
    const { files, at, outside, root } = await bench();
    await prepare(at, outside);
    const before = await lstat(at('far.conf'));
    await expect(files.check('far.conf', isOurs)).rejects.toEqual(refusal(why));
    await expect(files.write('far.conf', ours, isOurs)).rejects.toEqual(refusal(why));
    expect((await lstat(at('far.conf'))).ino).toBe(before.ino);
    expect([await readdir(root), await readdir(outside)]).toEqual([['far.conf'], []]);
  });

  test.each([
    ['a link to a folder outside', 'link'],
    ['a link to a folder inside', 'inner'],
    ['a link further up', 'link/deeper'],
  ])('the way leads over %s', async (_, way) => {
    const { files, at, outside } = await bench();
    await mkdir(at('real'));
    await symlink(outside, at('link'));
    await symlink('real', at('inner'));
    await expect(files.check(`${way}/far.conf`, isOurs)).rejects.toEqual(refusal('leads over a symbolic link'));
    await expect(files.write(`${way}/far.conf`, ours, isOurs)).rejects.toEqual(refusal('leads over a symbolic link'));
    expect([await readdir(outside), await readdir(at('real'))]).toEqual([[], []]);
  });

  test('the way leads over a file', async () => {
    const { files, at } = await bench();
    await writeFile(at('vpn'), 'x');
    await expect(files.check('vpn/far.conf', isOurs)).rejects.toEqual(refusal('leads over a file'));
  });

  test('what the system refuses is told by its code', async () => {
    const { files } = await bench();
    await expect(files.check(`${'x'.repeat(300)}/far.conf`, isOurs)).rejects.toEqual(
      refusal('cannot be written .ENAMETOOLONG'),
    );
  });
});

describe('while something else happens', () => {
  /** Calls `act` again and again until it has been done `times`. */
  async function meanwhile(times: number, act: () => Promise<unknown>): Promise<void> {
    for (let count = 0; count < times; count += 1) await act().catch(() => undefined);
  }

  test('a folder that turns into a link never gets a file outside the workspace', async () => {
    const { files, at, outside } = await bench();
    await mkdir(at('vpn'));
    await symlink(outside, at('link'));
    const swap = async (): Promise<void> => {
      await rename(at('vpn'), at('kept'));
      await rename(at('link'), at('vpn'));
      await rename(at('vpn'), at('link'));
      await rename(at('kept'), at('vpn'));
    };
    const write = (): Promise<unknown> => files.write('vpn/far.conf', `# ours\n${Math.random()}\n`, isOurs);
    await Promise.all([meanwhile(300, swap), meanwhile(300, write)]);
    expect((await readdir(outside)).filter((name) => name.endsWith('.conf'))).toEqual([]);
  });

  test('a write that fails leaves nothing beside the file', async () => {
    const { files, at } = await bench();
    await mkdir(at('vpn'));
    await writeFile(at('vpn/far.conf'), '# ours\nold\n');
    const judged = files.write('vpn/far.conf', ours, (text) => {
      // The file becomes a folder after it was looked at.
      execFileSync('sh', ['-c', 'rm "$1" && mkdir "$1" && touch "$1/x"', 'sh', at('vpn/far.conf')]);
      return isOurs(text);
    });
    await expect(judged).rejects.toEqual(refusal(/cannot be written .E/));
    expect(await readdir(at('vpn'))).toEqual(['far.conf']);
  });

  test('a folder that was exchanged for a link between look and write is refused', async () => {
    const { files, at, outside } = await bench();
    await mkdir(at('vpn'));
    await writeFile(at('vpn/far.conf'), '# ours\nold\n');
    const judged = files.write('vpn/far.conf', ours, (text) => {
      execFileSync('sh', ['-c', 'mv "$1" "$1.kept" && ln -s "$2" "$1"', 'sh', at('vpn'), outside]);
      return isOurs(text);
    });
    await expect(judged).rejects.toEqual(refusal('leads over a symbolic link'));
    expect(await readdir(outside)).toEqual([]);
  });
});

test('the name of a path: relative, whatever it is given as', async () => {
  const { files, root } = await bench();
  expect(files.nameOf('./vpn//x/../far.conf')).toBe('vpn/far.conf');
  expect(files.nameOf(join(root, 'far.conf'))).toBe('far.conf');
});
