import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 100;

/**
 * Asks again and again until there is an answer.
 * @param what what is waited for, for the error
 * @param ask gives undefined until there is an answer
 * @param withinMs generous: on a busy machine everything takes longer, and nothing depends on it when it works
 * @throws Error with the `context` at the end of the time
 */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | Promise<T | undefined>,
  withinMs = 30_000,
  context: () => string | Promise<string> = () => '',
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what}\n${await context()}`);
    await sleep(pauseMs);
  }
}
