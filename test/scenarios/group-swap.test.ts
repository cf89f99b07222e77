import { describe, expect } from 'vitest';
import { office, officeFile, officesFile, only, ours, psk } from './fixtures/office.ts';
import { calls, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const swap = [
  'POST /v2.0/vpn/endpoint-groups',
  'PUT /v2.0/vpn/ipsec-site-connections/{id}',
  'DELETE /v2.0/vpn/endpoint-groups/{id}',
];
const quick = { 'status-interval': '0s' };

describe.each(['openstack', 'otc'] as const)('%s', (dialect) => {
  scenario(
    'a network of the office is added: new group, repointed, old group gone, same connection',
    dialect,
    async ({ cloud, apply }) => {
      await apply(officeFile({ psk_version: dialect === 'otc' ? 1 : undefined }));
      const before = only(cloud, 'ipsec_site_connection');
      const run = await apply(
        officeFile({
          psk_version: dialect === 'otc' ? 1 : undefined,
          peer_ep_group: ['10.80.0.0/24', '10.81.0.0/16', '10.82.0.0/16'],
        }),
        quick,
      );
      expect(writes(run.requests)).toEqual(swap);
      const after = only(cloud, 'ipsec_site_connection');
      expect(after.id).toBe(before.id);
      expect(after['peer_ep_group_id']).not.toBe(before['peer_ep_group_id']);
      const groups = ours(cloud, 'endpoint_group').filter(({ type }) => type === 'cidr');
      expect(groups).toMatchObject([
        {
          id: after['peer_ep_group_id'],
          name: 'office-bonn-peer',
          endpoints: ['10.80.0.0/24', '10.81.0.0/16', '10.82.0.0/16'],
        },
      ]);
      expect(run.outputs).toMatchObject({ operation: 'updated', 'connection-id': before.id });
      expect(run.log).toContain('10.82.0.0/16');
    },
  );
});

scenario('networks of both sides at once: one PUT', 'openstack', async ({ cloud, apply }) => {
  await apply(officeFile());
  const run = await apply(
    officeFile({ local_ep_group: ['subnet-app', 'subnet-db'], peer_ep_group: ['10.90.0.0/24'] }),
    quick,
  );
  expect(writes(run.requests).filter((call) => call.startsWith('PUT'))).toHaveLength(1);
  expect(ours(cloud, 'endpoint_group')).toHaveLength(2);
  const again = await apply(
    officeFile({ local_ep_group: ['subnet-app', 'subnet-db'], peer_ep_group: ['10.90.0.0/24'] }),
  );
  expect(again.outputs['operation']).toBe('unchanged');
});

scenario('the same networks in another order are the same group', 'openstack', async ({ apply }) => {
  await apply(officeFile());
  const run = await apply(officeFile({ peer_ep_group: ['10.81.0.0/16', '10.80.0.0/24'] }));
  expect(run.outputs['operation']).toBe('unchanged');
});

scenario('an old group that still counts as used is deleted a moment later', 'openstack', async ({ cloud, apply }) => {
  await apply(officeFile());
  cloud.addFault({
    method: 'DELETE',
    path: '/endpoint-groups/',
    effect: {
      kind: 'answer',
      status: 400,
      body: {
        NeutronError: {
          type: 'EndpointGroupInUse',
          message: 'Endpoint group is in use and cannot be deleted.',
          detail: '',
        },
      },
    },
  });
  const run = await apply(officeFile({ peer_ep_group: ['10.90.0.0/24'] }), quick);
  expect(calls(run.requests).filter((call) => call.startsWith('DELETE /v2.0/vpn/endpoint-groups'))).toHaveLength(2);
  expect(ours(cloud, 'endpoint_group')).toHaveLength(2);
});

scenario(
  'two connections of the run share a named group: both are repointed before it goes',
  'openstack',
  async ({ cloud, run }) => {
    const file = (networks: string[]): string =>
      officesFile([
        {
          ...office,
          psk: '${PSK}',
          local_ep_group: { name: 'app', endpoints: ['subnet-app'] },
          peer_ep_group: { name: 'offices', endpoints: networks },
        },
        {
          ...office,
          name: 'office-bonn-2',
          psk: '${PSK}',
          peer_address: '198.51.100.21',
          local_ep_group: { name: 'app', endpoints: ['subnet-app'] },
          peer_ep_group: { name: 'offices', endpoints: networks },
        },
      ]);
    const inputs = { secrets: `PSK=${psk}`, ...quick };
    const first = await run({ files: { 'vpn.yml': file(['10.80.0.0/24']) }, inputs });
    expect(first.exitCode, first.log).toBe(0);
    expect(ours(cloud, 'endpoint_group')).toHaveLength(2);
    const second = await run({ files: { 'vpn.yml': file(['10.80.0.0/24', '10.81.0.0/16']) }, inputs });
    expect(second.exitCode, second.log).toBe(0);
    const done = writes(second.requests);
    expect(done[0]).toBe(swap[0]);
    expect(done.at(-1)).toBe(swap[2]);
    expect(done.filter((call) => call === swap[1])).toHaveLength(2);
    const groups = ours(cloud, 'endpoint_group').filter(({ type }) => type === 'cidr');
    expect(groups).toMatchObject([{ name: 'offices', endpoints: ['10.80.0.0/24', '10.81.0.0/16'] }]);
  },
);

scenario(
  'a run that died before the PUT is completed by the next: its group is used, not doubled',
  'openstack',
  async ({ cloud, apply, refused }) => {
    await apply(officeFile());
    cloud.addFault({
      method: 'PUT',
      path: '/ipsec-site-connections/',
      effect: { kind: 'answer', status: 403, body: '' },
    });
    const changed = officeFile({ peer_ep_group: ['10.90.0.0/24'] });
    await refused(changed, quick);
    expect(ours(cloud, 'endpoint_group')).toHaveLength(3);
    const run = await apply(changed, quick);
    expect(writes(run.requests)).toEqual(swap.slice(1));
    expect(ours(cloud, 'endpoint_group')).toHaveLength(2);
  },
);
