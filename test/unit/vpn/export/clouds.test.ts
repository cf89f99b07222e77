/** Exports of what only one of the two clouds has. */
import { describe, expect, test } from 'vitest';
import { uuid } from '../build.ts';
import type { Json } from '../model-cloud.ts';
import { addConnection, standardCloud } from '../standard-cloud.ts';
import { exportOf, planAgain, unchanged } from './help.ts';

describe('OTC', () => {
  test('tags without ours, and psk_version from ours', () => {
    const standard = standardCloud('otc');
    const id = addConnection(standard, 'office-bonn');
    standard.cloud.setTags(id, { zone: 'no', env: '', 'ipsec-action-psk': 'hidden-2026-08', 'ipsec-action-mark': 'x' });
    expect(unchanged(standard)).toMatch(/ {2}psk_version: "2026-08"\n {2}tags:\n {4}env: ""\n {4}zone: "no"\n$/);
    standard.cloud.setTags(id, { 'ipsec-action-psk': 'clear-3' });
    expect(unchanged(standard)).toContain('  psk_version: 3\n');
    standard.cloud.setTags(id, { 'ipsec-action-psk': 'clear-007' });
    expect(unchanged(standard)).toContain('  psk_version: "007"\n');
  });

  test('tags that a file cannot have stay as they are; too many, and all do', () => {
    const standard = standardCloud('otc');
    const id = addConnection(standard, 'office-bonn');
    standard.cloud.setTags(id, { 'Größe ${x}': 'a', env: 'ä', ok: '1' });
    const left = expect.stringContaining('is left out of the file');
    const text = unchanged(standard, ['*'], [left, left]);
    expect(text).toMatch(/ {2}tags:\n(?: {4}#.*\n)+ {4}ok: "1"\n$/);
    standard.cloud.setTags(id, Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`t${index}`, ''])));
    const all = exportOf(standard.cloud);
    expect(all.told).toContainEqual(expect.stringContaining('office-bonn: tags is left out'));
    expect(planAgain(standard.cloud, all).changes).toEqual([]);
  });

  test('what is set by the server is not stated: the address of the service, a subnet, admin_state_up: false', () => {
    const standard = standardCloud('otc');
    standard.cloud.edit('vpnservice', standard.service, { subnet_id: standard.subnets[0] });
    addConnection(standard, 'office-bonn', { admin_state_up: false, description: 'IPsec', local_id: 'x' });
    const text = unchanged(standard, ['*'], [expect.stringContaining('office-bonn: admin_state_up is left out')]);
    expect(text).not.toMatch(/external_v4_ip|subnet_id|IPsec\b.*\n|local_id/);
  });

  test('networks that overlap, of two connections: the second group goes by its id', () => {
    const standard = standardCloud('otc');
    const wide = standard.cloud.add('endpoint_group', { name: 'wide', type: 'cidr', endpoints: ['10.80.0.0/16'] });
    addConnection(standard, 'a');
    addConnection(standard, 'b', { peer_address: '198.51.100.21', peer_ep_group_id: wide });
    const text = unchanged(standard, ['*'], [expect.stringContaining('stands in the file by its id alone')]);
    expect(text).toMatch(/peer_ep_group_id: \S+ # not described: 10\.80\.0\.0\/\d+ overlaps/);
  });
});

describe('OpenStack', () => {
  const legacy = (name = 'legacy') => {
    const standard = standardCloud('openstack');
    const { cloud, subnets } = standard;
    cloud.edit('vpnservice', standard.service, { subnet_id: subnets[0] });
    addConnection(standard, name, {
      ...{ local_ep_group_id: null, peer_ep_group_id: null, peer_cidrs: ['10.90.0.3/24'] },
    });
    return standard;
  };

  test('the legacy model', () => {
    const text = unchanged(legacy());
    expect(text).toContain('    router: vpc-prod\n    subnet: subnet-app\n');
    expect(text).toContain('  peer_cidrs:\n    - 10.90.0.0/24\n');
  });

  test('all that a connection can say', () => {
    const standard = standardCloud('openstack');
    standard.cloud.edit('vpnservice', standard.service, { flavor_id: uuid(77), description: 'a: b # c' });
    addConnection(standard, 'office: ${bonn}', {
      local_id: '@cloud',
      description: 'Bonn "Süd" $1',
      admin_state_up: false,
    });
    const text = unchanged(standard);
    expect(text).toContain('  name: "office: $${bonn}"\n  description: "Bonn \\"Süd\\" $$1"\n');
    expect(text).toContain(`    flavor_id: ${uuid(77)}\n`);
    expect(text).toContain('  local_id: "@cloud"\n');
    expect(text).toContain('  admin_state_up: false\n');
  });

  test('two services of one router, with and without names', () => {
    for (const names of [
      ['', ''],
      ['gw', 'gw'],
      ['gw', ''],
    ]) {
      const standard = standardCloud('openstack');
      const { cloud } = standard;
      cloud.edit('vpnservice', standard.service, { name: names[0] });
      const second = cloud.add('vpnservice', { name: names[1], router_id: standard.router, admin_state_up: false });
      addConnection(standard, 'a');
      addConnection(standard, 'b', { vpnservice_id: second, peer_address: '198.51.100.21' });
      unchanged(standard);
    }
  });

  test.each<[string, Json, RegExp]>([
    [
      'a peer that is no address',
      { peer_address: 'fw.example.org' },
      /cannot be used before it is corrected: peer_address/,
    ],
    ['no peer at all', { peer_address: null }, /cannot be used before it is corrected: peer_address/],
    ['no service', { vpnservice_id: null }, /cannot be used before it is corrected: vpnservice/],
    [
      'a policy that is not to be seen',
      { ikepolicy_id: uuid(999) },
      /would not be unchanged: refused: .*no IKE policy/,
    ],
  ])('%s: the rest is exported, and it is said', (_title, json, words) => {
    const standard = standardCloud('openstack');
    addConnection(standard, 'office-bonn', json);
    const { told, text } = exportOf(standard.cloud);
    expect(told.length).toBeGreaterThan(0);
    expect(told.join('\n')).toMatch(words);
    expect(text).toContain('psk: ${OFFICE_BONN_PSK}');
  });

  test('a group of routers or nothing as endpoints, a service without a router', () => {
    const standard = standardCloud('openstack');
    const { cloud } = standard;
    cloud.edit('endpoint_group', standard.peer, { endpoints: [] });
    cloud.edit('vpnservice', standard.service, { router_id: null });
    const odd = cloud.add('endpoint_group', { type: 'router', endpoints: [standard.router] });
    addConnection(standard, 'office-bonn', { local_ep_group_id: odd });
    const { told, text } = exportOf(cloud);
    expect(text).toContain(`peer_ep_group_id: ${standard.peer} # not described: The list is empty.`);
    expect(text).toContain(
      `local_ep_group_id: ${odd} # no endpoint group of this project that can be the local_ep_group`,
    );
    expect(told.join('\n')).toMatch(/The router \(VPC\) of the VPN service is missing/);
  });
});
