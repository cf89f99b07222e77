import { describe, expect, it, test } from 'vitest';
import { defaultName } from '../../../../src/vpn/default-name.ts';
import { lines, list, readFiles, readText } from '../../spec/support.ts';

describe('names of connections', () => {
  it('are unique in all files', () => {
    const found = lines(readFiles({ 'a.yml': list({ name: 'x' }), 'b.yml': list({ name: 'x', vpnservice: 'b' }) }));
    expect(found).toEqual([
      expect.stringMatching(/^b.yml:2:11 error name: Another connection has the name "x" \(a.yml:2\)/),
    ]);
  });

  it('are unique as ids', () => {
    const id = '90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f';
    const found = lines(readText(list({ name: 'x', id }, { name: 'y', id: id.toUpperCase() })));
    expect(found).toEqual([expect.stringMatching(/error id: Another connection has the id ".*" \(vpn.yml:9\)/)]);
  });
});

describe('one name is one object', () => {
  const both = (part: string, first: string, second: string) =>
    readText(list({ name: 'a', [part]: first }, { name: 'b', [part]: second }), { dialect: 'openstack' });

  test.each([
    ['ikepolicy', '{ name: p, pfs: group14 }', '{ pfs: GROUP14, name: p }'],
    ['ikepolicy', '{ name: p, auth_algorithm: sha256 }', '{ name: p, auth_algorithm: sha2-256 }'],
    [
      'ikepolicy',
      '{ name: p, lifetime: { units: seconds, value: 3600 } }',
      '{ name: p, lifetime: { value: 3600, units: seconds } }',
    ],
    ['local_ep_group', '{ name: g, endpoints: [x, y] }', '{ name: g, endpoints: [y, x], type: subnet }'],
    ['vpnservice', '{ name: s, router: r }', '{ name: s, router: r }'],
    ['vpnservice', '{ router: r, description: d }', '{ router: r, description: d }'],
    ['ikepolicy', '{ id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f }', '{ id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f }'],
  ])('%s: equal bodies merge: %s', (part, first, second) => {
    const { connections, problems } = both(part, first, second);
    expect(problems).toEqual([]);
    const [a, b] = connections.map(({ parts }) => Object.entries(parts).find(([name]) => name === part)?.[1]);
    expect(a?.by).toBe('description');
    expect(a).toBe(b);
  });

  test.each([
    [
      'ikepolicy',
      '{ name: p, pfs: group14 }',
      '{ name: p, pfs: group15 }',
      'ikepolicy.name',
      'The IKE policy "p"',
      'pfs',
    ],
    ['ikepolicy', '{ name: p, pfs: group14 }', '{ name: p }', 'ikepolicy.name', 'The IKE policy "p"', 'pfs'],
    [
      'peer_ep_group',
      '{ name: g, endpoints: [10.1.0.0/24] }',
      '{ name: g, endpoints: [10.2.0.0/24] }',
      'peer_ep_group.name',
      'The endpoint group "g"',
      'endpoints',
    ],
    [
      'vpnservice',
      '{ name: s, router: r }',
      '{ name: s, router: q }',
      'vpnservice.name',
      'The VPN service "s"',
      'router',
    ],
    [
      'vpnservice',
      '{ router: r }',
      '{ router: r, description: x }',
      'vpnservice',
      'The VPN service of this router',
      'description',
    ],
    [
      'ikepolicy',
      '{ id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f }',
      '{ id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f, tenant_id: t }',
      'ikepolicy',
      'The IKE policy "90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f"',
      'tenant_id',
    ],
    [
      'ikepolicy',
      '{ id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f, name: p }',
      '{ name: p }',
      'ikepolicy.name',
      'The IKE policy "p"',
      'id',
    ],
  ])('%s: different bodies are an error at both lines: %s', (part, first, second, title, which, keys) => {
    const { problems } = both(part, first, second);
    const places = problems.filter(({ title: found }) => found === title);
    expect(places).toHaveLength(2);
    expect(places.map(({ at }) => at.line)).toEqual([expect.any(Number), expect.any(Number)]);
    const [one, other] = places;
    expect(one?.message).toBe(
      `${which} is described differently at vpn.yml:${other?.at.line} (${keys}). One name is one object: describe it alike in both places, or once, and refer to it by name elsewhere.`,
    );
    expect(other?.message).toContain(`vpn.yml:${one?.at.line} (${keys})`);
  });

  it('does not compare parts without a name', () => {
    const { connections, problems } = both('ikepolicy', '{ pfs: group14 }', '{ pfs: group15 }');
    expect(problems).toEqual([]);
    expect(connections[0]?.parts.ikepolicy).not.toBe(connections[1]?.parts.ikepolicy);
  });

  it('takes a name that another connection describes for that description', () => {
    for (const [first, second] of [
      ['{ name: p, pfs: group15 }', 'p'],
      ['p', '{ name: p, pfs: group15 }'],
    ] as const) {
      const { connections, problems } = both('ikepolicy', first, second);
      expect(problems).toEqual([]);
      expect(connections[0]?.parts.ikepolicy?.by).toBe('description');
      expect(connections[0]?.parts.ikepolicy).toBe(connections[1]?.parts.ikepolicy);
    }
    const { connections } = both(
      'ikepolicy',
      '{ id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f, pfs: group15 }',
      '90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f',
    );
    expect(connections[1]?.parts.ikepolicy?.by).toBe('description');
  });

  it('does not take a group of the other side for it', () => {
    const text = list(
      { name: 'a', peer_ep_group: '{ name: g, endpoints: [10.1.0.0/24] }' },
      { name: 'b', local_ep_group: 'g' },
    );
    expect(readText(text).connections[1]?.parts.local_ep_group).toMatchObject({ by: 'name', name: 'g' });
  });

  it('keeps default names free', () => {
    const clash = list(
      { name: 'a', ikepolicy: '{ pfs: group15 }' },
      { name: 'b', ikepolicy: '{ name: a-ike, pfs: group16 }' },
    );
    expect(lines(readText(clash))).toEqual([
      expect.stringMatching(
        /^vpn.yml:4:5 error ikepolicy: Without a name this IKE policy is called "a-ike", as another one is \(vpn.yml:11\) that differs in pfs. Give it a name/,
      ),
    ]);
    const equal = list(
      { name: 'a', ikepolicy: '{ pfs: group15 }' },
      { name: 'b', ikepolicy: '{ name: a-ike, pfs: group15 }' },
    );
    expect(lines(readText(equal))).toEqual([]);
  });
});

describe('defaultName', () => {
  test.each([
    ['vpnservice', 'office-service'],
    ['ikepolicy', 'office-ike'],
    ['ipsecpolicy', 'office-ipsec'],
    ['local_ep_group', 'office-local'],
    ['peer_ep_group', 'office-peer'],
  ] as const)('%s', (part, name) => {
    expect(defaultName('office', part)).toBe(name);
  });

  it('has at most 64 characters, and stays different for different connections', () => {
    expect(defaultName('x'.repeat(60), 'ikepolicy')).toBe(`${'x'.repeat(60)}-ike`);
    const [a, b] = [defaultName(`${'x'.repeat(60)}a`, 'ikepolicy'), defaultName(`${'x'.repeat(60)}b`, 'ikepolicy')];
    expect(a).toMatch(/^x+-[0-9a-f]{8}-ike$/);
    expect([a.length, b.length]).toEqual([64, 64]);
    expect(a).not.toBe(b);
    expect(Array.from(defaultName('😀'.repeat(100), 'peer_ep_group'))).toHaveLength(64);
  });
});
