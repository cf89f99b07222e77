import { proveRequests } from './prove-requests.ts';

proveRequests(1);
