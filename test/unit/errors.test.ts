import { expect, test } from 'vitest';
import { ActionError, asActionError } from '../../src/errors.ts';

const at = { file: 'a.yml', line: 3, column: 5 };

test('an error of ours stays what it is; anything else is a defect, with its cause', () => {
  const ours = new ActionError('TIMEOUT', 'Too late.', { hint: 'Run it again.', at });
  expect(asActionError(ours)).toBe(ours);
  const thrown = new TypeError('x is not a function');
  for (const [error, message] of [[thrown, 'x is not a function'] as const, ['boom', 'boom'] as const]) {
    expect(asActionError(error)).toMatchObject({ code: 'BUG', message, cause: error });
    expect(asActionError(error).hint).toMatch(/report it/);
  }
});

test('an error goes to the first place that is known', () => {
  const error = new ActionError('CONFLICT', 'Two of them.');
  expect(error.on(undefined).at).toBeUndefined();
  expect(error.on(at)).toBe(error);
  expect(error.on({ ...at, line: 9 }).at).toBe(at);
});
