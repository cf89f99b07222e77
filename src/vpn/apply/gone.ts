/** A deletion is over when the object is not there any more; until then its name and peer address may count as taken. */
import { ActionError } from '../../errors.ts';
import { ResponseError } from '../../http/errors.ts';
import { type Kind, kindNames } from '../kinds.ts';
import type { Run } from './run.ts';
import { until } from './states.ts';

export interface Deleted {
  readonly kind: Kind;
  readonly id: string;
  readonly name: string;
}

/** As at the start of a sentence: `Connection office (id)`, `The IKE policy office-ike (id)`. */
export function deletedWords({ kind, id, name }: Deleted): string {
  const words = kind === 'ipsec_site_connection' ? 'Connection' : `The ${kindNames[kind].words}`;
  return `${words} ${name === id ? id : `${name} (${id})`}`;
}

/** @param trouble why the last look saw nothing */
function late(object: Deleted, trouble: ResponseError | undefined): ActionError {
  const words = deletedWords(object);
  const hint = 'Run again later to see how it ended; if it stays, ask the operator.';
  return trouble === undefined
    ? new ActionError('TIMEOUT', `${words} is still listed, although the cloud took its deletion.`, {
        hint: `The cloud is still at work on it. ${hint}`,
      })
    : new ActionError(
        'TIMEOUT',
        `${words}: the cloud took the deletion, but whether it is gone cannot be seen. ${trouble.message}`,
        { hint },
      );
}

/**
 * Resolves when the deleted object is not there any more; trouble of the service counts as "not yet".
 * @throws ActionError TIMEOUT at the run's deadline; the signal's reason when the run is cancelled, unless critical
 */
export async function gone(run: Run, object: Deleted, critical = false): Promise<void> {
  const { kind, id, name } = object;
  let trouble: ResponseError | undefined;
  await until(
    run,
    async () => {
      try {
        const found = await run.ports.api.get(kind, id, { name, critical });
        trouble = undefined;
        return found === undefined ? true : undefined;
      } catch (error) {
        if (error instanceof ResponseError && error.status >= 500) {
          trouble = error;
          return undefined;
        }
        throw error;
      }
    },
    () => late(object, trouble),
    { critical, longest: 5000 },
  );
}
