/** The ways to log in beside password and token, on one cloud: making one takes real servers some seconds. */
import { describe } from 'vitest';
import { useBench } from './bench.ts';

useBench();

describe('application credentials', async () => {
  await import('./cases/application-credentials.ts');
});
describe('passcodes', async () => {
  await import('./cases/passcodes.ts');
});
describe('ID tokens', async () => {
  await import('./cases/federation.ts');
});
describe("the client's login", async () => {
  await import('./cases/client-ways.ts');
});
