/** Where the configurations of the other ends go: one file for each connection of the run. */
import { ActionError } from './errors.ts';
import type { PeerConfigInput } from './inputs/peer-config.ts';
import { renderers } from './peer/devices.ts';
import { safeName } from './peer/safe-name.ts';
import { isOurs } from './peer/written-by.ts';
import type { Log } from './ports.ts';
import type { PeerFiles } from './vpn/peer-configs.ts';

/** Files of the workspace that the action itself makes. Every path is refused that is not safe to write. */
export interface GeneratedFiles {
  /** The path relative to the workspace, with `/`. Throws an ActionError if it leads elsewhere. */
  nameOf(path: string): string;
  /** Throws an ActionError if there is something that is not to be overwritten. */
  check(name: string, isOurs: (text: string) => boolean): Promise<void>;
  /** Makes the folders, and puts the file there at once or not at all. */
  write(name: string, text: string, isOurs: (text: string) => boolean): Promise<'written' | 'unchanged'>;
}

export interface PeerFilePorts {
  readonly generatedFiles: GeneratedFiles;
  /** Whether a text contains a known secret. */
  holdsSecret(text: string): boolean;
  readonly log: Pick<Log, 'info'>;
}

/** The path of each connection's file, by the connection's name. */
function pathsOf(path: string, connections: readonly string[], files: GeneratedFiles): ReadonlyMap<string, string> {
  if (connections.length > 1 && !path.includes('{name}')) {
    throw new ActionError(
      'PEER_CONFIG',
      `peer-config-file: the files describe ${connections.length} connections, and each needs a file of its own.`,
      {
        hint: 'Write {name} into the path, as in vpn/{name}.conf; the name of the connection takes its place.',
      },
    );
  }
  const paths = new Map<string, string>();
  const users = new Map<string, string>();
  for (const name of connections) {
    const file = files.nameOf(path.replaceAll('{name}', safeName(name)));
    // Some file systems do not tell capitals from small letters.
    const other = users.get(file.toLowerCase());
    if (other !== undefined) {
      throw new ActionError(
        'PEER_CONFIG',
        `peer-config-file: ${file} would be the file of both ${other} and ${name}.`,
        {
          hint: 'Rename one of the connections.',
        },
      );
    }
    users.set(file.toLowerCase(), name);
    paths.set(name, file);
  }
  return paths;
}

/**
 * Checks every path before anything is asked of the cloud.
 * @throws ActionError PEER_CONFIG for the first that cannot be written
 */
export async function preparePeerFiles(
  { device, path }: PeerConfigInput,
  connections: readonly string[],
  { generatedFiles: files, holdsSecret, log }: PeerFilePorts,
): Promise<PeerFiles> {
  const paths = pathsOf(path, connections, files);
  for (const file of paths.values()) {
    await files.check(file, isOurs);
  }
  return {
    render(peer) {
      // All else in it is an address, a number or a word of ours.
      const foreign = [peer.name, peer.own.identity.text, peer.cloud.identity.text];
      if (foreign.some(holdsSecret)) {
        throw new ActionError(
          'PEER_CONFIG',
          'A configuration for the other end would contain a secret: it is not written.',
          {
            hint: 'The name of the connection, its peer_id or its local_id has the text of a pre-shared key, a password or a token in it.',
          },
        );
      }
      return renderers[device](peer);
    },
    async write(connection, text) {
      const file = paths.get(connection) ?? '';
      const done = await files.write(file, text, isOurs);
      log.info(`${connection}: the configuration for the other end is in ${file} (${done}).`);
      return file;
    },
  };
}
