/** The end of connections on real servers: destroy and prune. */
import { expect, test } from 'vitest';
import { office, officeFile, officesFile, psk } from '../../scenarios/fixtures/office.ts';
import { writes } from '../../scenarios/harness/run.ts';
import { asFailure } from '../../scenarios/harness/scenario.ts';
import { text } from '../rest.ts';
import { kinds, useStage } from './stage.ts';

const stage = useStage('destroy');

const destroy = { mode: 'destroy', 'confirm-destroy': 'office-bonn' };
const secrets = { secrets: `PSK=${psk}` };

const counts = () => Promise.all(kinds.map(async (kind) => (await stage.all(kind)).length));

test('all that a run made goes in an order that the servers accept, and again it is gone already', async () => {
  await stage.apply(officeFile());
  const files = { 'vpn.yml': officeFile() };
  const preview = asFailure(await stage.run({ files, inputs: { mode: 'destroy' } }));
  expect(preview.code).toBe('NOT_CONFIRMED');
  expect(writes(preview.requests)).toEqual([]);
  const run = await stage.run({ files, inputs: { ...destroy, 'destroy-vpnservice': 'true' } });
  expect(run.exitCode, run.log).toBe(0);
  expect(await counts()).toEqual([0, 0, 0, 0, 0]);
  const done = writes(run.requests);
  expect(done[0]).toBe('DELETE /v2.0/vpn/ipsec-site-connections/{id}');
  expect(done.at(-1)).toBe('DELETE /v2.0/vpn/vpnservices/{id}');
  expect(done).toHaveLength(6);
  expect(run.outputs).toMatchObject({ operation: 'deleted', changed: 'true', 'connection-id': '' });
  expect(run.outputs).not.toHaveProperty('vpnservice-id');
  const again = await stage.run({ files, inputs: destroy });
  expect(again.exitCode, again.log).toBe(0);
  expect(again.log).toContain('Every list of the project came back empty');
  expect(writes(again.requests)).toEqual([]);
});

test('what another connection uses, and what the openstack command made, stays', async () => {
  const shared = { ikepolicy: { name: 'corp' }, psk: '${PSK}' };
  const file = officesFile([
    { ...office, ...shared, ipsecpolicy: { name: 'by-hand' } },
    { ...office, ...shared, name: 'office-ulm', peer_address: '198.51.100.7', peer_ep_group: ['10.9.0.0/16'] },
  ]);
  const byHand = ['--encryption-algorithm', 'aes-256', '--auth-algorithm', 'sha256', '--pfs', 'group14'];
  await stage.cli('vpn', 'ipsec', 'policy', 'create', 'by-hand', ...byHand);
  const files = { 'vpn.yml': file };
  const applied = await stage.run({ files, inputs: secrets });
  expect(applied.exitCode, applied.log).toBe(0);
  const run = await stage.run({ files, inputs: { ...secrets, ...destroy } });
  expect(run.exitCode, run.log).toBe(0);
  expect(run.log).toMatch(/The IKE policy corp .* stays: it is still used by office-ulm/);
  expect(run.log).toMatch(/The IPsec policy by-hand .* stays: it was not made by this action/);
  expect(run.log).toContain('The tunnel of office-bonn may stay up');
  expect((await stage.all('ipsec-site-connections')).map(({ name }) => name)).toEqual(['office-ulm']);
  expect((await stage.all('ipsecpolicies')).map((policy) => text(policy, 'name')).toSorted()).toEqual([
    'by-hand',
    'office-ulm-ipsec',
  ]);
  expect(await stage.all('ikepolicies')).toMatchObject([{ name: 'corp' }]);
});

test('a connection whose file is gone is pruned, with the parts that it alone used', async () => {
  const bonn = officeFile({ psk: '${PSK}' });
  const ulm = officeFile({
    ...{ name: 'office-ulm', peer_address: '198.51.100.7', peer_ep_group: ['10.9.0.0/16'] },
    psk: '${PSK}',
  });
  const inputs = { ...secrets, 'connection-file': 'vpn/*.yml' };
  await stage.run({ files: { 'vpn/bonn.yml': bonn, 'vpn/ulm.yml': ulm }, inputs });
  expect(await counts()).toEqual([2, 1, 2, 2, 4]);
  const run = await stage.run({ files: { 'vpn/bonn.yml': bonn }, inputs: { ...inputs, prune: 'true' } });
  expect(run.exitCode, run.log).toBe(0);
  expect(await counts()).toEqual([1, 1, 1, 1, 2]);
  expect((await stage.sole('ipsec-site-connections'))['name']).toBe('office-bonn');
});
