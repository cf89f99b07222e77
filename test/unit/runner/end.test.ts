import { expect, test, vi } from 'vitest';
import { endSoon } from '../../../src/runner/end.ts';

test('ends a process that something keeps alive, after its last words', () => {
  vi.useFakeTimers();
  try {
    const exit = vi.fn();
    endSoon({ exit });
    vi.advanceTimersByTime(400);
    expect(exit).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(exit).toHaveBeenCalledExactlyOnceWith();
  } finally {
    vi.useRealTimers();
  }
});
