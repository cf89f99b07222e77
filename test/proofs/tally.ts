import { appendFileSync } from 'node:fs';

/** The proofs, and how many cases of each are the least in CI. */
export const minimum = {
  'faults in-process': 4500,
  'faults through the bundle': 200,
  'death through the bundle': 450,
  'two runs at once': 1600,
  'hostile servers': 40_000,
  'hostile files': 65_000,
  'paths and links': 10_000,
  'wrong hosts': 1500,
  'wrong clocks': 36,
} as const;

export type Proof = keyof typeof minimum;

/** One line of the report that `scripts/prove.ts` reads. */
export interface Count {
  readonly proof: Proof;
  readonly count: number;
}

/** Says how many cases were run and judged; to be called at the end of a test, once nothing of it can fail any more. */
export function tally(proof: Proof, count: number): void {
  const file = process.env['PROOF_TALLY'];
  const line: Count = { proof, count };
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`);
}
