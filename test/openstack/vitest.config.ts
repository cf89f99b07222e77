/** The suites that need real servers; main.ts starts those and then vitest with this file. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    // The servers are slow and share two cores with the tests.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'contract', include: ['test/contract/**/*.test.ts'], provide: { contractServer: 'real' } },
      },
      { extends: true, test: { name: 'action', include: ['test/openstack/action/**/*.test.ts'] } },
      {
        extends: true,
        test: { name: 'tunnel', include: ['test/openstack/tunnel/**/*.test.ts'], fileParallelism: false },
      },
    ],
  },
});
