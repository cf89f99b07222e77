/** Whether, for which device and where a configuration for the other end is written. */
import { type Device, devices } from '../peer/proposals.ts';
import type { InputProblems, Read } from './problems.ts';
import type { SettingsReader } from './settings.ts';
import { choice } from './values.ts';

export interface PeerConfigInput {
  readonly device: Device;
  /** A path of the workspace, as given; `{name}` stands for the connection's name. */
  readonly path: string;
}

/** Both inputs or none. */
export function readPeerConfig(reader: SettingsReader, problems: InputProblems): Read<PeerConfigInput | undefined> {
  return problems.attempt(() => {
    const path = reader.text('peer-config-file');
    if (reader.text('peer-config') === '') {
      if (path === '') return undefined;
      throw reader.problem(
        'peer-config',
        `is empty, but peer-config-file is given. Write the device: ${devices.join(', ')}.`,
      );
    }
    const device = choice(reader, 'peer-config', devices);
    if (path === '') {
      throw reader.problem(
        'peer-config-file',
        'is empty. Give the path of the file to write, such as vpn/{name}.conf.',
      );
    }
    const [unknown] = path.replaceAll('{name}', '').match(/\{[^{}]*\}/) ?? [];
    if (unknown !== undefined) {
      throw reader.problem('peer-config-file', `contains ${unknown}. Only {name} has a meaning, in small letters.`);
    }
    return { device, path };
  });
}
