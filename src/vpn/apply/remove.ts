/** Deletions: what nobody needs, which is side work, and what the run is to take away, which has to be gone at its end. */
import { ActionError, asActionError } from '../../errors.ts';
import { LostAnswerError, ResponseError } from '../../http/errors.ts';
import { kindNames } from '../kinds.ts';
import type { DeleteStep } from '../plan/steps.ts';
import { deletedWords, gone } from './gone.ts';
import { callOptions, type Run } from './run.ts';
import { isInUse, until } from './states.ts';

/** How long "in use" is retried where this run removed the last user, milliseconds. */
const freedFor = 60_000;

/**
 * Sends the deletion until the service takes it.
 * @param patience how long a refusal as in use is repeated, milliseconds
 */
async function send(run: Run, step: DeleteStep, patience: number): Promise<void> {
  const { api, clock, log } = run.ports;
  const end = clock.now() + patience;
  let isTold = false;
  await until(
    run,
    async () => {
      try {
        await api.remove(step.kind, step.id, callOptions(step));
        return true;
      } catch (error) {
        if (!isInUse(error) || clock.now() >= end) {
          throw error;
        }
        if (!isTold) {
          isTold = true;
          const words = `${kindNames[step.kind].words} ${step.name}`;
          log.info(`The ${words} cannot be deleted yet (${error.serverWords}): trying for up to a minute.`);
        }
        return undefined;
      }
    },
    () => run.late(step.at),
    { longest: 5000 },
  );
}

/** Says that what nobody needs is still there. */
export function noticeKept(run: Run, step: DeleteStep, error: unknown): void {
  const words = `${kindNames[step.kind].words} ${step.name} (${step.id})`;
  const why = isInUse(error) ? `it is still in use (${error.serverWords})` : asActionError(error).message;
  run.notices.push({ level: 'notice', text: `The ${words} was not deleted: ${why}` });
}

function logDeleted({ ports: { log } }: Run, { kind, name, id }: DeleteStep): void {
  log.info(`Deleted the ${kindNames[kind].words} ${name} (${id}).`);
}

/** Never fails the run: the next one finds it again. */
async function cleanUp(run: Run, step: DeleteStep): Promise<void> {
  try {
    await send(run, step, step.justFreed ? freedFor : 0);
    logDeleted(run, step);
  } catch (error) {
    if (run.ports.cancellation.reads.aborted) {
      throw error;
    }
    noticeKept(run, step, error);
  }
}

/** Deletes what this run made itself and nothing uses: whoever used it may still count for a while. */
export async function removeUnused(run: Run, object: Pick<DeleteStep, 'kind' | 'id' | 'name'>): Promise<void> {
  const step = { ...object, do: 'delete', key: `delete ${object.id}`, after: [], connections: [] } as const;
  await cleanUp(run, { ...step, justFreed: true, required: false });
}

/** A failure that does not say what becomes of the object: then its state does. */
function isDoubtful(error: unknown): boolean {
  return error instanceof LostAnswerError || isInUse(error) || (error instanceof ResponseError && error.status >= 500);
}

/** Whether the object is gone, or on its way: an earlier deletion was taken, and another one is refused meanwhile. */
async function isGoing(
  { ports: { api } }: Run,
  { kind, id, name }: Pick<DeleteStep, 'kind' | 'id' | 'name'>,
  critical: boolean,
): Promise<boolean> {
  try {
    const found = await api.get(kind, id, { name, critical });
    return found === undefined || ('status' in found && found.status === 'PENDING_DELETE');
  } catch {
    // The deletion's own failure says more.
    return false;
  }
}

/**
 * The deletion failed: goes on if it was carried out all the same.
 * @param critical whether a first cancel signal does not stop the look
 */
export async function unlessGoing(
  run: Run,
  object: Pick<DeleteStep, 'kind' | 'id' | 'name'>,
  failure: unknown,
  critical = false,
): Promise<void> {
  if (!(isDoubtful(failure) && (await isGoing(run, object, critical)))) {
    throw failure;
  }
}

/** Whatever ends the wait, the person must know that the deletion was sent and taken. */
function unseen({ ports: { cancellation } }: Run, step: DeleteStep, error: unknown): ActionError {
  if (!cancellation.reads.aborted) {
    return asActionError(error).on(step.at);
  }
  return new ActionError(
    'CANCELLED',
    `Cancelled while waiting until it is gone: ${deletedWords(step)}, whose deletion the cloud has taken.`,
    { hint: 'Run again to see how it ended, and to remove what is left.', cause: error },
  ).on(step.at);
}

/** What the run is for: a connection that stays fails it; so does a part, unless something else turns out to use it. */
async function takeAway(run: Run, step: DeleteStep): Promise<void> {
  const isConnection = step.kind === 'ipsec_site_connection';
  try {
    await send(run, step, freedFor);
  } catch (error) {
    if (!isConnection && isInUse(error)) {
      noticeKept(run, step, error);
      return;
    }
    await unlessGoing(run, step, error);
  }
  if (isConnection) {
    for (const name of step.connections) {
      run.deleted.add(name);
    }
  }
  try {
    await gone(run, step);
  } catch (error) {
    throw unseen(run, step, error);
  }
  logDeleted(run, step);
}

export async function remove(run: Run, step: DeleteStep): Promise<void> {
  await (step.required ? takeAway(run, step) : cleanUp(run, step));
}
