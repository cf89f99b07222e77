import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { endSoon } from '../../../src/runner/end.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function ending() {
  return { pid: 77, exit: vi.fn(), kill: vi.fn() };
}

test('ends a process that something keeps alive, after its last words', () => {
  const source = ending();
  endSoon(false, source);
  vi.advanceTimersByTime(400);
  expect(source.exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(source.exit).toHaveBeenCalledExactlyOnceWith();
  expect(source.kill).not.toHaveBeenCalled();
});

test('kills a cancelled one, because exit would wait for what keeps it alive', () => {
  const source = ending();
  endSoon(true, source);
  vi.advanceTimersByTime(600);
  expect(source.kill).toHaveBeenCalledExactlyOnceWith(77, 'SIGKILL');
  expect(source.exit).not.toHaveBeenCalled();
});
