import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readManifest, root } from '../scenarios/harness/manifest.ts';

const dist = join(root, 'dist');
const names = readdirSync(dist);
const code = names.filter((name) => name.endsWith('.js')).map((name) => readFileSync(join(dist, name), 'utf8'));
const all = code.join('\n');

const occurrences = (text: string): number => all.split(text).length - 1;

test('action.yml starts a file that is there, on Node 24', () => {
  const manifest = readManifest();
  expect(manifest.using).toBe('node24');
  expect(existsSync(join(root, manifest.main))).toBe(true);
});

test('the bundle is an ES module, and has no source map', () => {
  expect(JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'))).toEqual({ type: 'module' });
  expect(names.filter((name) => name.endsWith('.map'))).toEqual([]);
});

test('the licences of all packages that can be in it', () => {
  const text = `\n${readFileSync(join(dist, 'licenses.txt'), 'utf8')}`;
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const folders = Object.keys(packages).filter((folder) => folder !== '' && packages[folder].dev !== true);
  const missing = folders
    .map((folder) => folder.replace(/^.*node_modules\//, ''))
    .filter((name) => !text.includes(`\n${name}\n`));
  expect(folders.length).toBeGreaterThan(5);
  expect(missing).toEqual([]);
});

const size = (name: string): number => statSync(join(dist, name)).size;

test('at most 2.8 MB of code are read at the start, unminified', () => {
  const bytes = size('index.js');
  expect(bytes).toBeLessThanOrEqual(2_800_000);
  const longest = Math.max(...code.map((text) => Math.max(...text.split('\n').map((line) => line.length))));
  expect(all.split('\n').length).toBeGreaterThan(bytes / 120);
  // undici carries its WebAssembly parsers as one base64 line each.
  expect(longest).toBeLessThan(100_000);
});

test('what a few runs need (a tunnel through a proxy, GitHub) is read only then: at most 0.2 MB', () => {
  const later = names.filter((name) => name.endsWith('.js') && name !== 'index.js');
  expect(later.reduce((sum, name) => sum + size(name), 0)).toBeLessThanOrEqual(200_000);
  expect(readFileSync(join(dist, 'index.js'), 'utf8')).not.toContain('octokit-core.js');
  expect(all).toContain('octokit-core.js');
});

test('one copy of undici', () => {
  expect(occurrences('class ConnectTimeoutError extends UndiciError')).toBe(1);
  expect(occurrences('class BodyTimeoutError extends UndiciError')).toBe(1);
});

test('no path of the machine that built it', () => {
  expect(all).not.toContain(root);
  expect(all).not.toMatch(/["'`](\/home\/|\/root\/|\/Users\/|file:\/\/\/)[\w.-]/);
});
