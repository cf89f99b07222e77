/** Connections, on one cloud. */
import { describe } from 'vitest';
import { useBench } from './bench.ts';

useBench();

describe('values of a connection', async () => {
  await import('./cases/connection-values.ts');
});
describe('networks of a connection', async () => {
  await import('./cases/connection-networks.ts');
});
describe('updates of a connection', async () => {
  await import('./cases/connection-updates.ts');
});
