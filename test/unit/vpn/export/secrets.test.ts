/** No key of the cloud gets into an export. */
import { describe, expect, test } from 'vitest';
import { exportConnections } from '../../../../src/vpn/export/export.ts';
import { now, projectId } from '../build.ts';
import { addConnection, type Standard, standardCloud } from '../standard-cloud.ts';
import { exportOf, unchanged } from './help.ts';

describe('no key shows, wherever it stands', () => {
  const at: readonly (readonly [string, (standard: Standard, key: string) => void])[] = [
    ['the name of the connection', (standard, key) => void addConnection(standard, `bonn ${key}`)],
    ['its description', (standard, key) => void addConnection(standard, 'bonn', { description: `the key: ${key}!` })],
    ['its identity', (standard, key) => void addConnection(standard, 'bonn', { peer_id: key })],
    [
      'a description that is left out',
      ({ cloud, ike }, key) => cloud.edit('ikepolicy', ike, { description: `${key}\n` }),
    ],
    ['the name of a policy', ({ cloud, ike }, key) => cloud.edit('ikepolicy', ike, { name: key })],
    [
      'the name of a subnet',
      ({ cloud }, key) => {
        cloud.subnets = cloud.subnets.map((one) => ({ ...one, name: key }));
      },
    ],
  ];

  test.each(at)('%s', (_title, put) => {
    const key = 'Sw0rd "fish" ${x}';
    const standard = standardCloud('openstack');
    addConnection(standard, 'other', { psk: key, peer_address: '198.51.100.21' });
    put(standard, key);
    expect(() => exportOf(standard.cloud)).toThrow(
      expect.objectContaining({
        code: 'EXPORT',
        message: expect.stringMatching(/^The export would show a pre-shared key .*: nothing was written\.$/),
      }),
    );
    expect(() => exportOf(standard.cloud)).not.toThrow(/Sw0rd/);
  });

  test('in a tag or its key', () => {
    for (const tags of [{ k: 'Sw0rdfish' }, { Sw0rdfish: 'v' }]) {
      const standard = standardCloud('otc');
      const id = addConnection(standard, 'bonn', { psk: 'Sw0rdfish' });
      standard.cloud.setTags(id, tags);
      expect(() => exportOf(standard.cloud)).toThrow(new RegExp(`belongs to the connection ${id}`));
    }
  });

  test('a short one, such as digits of an address, counts as a whole value alone', () => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'bonn', { psk: '198' });
    unchanged(standard);
    standard.cloud.edit('ikepolicy', standard.ike, { description: '198' });
    expect(() => exportOf(standard.cloud)).toThrow(/EXPORT|would show/);
  });

  test('secrets of the run are none of it either', () => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'bonn');
    standard.cloud.edit('ikepolicy', standard.ike, { description: 'of pa$w0rd' });
    const observed = standard.cloud.observed();
    const options = { dialect: standard.cloud.dialect, repository: 'a/b', project: { id: projectId }, now };
    const withSecret = (holdsSecret: (text: string) => boolean) => () =>
      exportConnections(observed.connections, observed, { ...options, pathOf: () => 'x.yml', holdsSecret });
    expect(withSecret((text) => text.includes('bonn'))).toThrow(/another secret/);
    // In a value, but not in the text, where each dollar sign is doubled.
    expect(withSecret((text) => text.includes('pa$w0rd'))).toThrow(/another secret/);
    // Not in any value, but in what they make together.
    expect(withSecret((text) => text.includes('bonn\n  vpnservice'))).toThrow(/or another secret: nothing was written/);
  });
});
