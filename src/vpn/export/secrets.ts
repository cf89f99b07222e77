/** No key gets into an export, wherever in the cloud it stands besides its own field. Pure. */
import { ActionError } from '../../errors.ts';
import type { Observed } from '../observe.ts';
import type { ExportFile } from './text.ts';

/** A shorter text occurs by chance in anything; it counts where it is all of a value. */
const shortest = 4;

/** @throws ActionError EXPORT if a value of the text has a pre-shared key in it, or another known secret */
export function refuseSecrets(
  files: readonly ExportFile[],
  { connections }: Pick<Observed, 'connections'>,
  holdsSecret: (text: string) => boolean,
): void {
  const keys = connections.flatMap(({ psk }) => (psk === 'hidden' ? [] : psk.reveal()));
  const isSecret = (raw: string): boolean =>
    holdsSecret(raw) || keys.some((key) => raw === key || (key.length >= shortest && raw.includes(key)));
  for (const { lines, text } of files) {
    const found = lines.find(({ raw }) => raw.some(isSecret));
    if (found === undefined && !holdsSecret(text)) {
      continue;
    }
    // Neither name nor value: the key may be in them.
    const where = found?.named === undefined ? '' : `, in what belongs to the connection ${found.named.connection.id}`;
    throw new ActionError(
      'EXPORT',
      `The export would show a pre-shared key or another secret${where}: nothing was written.`,
      {
        hint: 'A name, description, identity or tag of the connection or its parts has the secret in it, for all to read who may look at the cloud. Change it there, and change the secret.',
      },
    );
  }
}
