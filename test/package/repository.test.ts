import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root } from '../scenarios/harness/manifest.ts';

const read = (path: string): string => readFileSync(root + path, 'utf8');

/** Tracked and new files, as git sees them; the lock file and the bundle have tests of their own. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && !path.startsWith('dist/') && path !== 'package-lock.json')
  .filter((path) => statSync(root + path, { throwIfNoEntry: false })?.isFile() === true);

test('the lock file works with any registry: it names no host', () => {
  const hosts = [...read('package-lock.json').matchAll(/"resolved": "(https?:\/\/[^/"]+)/g)].map((match) => match[1]);
  expect(hosts.filter((host) => host !== 'https://registry.npmjs.org')).toEqual([]);
});

test('one undici and one http-client are installed for the bundle', () => {
  const lock: unknown = JSON.parse(read('package-lock.json'));
  const paths = Object.keys((lock as { packages: Record<string, unknown> }).packages);
  expect(paths.filter((path) => /node_modules\/(undici|@actions\/http-client)$/.test(path))).toHaveLength(2);
});

describe('no file names a place that only one machine has', () => {
  // Put together here, so that this file does not contain them itself.
  const words = ['/wo|rk/', '/home/|root', '../sha|red', '/fa|rm/', '.lib|rary/'].map((word) => word.replace('|', ''));
  test.each(words)('%s', (word) => {
    expect(files.filter((path) => read(path).includes(word))).toEqual([]);
  });
});

test('no test is switched off and no rule is silenced', () => {
  const marks = [
    '.only(',
    '.skip(',
    '.todo(',
    'istanbul ign|ore',
    'v8 ign|ore',
    '@ts-ign|ore',
    '@ts-exp|ect-error',
    'biome-ign|ore',
  ];
  const words = marks.map((mark) => mark.replace('|', ''));
  const code = files.filter(
    (path) => /^(src|test|scripts)\/.*\.ts$/.test(path) && path !== 'test/package/repository.test.ts',
  );
  expect(code.filter((path) => words.some((word) => read(path).includes(word)))).toEqual([]);
});

test('source files are small', () => {
  const source = files.filter((path) => /^src\/.*\.ts$/.test(path));
  expect(source.filter((path) => statSync(root + path).size > 14 * 1024)).toEqual([]);
});

describe('who may import what', () => {
  const source = files.filter((path) => path.startsWith('src/') && path.endsWith('.ts'));
  const importers = (pattern: RegExp): string[] => source.filter((path) => pattern.test(read(path)));

  test('only src/runner/ imports @actions', () => {
    expect(importers(/from '@actions\//).filter((path) => !path.startsWith('src/runner/'))).toEqual([]);
  });

  test('only src/http/ imports undici', () => {
    expect(importers(/(from |import\()'undici/).filter((path) => !path.startsWith('src/http/'))).toEqual([]);
  });

  test('what decides reads no file', () => {
    expect(importers(/'node:fs/).filter((path) => /^src\/(vpn|spec)\/(?!workspace)/.test(path))).toEqual([]);
  });
});
