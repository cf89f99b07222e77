import { proveDeaths } from './proving.ts';

proveDeaths('SIGKILL', 'otc', { atWrites: 100, atReads: 6 });
