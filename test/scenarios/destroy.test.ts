/** The end of a connection: mode: destroy. */
import { describe, expect } from 'vitest';
import type { Cloud } from '../cloud/index.ts';
import { office, officeFile, officesFile, only, ours, psk } from './fixtures/office.ts';
import { writes } from './harness/run.ts';
import { asFailure, type Stage, scenario } from './harness/scenario.ts';

const kinds = ['ipsec_site_connection', 'ikepolicy', 'ipsecpolicy', 'endpoint_group', 'vpnservice'] as const;
const counts = (cloud: Cloud): number[] => kinds.map((kind) => ours(cloud, kind).length);

const destroy = { mode: 'destroy', 'confirm-destroy': 'office-bonn' };

/** Without any psk: none is needed. */
async function destroyed({ run }: Stage, inputs: Record<string, string> = {}, file = officeFile()) {
  return await run({ files: { 'vpn.yml': file }, inputs: { ...destroy, ...inputs } });
}

describe.each(['openstack', 'otc'] as const)('on %s', (dialect) => {
  scenario('what the run made goes in order, without a psk; again it is gone already', dialect, async (stage) => {
    const { cloud, apply } = stage;
    await apply(officeFile());
    const run = await destroyed(stage);
    expect(run.exitCode, run.log).toBe(0);
    expect(counts(cloud)).toEqual([0, 0, 0, 0, 1]);
    const [first, ...rest] = writes(run.requests);
    expect(first).toBe('DELETE /v2.0/vpn/ipsec-site-connections/{id}');
    expect(rest.toSorted()).toEqual([
      'DELETE /v2.0/vpn/endpoint-groups/{id}',
      'DELETE /v2.0/vpn/endpoint-groups/{id}',
      'DELETE /v2.0/vpn/ikepolicies/{id}',
      'DELETE /v2.0/vpn/ipsecpolicies/{id}',
    ]);
    expect(run.outputs).toMatchObject({ operation: 'deleted', changed: 'true', 'connection-id': '', status: '' });
    expect(run.summary).toContain('`office-bonn`: deleted');
    expect(run.summary).toContain('Remove the connection at the other end too');
    expect(run.log).toMatch(/Notice: .*The VPN service .* stays: nothing uses it any more/);
    const again = await destroyed(stage);
    expect(again.exitCode, again.log).toBe(0);
    expect(again.outputs).toMatchObject({ operation: 'unchanged', changed: 'false' });
    expect(again.log).toContain('office-bonn: gone already');
  });

  scenario('with the service nothing is left; then an empty project is told as a doubt', dialect, async (stage) => {
    const { cloud, apply } = stage;
    await apply(officeFile());
    await destroyed(stage, { 'destroy-vpnservice': 'true' });
    expect(counts(cloud)).toEqual([0, 0, 0, 0, 0]);
    const again = await destroyed(stage);
    expect(again.exitCode, again.log).toBe(0);
    expect(again.log).toContain('Warning: Every list of the project came back empty');
  });
});

scenario('without a confirmation, or with a wrong one, nothing is written', 'openstack', async (stage) => {
  const { cloud, apply } = stage;
  await apply(officeFile());
  for (const [name, words] of [
    ['', 'confirm-destroy does not name it. Nothing was removed.'],
    ['office-bon', 'Did you mean "office-bonn"? Nothing was removed.'],
  ] as const) {
    const failure = asFailure(await destroyed(stage, { 'confirm-destroy': name }));
    expect(failure.code).toBe('NOT_CONFIRMED');
    expect(failure.message).toContain(words);
    expect(failure.log).toContain('- IPsec connection office-bonn (the connection is removed');
    expect(failure.summary).toContain('### Planned changes');
    expect(writes(failure.requests)).toEqual([]);
  }
  expect(counts(cloud)).toEqual([1, 1, 1, 2, 1]);
});

scenario(
  '"*" leaves what was taken over; its name removes it, and what was made by hand stays',
  'otc',
  async (stage) => {
    const { cloud, apply } = stage;
    await apply(officeFile());
    const policy = only(cloud, 'ikepolicy');
    cloud.store.update('ikepolicy', policy.id, { description: 'by hand' });
    const connection = only(cloud, 'ipsec_site_connection');
    cloud.store.setTags(connection.id, {});
    const all = await destroyed(stage, { 'confirm-destroy': '*' });
    expect(all.exitCode, all.log).toBe(0);
    expect(all.log).toContain('was not made by this action, and "*" confirms only what was made from these files');
    expect(writes(all.requests)).toEqual([]);
    const named = await destroyed(stage);
    expect(named.exitCode, named.log).toBe(0);
    expect(ours(cloud, 'ikepolicy')).toMatchObject([{ id: policy.id }]);
    expect(counts(cloud)).toEqual([0, 1, 0, 0, 1]);
  },
);

scenario('the policy that another connection uses stays, and so does its tunnel', 'openstack', async (stage) => {
  const { cloud, run } = stage;
  const shared = { ikepolicy: { name: 'corp' }, psk: '${PSK}' };
  const file = officesFile([
    { ...office, ...shared },
    { ...office, ...shared, name: 'office-ulm', peer_address: '198.51.100.7', peer_ep_group: ['10.9.0.0/16'] },
  ]);
  const secrets = { secrets: `PSK=${psk}` };
  await run({ files: { 'vpn.yml': file }, inputs: secrets });
  const one = await destroyed(stage, secrets, file);
  expect(one.exitCode, one.log).toBe(0);
  expect(ours(cloud, 'ipsec_site_connection')).toMatchObject([{ name: 'office-ulm' }]);
  expect(one.log).toMatch(/The IKE policy corp .* stays: it is still used by office-ulm/);
  expect(one.log).toMatch(/Warning: .*The tunnel of office-bonn may stay up after the deletion/);
  expect(JSON.parse(one.outputs['connections'] ?? '')).toMatchObject({
    'office-bonn': { operation: 'deleted' },
    'office-ulm': { operation: 'unchanged' },
  });
});

scenario('a deletion whose answer is lost is looked up, and the run goes on', 'openstack', async (stage) => {
  const { cloud, apply } = stage;
  await apply(officeFile());
  cloud.addFault({
    method: 'DELETE',
    path: '/ipsec-site-connections/',
    effect: { kind: 'reset-after' },
  });
  const run = await destroyed(stage);
  expect(run.exitCode, run.log).toBe(0);
  expect(counts(cloud)).toEqual([0, 0, 0, 0, 1]);
});
