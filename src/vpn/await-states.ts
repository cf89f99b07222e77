/** Waits for the states of the connections that a run has written, and learns how each ended. */
import { ActionError, asActionError } from '../errors.ts';
import type { VpnApi } from './api.ts';
import type { Applied } from './apply/apply.ts';
import { type Known, stateOf } from './known.ts';
import type { Plan, PlannedConnection } from './plan/steps.ts';
import { type Waited, type Waiting, type WaitOptions, waitForStates } from './wait.ts';

/** What to wait for: every connection that is there and did not fail. */
function waitingFor(planned: PlannedConnection, applied: Applied): Waiting | undefined {
  const { report, existing } = planned;
  const { name, at } = report;
  const written = applied.written.get(name);
  const connection = written?.connection ?? existing;
  if (connection === undefined || applied.failures.has(name) || applied.operationOf(planned) === 'deleted') {
    return undefined;
  }
  const { id, status } = connection;
  const isUpdate = written !== undefined && id === existing?.id;
  return {
    ...{ name, id, at, status },
    ...(isUpdate ? { updated: { before: status, at: written.at } } : {}),
  };
}

type AwaitOptions = Omit<WaitOptions, 'onStatus' | 'api'>;

/** Why a status is not known in the end, although the connections are as they should be. */
function notSeen(error: unknown, waiting: Iterable<Waiting>, { cancellation }: AwaitOptions): ActionError {
  const names = [...waiting].map(({ name, id }) => `${name} (${id})`).join(', ');
  if (cancellation.reads.aborted) {
    const hint = 'Everything had been written before. Run it again to see how it ended.';
    return new ActionError('CANCELLED', `Cancelled while waiting for the status of ${names}.`, { hint, cause: error });
  }
  const { code, message, hint, at } = asActionError(error);
  const text = `Everything was written, but the status of ${names} stays unknown: ${message}`;
  return new ActionError(code, text, { hint, at, cause: error });
}

/** A wait that ends early is the failure of the connections that were still waited for. */
export async function awaitStates(
  { connections }: Plan,
  applied: Applied,
  api: VpnApi,
  options: AwaitOptions,
  known: Known,
): Promise<void> {
  const waiting = connections.flatMap((connection) => waitingFor(connection, applied) ?? []);
  const open = new Map(waiting.map((one) => [one.name, one]));
  const onStatus = (name: string, { status, settled, up, stale, failure }: Waited): void => {
    known.connection(name, {
      ...{ status, settled, up, statusStale: stale },
      ...(failure === undefined ? {} : { failure }),
    });
    open.delete(name);
  };
  try {
    await waitForStates(waiting, { ...options, api, onStatus });
  } catch (error) {
    const failure = notSeen(error, open.values(), options);
    for (const { name, status, updated } of open.values()) {
      known.connection(name, { ...stateOf(status), statusStale: updated !== undefined, failure });
    }
  }
}
