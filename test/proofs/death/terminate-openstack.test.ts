import { proveDeaths } from './proving.ts';

proveDeaths('SIGTERM', 'openstack', { atWrites: 7, atReads: 3 });
