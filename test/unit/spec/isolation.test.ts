/** An error keeps from being used what it is about, and nothing else. */
import { describe, expect, test } from 'vitest';
import { readSpec } from '../../../src/spec/read.ts';
import { dialects } from '../../../src/vpn/dialects.ts';
import { lines, readFiles } from './support.ts';

type Files = Readonly<Record<string, string>>;

function body(name: string, more = '', peer = '198.51.100.20', net = '10.80.0.0/24'): string {
  return `
  name: ${name}
  vpnservice: gw
  ikepolicy: {}
  ipsecpolicy: {}
  local_ep_group: [subnet-${name}]
  peer_ep_group: [${net}]
  peer_address: ${peer}
${more}`;
}

const one = (name: string, more?: string, peer?: string, net?: string): string =>
  `ipsec_site_connection:${body(name, more, peer, net)}`;

function read(files: Files, dialect: 'otc' | 'openstack' = 'openstack') {
  const list = Object.entries(files).map(([name, text]) => ({ name, text }));
  const { connections, rejected } = readSpec(list, {
    ...{
      dialect: dialects[dialect],
      variables: new Map(),
      secrets: new Map(),
      knownSecrets: [],
      undefinedSecrets: 'error',
    },
  });
  return {
    connections,
    good: connections.map(({ name }) => name.value),
    bad: rejected.map((group) => group.connections.map(({ name }) => name)),
    titles: rejected.map(({ errors }) => errors.map(({ title }) => title)),
  };
}

/** Connections of one file, as documents. */
const documents = (...texts: readonly string[]): string => texts.join('---\n');

describe('errors', () => {
  test('of one connection among others of its file, wherever it stands', () => {
    for (const at of [0, 1, 2]) {
      const names = ['a', 'b', 'c'];
      const net = (index: number): string => `10.8${index}.0.0/24`;
      const texts = names.map((name, index) => one(name, index === at ? '  mtu: x\n' : '', undefined, net(index)));
      const wrong = names[at];
      expect(read({ 'vpn.yml': documents(...texts) })).toMatchObject({
        good: names.filter((name) => name !== wrong),
        bad: [[wrong]],
        titles: [['mtu']],
      });
    }
  });

  test('of a connection without a name', () => {
    const nameless = one('b').replace('  name: b\n', '');
    expect(read({ 'vpn.yml': documents(one('a'), nameless) })).toMatchObject({ good: ['a'], bad: [[]] });
  });

  test('in an anchor are about every connection that reads it, in the list of one key too', () => {
    const list = (...bodies: readonly string[]): string =>
      `x-ike: &ike { pfs: group99 }\nipsec_site_connections:\n${bodies.map((text) => text.replace(/\n {2}name/, '\n- name')).join('')}`;
    const shared = (text: string): string => text.replace('ikepolicy: {}', 'ikepolicy: *ike');
    const file = list(
      shared(body('a')),
      body('b', '', undefined, '10.81.0.0/24'),
      shared(body('c', '', undefined, '10.82.0.0/24')),
    );
    expect(read({ 'vpn.yml': file })).toMatchObject({ good: ['b'], bad: [['a', 'c']] });
  });

  test('of YAML are about their whole file, and no other', () => {
    const files = {
      'a.yml': one('a'),
      'b.yml': `${documents(one('b'), one('c', '', undefined, '10.81.0.0/24'))}key: [`,
    };
    const { good, bad } = read(files);
    expect(good).toEqual(['a']);
    expect(bad.flat()).not.toContain('a');
  });

  test('of a key at the top of a file are about its connections', () => {
    const files = { 'a.yml': `${one('a')}oops: 1\n`, 'b.yml': one('b', '', undefined, '10.81.0.0/24') };
    expect(read(files)).toMatchObject({ good: ['b'], bad: [['a']] });
  });
});

describe('what connections say against each other is about both', () => {
  const other = one('c', '', '198.51.100.22', '10.99.0.0/24');

  test.each<[string, string, string, ('otc' | 'openstack')?]>([
    ['the same name', one('a'), one('a', '', '198.51.100.21', '10.81.0.0/24')],
    [
      'the same id',
      one('a', '  id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f\n'),
      one('b', '  id: 90a4c7de-0f4b-4c0b-9d7e-5a1e0b2c3d4f\n', '198.51.100.21', '10.81.0.0/24'),
    ],
    [
      'one object with two bodies',
      one('a').replace('ikepolicy: {}', 'ikepolicy: { name: p, pfs: group14 }'),
      one('b', '', '198.51.100.21', '10.81.0.0/24').replace('ikepolicy: {}', 'ikepolicy: { name: p, pfs: group19 }'),
    ],
    [
      'a default name that another object has',
      one('a'),
      one('b', '', '198.51.100.21', '10.81.0.0/24').replace(
        'ikepolicy: {}',
        'ikepolicy: { name: a-ike, pfs: group19 }',
      ),
    ],
    ['overlapping networks, where they are refused', one('a'), one('b', '', '198.51.100.21', '10.80.0.0/25'), 'otc'],
  ])('%s', (_, first, second, dialect) => {
    const { good, bad } = read({ 'a.yml': first, 'b.yml': second, 'c.yml': other }, dialect);
    expect(good).toEqual(['c']);
    expect(new Set(bad.flat())).toEqual(new Set(['a', second.includes('name: b') ? 'b' : 'a']));
  });
});

test('what a rejected connection describes is nobody’s description: a reference to it stays a reference', () => {
  const describing = one('a', '  mtu: x\n').replace('ikepolicy: {}', 'ikepolicy: { name: shared, pfs: group19 }');
  const referring = one('b', '', '198.51.100.21', '10.81.0.0/24').replace('ikepolicy: {}', 'ikepolicy: shared');
  const { connections } = read({ 'a.yml': describing, 'b.yml': referring });
  expect(connections.map(({ parts }) => parts.ikepolicy?.by)).toEqual(['name']);
});

test('more errors than are listed: nothing is used', () => {
  const broken = Array.from({ length: 1100 }, (_, index) => `x${index}: 1\n  `).join('');
  const files = { 'a.yml': one('a'), 'b.yml': one('b', `  ${broken}\n`, '198.51.100.21', '10.81.0.0/24') };
  expect(read(files).good).toEqual([]);
});

describe('the input psk goes to no connection while a file cannot be read, which may describe the one that it is for', () => {
  const good = one('b');

  test.each([
    ['YAML syntax', `${one('a')}  x: [\n`],
    ['another top-level key', 'ipsec_site_conection: {}\n'],
    ['no list', 'ipsec_site_connections: { name: a }\n'],
    ['no connection', '# nothing yet\n'],
  ])('%s', (_, broken) => {
    const files = { 'a.yml': broken, 'b.yml': good };
    const result = readFiles(files, { dialect: 'openstack', psk: 'Ex4mple-Only_Key' });
    expect(result.connections).toEqual([]);
    expect(lines(result).join('\n')).toMatch(/b\.yml:\d+:\d+ error psk: .* since a\.yml could not be read\./);
    // Nothing is sent when a connection is destroyed; and a key of its own is its own.
    expect(
      readFiles(files, { dialect: 'openstack', psk: 'Ex4mple-Only_Key', undefinedSecrets: 'not needed' }).connections,
    ).toHaveLength(1);
    expect(readFiles(files, { dialect: 'openstack' }).connections).toHaveLength(1);
  });
});
