import { proveHosts } from './prove.ts';

proveHosts('otc');
