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

test('the bundle is an ES module, has its licences, and no source map', () => {
  expect(JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'))).toEqual({ type: 'module' });
  expect(names).toContain('licenses.txt');
  expect(names.filter((name) => name.endsWith('.map'))).toEqual([]);
});

test('at most 2.6 MB of code, unminified', () => {
  const bytes = names
    .filter((name) => name.endsWith('.js'))
    .reduce((sum, name) => sum + statSync(join(dist, name)).size, 0);
  expect(bytes).toBeLessThanOrEqual(2_600_000);
  const longest = Math.max(...code.map((text) => Math.max(...text.split('\n').map((line) => line.length))));
  expect(all.split('\n').length).toBeGreaterThan(bytes / 120);
  // undici carries its WebAssembly parsers as one base64 line each.
  expect(longest).toBeLessThan(100_000);
});

test('one copy of undici', () => {
  expect(occurrences('class ConnectTimeoutError extends UndiciError')).toBe(1);
  expect(occurrences('class BodyTimeoutError extends UndiciError')).toBe(1);
});

test('no path of the machine that built it', () => {
  expect(all).not.toContain(root);
  expect(all).not.toMatch(/["'`](\/home\/|\/root\/|\/Users\/|file:\/\/\/)[\w.-]/);
});
