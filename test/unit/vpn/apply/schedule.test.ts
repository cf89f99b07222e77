import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runTasks, type Task } from '../../../../src/vpn/apply/schedule.ts';
import { settled } from '../fakes.ts';

const always = (): boolean => true;

/** A task that ends when it is told to. */
class Manual implements Task {
  readonly key: string;
  readonly after: readonly string[];
  started = false;
  #end: (error?: Error) => void = () => undefined;

  constructor(key: string, after: readonly string[] = []) {
    this.key = key;
    this.after = after;
  }

  async run(): Promise<void> {
    this.started = true;
    await new Promise<void>((resolve, reject) => {
      this.#end = (error) => (error === undefined ? resolve() : reject(error));
    });
  }

  async end(error?: Error): Promise<void> {
    this.#end(error);
    await settled();
  }
}

function started(tasks: readonly Manual[]): string[] {
  return tasks.filter((task) => task.started).map(({ key }) => key);
}

describe('tasks', () => {
  test('run together, but no more than so many', async () => {
    const tasks = Array.from({ length: 10 }, (_, index) => new Manual(`t${index}`));
    const running = runTasks(tasks, 8, always);
    await settled();
    expect(started(tasks)).toHaveLength(8);
    await tasks[3]?.end();
    expect(started(tasks)).toHaveLength(9);
    for (const task of tasks) {
      await task.end();
    }
    expect(await running).toEqual({ failed: new Map(), skipped: new Set() });
  });

  test('start as soon as what they need is done, not later', async () => {
    const [slow, quick, next] = [new Manual('slow'), new Manual('quick'), new Manual('next', ['quick'])];
    const running = runTasks([slow, quick, next], 8, always);
    await settled();
    expect(started([slow, quick, next])).toEqual(['slow', 'quick']);
    await quick.end();
    expect(next.started).toBe(true);
    await next.end();
    await slow.end();
    await running;
  });

  test('a failure stops only what needs it', async () => {
    const tasks = [new Manual('bad'), new Manual('needs', ['bad']), new Manual('far', ['needs']), new Manual('other')];
    const running = runTasks(tasks, 8, always);
    await settled();
    const error = new Error('x');
    await tasks[0]?.end(error);
    await tasks[3]?.end();
    expect(await running).toEqual({ failed: new Map([['bad', error]]), skipped: new Set(['needs', 'far']) });
  });

  test('after a cancel nothing is started, what runs is waited for', async () => {
    const tasks = [new Manual('first'), new Manual('second', ['first']), new Manual('third')];
    let mayStart = true;
    const running = runTasks(tasks, 1, () => mayStart);
    await settled();
    mayStart = false;
    await tasks[0]?.end();
    expect(await running).toEqual({ failed: new Map(), skipped: new Set(['second', 'third']) });
  });

  test('that need a task which is not there run all the same', async () => {
    const task = new Manual('a', ['gone']);
    const running = runTasks([task], 1, always);
    await settled();
    await task.end();
    expect((await running).skipped.size).toBe(0);
  });

  test('none are done at once', async () => {
    expect(await runTasks([], 8, always)).toEqual({ failed: new Map(), skipped: new Set() });
  });
});

test('whatever depends on what: each runs once, after what it needs, never more than the limit', async () => {
  const graph = fc.array(fc.record({ needs: fc.array(fc.nat(20)), fails: fc.boolean() }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(graph, fc.integer({ min: 1, max: 4 }), async (nodes, atOnce) => {
      const done = new Set<string>();
      const runs = new Map<string, number>();
      let running = 0;
      const tasks = nodes.map(({ needs, fails }, index): Task => {
        const after = needs.filter((need) => need < index).map(String);
        return {
          key: String(index),
          after,
          run: async () => {
            expect(after.every((key) => done.has(key))).toBe(true);
            running += 1;
            expect(running).toBeLessThanOrEqual(atOnce);
            runs.set(String(index), (runs.get(String(index)) ?? 0) + 1);
            await Promise.resolve();
            running -= 1;
            if (fails) {
              throw new Error('x');
            }
            done.add(String(index));
          },
        };
      });
      const { failed, skipped } = await runTasks(tasks, atOnce, always);
      expect(done.size + failed.size + skipped.size).toBe(nodes.length);
      expect([...runs.values()].every((count) => count === 1)).toBe(true);
    }),
  );
});
