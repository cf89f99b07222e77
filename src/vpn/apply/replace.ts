/** DELETE, poll to 404, POST: the only way to change what the API fixes at creation. */
import { ActionError, asActionError } from '../../errors.ts';
import { LostAnswerError, ResponseError } from '../../http/errors.ts';
import type { Connection } from '../objects.ts';
import type { ReplaceStep } from '../plan/steps.ts';
import { createOnce } from './create.ts';
import { gone } from './gone.ts';
import { unlessGoing } from './remove.ts';
import { callOptions, type Run } from './run.ts';
import { takenBy } from './taken.ts';

const kind = 'ipsec_site_connection';

/** Whatever stops a replacement between DELETE and POST, the person must know that there is no connection now. */
function halfDone({ old, name, at }: ReplaceStep, error: unknown): ActionError {
  const { code, message } = asActionError(error);
  return new ActionError(code, `${message} The old connection ${name} (${old.id}) is deleted already.`, {
    hint: 'Run again at once: the next run completes the replacement.',
    cause: error,
  }).on(at);
}

/** Tags are the least of it, so trouble with them is no failure. */
async function restoreTags(run: Run, { old, name }: ReplaceStep, id: string): Promise<void> {
  const tags = Object.fromEntries(old.tags ?? []);
  if (Object.keys(tags).length === 0) {
    return;
  }
  try {
    await run.ports.api.setTags(id, tags, { name, critical: true });
  } catch (error) {
    const text = `The tags of connection ${name} could not be restored: ${asActionError(error).message}`;
    run.notices.push({ level: 'warning', text });
  }
}

/** An answered 5xx is one too: createOnce has looked for the object and not found it. */
type Refusal = ResponseError | LostAnswerError;

function isRefused(error: unknown): error is Refusal {
  return error instanceof ResponseError || (error instanceof LostAnswerError && error.status !== undefined);
}

/** The new connection was refused: the office had a tunnel before, so it gets that one back. */
async function restore(run: Run, step: ReplaceStep, refusal: Refusal): Promise<never> {
  const { name, at, oldBody } = step;
  let restored: Connection;
  try {
    restored = await createOnce(run, kind, oldBody, { name, critical: true });
  } catch (error) {
    throw new ActionError(
      'CONNECTION_STATE',
      `Connection ${name} was deleted to replace it, but its successor was refused (${refusal.message}), and the old one could not be created again either: ${asActionError(error).message}`,
      {
        hint: 'The connection may not exist now. Correct the file and run again: it is then created.',
        cause: error,
      },
    ).on(refusal.at ?? at);
  }
  run.remember(step.key, restored);
  await restoreTags(run, step, restored.id);
  throw new ActionError(
    refusal.code,
    `${refusal.message} The old connection was therefore created again as it was; its id is now ${restored.id}.`,
    { cause: refusal, ...(refusal.hint === undefined ? {} : { hint: refusal.hint }) },
  ).on(refusal.at ?? at);
}

/**
 * Replaces the connection. Once the DELETE is sent, a first cancel signal does not stop it.
 * @throws ActionError with the server's words if the new connection is refused; the old one is then back, as the step's result
 */
export async function replaceConnection(run: Run, step: ReplaceStep): Promise<Connection> {
  const { api, log } = run.ports;
  const { old, name } = step;
  const options = callOptions(step);
  try {
    await api.remove(kind, old.id, options);
  } catch (error) {
    await unlessGoing(run, { kind, id: old.id, name }, error, true);
  }
  run.deleted.add(name);
  log.info(`Deleted the IPsec connection ${name} (${old.id}); its successor follows.`);
  try {
    await gone(run, { kind, id: old.id, name }, true);
  } catch (error) {
    throw halfDone(step, error);
  }
  const body = { ...step.body, ...run.bodyOf(step.refs) };
  try {
    return await createOnce(run, kind, body, { ...options, critical: true });
  } catch (error) {
    const other = await takenBy(run, kind, body, step, error);
    if (other !== undefined) {
      return other;
    }
    if (isRefused(error)) {
      return await restore(run, step, error);
    }
    throw halfDone(step, error);
  }
}
