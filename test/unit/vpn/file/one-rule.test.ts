import { describe, expect, it, test } from 'vitest';
import { file, lines, placeOf, readText } from '../../spec/support.ts';

const id = '90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f';
const changesOf = (key: string, value: string) => ({ [key.replace(/_id$/, '')]: null, [key]: value });

/** The part as read, without the places. */
function partOf(part: string, key: string, value: string): unknown {
  const { connections, problems } = readText(file(changesOf(key, value)), { dialect: 'openstack' });
  expect(problems).toEqual([]);
  return JSON.parse(
    JSON.stringify(Object.entries(connections[0]?.parts ?? {}).find(([name]) => name === part)?.[1], (name, entry) =>
      name === 'at' ? undefined : entry,
    ),
  );
}

const named = { by: 'name', name: 'corp' };
const byId = { by: 'id', id };
const described = { by: 'description', fields: {} };

describe('x: text is a name, or in UUID form an id; x_id is an id', () => {
  test.each(['vpnservice', 'ikepolicy', 'ipsecpolicy', 'local_ep_group', 'peer_ep_group'])('%s', (part) => {
    expect(partOf(part, part, 'corp')).toEqual(named);
    expect(partOf(part, part, '"dead.beef with a: colon"')).toEqual({ by: 'name', name: 'dead.beef with a: colon' });
    expect(partOf(part, part, id.toUpperCase())).toEqual(byId);
    expect(partOf(part, `${part}_id`, id)).toEqual(byId);
  });
});

describe('x: mapping is a body', () => {
  test.each([
    ['ikepolicy', '{}', described],
    ['ikepolicy', '{ name: corp }', { ...described, name: { value: 'corp' } }],
    ['ipsecpolicy', `{ id: ${id}, name: corp }`, { ...described, id: { value: id }, name: { value: 'corp' } }],
    ['vpnservice', '{ router: vpc }', { ...described, router: { by: 'name', name: 'vpc' } }],
    ['vpnservice', `{ router: ${id} }`, { ...described, router: byId }],
    ['vpnservice', `{ router_id: ${id}, subnet_id: null }`, { ...described, router: byId }],
    ['vpnservice', `{ id: ${id} }`, { ...described, id: { value: id } }],
    [
      'vpnservice',
      `{ router: vpc, flavor_id: ${id} }`,
      { ...described, router: { by: 'name', name: 'vpc' }, fields: { flavor_id: { value: id } } },
    ],
    ['local_ep_group', `{ id: ${id} }`, { ...described, id: { value: id } }],
    [
      'local_ep_group',
      `{ name: corp, type: subnet, endpoints: [app, ${id}, 10.1.0.0/16] }`,
      {
        ...described,
        name: { value: 'corp' },
        endpointType: 'subnet',
        endpoints: [
          { is: 'name', text: 'app' },
          { is: 'id', text: id },
          { is: 'cidr', text: '10.1.0.0/16' },
        ],
      },
    ],
    [
      'peer_ep_group',
      '{ endpoints: [10.80.0.0/24] }',
      { ...described, endpointType: 'cidr', endpoints: [{ is: 'cidr', text: '10.80.0.0/24' }] },
    ],
  ])('%s: %s', (part, value, expected) => {
    expect(partOf(part, part, value)).toEqual(expected);
  });
});

describe('groups: a list has the endpoints', () => {
  it('takes names, CIDRs and ids of subnets, and CIDRs of the peer, in canonical form', () => {
    expect(partOf('local_ep_group', 'local_ep_group', `[app, "10.1.0.0/16", ${id.toUpperCase()}, dead.beef]`)).toEqual({
      ...described,
      endpointType: 'subnet',
      endpoints: [
        { is: 'name', text: 'app' },
        { is: 'cidr', text: '10.1.0.0/16' },
        { is: 'id', text: id },
        { is: 'name', text: 'dead.beef' },
      ],
    });
    expect(partOf('peer_ep_group', 'peer_ep_group', '["2001:DB8:0::/48", "2001:db8:1::/48"]')).toEqual({
      ...described,
      endpointType: 'cidr',
      endpoints: [
        { is: 'cidr', text: '2001:db8::/48' },
        { is: 'cidr', text: '2001:db8:1::/48' },
      ],
    });
  });

  it('uses an entry once, with a warning for its repetition', () => {
    const changes = { peer_ep_group: '[10.80.0.0/24, "10.80.0.0/24"]', local_ep_group: '[app, app]' };
    const { connections, problems } = readText(file(changes));
    expect(connections[0]?.parts).toMatchObject({
      peer_ep_group: { endpoints: [{}] },
      local_ep_group: { endpoints: [{}] },
    });
    expect(problems.map(({ severity, title }) => `${severity} ${title}`)).toEqual([
      'warning local_ep_group[1]',
      'warning peer_ep_group[1]',
    ]);
    expect(problems[0]?.message).toBe('app is already in the list on line 6. It is used once; remove this entry.');
  });
});

describe('errors', () => {
  test.each([
    ['vpnservice', '[a]', /Expected a mapping, found a list/],
    [
      'vpnservice',
      '5',
      /Expected the name or id of an existing VPN service, found the number 5. Write it in quotes: "5"/,
    ],
    ['vpnservice', 'true', /found true\. Write it in quotes: "true"/],
    ['vpnservice', '""', /It is empty/],
    ['vpnservice', '"a\\nb"', /line break or control character/],
    ['vpnservice_id', 'corp', /"corp" is no id.*For a name write "vpnservice" instead of "vpnservice_id"/],
    ['vpnservice_id', id.replaceAll('-', ''), /is no id: ids have the form/],
    ['vpnservice_id', '[]', /Expected an id, found a list/],
    [
      'local_ep_group',
      '10.1.0.0/16',
      /Expected the name or id of a group.*Networks are a list: local_ep_group: \["10.1.0.0\/16"\]/,
    ],
    ['peer_ep_group', '10.80.0.0', /Networks are a list/],
    ['peer_ep_group', '10.80.0.0/24, 10.81.0.0/16', /list: peer_ep_group: \["10.80.0.0\/24", "10.81.0.0\/16"\]\.$/],
    ['peer_ep_group', '"2001:db8::/32"', /Networks are a list/],
    ['peer_ep_group', '[]', /The list is empty/],
  ])('%s: %s', (key, value, message) => {
    const changes = changesOf(key, value);
    const found = lines(readText(file(changes)));
    expect(found).toEqual([expect.stringMatching(message)]);
    expect(found[0]).toMatch(new RegExp(`^${placeOf(changes, key)} error ${key}`));
  });

  test.each([
    ['peer_ep_group', '[app]', 0, /"app" is no network in CIDR notation/],
    ['peer_ep_group', '[10.80.0.0/255.255.255.0]', 0, /has a netmask. Write its length: 10.80.0.0\/24\.$/],
    ['peer_ep_group', '[10.80.0.0/255.0.255.0]', 0, /is no network in CIDR notation/],
    ['peer_ep_group', '["2001:db8::/ffff::"]', 0, /is no network in CIDR notation/],
    ['peer_ep_group', '[10.80.0.5/24]', 0, /has bits set after the prefix. The network is 10.80.0.0\/24; .* use \/32/],
    ['peer_ep_group', '["2001:db8::1/64"]', 0, /The network is 2001:db8::\/64; .* use \/128/],
    ['peer_ep_group', '[10.1.0.0/16, 10.80.0.5]', 1, /has no prefix length. Write 10.80.0.5\/32/],
    ['peer_ep_group', '["2001:db8::1"]', 0, /Write 2001:db8::1\/128/],
    ['peer_ep_group', '[10.80.0.0/33]', 0, /is no network/],
    ['peer_ep_group', '[10.80.0.0/24, null]', 1, /Expected a network in CIDR notation, found nothing\.$/],
    ['peer_ep_group', '[[10.80.0.0/24]]', 0, /found a list/],
    ['peer_ep_group', '[80]', 0, /found the number 80/],
    ['peer_ep_group', '[224.0.0.0/24]', 0, /Open Telekom Cloud refuses a remote network that overlaps 224.0.0.0\/4/],
    ['peer_ep_group', '[127.0.0.0/8]', 0, /overlaps 127.0.0.0\/8/],
    ['peer_ep_group', '[0.0.0.0/0]', 0, /overlaps 127.0.0.0\/8/],
    ['peer_ep_group', '["ff02::/16"]', 0, /overlaps ff00::\/8/],
    ['local_ep_group', '[app, 10.1.0.5/16]', 1, /has bits set/],
    ['local_ep_group', '[10.1.0.0]', 0, /has no prefix length/],
    ['local_ep_group', '[10/8]', 0, /is no network/],
    [
      'local_ep_group',
      '[2024]',
      0,
      /Expected the name, id or CIDR of a subnet, found the number 2024. Write it in quotes/,
    ],
  ])('%s: %s', (key, value, index, message) => {
    const found = lines(readText(file({ [key]: value })));
    expect(found).toEqual([expect.stringMatching(message)]);
    expect(found[0]).toContain(` error ${key}[${index}]: `);
  });

  it('allows every remote network on OpenStack', () => {
    const changes = { peer_ep_group: '[0.0.0.0/0]' };
    expect(lines(readText(file(changes), { dialect: 'openstack' }))).toEqual([]);
  });

  test.each(['vpnservice', 'ikepolicy', 'local_ep_group'])('%s together with its id', (part) => {
    const changes = { [`${part}_id`]: id };
    const found = lines(readText(file(changes)));
    expect(found).toEqual([
      expect.stringContaining(`error ${part}_id: "${part}" and "${part}_id" say the same. Keep one of them.`),
    ]);
    expect(found[0]?.startsWith('vpn.yml:9:3 ')).toBe(true);
  });

  it('takes null for not stated', () => {
    expect(
      lines(readText(file({ vpnservice: null, vpnservice_id: id, ikepolicy_id: 'null', mtu: '~', dpd: '' }))),
    ).toEqual([]);
  });

  test.each([
    [
      'vpnservice',
      '{ name: gw }',
      '3:3',
      /vpnservice.router: The router \(VPC\) of the VPN service is missing.*write "vpnservice: <name>"/,
    ],
    [
      'vpnservice',
      '{ router: vpc, router_id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f }',
      '3:30',
      /"router" and "router_id" say the same/,
    ],
    ['vpnservice', '{ router: [a] }', '3:25', /Expected the name or id of a router, found a list/],
    ['vpnservice', '{ router: 5 }', '3:25', /Write it in quotes: "5"/],
    ['vpnservice', '{ router_id: vpc }', '3:28', /For a name write "router" instead of "router_id"/],
    [
      'vpnservice',
      '{ router: vpc, subnet: app }',
      '3:30',
      /vpnservice.subnet: Not possible on Open Telekom Cloud.*local_ep_group: \[subnet-app\]/,
    ],
    [
      'vpnservice',
      '{ router: vpc, id: corp }',
      '3:34',
      /vpnservice.id: "corp" is no id.*To have the object created, remove it/,
    ],
    ['local_ep_group', '{ name: a }', '6:3', /local_ep_group.endpoints: The list of endpoints is missing/],
    ['local_ep_group', '{ endpoints: app }', '6:32', /Expected a list, found the text "app"/],
    [
      'local_ep_group',
      '{ type: cidr, endpoints: [app] }',
      '6:27',
      /"cidr" is not possible here. The local group lists subnets of the cloud. Write "type: subnet"/,
    ],
    [
      'peer_ep_group',
      '{ type: vlan, endpoints: [10.80.0.0/24] }',
      '7:26',
      /"vlan" is not possible here.*Write "type: cidr"/,
    ],
    ['peer_ep_group', '{ type: [], endpoints: [10.80.0.0/24] }', '7:26', /Expected the type "cidr", found a list/],
  ])('%s: %s', (key, value, place, message) => {
    expect(lines(readText(file({ [key]: value })))).toEqual([expect.stringMatching(message)]);
    expect(lines(readText(file({ [key]: value })))[0]?.startsWith(`vpn.yml:${place} error `)).toBe(true);
  });
});
