/** Fails when dist/ differs from what is committed, new files included: run it after a clean build. */
import { execFileSync } from 'node:child_process';

const changed = execFileSync('git', ['status', '--porcelain', 'dist'], { encoding: 'utf8' });
if (changed !== '') {
  console.error(`dist/ is stale. Run npm run build and commit the result:\n${changed}`);
  process.exitCode = 1;
}
