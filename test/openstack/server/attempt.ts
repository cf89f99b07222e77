/** Turns what happened into an exit code, and says it. */
import { UnfitHost } from './host.ts';
import { Interrupted } from './interrupt.ts';
import { StackFailure } from './processes.ts';

/** As automake's tests: "cannot be run here". */
const skipped = 77;

/** @returns what `work` returns; the code of its error otherwise */
export async function attempt(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    const expected = error instanceof StackFailure || error instanceof UnfitHost;
    console.error(expected ? error.message : error);
    return error instanceof UnfitHost ? skipped : 1;
  }
}
