import { proveRuns } from './prove-runs.ts';

proveRuns('otc');
