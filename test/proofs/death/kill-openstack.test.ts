import { proveDeaths } from './proving.ts';

proveDeaths('SIGKILL', 'openstack', { atWrites: 100, atReads: 6 });
