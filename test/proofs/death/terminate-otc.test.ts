import { proveDeaths } from './proving.ts';

proveDeaths('SIGTERM', 'otc', { atWrites: 7, atReads: 3 });
