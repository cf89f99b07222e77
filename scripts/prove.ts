/**
 * Runs the proofs of docs/guarantees.md and counts their cases. `--all` tries everything; without it the sample that CI has time for.
 * Other arguments go to vitest. With a filter for files, no least number is asked for.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minimum } from '../test/proofs/tally.ts';

const given = process.argv.slice(2);
const all = given.includes('--all');
const passedOn = given.filter((argument) => argument !== '--all');
const isWhole = passedOn.every((argument) => argument.startsWith('-'));

function countsIn(file: string): Map<string, number> {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  const counts = new Map<string, number>();
  for (const line of lines) {
    const { proof, count }: { proof: string; count: number } = JSON.parse(line);
    counts.set(proof, (counts.get(proof) ?? 0) + count);
  }
  return counts;
}

/** @returns whether every proof has made as many cases as it must */
function report(counts: ReadonlyMap<string, number>): boolean {
  const rows = Object.entries(minimum).map(([proof, least]) => ({ proof, least, count: counts.get(proof) ?? 0 }));
  for (const { proof, least, count } of rows) {
    if (!isWhole && count === 0) continue;
    const words = isWhole && count < least ? `  FEWER THAN ${least.toLocaleString('en')}` : '';
    console.log(proof.padEnd(28), count.toLocaleString('en').padStart(10), `cases${words}`);
  }
  const generated = (counts.get('hostile servers') ?? 0) + (counts.get('hostile files') ?? 0);
  if (isWhole) console.log('hostile, together'.padEnd(28), generated.toLocaleString('en').padStart(10), 'cases');
  return !isWhole || rows.every(({ least, count }) => count >= least);
}

const folder = mkdtempSync(join(tmpdir(), 'proofs-'));
const file = join(folder, 'tally');
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'proofs', '--maxWorkers=3', ...passedOn], {
  stdio: 'inherit',
  env: { ...process.env, PROOF_TALLY: file, ...(all ? { PROOF_SIZE: 'all' } : {}) },
});
const isEnough = report(countsIn(file));
rmSync(folder, { recursive: true });
process.exitCode = status === 0 && !isEnough ? 1 : (status ?? 1);
