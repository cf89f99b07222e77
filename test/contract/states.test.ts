/** States and uses, on a cloud of their own: they take its network away. */
import { describe } from 'vitest';
import { useBench } from './bench.ts';

useBench();

describe('states', async () => {
  await import('./cases/states.ts');
});
