/**
 * Writes what documents repeat of other files: the tables of inputs and outputs in README.md, from action.yml, and the
 * workflows in docs/recipes.md, from examples/workflows.
 * With --check nothing is written, and the exit code is 1 if a document is not as it would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { readmeWithTables } from './readme-tables.ts';
import { withRecipes } from './recipe-blocks.ts';

const root = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

const documents = {
  'README.md': readmeWithTables(read('README.md'), read('action.yml')),
  'docs/recipes.md': withRecipes(read('docs/recipes.md'), read),
};

for (const [path, wanted] of Object.entries(documents)) {
  if (wanted === read(path)) {
    console.log(`${path} is in step with what it repeats.`);
  } else if (process.argv.includes('--check')) {
    console.log(`${path} differs from what it repeats. Run: npm run readme`);
    process.exitCode = 1;
  } else {
    writeFileSync(new URL(path, root), wanted);
    console.log(`${path} is written.`);
  }
}
