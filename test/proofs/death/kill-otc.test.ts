import { proveDeaths } from './proving.ts';

proveDeaths('SIGKILL', 'otc', { atWrites: 12, atReads: 4 });
