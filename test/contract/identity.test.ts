/** Logins and tokens, on one cloud: making one takes real servers some seconds. */
import { describe } from 'vitest';
import { useBench } from './bench.ts';

useBench();

describe('logins', async () => {
  await import('./cases/logins.ts');
});
describe('forms of logins', async () => {
  await import('./cases/login-forms.ts');
});
describe('tokens', async () => {
  await import('./cases/tokens.ts');
});
describe("the client's login", async () => {
  await import('./cases/client-login.ts');
});
