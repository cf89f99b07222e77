import { describe, expect, test } from 'vitest';
import { office, officeFile, officesFile, psk } from '../../scenarios/fixtures/office.ts';
import { counts, writes } from '../../scenarios/harness/run.ts';
import type { Json } from '../rest.ts';
import { useStage } from './stage.ts';

const stage = useStage('networks');

const quick = { 'status-interval': '0s' };
const swap = [
  'POST /v2.0/vpn/endpoint-groups',
  'PUT /v2.0/vpn/ipsec-site-connections/{id}',
  'DELETE /v2.0/vpn/endpoint-groups/{id}',
];

/** The group that a connection refers to. */
async function group(connection: Json, side: 'local' | 'peer'): Promise<Json | undefined> {
  const groups = await stage.all('endpoint-groups');
  return groups.find(({ id }) => id === connection[`${side}_ep_group_id`]);
}

describe('networks change without a new connection', () => {
  test.each([
    ['added', ['10.80.0.0/24', '10.81.0.0/16', '10.82.0.0/16']],
    ['taken away', ['10.80.0.0/24']],
    ['all others', ['10.90.0.0/24', '172.20.0.0/14']],
  ])('remote ones: %s', async (_how, peer_ep_group) => {
    await stage.apply(officeFile());
    const before = await stage.sole('ipsec-site-connections');
    const run = await stage.apply(officeFile({ peer_ep_group }), quick);
    expect(writes(run.requests)).toEqual(swap);
    expect(run.outputs).toMatchObject({ operation: 'updated', 'connection-id': before['id'] });
    const after = await stage.sole('ipsec-site-connections');
    const { status: _1, peer_ep_group_id: old, ...same } = before;
    expect(after).toMatchObject(same);
    expect(after['peer_ep_group_id']).not.toBe(old);
    expect(await group(after, 'peer')).toMatchObject({
      name: 'office-bonn-peer',
      endpoints: peer_ep_group.toSorted(),
      description: expect.stringMatching(/^\[ipsec-connection-action [^\]]+\]$/),
    });
    expect(await stage.all('endpoint-groups')).toHaveLength(2);
    const again = await stage.apply(officeFile({ peer_ep_group: peer_ep_group.toReversed() }));
    expect(again.outputs['operation']).toBe('unchanged');
  });

  test('local ones: several subnets, by name, by CIDR and by id', async () => {
    const [app, db] = stage.tenant.subnets;
    await stage.apply(officeFile());
    const before = await stage.sole('ipsec-site-connections');
    const run = await stage.apply(officeFile({ local_ep_group: ['subnet-app', db.cidr] }), quick);
    expect(writes(run.requests)).toEqual(swap);
    const after = await stage.sole('ipsec-site-connections');
    expect(after['id']).toBe(before['id']);
    expect((await group(after, 'local'))?.['endpoints']).toEqual([app.id, db.id].toSorted());
    const byId = await stage.apply(officeFile({ local_ep_group: [db.id, app.id] }));
    expect(byId.outputs['operation']).toBe('unchanged');
    const back = await stage.apply(officeFile({ local_ep_group: [db.id] }), quick);
    expect(writes(back.requests)).toEqual(swap);
    expect(await stage.all('endpoint-groups')).toHaveLength(2);
  });

  test('of both sides: one PUT', async () => {
    await stage.apply(officeFile());
    const changed = officeFile({ local_ep_group: ['subnet-db'], peer_ep_group: ['10.90.0.0/24'] });
    const run = await stage.apply(changed, quick);
    expect(counts(writes(run.requests))).toEqual({ [`${swap[0]}`]: 2, [`${swap[1]}`]: 1, [`${swap[2]}`]: 2 });
    expect((await stage.apply(changed)).outputs['operation']).toBe('unchanged');
  });

  test('a group that two connections of the file share: both are repointed before it goes', async () => {
    const file = (endpoints: readonly string[]): string =>
      officesFile(
        ['office-bonn', 'office-mainz'].map((name, index) => ({
          ...office,
          name,
          psk: '${PSK}',
          peer_address: `198.51.100.2${index}`,
          local_ep_group: { name: 'app', endpoints: ['subnet-app'] },
          peer_ep_group: { name: 'offices', endpoints },
        })),
      );
    const run = (text: string) =>
      stage.run({ files: { 'vpn.yml': text }, inputs: { secrets: `PSK=${psk}`, ...quick } });
    expect((await run(file(['10.80.0.0/24']))).exitCode).toBe(0);
    const second = await run(file(['10.80.0.0/24', '10.81.0.0/16']));
    expect(second.exitCode, second.log).toBe(0);
    expect(writes(second.requests)).toEqual([swap[0], swap[1], swap[1], swap[2]]);
    expect((await stage.all('endpoint-groups')).map(({ name }) => name).toSorted()).toEqual(['app', 'offices']);
  });

  test('a group that a connection outside of the file uses: refused, and done when allowed', async () => {
    const connection = (name: string, address: string, endpoints: readonly string[]) => ({
      ...{ ...office, name, peer_address: address },
      peer_ep_group: { name: 'offices', endpoints },
    });
    const file = (one: object): string => JSON.stringify({ ipsec_site_connection: one });
    await stage.apply(file(connection('office-bonn', '198.51.100.20', ['10.80.0.0/24'])));
    await stage.apply(file(connection('office-mainz', '198.51.100.21', ['10.80.0.0/24'])));
    const wider = file(connection('office-mainz', '198.51.100.21', ['10.80.0.0/24', '10.81.0.0/16']));
    const failure = await stage.refused(wider, quick);
    expect(failure.message).toContain('office-bonn');
    expect(writes(failure.requests)).toEqual([]);
    const run = await stage.apply(wider, { ...quick, 'allow-shared': 'true' });
    expect(run.log).toContain('office-bonn');
    const groups = (await stage.all('endpoint-groups')).filter(({ type }) => type === 'cidr');
    const used = (await stage.all('ipsec-site-connections')).map((one) => one['peer_ep_group_id']);
    expect(new Set(used)).toEqual(new Set(groups.map(({ id }) => id)));
  });
});

describe('IPv6', () => {
  const v6 = {
    local_ep_group: ['subnet-v6'],
    peer_ep_group: ['2001:db8:90::/64', '2001:db8:80::/56'],
    peer_address: '2001:db8:ffff::beef',
  };

  test('networks and peer; the same in other words is no change; a network is added', async () => {
    const run = await stage.apply(officeFile(v6));
    expect(run.outputs['gateway-address']).toBe(stage.tenant.router.gatewayV6);
    const connection = await stage.sole('ipsec-site-connections');
    expect(connection).toMatchObject({ peer_address: '2001:db8:ffff::beef', peer_id: '2001:db8:ffff::beef' });
    expect((await group(connection, 'local'))?.['endpoints']).toEqual([stage.tenant.subnetV6.id]);
    const same = await stage.apply(
      officeFile({
        local_ep_group: ['2001:0db8:0010::/64'],
        peer_ep_group: ['2001:DB8:80:0::/56', '2001:db8:90:0:0::/64'],
        peer_address: '2001:DB8:FFFF:0::BEEF',
      }),
    );
    expect(same.outputs['operation']).toBe('unchanged');
    expect(writes(same.requests)).toEqual([]);
    const more = officeFile({ ...v6, peer_ep_group: [...v6.peer_ep_group, 'fd00:1::/32'] });
    const wider = await stage.apply(more, quick);
    expect(writes(wider.requests)).toEqual(swap);
    expect((await stage.apply(more)).outputs['operation']).toBe('unchanged');
  });

  test('networks through a peer of IPv4', async () => {
    const file = officeFile({ ...v6, peer_address: '198.51.100.20' });
    const run = await stage.apply(file);
    expect(run.outputs['gateway-address']).toBe(stage.tenant.router.gatewayV4);
    expect(writes((await stage.apply(file)).requests)).toEqual([]);
  });

  test('networks of IPv4 here and IPv6 there: refused at the line, and no connection is there', async () => {
    const failure = await stage.refused(officeFile({ peer_ep_group: v6.peer_ep_group }));
    expect(failure.message).toMatch(/IP ?(version|v4|v6)/i);
    expect(failure.place).toMatch(/^vpn\.yml:\d+$/);
    expect(await stage.all('ipsec-site-connections')).toEqual([]);
  });
});

describe('the legacy model: the service has the subnet, the connection the networks of the other side', () => {
  const legacy = {
    vpnservice: { name: 'gw-app', router: 'vpc-prod', subnet: 'subnet-app' },
    local_ep_group: undefined,
    peer_ep_group: undefined,
    peer_cidrs: ['10.80.0.0/24', '10.81.0.0/16'],
  };

  test('created, unchanged, and one PUT for other networks', async () => {
    const run = await stage.apply(officeFile(legacy));
    expect(run.outputs['operation']).toBe('created');
    const before = await stage.sole('ipsec-site-connections');
    expect(before).toMatchObject({ local_ep_group_id: null, peer_ep_group_id: null });
    expect((await stage.sole('vpnservices'))['subnet_id']).toBe(stage.tenant.subnets[0].id);
    expect(await stage.all('endpoint-groups')).toEqual([]);
    const again = await stage.apply(officeFile({ ...legacy, peer_cidrs: legacy.peer_cidrs.toReversed() }));
    expect(again.outputs['operation']).toBe('unchanged');
    const changed = officeFile({ ...legacy, peer_cidrs: ['10.80.0.0/24', '10.83.0.0/16'] });
    const wider = await stage.apply(changed, quick);
    expect(writes(wider.requests)).toEqual([swap[1]]);
    const shown = await stage.cli('vpn', 'ipsec', 'site', 'connection', 'show', 'office-bonn', '-f', 'json');
    expect(shown['ID']).toBe(before['id']);
    // The servers keep no order among them.
    expect(shown['Peer CIDRs']).toEqual(expect.arrayContaining(['10.80.0.0/24', '10.83.0.0/16']));
    expect(shown['Peer CIDRs']).toHaveLength(2);
    expect(writes((await stage.apply(changed)).requests)).toEqual([]);
  });

  test('groups together with a service that has a subnet: what the server says, at the line', async () => {
    const failure = await stage.refused(officeFile({ vpnservice: legacy.vpnservice }));
    expect(failure.message).toMatch(/subnet/i);
    expect(failure.place).toMatch(/^vpn\.yml:\d+$/);
  });
});
