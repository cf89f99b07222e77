import { describe, expect, test } from 'vitest';
import { office, officeFile, officesFile, psk } from '../../scenarios/fixtures/office.ts';
import { calls, writes } from '../../scenarios/harness/run.ts';
import { text } from '../rest.ts';
import { useStage } from './stage.ts';

const stage = useStage('policies');

const weak = { ike_version: 'v2', encryption_algorithm: 'aes-128' };
const replacing = { 'max-impact': 'replacement', 'status-interval': '0s' };

describe('a policy in use: these servers refuse to change it, so the connection is replaced', () => {
  test('at the default max-impact nothing is written, and the refusal stands at the line', async () => {
    await stage.apply(officeFile({ ikepolicy: weak }));
    const before = await stage.everything();
    const file = officeFile();
    const failure = await stage.refused(file);
    expect(failure.code).toBe('IMPACT');
    expect(failure.message).toContain('office-bonn');
    expect(failure.message).toContain('replacement');
    expect(failure.place).toMatch(/^vpn\.yml:\d+$/);
    expect(writes(failure.requests)).toEqual([]);
    expect(await stage.everything()).toEqual(before);
    const planned = await stage.refused(file, { mode: 'plan' });
    expect(planned.code).toBe('IMPACT');
    expect(writes(planned.requests)).toEqual([]);
  });

  test('allowed: new policies first, then the connection, the old policies last; all else as it was', async () => {
    const more = { mtu: 1400, local_id: 'gw.cloud.example.org', dpd: { action: 'restart' } };
    await stage.apply(officeFile({ ...more, ikepolicy: weak, ipsecpolicy: { encryption_algorithm: 'aes-128' } }));
    const before = await stage.sole('ipsec-site-connections');
    // What the file does not state comes along.
    const run = await stage.apply(officeFile(), replacing);
    const done = writes(run.requests);
    expect(done.slice(0, 2).toSorted()).toEqual(['POST /v2.0/vpn/ikepolicies', 'POST /v2.0/vpn/ipsecpolicies']);
    expect(done.slice(2, 4)).toEqual([
      'DELETE /v2.0/vpn/ipsec-site-connections/{id}',
      'POST /v2.0/vpn/ipsec-site-connections',
    ]);
    expect(done.slice(4).toSorted()).toEqual([
      'DELETE /v2.0/vpn/ikepolicies/{id}',
      'DELETE /v2.0/vpn/ipsecpolicies/{id}',
    ]);
    const after = await stage.sole('ipsec-site-connections');
    expect(after['id']).not.toBe(before['id']);
    const { id: _1, ikepolicy_id: _2, ipsecpolicy_id: _3, status: _4, description: _5, ...lasting } = before;
    expect(after).toMatchObject(lasting);
    expect(await stage.sole('ikepolicies')).toMatchObject({ name: 'office-bonn-ike', encryption_algorithm: 'aes-256' });
    expect(await stage.sole('ipsecpolicies')).toMatchObject({ encryption_algorithm: 'aes-256' });
    expect(run.outputs).toMatchObject({ operation: 'replaced', 'connection-id': after['id'], changed: 'true' });
    expect(writes((await stage.apply(officeFile())).requests)).toEqual([]);
  });

  test('without the psk nothing is begun', async () => {
    await stage.apply(officeFile({ ikepolicy: weak }));
    const before = await stage.everything();
    const failure = await stage.refused(officeFile(), { ...replacing, psk: undefined });
    expect(failure.message).toMatch(/psk/);
    expect(writes(failure.requests)).toEqual([]);
    expect(await stage.everything()).toEqual(before);
  });

  test('the server refuses the new connection: the old one is made again on its old policies, and the run fails', async () => {
    await stage.apply(officeFile({ ikepolicy: weak }));
    const before = await stage.sole('ipsec-site-connections');
    await stage.api.create('/subnets', 'subnet', {
      ...{ name: 'on-no-router', network_id: stage.tenant.network.id, ip_version: 4, cidr: '10.0.9.0/24' },
    });
    const failure = await stage.refused(officeFile({ local_ep_group: ['on-no-router'] }), replacing);
    expect(failure.message).toMatch(/SubnetIsNotConnectedToRouter|not connected to/);
    const done = writes(failure.requests).filter((call) => call.includes('ipsec-site-connections'));
    expect(done).toEqual([
      'DELETE /v2.0/vpn/ipsec-site-connections/{id}',
      'POST /v2.0/vpn/ipsec-site-connections',
      'POST /v2.0/vpn/ipsec-site-connections',
    ]);
    const after = await stage.sole('ipsec-site-connections');
    const { id: _1, status: _2, description: _3, ...same } = before;
    expect(after).toMatchObject(same);
    expect(failure.message).toContain(String(after['id']));
    expect((await stage.apply(officeFile({ ikepolicy: weak }))).outputs['operation']).toBe('unchanged');
  });

  test('another name alone is a notice', async () => {
    await stage.apply(officeFile({ ikepolicy: { name: 'ike-1', ike_version: 'v2' } }));
    const id = text(await stage.sole('ikepolicies'), 'id');
    const run = await stage.apply(officeFile({ ikepolicy: { id, name: 'ike-2', ike_version: 'v2' } }));
    expect(writes(run.requests)).toEqual([]);
    expect(run.log).toMatch(/Notice: .*ike-/);
  });

  test('a policy that two connections of the file share: both are replaced, one new policy, one old one gone', async () => {
    const file = (encryption_algorithm: string): string =>
      officesFile(
        ['office-bonn', 'office-mainz'].map((name, index) => ({
          ...office,
          ...{ name, psk: '${PSK}', peer_address: `198.51.100.2${index}`, peer_ep_group: [`10.8${index}.0.0/24`] },
          ikepolicy: { name: 'offices-ike', ike_version: 'v2', encryption_algorithm },
        })),
      );
    const run = (text: string, inputs = {}) =>
      stage.run({ files: { 'vpn.yml': text }, inputs: { secrets: `PSK=${psk}`, ...inputs } });
    expect((await run(file('aes-128'))).exitCode).toBe(0);
    const before = (await stage.all('ipsec-site-connections')).map(({ id }) => id);
    const second = await run(file('aes-256'), replacing);
    expect(second.exitCode, second.log).toBe(0);
    const after = (await stage.all('ipsec-site-connections')).map(({ id }) => id);
    expect(after).toHaveLength(2);
    expect(after.some((id) => before.includes(id))).toBe(false);
    expect(await stage.sole('ikepolicies')).toMatchObject({ name: 'offices-ike', encryption_algorithm: 'aes-256' });
    const third = await run(file('aes-256'));
    expect(third.outputs['changed']).toBe('false');
    expect(writes(third.requests)).toEqual([]);
  });

  test('a policy that a connection outside of the file uses: refused, and named, even if replacements are allowed', async () => {
    const one = (name: string, address: string, encryption_algorithm: string): string =>
      officeFile({
        ...{ name, peer_address: address, peer_ep_group: [`10.${address.split('.').at(-1)}.0.0/24`] },
        ikepolicy: { name: 'offices-ike', ike_version: 'v2', encryption_algorithm },
      });
    await stage.apply(one('office-bonn', '198.51.100.20', 'aes-128'));
    await stage.apply(one('office-mainz', '198.51.100.21', 'aes-128'));
    const before = await stage.everything();
    const failure = await stage.refused(one('office-mainz', '198.51.100.21', 'aes-256'), replacing);
    expect(failure.message).toContain('office-bonn');
    expect(writes(failure.requests)).toEqual([]);
    expect(await stage.everything()).toEqual(before);
  });
});

test('a policy that nobody uses is changed in place', async () => {
  await stage.script([
    'vpn ike policy create --ike-version v2 --encryption-algorithm aes-128 --auth-algorithm sha256 --pfs group14 offices-ike',
  ]);
  const { id } = await stage.sole('ikepolicies');
  const run = await stage.apply(officeFile({ ikepolicy: { name: 'offices-ike', encryption_algorithm: 'aes-256' } }));
  expect(calls(run.requests)).toContain('PUT /v2.0/vpn/ikepolicies/{id}');
  expect(await stage.sole('ikepolicies')).toMatchObject({ id, encryption_algorithm: 'aes-256' });
  expect(run.log).toMatch(/Notice: .*offices-ike/);
});

test('another service and another policy by name: replaced; the old service stays', async () => {
  await stage.apply(officeFile());
  const before = await stage.sole('ipsec-site-connections');
  await stage.script([
    'vpn service create --router vpc-prod second-gw',
    'vpn ike policy create --ike-version v2 --encryption-algorithm aes-256 --auth-algorithm sha512 --pfs group14 strong-ike',
  ]);
  const file = officeFile({ vpnservice: 'second-gw', ikepolicy: 'strong-ike' });
  expect((await stage.refused(file)).code).toBe('IMPACT');
  const run = await stage.apply(file, replacing);
  expect(run.outputs['operation']).toBe('replaced');
  const after = await stage.sole('ipsec-site-connections');
  expect(after['id']).not.toBe(before['id']);
  const services = await stage.all('vpnservices');
  expect(services).toHaveLength(2);
  expect(services.find(({ id }) => id === after['vpnservice_id'])?.['name']).toBe('second-gw');
  expect(writes((await stage.apply(file)).requests)).toEqual([]);
});

test('another router for the service is refused', async () => {
  await stage.apply(officeFile({ vpnservice: { name: 'gw', router: 'vpc-prod' } }));
  const failure = await stage.refused(officeFile({ vpnservice: { name: 'gw', router: 'vpc-closed' } }), replacing);
  expect(failure.message).toMatch(/router/);
  expect(writes(failure.requests)).toEqual([]);
});

describe('left-overs with the mark of this connection', () => {
  test('older than an hour: removed by a run that changes something; other people’s stay', async () => {
    await stage.apply(officeFile());
    const marked = text(await stage.sole('ikepolicies'), 'description');
    const old = marked.replace(/ \d{4}-[^\]]+\]/, ' 2026-01-01T00:00:00Z]');
    expect(old).not.toBe(marked);
    const { api } = stage;
    await api.create('/vpn/ikepolicies', 'ikepolicy', { name: 'left-over', description: old });
    await api.create('/vpn/ipsecpolicies', 'ipsecpolicy', { name: 'left-over', description: old });
    await api.create('/vpn/endpoint-groups', 'endpoint_group', {
      ...{ name: 'left-over', description: old, type: 'cidr', endpoints: ['10.99.0.0/24'] },
    });
    await api.create('/vpn/ikepolicies', 'ikepolicy', { name: 'young', description: marked });
    await api.create('/vpn/ikepolicies', 'ikepolicy', { name: 'by hand', description: '' });
    const run = await stage.apply(officeFile());
    expect(writes(run.requests).toSorted()).toEqual([
      'DELETE /v2.0/vpn/endpoint-groups/{id}',
      'DELETE /v2.0/vpn/ikepolicies/{id}',
      'DELETE /v2.0/vpn/ipsecpolicies/{id}',
    ]);
    expect((await stage.all('ikepolicies')).map(({ name }) => name).toSorted()).toEqual([
      'by hand',
      'office-bonn-ike',
      'young',
    ]);
    expect(writes((await stage.apply(officeFile())).requests)).toEqual([]);
  });
});
