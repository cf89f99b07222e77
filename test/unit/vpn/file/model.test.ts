import { describe, expect, it, test } from 'vitest';
import { type Changes, file, lines, readText } from '../../spec/support.ts';

const noGroups: Changes = { local_ep_group: null, peer_ep_group: null };
const legacy: Changes = {
  ...noGroups,
  vpnservice: '{ router: r1, subnet: app }',
  peer_cidrs: '[10.20.0.0/24, 10.21.0.0/24]',
};

function read(changes: Changes) {
  return readText(file(changes), { dialect: 'openstack' });
}

describe('the legacy model', () => {
  it('has a subnet in the service, and the networks of the peer in the connection', () => {
    const { connections, problems } = read(legacy);
    expect(problems).toEqual([]);
    expect(connections[0]).toMatchObject({
      fields: { peer_cidrs: { value: ['10.20.0.0/24', '10.21.0.0/24'], at: { line: 7, column: 15 } } },
      parts: { vpnservice: { router: { name: 'r1' }, subnet: { name: 'app' } } },
    });
    expect(connections[0]?.parts).not.toHaveProperty('peer_ep_group');
  });

  test.each<Changes>([
    { vpnservice: 'gw' },
    { vpnservice: '{ id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f }' },
    { vpnservice: '{ router: r1, subnet_id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f }' },
  ])('also works with %j', (changes) => {
    expect(lines(read({ ...legacy, ...changes }))).toEqual([]);
  });

  it('takes an empty list of networks for none, as answers have it', () => {
    for (const dialect of ['otc', 'openstack'] as const) {
      const { connections, problems } = readText(file({ peer_cidrs: '[]' }), { dialect });
      expect(problems).toEqual([]);
      expect(connections[0]?.fields).not.toHaveProperty('peer_cidrs');
    }
  });

  test.each<readonly [Changes, RegExp]>([
    [
      { peer_cidrs: '[10.20.0.0/24]' },
      /^vpn.yml:9:3 error peer_cidrs: "peer_cidrs" and "local_ep_group", "peer_ep_group" exclude each other/,
    ],
    [{ ...legacy, peer_ep_group: '[10.80.0.0/24]' }, /"peer_cidrs" and "peer_ep_group" exclude each other/],
    [
      { vpnservice: '{ router: r1, subnet: app }' },
      /error vpnservice.subnet: A VPN service with a subnet and endpoint groups exclude/,
    ],
    [{ ...legacy, peer_cidrs: null }, /^vpn.yml:1:1 error peer_cidrs: A VPN service with a subnet needs "peer_cidrs/],
    [{ ...legacy, vpnservice: '{ router: r1 }' }, /error peer_cidrs: "peer_cidrs" needs "subnet: <name or id>"/],
    [{ ...legacy, peer_cidrs: 'x' }, /error peer_cidrs: Expected a list, found the text "x"/],
    [{ ...legacy, peer_cidrs: '[10.20.0.5/24]' }, /error peer_cidrs\[0\]: .* The network is 10.20.0.0\/24/],
    [
      { ...legacy, vpnservice: '{ router: r1, subnet: [a] }' },
      /vpnservice.subnet: Expected the name or id of a subnet/,
    ],
  ])('%j is refused', (changes, message) => {
    expect(lines(read(changes))[0]).toMatch(message);
  });

  it('does not exist on Open Telekom Cloud, which then misses the groups', () => {
    const found = lines(readText(file(legacy)));
    expect(found.map((line) => line.replace(/^.* error (\S+): .*$/, '$1')).sort()).toEqual([
      'local_ep_group',
      'peer_cidrs',
      'peer_ep_group',
      'vpnservice.subnet',
    ]);
  });

  it('misses both groups otherwise', () => {
    expect(lines(read(noGroups))).toHaveLength(2);
  });
});
