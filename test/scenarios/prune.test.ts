/** Connections whose files are gone. */
import { expect } from 'vitest';
import type { Cloud } from '../cloud/index.ts';
import { office, officeFile, ours, psk } from './fixtures/office.ts';
import { writes } from './harness/run.ts';
import { type Stage, scenario } from './harness/scenario.ts';

const bonn = officeFile({ psk: '${PSK}' });
const ulm = officeFile({
  ...{ ...office, name: 'office-ulm', peer_address: '198.51.100.7', peer_ep_group: ['10.9.0.0/16'] },
  psk: '${PSK}',
});
const both = { 'vpn/bonn.yml': bonn, 'vpn/ulm.yml': ulm };
const secrets = { secrets: `PSK=${psk}` };
const names = (cloud: Cloud): string[] =>
  ours(cloud, 'ipsec_site_connection')
    .map(({ name }) => String(name))
    .toSorted();

async function run(stage: Stage, files: Record<string, string>, inputs: Record<string, string> = {}) {
  const made = await stage.run({ files, inputs: { 'connection-file': 'vpn/*.yml', ...secrets, ...inputs } });
  expect(made.exitCode, made.log).toBe(0);
  return made;
}

scenario('are listed, planned, and removed with what they alone used', 'openstack', async (stage) => {
  const { cloud } = stage;
  await run(stage, both);
  const rest = { 'vpn/bonn.yml': bonn };
  const listed = await run(stage, rest);
  expect(listed.log).toMatch(/Notice: This repository made connections that no connection file .* office-ulm \(/);
  const planned = await run(stage, rest, { mode: 'plan', prune: 'true' });
  expect(planned.log).toContain('- IPsec connection office-ulm (the connection is removed');
  expect(planned.outputs).toMatchObject({ changed: 'true', operation: 'unchanged' });
  expect([...writes(listed.requests), ...writes(planned.requests)]).toEqual([]);
  expect(names(cloud)).toHaveLength(2);
  const pruned = await run(stage, rest, { prune: 'true', 'expect-plan': planned.outputs['plan-digest'] ?? '' });
  expect(names(cloud)).toEqual(['office-bonn']);
  expect(ours(cloud, 'endpoint_group')).toHaveLength(2);
  expect(ours(cloud, 'vpnservice')).toHaveLength(1);
  expect(pruned.outputs).toMatchObject({ changed: 'true', operation: 'unchanged', status: 'DOWN' });
  expect(pruned.summary).toContain('`office-ulm`: Remove the connection at the other end too');
  expect(writes((await run(stage, rest, { prune: 'true' })).requests)).toEqual([]);
});

scenario('are known by their tag', 'otc', async (stage) => {
  await run(stage, both);
  await run(stage, { 'vpn/bonn.yml': bonn }, { prune: 'true' });
  expect(names(stage.cloud)).toEqual(['office-bonn']);
});

scenario('a job for each file of a matrix removes nothing of the others', 'openstack', async (stage) => {
  for (const file of Object.keys(both)) await run(stage, both, { 'connection-file': file, prune: 'true' });
  const again = await run(stage, both, { 'connection-file': 'vpn/bonn.yml', prune: 'true' });
  expect(again.log).toMatch(/Warning: .*office-ulm .* is not pruned: vpn\/ulm\.yml describes it/);
  expect(names(stage.cloud)).toEqual(['office-bonn', 'office-ulm']);
  const quiet = await run(stage, both, { 'connection-file': 'vpn/bonn.yml' });
  expect(quiet.log).not.toContain('office-ulm');
});

scenario('nothing is removed where a file is not valid, and the rest is done', 'openstack', async (stage) => {
  const { cloud } = stage;
  await run(stage, both);
  const files = { 'vpn/bonn.yml': bonn, 'vpn/mainz.yml': officeFile({ name: 'office-mainz', mtu: 'x' }) };
  const made = await stage.run({ files, inputs: { 'connection-file': 'vpn/*.yml', ...secrets, prune: 'true' } });
  expect(made.exitCode).toBe(1);
  expect(made.log).toContain('Nothing was pruned: not all connections of the files are in order');
  expect(names(cloud)).toHaveLength(2);
});
