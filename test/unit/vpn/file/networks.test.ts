import { describe, expect, it, test } from 'vitest';
import { type Changes, file, lines, list, readText } from '../../spec/support.ts';

const openstack = { dialect: 'openstack' } as const;

describe('overlapping networks', () => {
  const inner = { peer_ep_group: '[10.80.0.0/16, 10.81.0.0/16, 10.80.1.0/24]' };

  it('of the peer: an error on Open Telekom Cloud, a warning on OpenStack', () => {
    expect(lines(readText(file(inner)))).toEqual([
      'vpn.yml:7:47 error overlapping networks: 10.80.1.0/24 overlaps 10.80.0.0/16, a remote network (vpn.yml:7). Open Telekom Cloud refuses this.',
    ]);
    expect(lines(readText(file(inner), openstack))).toEqual([
      'vpn.yml:7:47 warning overlapping networks: 10.80.1.0/24 overlaps 10.80.0.0/16, a remote network (vpn.yml:7). Traffic to the addresses in both goes only one way.',
    ]);
  });

  test.each<readonly [Changes, RegExp]>([
    [
      { local_ep_group: '[10.80.0.0/16]' },
      /^vpn.yml:7:19 error .*10.80.0.0\/24 overlaps 10.80.0.0\/16, a local network \(vpn.yml:6\)/,
    ],
    [{ local_ep_group: '["2001:db8::/64"]', peer_ep_group: '["2001:db8::/48"]' }, /^vpn.yml:7:19 error/],
    [{ peer_ep_group: '[10.80.1.0/24, 10.80.0.0/16]' }, /^vpn.yml:7:33 error .*10.80.0.0\/16 overlaps 10.80.1.0\/24/],
  ])('%j', (changes, message) => {
    expect(lines(readText(file(changes)))).toEqual([expect.stringMatching(message)]);
  });

  test.each<Changes>([
    { local_ep_group: '[10.10.0.0/24, 10.10.0.0/16]' },
    { local_ep_group: '[10.79.0.0/16, 10.81.0.0/16]' },
    { peer_ep_group: '[10.80.0.0/25, 10.80.0.128/25, 10.81.0.0/16, 10.79.255.0/24]' },
  ])('%j do not', (changes) => {
    expect(lines(readText(file(changes)))).toEqual([]);
  });

  it('of connections of one VPN service', () => {
    const same = { peer_ep_group: '[10.80.0.0/24]' };
    const found = lines(readText(list({ name: 'a', ...same }, { name: 'b', ...same })));
    expect(found).toEqual([
      expect.stringMatching(/^vpn.yml:14:21 error .* a remote network of the connection "a" \(vpn.yml:7\)/),
    ]);
    expect(lines(readText(list({ name: 'a', ...same }, { name: 'b', ...same, vpnservice: 'other' })))).toEqual([]);
    const crossing = list(
      { name: 'a', local_ep_group: '[10.10.0.0/16]' },
      { name: 'b', peer_ep_group: '[10.10.1.0/24]' },
    );
    expect(lines(readText(crossing))).toEqual([expect.stringMatching(/a local network of the connection "a"/)]);
  });

  it('of services that are the same router’s', () => {
    const same = { peer_ep_group: '[10.80.0.0/24]', vpnservice: '{ router: vpc }' };
    expect(lines(readText(list({ name: 'a', ...same }, { name: 'b', ...same })))).toHaveLength(1);
  });

  it('are legal between two connections that share both groups: one stands by for the other', () => {
    const groups = { local_ep_group: 'nets', peer_ep_group: '{ name: p, endpoints: [10.80.0.0/24] }' };
    expect(lines(readText(list({ name: 'a', ...groups }, { name: 'b', ...groups })))).toEqual([]);
    const onlyPeers = { ...groups, local_ep_group: 'other' };
    expect(lines(readText(list({ name: 'a', ...groups }, { name: 'b', ...onlyPeers })))).toHaveLength(1);
  });

  it('of the legacy model', () => {
    const legacy = { local_ep_group: null, peer_ep_group: null, peer_cidrs: '[10.80.0.0/16, 10.80.0.0/24]' };
    expect(lines(readText(file(legacy), openstack))).toEqual([expect.stringMatching(/warning overlapping networks/)]);
  });

  it('are found among thousands', () => {
    const many = Array.from({ length: 4000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`).join(', ');
    const text = file({ peer_ep_group: `[${many}, 10.0.255.0/25]` });
    expect(lines(readText(text, openstack))).toEqual([expect.stringMatching(/10.0.255.0\/25 overlaps 10.0.255.0\/24/)]);
  });
});

describe('IP versions', () => {
  test.each<readonly [Changes, RegExp]>([
    [
      { peer_ep_group: '[10.80.0.0/24, "2001:db8::/48"]' },
      /^vpn.yml:7:33 error IP versions: 2001:db8::\/48 and 10.80.0.0\/24 \(line 7\) are IPv4 and IPv6/,
    ],
    [{ local_ep_group: '[10.1.0.0/24, "2001:db8::/64"]' }, /^vpn.yml:6:33 error IP versions/],
    [
      { local_ep_group: '[app, "2001:db8::/64"]' },
      /^vpn.yml:7:19 error IP versions: 10.80.0.0\/24 and 2001:db8::\/64 \(line 6\)/,
    ],
    [
      { peer_ep_group: '["2001:db8::/48"]', mtu: '1279' },
      /error mtu: 1279 is too small: IPv6 networks need at least 1280 bytes/,
    ],
  ])('%j', (changes, message) => {
    expect(lines(readText(file(changes), openstack))).toEqual([expect.stringMatching(message)]);
  });

  test.each<Changes>([
    { peer_ep_group: '["2001:db8::/48"]', mtu: '1280' },
    { mtu: '1000' },
    { peer_ep_group: '["2001:db8::/48"]', peer_address: '198.51.100.20' },
    { peer_ep_group: 'p', mtu: '100' },
  ])('%j is fine', (changes) => {
    expect(lines(readText(file(changes), openstack))).toEqual([]);
  });
});

describe('limits of Open Telekom Cloud', () => {
  it('are five local subnets', () => {
    const five = { local_ep_group: '[a, b, c, d, e]' };
    const six = { local_ep_group: '[a, b, c, d, e, f]' };
    expect(lines(readText(file(five)))).toEqual([]);
    expect(lines(readText(file(six), openstack))).toEqual([]);
    expect(lines(readText(file(six)))).toEqual([
      'vpn.yml:6:35 error local_ep_group: 6 local subnets; Open Telekom Cloud takes at most 5 for a connection.',
    ]);
  });

  it('are 2500 pairs of networks', () => {
    const networks = (count: number) =>
      Array.from({ length: count }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
    const changes = (count: number) => ({
      local_ep_group: '[a, b, c, d, e]',
      peer_ep_group: `[${networks(count).join(', ')}]`,
    });
    expect(lines(readText(file(changes(500))))).toEqual([]);
    expect(lines(readText(file(changes(501))))).toEqual([
      expect.stringMatching(/error peer_ep_group: 5 local times 501 remote networks; .* at most 2500 pairs/),
    ]);
  });

  it('are one connection to a peer, for a VPN service', () => {
    const same = { peer_address: '198.51.100.20' };
    const text = list({ name: 'a', ...same }, { name: 'b', ...same });
    expect(lines(readText(text))).toEqual([
      'vpn.yml:15:19 warning peer_address: The connection "a" (vpn.yml:2) has the same VPN service and peer. Open Telekom Cloud takes a peer only once for a VPN service.',
    ]);
    expect(lines(readText(text, openstack))).toEqual([]);
    const unknown = { peer_address: 'x y' };
    expect(lines(readText(list({ name: 'a', ...unknown }, { name: 'b', ...unknown })))).toHaveLength(2);
  });
});
