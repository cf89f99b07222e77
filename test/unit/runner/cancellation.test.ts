import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { ActionError } from '../../../src/errors.ts';
import { installCancellation } from '../../../src/runner/cancellation.ts';

class Source extends EventEmitter {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

/** A clock whose only sleep ends when the test says so. */
function handClock() {
  const sleeps: number[] = [];
  let wake = (): void => {};
  return {
    sleeps,
    wake: () => wake(),
    sleep: (ms: number, signal: AbortSignal) => {
      sleeps.push(ms);
      return new Promise<void>((resolve, reject) => {
        wake = resolve;
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
  };
}

function installed() {
  const source = new Source();
  const clock = handClock();
  const lines: string[] = [];
  const cancellation = installCancellation(clock, { info: (text) => lines.push(text) }, source);
  return { source, clock, lines, cancellation };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('installCancellation', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGBREAK'])('first %s: reads end at once, writes after 3.5 s', async (signal) => {
    const { source, clock, lines, cancellation } = installed();
    expect([cancellation.cancelled, cancellation.reads.aborted]).toEqual([false, false]);
    source.emit(signal);
    expect([cancellation.cancelled, cancellation.reads.aborted, cancellation.writes.aborted]).toEqual([
      true,
      true,
      false,
    ]);
    expect(cancellation.reads.reason).toBeInstanceOf(ActionError);
    expect(cancellation.reads.reason).toMatchObject({ code: 'CANCELLED' });
    expect(clock.sleeps).toEqual([3500]);
    clock.wake();
    await settle();
    expect(cancellation.writes.aborted).toBe(true);
    expect(cancellation.writes.reason).toBe(cancellation.reads.reason);
    expect(lines).toHaveLength(1);
    expect(source.exits).toEqual([]);
  });

  test('the second signal ends the process, whichever it is', () => {
    const { source, lines } = installed();
    source.emit('SIGINT');
    source.emit('SIGTERM');
    expect(source.exits).toEqual([130]);
    expect(lines).toHaveLength(1);
  });

  test('disposed, it listens no more, and its timer is gone', async () => {
    const { source, cancellation } = installed();
    source.emit('SIGINT');
    cancellation.dispose();
    await settle();
    expect(cancellation.writes.aborted).toBe(false);
    source.emit('SIGINT');
    expect(source.exits).toEqual([]);
    expect(source.eventNames()).toEqual([]);
  });

  test('listens to the process itself', async () => {
    const before = process.listenerCount('SIGTERM');
    const cancellation = installCancellation(systemClock, { info: () => {} });
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    cancellation.dispose();
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
