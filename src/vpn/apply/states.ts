/** Waits that an update or a deletion needs before it is accepted. */
import { ActionError } from '../../errors.ts';
import { ResponseError } from '../../http/errors.ts';
import { isPending } from '../objects.ts';
import type { UpdateStep } from '../plan/steps.ts';
import { callOptions, type Run } from './run.ts';

/** 400 VPNStateInvalidToUpdate (not 409): the object is in PENDING_*. */
export function isInvalidState(error: unknown): error is ResponseError {
  return (
    error instanceof ResponseError &&
    error.status === 400 &&
    (error.serverCode === 'VPNStateInvalidToUpdate' || /invalid state pending/i.test(error.serverWords))
  );
}

/** 409 for policies, 400 for endpoint groups; OTC documents no code. */
export function isInUse(error: unknown): error is ResponseError {
  return error instanceof ResponseError && (error.status === 409 || error.status === 400);
}

/** Half a second, then longer, up to `longest`, with some jitter. */
export function pause(attempt: number, random: () => number, longest = 15_000): number {
  return Math.min(longest, 500 * 1.6 ** attempt) * (0.8 + 0.4 * random());
}

/**
 * Repeats `attempt` with growing pauses until it gives a value.
 * @throws ActionError TIMEOUT at the run's deadline
 */
export async function until<T>(
  run: Run,
  attempt: () => Promise<T | undefined>,
  late: () => ActionError,
  options: { readonly critical?: boolean; readonly longest?: number } = {},
): Promise<T> {
  const { clock, cancellation, deadline, random } = run.ports;
  const signal = options.critical === true ? cancellation.writes : cancellation.reads;
  for (let count = 0; ; count += 1) {
    const value = await attempt();
    if (value !== undefined) {
      return value;
    }
    const delay = pause(count, random, options.longest);
    if (clock.now() + delay > deadline) {
      throw late();
    }
    await clock.sleep(delay, signal);
  }
}

/** Reads the connection until it is in no PENDING_* state any more. */
export async function settle(run: Run, step: UpdateStep): Promise<void> {
  let status = '';
  const { api, log } = run.ports;
  const { id, name, at } = step;
  await until(
    run,
    async () => {
      const found = await api.get('ipsec_site_connection', id, callOptions(step));
      if (found === undefined) {
        throw new ActionError('NOT_FOUND', `Connection ${name} (${id}) was deleted while this run was at work.`, {
          hint: 'Run again to create it; use a concurrency group so that runs do not overlap.',
        }).on(at);
      }
      if (found.status !== status) {
        status = found.status;
        log.info(`${name} is ${status}${isPending(status) ? ': waiting until it can be updated' : ''}.`);
      }
      return isPending(status) ? undefined : found;
    },
    () =>
      new ActionError(
        'TIMEOUT',
        `Connection ${name} (${id}) is still ${status}; the service refuses updates in this state.`,
        {
          hint: 'The cloud has not reported on it: deleting works in this state, updating does not. Run again later, or ask the operator whether the VPN agent runs.',
        },
      ).on(at),
  );
}
