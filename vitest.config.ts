import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const loading = 'test/unit/github/load.test.ts';

export default defineConfig({
  test: {
    // Scenarios wait most of the time: for their child process, and that one for the cloud.
    maxWorkers: Math.max(5, availableParallelism()),
    restoreMocks: true,
    // Generous: a time-out says that something hangs, not that the machine is busy.
    testTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['src/**'],
      // The bundle runs in processes of its own, so the scenarios count for nothing here.
      thresholds: { lines: 95, branches: 95 },
      reporter: ['text', 'lcov'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/cloud/**/*.test.ts'],
          exclude: [loading],
          // Modules hold no state: reading them anew for each file would be half of the time.
          isolate: false,
        },
      },
      // What happens when a module is read can be tested only where nothing has read it yet.
      { extends: true, test: { name: 'loading', include: [loading] } },
      {
        extends: true,
        test: { name: 'contract', include: ['test/contract/**/*.test.ts'], provide: { contractServer: 'embedded' } },
      },
      { extends: true, test: { name: 'package', include: ['test/package/**/*.test.ts'] } },
      // Long: only `npm run test:proofs` and `npm run test:exhaustive` ask for them.
      { extends: true, test: { name: 'proofs', include: ['test/proofs/**/*.test.ts'], testTimeout: 3_600_000 } },
      { extends: true, test: { name: 'scenarios', include: ['test/scenarios/**/*.test.ts'] } },
    ],
  },
});
