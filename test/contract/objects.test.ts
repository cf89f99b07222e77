/** What connections are made of, and the requests for it, on one cloud. */
import { describe } from 'vitest';
import { useBench } from './bench.ts';

useBench();

describe('policies', async () => {
  await import('./cases/policies.ts');
});
describe('endpoint groups', async () => {
  await import('./cases/endpoint-groups.ts');
});
describe('services', async () => {
  await import('./cases/services.ts');
});
describe('requests', async () => {
  await import('./cases/requests.ts');
});
