import { proveDeaths } from './proving.ts';

proveDeaths('SIGINT', 'otc', { atWrites: 4, atReads: 2 });
