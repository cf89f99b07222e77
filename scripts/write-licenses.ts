/**
 * Writes dist/licenses.txt: name, licence and its text of every package that can be in the bundle. ncc's own list names only
 * packages of the chunk that it wrote last.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
}

function textOf(folder: string): string {
  const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e(?:\.|$)/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence`);
  return readFileSync(join(root, folder, file), 'utf8').trim();
}

const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(join(root, 'package-lock.json'), 'utf8'),
);
const entries = Object.entries(lock.packages)
  .filter(([folder, { dev }]) => folder !== '' && dev !== true)
  .map(([folder, { license }]) => {
    const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return `${name}\n${license}\n${textOf(folder)}\n`;
  });
writeFileSync(join(root, 'dist', 'licenses.txt'), [...new Set(entries)].sort().join('\n'));
