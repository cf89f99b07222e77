/** DELETE, poll to 404, POST: the only way to change what the API fixes at creation. */
import { ActionError } from '../../errors.ts';
import { CancelledError, ResponseError } from '../../http/errors.ts';
import type { Connection } from '../objects.ts';
import type { ReplaceStep } from '../plan/steps.ts';
import { createOnce } from './create.ts';
import { callOptions, type Run } from './run.ts';
import { until } from './states.ts';

const kind = 'ipsec_site_connection';

async function gone(run: Run, { old, name }: ReplaceStep): Promise<void> {
  await until(
    run,
    async () => ((await run.ports.api.get(kind, old.id, { name, critical: true })) === undefined ? true : undefined),
    () =>
      new ActionError('TIMEOUT', `Connection ${name} (${old.id}) was deleted, but is still listed.`, {
        hint: 'Run again: when it is gone, the next run creates the new one.',
      }),
    { critical: true, longest: 5000 },
  );
}

/** The new connection was refused: the office had a tunnel before, so it gets that one back. */
async function restore(run: Run, step: ReplaceStep, refusal: ResponseError): Promise<never> {
  const { name, at, oldBody } = step;
  let restored: Connection;
  try {
    restored = await createOnce(run, kind, oldBody, { name, critical: true });
  } catch (error) {
    throw new ActionError(
      'CONNECTION_STATE',
      `Connection ${name} was deleted to replace it, its successor was refused (${refusal.message}), and so was the old one again: ${String(error)}`,
      { hint: 'The connection does not exist now. Correct the file and run again: it is then created.', cause: error },
    ).on(at);
  }
  run.remember(`restored ${step.key}`, restored);
  throw new ActionError(
    refusal.code,
    `${refusal.message} The old connection was therefore created again as it was; its id is now ${restored.id}.`,
    { cause: refusal, ...(refusal.hint === undefined ? {} : { hint: refusal.hint }) },
  ).on(at);
}

/**
 * Replaces the connection. Once the DELETE is sent, a first cancel signal does not stop it.
 * @throws ActionError with the server's words if the new connection is refused; the old one is then back
 */
export async function replaceConnection(run: Run, step: ReplaceStep): Promise<Connection> {
  const { api, log } = run.ports;
  const { old, name, at } = step;
  const options = callOptions(step);
  await api.remove(kind, old.id, options);
  log.info(`Deleted the IPsec connection ${name} (${old.id}); its successor follows.`);
  try {
    await gone(run, step);
    return await createOnce(run, kind, { ...step.body, ...run.bodyOf(step.refs) }, { ...options, critical: true });
  } catch (error) {
    if (error instanceof ResponseError) {
      return await restore(run, step, error);
    }
    if (error instanceof CancelledError) {
      throw new ActionError('CANCELLED', `Cancelled while ${name} was being replaced: the old connection is deleted.`, {
        hint: 'Run again at once: the next run completes the replacement.',
        cause: error,
      }).on(at);
    }
    throw error;
  }
}
