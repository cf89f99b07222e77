import { proveHosts } from './prove.ts';

proveHosts('openstack');
