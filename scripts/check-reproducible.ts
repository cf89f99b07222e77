/**
 * Builds the bundle twice, in folders of different names and depth, for users of different habits (language, time zone, rights
 * of new files), and compares the results byte by byte with each other and with dist/.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What a build needs: neither tests nor documents. */
const sources = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'src',
  'scripts',
  'node_modules',
];

type Digests = ReadonlyMap<string, string>;

function digestsOf(folder: string): Digests {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    names
      .sort()
      .map((name) => [name.slice(folder.length + 1), createHash('sha256').update(readFileSync(name)).digest('hex')]),
  );
}

function build(folder: string, umask: number, environment: Readonly<Record<string, string>>): Digests {
  const before = process.umask(umask);
  try {
    const env = { ...process.env, ...environment };
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
  } finally {
    process.umask(before);
  }
  return digestsOf(join(folder, 'dist'));
}

function differences(one: Digests, other: Digests): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));
}

const base = mkdtempSync(join(tmpdir(), 'reproducible-'));
try {
  const first = join(base, 'a');
  for (const name of sources) {
    cpSync(join(root, name), join(first, name), { recursive: true, verbatimSymlinks: true });
  }
  const one = build(first, 0o022, { TZ: 'UTC', LC_ALL: 'C', LANG: 'C' });
  const second = join(base, 'another folder', 'far', 'below', 'ü');
  mkdirSync(dirname(second), { recursive: true });
  renameSync(first, second);
  const two = build(second, 0o077, { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', HOME: base });
  const between = differences(one, two);
  const committed = differences(one, digestsOf(join(root, 'dist')));
  for (const name of between) console.error(`dist/${name} differs between two builds`);
  for (const name of committed) console.error(`dist/${name} is not what a build in another folder gives`);
  if (between.length + committed.length > 0) process.exitCode = 1;
  else console.log(`${one.size} files, the same in two folders and in dist/`);
} finally {
  rmSync(base, { recursive: true });
}
