/** Runs tasks as soon as what they depend on is done, a few at once. */

export interface Task {
  readonly key: string;
  /** Keys of tasks that must have succeeded; unknown keys count as done. */
  readonly after: readonly string[];
  run(): Promise<void>;
}

export interface Outcome {
  readonly failed: ReadonlyMap<string, unknown>;
  /** Not started, because something before it failed or the run was cancelled. */
  readonly skipped: ReadonlySet<string>;
}

/**
 * One failure stops only what depends on it.
 * @param atOnce most tasks in flight together
 * @param mayStart asked before each start; once it says no, nothing more is started
 */
export async function runTasks(tasks: readonly Task[], atOnce: number, mayStart: () => boolean): Promise<Outcome> {
  const waiting = new Set(tasks);
  const keys = new Set(tasks.map(({ key }) => key));
  const done = new Set<string>();
  const failed = new Map<string, unknown>();
  const running = new Set<Promise<void>>();
  const ready = (task: Task): boolean => task.after.every((key) => done.has(key) || !keys.has(key));

  const start = (task: Task): void => {
    waiting.delete(task);
    const run = task.run().then(
      () => {
        done.add(task.key);
      },
      (error: unknown) => {
        failed.set(task.key, error);
      },
    );
    const tracked = run.finally(() => running.delete(tracked));
    running.add(tracked);
  };

  for (;;) {
    for (const task of waiting) {
      if (running.size < atOnce && mayStart() && ready(task)) {
        start(task);
      }
    }
    if (running.size === 0) {
      return { failed, skipped: new Set([...waiting].map(({ key }) => key)) };
    }
    await Promise.race(running);
  }
}
