/** mode: export through the bundle: the file of what runs already. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { Cloud } from '../cloud/index.ts';
import { office, officeFile, officesFile, only, ours, psk } from './fixtures/office.ts';
import { writes } from './harness/run.ts';
import { type Stage, scenario } from './harness/scenario.ts';
import { asFailure } from './harness/stage.ts';

const path = 'ipsec-connection.yml';
const exporting = { mode: 'export', 'connection-name': 'office-bonn' };
const options = { inputs: exporting, writes: [path] };

/** As somebody made it with another tool: no marks, no names, odd texts. */
function seedByHand({ store }: Cloud, all: readonly { id: string; name?: unknown }[]): string {
  const idOf = (name: string) => all.find((one) => one['name'] === name)?.id;
  const strong = { encryption_algorithm: 'aes-256', auth_algorithm: 'sha256', pfs: 'group14' };
  const seeded = store.seed('ipsec_site_connection', {
    ...{ name: 'Büro: "Köln" ${x} #1', psk, peer_address: '198.51.100.30', peer_id: '@fw.example.org' },
    vpnservice_id: store.seed('vpnservice', { name: '', router_id: idOf('vpc-prod') }).id,
    ikepolicy_id: store.seed('ikepolicy', { name: '', ike_version: 'v2', ...strong }).id,
    ipsecpolicy_id: store.seed('ipsecpolicy', { name: 'by hand', description: 'a: b\ttab', ...strong }).id,
    local_ep_group_id: store.seed('endpoint_group', { name: '', type: 'subnet', endpoints: [idOf('subnet-app')] }).id,
    peer_ep_group_id: store.seed('endpoint_group', { name: 'nets', type: 'cidr', endpoints: ['10.83.0.0/16'] }).id,
  });
  return seeded.id;
}

/** Plans a file that was exported, with the key of the tests for each of its secrets. */
async function planOf({ apply }: Stage, text: string, ...secrets: readonly string[]) {
  const lines = secrets.map((name) => `${name}=${psk}`).join('\n');
  return await apply(text, { mode: 'plan', psk: undefined, secrets: lines });
}

describe.each(['openstack', 'otc'] as const)('%s', (dialect) => {
  scenario('an export of what this action made is unchanged, and holds no key', dialect, async (stage) => {
    await stage.apply(officeFile());
    const run = await stage.run(options);
    expect(run.exitCode, run.log).toBe(0);
    expect(writes(run.requests)).toEqual([]);
    const text = run.written[path] ?? '';
    expect(text).not.toContain(psk);
    expect(run.outputs).toMatchObject({
      ...{ export: text, 'export-file': path, changed: 'false' },
      'connection-id': only(stage.cloud, 'ipsec_site_connection').id,
    });
    expect(run.annotations).toEqual([]);
    expect(run.summary).toContain('OFFICE_BONN_PSK');
    expect(run.summary).toContain('peer_address: 198.51.100.20');
    const plan = await planOf(stage, text, 'OFFICE_BONN_PSK');
    expect(plan.outputs).toMatchObject({ operation: 'unchanged', changed: 'false' });
    expect(plan.log).toContain('Nothing to change');
  });

  scenario('an export of what somebody made by hand is unchanged too', dialect, async (stage) => {
    const { cloud } = stage;
    const id = seedByHand(cloud, [...ours(cloud, 'router'), ...ours(cloud, 'subnet')]);
    const run = await stage.run({ inputs: { mode: 'export', 'connection-name': id }, writes: [path] });
    expect(run.exitCode, run.log).toBe(0);
    const text = run.written[path] ?? '';
    expect(text).toContain('name: "Büro: \\"Köln\\" $${x} #1"\n');
    const left = run.annotations.map(({ message }) => message);
    expect(left).toEqual([expect.stringContaining('ipsecpolicy.description is left out')]);
    const plan = await planOf(stage, text, 'BURO_KOLN_X_1_PSK');
    expect(plan.outputs).toMatchObject({ operation: 'unchanged', 'connection-id': id });
  });
});

describe('files', () => {
  scenario('all connections, a file each, and again: nothing is rewritten', 'openstack', async (stage) => {
    const key = '${PSK}';
    const others = { name: 'office-koeln', peer_address: '198.51.100.21', peer_ep_group: ['10.82.0.0/16'] };
    const file = officesFile([
      { ...office, psk: key },
      { ...office, ...others, psk: key },
    ]);
    await stage.apply(file, { psk: undefined, secrets: `PSK=${psk}` });
    const names = ['vpn/office-bonn.yml', 'vpn/office-koeln.yml'];
    const inputs = { mode: 'export', 'connection-name': '*', 'export-file': 'vpn/{name}.yml' };
    const run = await stage.run({ inputs, writes: names });
    expect(run.outputs['export-file']).toBe(names.join('\n'));
    expect(Object.keys(run.written)).toEqual(names);
    const plan = await planOf(stage, run.outputs['export'] ?? '', 'OFFICE_BONN_PSK', 'OFFICE_KOELN_PSK');
    expect(plan.outputs['changed']).toBe('false');
    const again = await stage.run({
      ...{ inputs, writes: names },
      async prepare(workspace) {
        await mkdir(join(workspace, 'vpn'));
        for (const [name, text] of Object.entries(run.written)) await writeFile(join(workspace, name), text);
      },
    });
    expect(again.log).toContain('vpn/office-bonn.yml: unchanged.');
    expect(again.written).toEqual(run.written);
  });

  scenario(
    'one that this action did not write is left as it is; its own is overwritten',
    'openstack',
    async (stage) => {
      await stage.apply(officeFile());
      const mine = '# mine\n';
      const failure = asFailure(
        await stage.run({
          ...options,
          prepare: (workspace) => writeFile(join(workspace, path), mine),
          inspect: async (workspace) => expect(await readFile(join(workspace, path), 'utf8')).toBe(mine),
        }),
      );
      expect(failure).toMatchObject({ code: 'EXPORT', requests: [] });
      expect(failure.message).toContain('this action did not write it');
      const first = (await stage.run(options)).written[path] ?? '';
      const run = await stage.run({
        ...options,
        prepare: (workspace) => writeFile(join(workspace, path), `${first.split('\n', 1)[0]}\nold: 1\n`),
      });
      expect(run.written[path]).toBe(first);
    },
  );
});

describe('what stops an export', () => {
  scenario('a name that is not there, or that two have', 'openstack', async ({ cloud, apply, run }) => {
    await apply(officeFile());
    const missing = asFailure(await run({ inputs: { ...exporting, 'connection-name': 'office-köln' } }));
    expect(missing.code).toBe('NOT_FOUND');
    expect(missing.message).toContain('"office-bonn"');
    const { id, ...rest } = only(cloud, 'ipsec_site_connection');
    const twin = cloud.store.seed('ipsec_site_connection', { ...rest, peer_address: '198.51.100.77' });
    const failure = asFailure(await run({ inputs: exporting }));
    expect(failure.code).toBe('AMBIGUOUS');
    expect(failure.message).toContain(id);
    expect(failure.message).toContain(twin.id);
  });

  scenario('a pre-shared key in a description: no file, and it shows nowhere', 'openstack', async (stage) => {
    await stage.apply(officeFile());
    const { id } = only(stage.cloud, 'ipsec_site_connection');
    stage.cloud.store.update('ipsec_site_connection', id, { description: `key: ${psk}` });
    const failure = asFailure(await stage.run(options));
    expect(failure.code).toBe('EXPORT');
    expect(failure.written).toEqual({});
    expect(failure.outputs['export'] ?? '').toBe('');
  });
});
