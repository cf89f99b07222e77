import { expect, test } from 'vitest';
import { office, officesFile, psk } from '../../scenarios/fixtures/office.ts';
import { calls, counts, writes } from '../../scenarios/harness/run.ts';
import { useStage } from './stage.ts';

const stage = useStage('many');

const names = Array.from({ length: 10 }, (_, index) => `office-${index}`);

/** Ten offices with policies and local networks in common. */
function file(changes: (index: number) => object = () => ({})): string {
  return officesFile(
    names.map((name, index) => ({
      ...office,
      ...{ name, psk: '${PSK}', peer_address: `198.51.100.${index + 1}`, peer_ep_group: [`10.80.${index}.0/24`] },
      ikepolicy: { name: 'offices-ike', ike_version: 'v2' },
      ipsecpolicy: { name: 'offices-ipsec', encryption_algorithm: 'aes-256' },
      local_ep_group: { name: 'app', endpoints: ['subnet-app'] },
      ...changes(index),
    })),
  );
}

const run = (text: string, inputs = {}) =>
  stage.run({ files: { 'vpn.yml': text }, inputs: { secrets: `PSK=${psk}`, 'status-interval': '0s', ...inputs } });

test('ten connections that share policies: each shared object once; unchanged with the requests of one connection', async () => {
  const first = await run(file());
  expect(first.exitCode, first.log).toBe(0);
  expect(counts(writes(first.requests))).toEqual({
    'POST /v2.0/vpn/vpnservices': 1,
    'POST /v2.0/vpn/ikepolicies': 1,
    'POST /v2.0/vpn/ipsecpolicies': 1,
    'POST /v2.0/vpn/endpoint-groups': 11,
    'POST /v2.0/vpn/ipsec-site-connections': 10,
  });
  const made = await stage.all('ipsec-site-connections');
  const reported: Record<string, { 'connection-id': string; operation: string }> = JSON.parse(
    first.outputs['connections'] ?? '{}',
  );
  expect(Object.keys(reported)).toEqual(names);
  for (const { id, name } of made)
    expect(reported[String(name)]).toMatchObject({ 'connection-id': id, operation: 'created' });
  for (const shared of ['vpnservice_id', 'ikepolicy_id', 'ipsecpolicy_id', 'local_ep_group_id']) {
    expect(new Set(made.map((one) => one[shared])).size).toBe(1);
  }
  const before = await stage.everything();
  const second = await run(file());
  expect(second.exitCode, second.log).toBe(0);
  expect(second.outputs['changed']).toBe('false');
  expect(counts(calls(second.requests))).toEqual({
    'POST /v3/auth/tokens': 1,
    'GET /v2.0/vpn/vpnservices': 1,
    'GET /v2.0/vpn/ikepolicies': 1,
    'GET /v2.0/vpn/ipsecpolicies': 1,
    'GET /v2.0/vpn/endpoint-groups': 1,
    'GET /v2.0/vpn/ipsec-site-connections': 1,
    'GET /v2.0/routers': 1,
    'GET /v2.0/subnets': 1,
    'DELETE /v3/auth/tokens': 1,
  });
  expect(await stage.everything()).toEqual(before);

  stage.disturb({ pageSize: 3 });
  const paged = await run(file());
  expect(paged.outputs['changed'], paged.log).toBe('false');
  expect(counts(calls(paged.requests))['GET /v2.0/vpn/ipsec-site-connections']).toBeGreaterThan(3);
  expect(writes(paged.requests)).toEqual([]);

  const third = await run(file((index) => (index === 3 ? { mtu: 1400 } : {})));
  expect(third.exitCode, third.log).toBe(0);
  expect(writes(third.requests)).toEqual(['PUT /v2.0/vpn/ipsec-site-connections/{id}']);

  const wider = file((index) => ({
    ...(index === 3 ? { mtu: 1400 } : {}),
    local_ep_group: { name: 'app', endpoints: ['subnet-app', 'subnet-db'] },
  }));
  const fourth = await run(wider);
  expect(fourth.exitCode, fourth.log).toBe(0);
  expect(counts(writes(fourth.requests))).toEqual({
    'POST /v2.0/vpn/endpoint-groups': 1,
    'PUT /v2.0/vpn/ipsec-site-connections/{id}': 10,
    'DELETE /v2.0/vpn/endpoint-groups/{id}': 1,
  });
  expect((await stage.all('ipsec-site-connections')).map(({ id }) => id).toSorted()).toEqual(
    made.map(({ id }) => id).toSorted(),
  );

  const other = file((index) => (index === 3 ? { mtu: 1400 } : {})).replaceAll('subnet-app', '10.0.2.0/24');
  const refused = await run(other.replaceAll('ike_version: v2', 'ike_version: v1'));
  expect(refused.exitCode).toBe(1);
  expect(writes(refused.requests)).toEqual([]);
});

test('one of them is refused by the server: the others are made, the run fails, the next one completes it', async () => {
  const mixed = file((index) => (index === 4 ? { ikepolicy: { name: 'odd-ike', pfs: 'group21' } } : {}));
  const first = await run(mixed);
  expect(first.exitCode).toBe(1);
  expect(first.log).toContain('group21');
  expect(await stage.all('ipsec-site-connections')).toHaveLength(9);
  const second = await run(file());
  expect(second.exitCode, second.log).toBe(0);
  expect(counts(writes(second.requests))['POST /v2.0/vpn/ipsec-site-connections']).toBe(1);
  expect(await stage.all('ipsec-site-connections')).toHaveLength(10);
  expect(await stage.all('vpnservices')).toHaveLength(1);
  expect(writes((await run(file())).requests)).toEqual([]);
});
