import { describe, expect, test } from 'vitest';
import { readInputs } from '../../../src/inputs.ts';
import { given, passwordInputs, surroundings } from '../given-inputs.ts';

const read = async (inputs: Readonly<Record<string, string>>) =>
  (await readInputs(given({ ...passwordInputs, ...inputs }), () => {}, surroundings())).peerConfig;

describe('peer-config and peer-config-file', () => {
  test('are wanted together or not at all', async () => {
    expect(await read({})).toBeUndefined();
    expect(await read({ 'peer-config': ' strongswan ', 'peer-config-file': ' vpn/{name}.conf ' })).toEqual({
      device: 'strongswan',
      path: 'vpn/{name}.conf',
    });
  });

  test.each([
    [
      { 'peer-config-file': 'x.conf' },
      'Input peer-config: is empty, but peer-config-file is given. Write the device: strongswan.',
    ],
    [
      { 'peer-config': 'strongswan' },
      'Input peer-config-file: is empty. Give the path of the file to write, such as vpn/{name}.conf.',
    ],
    [
      { 'peer-config': 'strongSwan', 'peer-config-file': 'x.conf' },
      'Input peer-config: "strongSwan" is not allowed. Use strongswan. Did you mean "strongswan"?',
    ],
    [
      { 'peer-config': 'strongswan', 'peer-config-file': 'vpn/{Name}-{name}.conf' },
      'Input peer-config-file: contains {Name}. Only {name} has a meaning, in small letters.',
    ],
  ])('%o', async (inputs, message) => {
    await expect(read(inputs)).rejects.toThrow(expect.objectContaining({ code: 'INPUT_INVALID', message }));
  });
});
