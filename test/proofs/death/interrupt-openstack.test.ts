import { proveDeaths } from './proving.ts';

proveDeaths('SIGINT', 'openstack', { atWrites: 4, atReads: 2 });
