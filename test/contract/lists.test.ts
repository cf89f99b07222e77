/** Lists, on a cloud of their own: they are all that it has. */
import { describe } from 'vitest';
import { useBench } from './bench.ts';

useBench();

describe('lists', async () => {
  await import('./cases/lists.ts');
});
