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

/**
 * Resolves when the deleted object is not there any more; trouble of the service counts as "not yet".
 * @throws ActionError TIMEOUT at the run's deadline; the signal's reason when the run is cancelled, unless critical
 */
export async function gone(run: Run, object: Deleted, critical = false): Promise<void> {
  const { kind, id, name } = object;
  await until(
    run,
    async () => {
      try {
        return (await run.ports.api.get(kind, id, { name, critical })) === undefined ? true : undefined;
      } catch (error) {
        if (error instanceof ResponseError && error.status >= 500) {
          return undefined;
        }
        throw error;
      }
    },
    () =>
      new ActionError('TIMEOUT', `${deletedWords(object)} is still listed, although it was deleted.`, {
        hint: 'The cloud took the deletion and is still at work on it. Run again later to see how it ended; if it stays, ask the operator.',
      }),
    { critical, longest: 5000 },
  );
}
