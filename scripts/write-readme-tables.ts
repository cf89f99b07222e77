/**
 * Writes the tables of inputs and outputs into README.md, between their markers, from action.yml.
 * With --check nothing is written, and the exit code is 1 if the README is not as it would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readmeWithTables } from './readme-tables.ts';

const root = new URL('../', import.meta.url);
const readmeFile = new URL('README.md', root);
const readme = readFileSync(readmeFile, 'utf8');
const wanted = readmeWithTables(readme, readFileSync(new URL('action.yml', root), 'utf8'));

if (wanted === readme) {
  console.log('The tables of README.md are in step with action.yml.');
} else if (process.argv.includes('--check')) {
  console.log('The tables of README.md differ from action.yml. Run: npm run readme');
  process.exitCode = 1;
} else {
  writeFileSync(readmeFile, wanted);
  console.log('README.md is written.');
}
