/** What others see, and what the client does, on one cloud. */
import { describe } from 'vitest';
import { useBench } from './bench.ts';

useBench();

describe('projects', async () => {
  await import('./cases/projects.ts');
});
describe('routers and subnets', async () => {
  await import('./cases/network.ts');
});
describe('the client', async () => {
  await import('./cases/client.ts');
});
