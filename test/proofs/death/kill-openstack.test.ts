import { proveDeaths } from './proving.ts';

proveDeaths('SIGKILL', 'openstack', { atWrites: 12, atReads: 4 });
