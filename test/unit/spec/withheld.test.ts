/** A plan of a run from which GitHub keeps secrets and variables: what is empty is unknown, and no error. */
import { describe, expect, test } from 'vitest';
import { type Changes, file, lines, readText } from './support.ts';

const given = { variables: { A: '', B: '', SET: 'x' }, secrets: { S: 'Ex4mple-Only_Key' } } as const;
const lenient = { ...given, emptyVariables: 'not checked', undefinedSecrets: 'not checked' } as const;
const notice = / notice \S+: The variable "[AB]" is empty in this run, so this was not checked\.$/;

describe('a variable without a value', () => {
  test.each<[string, Changes]>([
    ['a name', { name: '${A}' }],
    ['an id', { id: '${A}' }],
    ['an address', { peer_address: '${A}' }],
    ['an identity', { peer_id: '${A}' }],
    ['a number', { mtu: '${A}' }],
    ['a flag', { admin_state_up: '${A}' }],
    ['a choice', { initiator: '${A}' }],
    ['a service', { vpnservice: '${A}' }],
    ['the id of a service', { vpnservice: null, vpnservice_id: '${A}' }],
    ['a router', { vpnservice: '{ router: "${A}" }' }],
    ['the id of a router', { vpnservice: '{ router_id: "${A}" }' }],
    ['a policy', { ikepolicy: '{ name: "${A}", encryption_algorithm: "${B}", lifetime: { value: "${A}" } }' }],
    ['the only network', { peer_ep_group: '["${A}"]' }],
    ['a network', { peer_ep_group: '[10.80.0.0/24, "${A}"]' }],
    ['a subnet', { local_ep_group: '["${A}"]' }],
    ['a part of a text', { vpnservice: '{ router: gw, description: "from ${A}" }' }],
    ['a version', { psk_version: '${A}' }],
    ['dead peer detection', { dpd: '{ interval: "${A}", timeout: "${B}" }' }],
  ])('as %s is told, and not checked', (_, changes) => {
    for (const dialect of ['openstack', 'otc'] as const) {
      const found = lines(readText(file(changes), { ...lenient, dialect }));
      expect(found.length).toBeGreaterThan(0);
      expect(found.filter((line) => !notice.test(line))).toEqual([]);
      const strict = lines(readText(file(changes), { ...given, dialect }));
      expect(strict.join()).toMatch(/ error \S+: The variable "[AB]" is empty, which counts as undefined/);
    }
  });

  test('what is wrong beside it is an error as ever', () => {
    const { connections, problems } = readText(file({ peer_address: '${A}', mtu: '10' }), lenient);
    expect(connections).toEqual([]);
    expect(problems.map(({ severity }) => severity).toSorted()).toEqual(['error', 'notice']);
  });
});

test.each<[string, Changes, RegExp]>([
  ['a name that no line has', { peer_address: '${C}' }, /error peer_address: The variable "C" is not defined/],
  ['a secret outside of psk', { peer_address: '${S}' }, /error peer_address: "S" is a secret/],
  ['a variable as psk', { psk: '${SET}' }, /error psk: "SET" is no secret/],
  ['a literal psk', { psk: 'Hunter2hunter2' }, /error psk: A psk must not stand in the file/],
])('%s is an error all the same', (_, changes, expected) => {
  expect(lines(readText(file(changes), lenient))).toEqual([expect.stringMatching(expected)]);
});

test('a default takes the place of what is empty', () => {
  const { connections, problems } = readText(file({ mtu: '${A:-1500}' }), lenient);
  expect(problems).toEqual([]);
  expect(connections[0]?.fields['mtu']?.value).toBe(1500);
});

test.each([
  ['not checked', 1],
  ['not needed', 0],
] as const)('a secret that is not there, %s: no psk', (undefinedSecrets, told) => {
  const { connections, problems } = readText(file({ psk: '${NONE}' }), { undefinedSecrets });
  expect(connections).toHaveLength(1);
  expect(connections[0]).not.toHaveProperty('psk');
  expect(problems.map(({ severity }) => severity)).toEqual(Array.from({ length: told }, () => 'notice'));
});
