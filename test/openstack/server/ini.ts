/** Files of oslo.config. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from './site.ts';

export type Sections = Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;

export function formatIni(sections: Sections): string {
  return Object.entries(sections)
    .map(([name, options]) => [`[${name}]`, ...Object.entries(options).map(([key, value]) => `${key} = ${value}`)])
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** Writes it into the stack's folder. @returns its path */
export function writeIni(site: Site, name: string, sections: Sections): string {
  const path = join(site.record.directory, name);
  writeFileSync(path, formatIni(sections), { mode: 0o600 });
  return path;
}
