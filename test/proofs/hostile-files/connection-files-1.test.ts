import { proveReading } from './prove.ts';

proveReading(1);
