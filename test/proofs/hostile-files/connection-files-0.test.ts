import { proveReading } from './prove.ts';

proveReading(0);
