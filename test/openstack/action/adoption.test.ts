import { beforeEach, describe, expect, test } from 'vitest';
import { officeFile, psk } from '../../scenarios/fixtures/office.ts';
import { writes } from '../../scenarios/harness/run.ts';
import { idOf } from '../cli.ts';
import type { Json } from '../rest.ts';
import { useStage } from './stage.ts';

const stage = useStage('adoption');

const ike = '--ike-version v2 --auth-algorithm sha256 --encryption-algorithm aes-256 --pfs group14';
const ipsec = '--auth-algorithm sha256 --encryption-algorithm aes-256 --pfs group14';
const connection = [
  'vpn ipsec site connection create --vpnservice gw --ikepolicy by-hand-ike --ipsecpolicy by-hand-ipsec',
  `--local-endpoint-group a --peer-endpoint-group b --peer-address 198.51.100.20 --peer-id 198.51.100.20 --psk ${psk}`,
].join(' ');

/** An office as a person types it, by names; no part has a mark. */
const byHand = [
  'vpn service create --router vpc-prod gw',
  `vpn ike policy create ${ike} --lifetime units=seconds,value=86400 by-hand-ike`,
  `vpn ipsec policy create ${ipsec} --lifetime units=seconds,value=3600 by-hand-ipsec`,
  'vpn endpoint group create --type subnet --value subnet-app a',
  'vpn endpoint group create --type cidr --value 10.80.0.0/24 --value 10.81.0.0/16 b',
  `${connection} office-bonn`,
];

const quick = { 'status-interval': '0s' };
const swap = [
  'POST /v2.0/vpn/endpoint-groups',
  'PUT /v2.0/vpn/ipsec-site-connections/{id}',
  'DELETE /v2.0/vpn/endpoint-groups/{id}',
];

describe('an office made by the openstack command', () => {
  let made: readonly Json[] = [];
  beforeEach(async () => {
    made = await stage.script(byHand);
  });

  test('that is as the file describes: nothing to do, although no name of a part is the file’s', async () => {
    const before = await stage.everything();
    const run = await stage.apply(officeFile());
    expect(run.outputs).toMatchObject({ operation: 'unchanged', 'connection-id': idOf(made.at(-1) ?? {}) });
    expect(writes(run.requests)).toEqual([]);
    expect(await stage.everything()).toEqual(before);
  });

  test('named part by part: nothing to do either', async () => {
    const parts = { vpnservice: 'gw', ikepolicy: 'by-hand-ike', ipsecpolicy: 'by-hand-ipsec' };
    const run = await stage.apply(officeFile({ ...parts, local_ep_group: 'a', peer_ep_group: 'b' }));
    expect(writes(run.requests)).toEqual([]);
    expect(run.outputs['operation']).toBe('unchanged');
  });

  test('that differs: updated with a notice, then unchanged; the groups by hand make room for described ones', async () => {
    const changed = officeFile({ mtu: 1400, peer_ep_group: ['10.80.0.0/24'] });
    const run = await stage.apply(changed, quick);
    expect(run.outputs).toMatchObject({ operation: 'updated', 'connection-id': idOf(made.at(-1) ?? {}) });
    expect(run.log).toMatch(/Notice: .*office-bonn/);
    expect(writes(run.requests)).toEqual(swap);
    const again = await stage.apply(changed);
    expect(again.outputs['operation']).toBe('unchanged');
    expect(await stage.all('ikepolicies')).toHaveLength(1);
    expect((await stage.all('endpoint-groups')).map(({ endpoints }) => endpoints)).toContainEqual(['10.80.0.0/24']);
  });

  test('whose policy differs: refused, then replaced when allowed', async () => {
    const other = officeFile({ ikepolicy: { ike_version: 'v2', auth_algorithm: 'sha2-512' } });
    expect((await stage.refused(other)).code).toBe('IMPACT');
    const run = await stage.apply(other, { ...quick, 'max-impact': 'replacement' });
    expect(run.outputs['operation']).toBe('replaced');
    expect((await stage.apply(other)).outputs['operation']).toBe('unchanged');
    expect(await stage.sole('ipsec-site-connections')).toMatchObject({ name: 'office-bonn', psk });
    // Replaced in this run and in the file's words, so it goes, whoever made it.
    expect(await stage.sole('ikepolicies')).toMatchObject({ name: 'by-hand-ike', auth_algorithm: 'sha512' });
  });

  test('another name in the file for the same peer: stops with the id; id: takes it over and renames it', async () => {
    const id = idOf(made.at(-1) ?? {});
    const failure = await stage.refused(officeFile({ name: 'bonn' }));
    expect(failure.message).toContain(id);
    expect(failure.message).toContain('office-bonn');
    expect(writes(failure.requests)).toEqual([]);
    const run = await stage.apply(officeFile({ name: 'bonn', id }), quick);
    expect(run.outputs).toMatchObject({ operation: 'updated', 'connection-id': id });
    expect((await stage.sole('ipsec-site-connections'))['name']).toBe('bonn');
  });
});

describe('several objects of one name, made by the openstack command', () => {
  const twin = `vpn ike policy create ${ike} --lifetime units=seconds,value=86400 offices-ike`;
  const weaker = twin.replace('aes-256', 'aes-128');
  const described = { name: 'offices-ike', ike_version: 'v2', encryption_algorithm: 'aes-256' };

  test('two policies, no connection yet: stops, lists the ids and writes nothing', async () => {
    const ids = (await stage.script([twin, weaker])).map(idOf);
    const failure = await stage.refused(officeFile({ ikepolicy: described }));
    for (const id of ids) expect(failure.message).toContain(id);
    expect(failure.place).toMatch(/^vpn\.yml:\d+$/);
    expect(writes(failure.requests)).toEqual([]);
    const byName = await stage.refused(officeFile({ ikepolicy: 'offices-ike' }));
    for (const id of ids) expect(byName.message).toContain(id);
    const byId = await stage.apply(officeFile({ ikepolicy: ids[0] }));
    expect(byId.outputs['operation']).toBe('created');
    expect((await stage.sole('ipsec-site-connections'))['ikepolicy_id']).toBe(ids[0]);
  });

  test('the one that the connection uses is as described: nothing to do', async () => {
    await stage.apply(officeFile({ ikepolicy: described }));
    await stage.script([twin, weaker, twin]);
    const run = await stage.apply(officeFile({ ikepolicy: described }));
    expect(writes(run.requests)).toEqual([]);
    expect(run.outputs['operation']).toBe('unchanged');
  });

  test('the one that the connection uses differs: still that one, so it is a replacement', async () => {
    const made = await stage.script([
      weaker.replace('offices-ike', 'by-hand-ike'),
      ...byHand.filter((line) => !line.includes('ike policy')),
    ]);
    await stage.script([twin.replace('offices-ike', 'by-hand-ike')]);
    expect(made).toHaveLength(6);
    const failure = await stage.refused(officeFile({ ikepolicy: { ...described, name: 'by-hand-ike' } }));
    expect(failure.code).toBe('IMPACT');
    expect(writes(failure.requests)).toEqual([]);
  });

  test('two connections: stops and lists both', async () => {
    await stage.script(byHand);
    await stage.script([`${connection} office-bonn`]);
    const ids = (await stage.all('ipsec-site-connections')).map(({ id }) => String(id));
    expect(ids).toHaveLength(2);
    const failure = await stage.refused(officeFile({ mtu: 1400 }));
    for (const id of ids) expect(failure.message).toContain(id);
    expect(writes(failure.requests)).toEqual([]);
  });

  test('two services of one router: stops and lists both; a name decides', async () => {
    const ids = (
      await stage.script(['vpn service create --router vpc-prod gw-1', 'vpn service create --router vpc-prod gw-2'])
    ).map(idOf);
    const failure = await stage.refused(officeFile());
    for (const id of ids) expect(failure.message).toContain(id);
    expect(writes(failure.requests)).toEqual([]);
    const run = await stage.apply(officeFile({ vpnservice: 'gw-2' }));
    expect(run.outputs['vpnservice-id']).toBe(ids[1]);
  });

  test('two subnets of one name: stops and lists both', async () => {
    const { network } = stage.tenant;
    const { id } = await stage.api.create('/subnets', 'subnet', {
      ...{ name: 'subnet-app', network_id: network.id, ip_version: 4, cidr: '10.0.9.0/24', enable_dhcp: false },
    });
    try {
      const failure = await stage.refused(officeFile());
      expect(failure.message).toContain(String(id));
      expect(failure.message).toContain(stage.tenant.subnets[0].id);
      expect(writes(failure.requests)).toEqual([]);
    } finally {
      await stage.api.delete(`/subnets/${id}`);
    }
  });
});
