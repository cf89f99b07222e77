import { describe, expect } from 'vitest';
import { office, officeFile, officesFile, only, ours, psk } from './fixtures/office.ts';
import { calls, writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const quick = { 'status-interval': '0s' };
const weak = { ike_version: 'v2', encryption_algorithm: 'aes-128' };

describe('Open Telekom Cloud: the policy is updated in place, then the connection is touched', () => {
  const file = (changes = {}): string => officeFile({ psk_version: 1, ...changes });

  scenario('so that the tunnel runs with the new content', 'otc', async ({ cloud, apply }) => {
    await apply(file({ ikepolicy: weak }));
    const before = only(cloud, 'ipsec_site_connection');
    const run = await apply(file(), quick);
    const after = only(cloud, 'ipsec_site_connection');
    expect(after.id).toBe(before.id);
    expect(only(cloud, 'ikepolicy')['encryption_algorithm']).toBe('aes-256');
    expect(after.appliedPolicies?.ikepolicy).toMatchObject({ encryption_algorithm: 'aes-256' });
    const done = writes(run.requests);
    expect(done.indexOf('PUT /v2.0/vpn/ikepolicies/{id}')).toBeLessThan(
      done.indexOf('PUT /v2.0/vpn/ipsec-site-connections/{id}'),
    );
    expect(run.outputs['operation']).toBe('updated');
    expect((await apply(file())).outputs['operation']).toBe('unchanged');
  });

  scenario('cut off in between: the next run repairs it', 'otc', async ({ cloud, apply, refused }) => {
    await apply(file({ ikepolicy: weak }));
    cloud.addFault({
      method: 'PUT',
      path: '/ipsec-site-connections/',
      effect: { kind: 'answer', status: 403, body: '' },
    });
    await refused(file(), quick);
    expect(only(cloud, 'ipsec_site_connection').appliedPolicies?.ikepolicy).toMatchObject({
      encryption_algorithm: 'aes-128',
    });
    const run = await apply(file(), quick);
    expect(writes(run.requests)).toContain('PUT /v2.0/vpn/ipsec-site-connections/{id}');
    expect(only(cloud, 'ipsec_site_connection').appliedPolicies?.ikepolicy).toMatchObject({
      encryption_algorithm: 'aes-256',
    });
  });

  scenario('edited by hand in the console: the next run touches the connection', 'otc', async ({ cloud, apply }) => {
    await apply(file());
    cloud.store.update('ipsecpolicy', only(cloud, 'ipsecpolicy').id, { lifetime: { units: 'seconds', value: 1800 } });
    const run = await apply(file(), quick);
    expect(writes(run.requests)).toContain('PUT /v2.0/vpn/ipsec-site-connections/{id}');
    expect(only(cloud, 'ipsec_site_connection').appliedPolicies?.ipsecpolicy).toMatchObject({
      lifetime: { value: 1800 },
    });
  });
});

describe('OpenStack: a policy in use cannot be updated', () => {
  scenario(
    'without max-impact: replacement nothing is written, and the error says what would be replaced',
    'openstack',
    async ({ cloud, apply, refused }) => {
      await apply(officeFile({ ikepolicy: weak }));
      const failure = await refused(officeFile());
      expect(failure.code).toBe('IMPACT');
      expect(failure.message).toContain('replacement');
      expect(failure.message).toContain('office-bonn');
      expect(failure.place).toMatch(/^vpn\.yml:\d+$/);
      expect(writes(failure.requests)).toEqual([]);
      expect(only(cloud, 'ikepolicy')['encryption_algorithm']).toBe('aes-128');
    },
  );

  scenario(
    'with it the connection is replaced: policies first, old one gone, new one, old policies gone',
    'openstack',
    async ({ cloud, apply }) => {
      await apply(officeFile({ ikepolicy: weak, mtu: 1400 }));
      const before = only(cloud, 'ipsec_site_connection');
      const run = await apply(officeFile({ mtu: 1400 }), { 'max-impact': 'replacement', ...quick });
      expect(writes(run.requests)).toEqual([
        'POST /v2.0/vpn/ikepolicies',
        'DELETE /v2.0/vpn/ipsec-site-connections/{id}',
        'POST /v2.0/vpn/ipsec-site-connections',
        'DELETE /v2.0/vpn/ikepolicies/{id}',
      ]);
      const after = only(cloud, 'ipsec_site_connection');
      expect(after.id).not.toBe(before.id);
      expect(after).toMatchObject({
        mtu: 1400,
        psk,
        vpnservice_id: before['vpnservice_id'],
        ikepolicy_id: only(cloud, 'ikepolicy').id,
      });
      expect(only(cloud, 'ikepolicy')).toMatchObject({ name: 'office-bonn-ike', encryption_algorithm: 'aes-256' });
      expect(run.outputs).toMatchObject({
        operation: 'replaced',
        'connection-id': after.id,
        'vpnservice-id': before['vpnservice_id'],
      });
      expect((await apply(officeFile({ mtu: 1400 }))).outputs['operation']).toBe('unchanged');
    },
  );

  scenario('a difference in the name alone is a notice, not a replacement', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile({ ikepolicy: { name: 'ike-1', ike_version: 'v2' } }));
    const { id } = only(cloud, 'ikepolicy');
    const run = await apply(officeFile({ ikepolicy: { id, name: 'ike-2', ike_version: 'v2' } }));
    expect(writes(run.requests)).toEqual([]);
    expect(run.log).toMatch(/Notice: .*ike-/);
    expect(run.outputs['operation']).toBe('unchanged');
  });

  scenario('a policy that no connection uses is updated in place', 'openstack', async ({ cloud, apply }) => {
    cloud.store.seed('ikepolicy', { name: 'offices-ike', encryption_algorithm: 'aes-128' });
    const run = await apply(officeFile({ ikepolicy: { name: 'offices-ike', encryption_algorithm: 'aes-256' } }));
    expect(calls(run.requests)).toContain('PUT /v2.0/vpn/ikepolicies/{id}');
    expect(only(cloud, 'ikepolicy')['encryption_algorithm']).toBe('aes-256');
    expect(run.log).toMatch(/Notice: .*offices-ike/);
  });
});

describe('what may not fail half-way', () => {
  scenario(
    'without the psk a replacement is refused before anything is written',
    'openstack',
    async ({ apply, refused }) => {
      await apply(officeFile({ ikepolicy: weak }));
      const failure = await refused(officeFile(), { 'max-impact': 'replacement', psk: undefined });
      expect(failure.message).toMatch(/psk/);
      expect(writes(failure.requests)).toEqual([]);
    },
  );

  scenario(
    'the new connection is refused: the old one is back, on its old policies, and the run fails',
    'openstack',
    async ({ cloud, apply, refused }) => {
      await apply(officeFile({ ikepolicy: weak }));
      const before = only(cloud, 'ipsec_site_connection');
      cloud.addFault({
        method: 'POST',
        path: '/ipsec-site-connections',
        effect: {
          kind: 'answer',
          status: 400,
          body: { NeutronError: { type: 'IkeValidationFailure', message: 'the driver does not like it', detail: '' } },
        },
      });
      const failure = await refused(officeFile(), { 'max-impact': 'replacement', ...quick });
      expect(failure.message).toContain('the driver does not like it');
      const restored = only(cloud, 'ipsec_site_connection');
      expect(restored).toMatchObject({
        name: 'office-bonn',
        psk,
        ikepolicy_id: before['ikepolicy_id'],
        peer_address: '198.51.100.20',
      });
      expect(failure.message).toContain(restored.id);
    },
  );

  scenario('a run that died after the DELETE is completed by the next', 'openstack', async ({ cloud, apply, run }) => {
    await apply(officeFile({ ikepolicy: weak }));
    cloud.addFault({ method: 'POST', path: '/ipsec-site-connections', effect: { kind: 'hang' } });
    const cut = await run({
      files: { 'vpn.yml': officeFile() },
      inputs: { psk, 'max-impact': 'replacement' },
      signals: [
        {
          signal: 'SIGINT',
          when: () =>
            cloud.requests.some(
              ({ method, path, status }) =>
                method === 'POST' && path.endsWith('/ipsec-site-connections') && status === 'pending',
            ),
        },
        { signal: 'SIGINT', when: () => true, afterMs: 100 },
      ],
    });
    expect(cut.exitCode).not.toBe(0);
    expect(ours(cloud, 'ipsec_site_connection')).toEqual([]);
    const next = await apply(officeFile());
    expect(next.outputs['operation']).toBe('created');
    expect(only(cloud, 'ipsec_site_connection')['ikepolicy_id']).toBe(
      ours(cloud, 'ikepolicy').find((policy) => policy['encryption_algorithm'] === 'aes-256')?.id,
    );
    expect(ours(cloud, 'ikepolicy').filter((policy) => policy['encryption_algorithm'] === 'aes-256')).toHaveLength(1);
  });
});

scenario(
  'another VPN service, named in the file, is a replacement too',
  'openstack',
  async ({ cloud, apply, refused }) => {
    await apply(officeFile());
    const router = ours(cloud, 'router').find(({ name }) => name === 'vpc-prod');
    cloud.store.seed('vpnservice', { name: 'second-gw', router_id: router?.id });
    const failure = await refused(officeFile({ vpnservice: 'second-gw' }));
    expect(failure.code).toBe('IMPACT');
    const run = await apply(officeFile({ vpnservice: 'second-gw' }), { 'max-impact': 'replacement', ...quick });
    expect(run.outputs['operation']).toBe('replaced');
    expect(ours(cloud, 'vpnservice').find(({ name }) => name === 'second-gw')?.id).toBe(
      only(cloud, 'ipsec_site_connection')['vpnservice_id'],
    );
    // The old service stays: it is never deleted by a replacement.
    expect(ours(cloud, 'vpnservice')).toHaveLength(2);
  },
);

scenario(
  'a deleted connection may keep its tunnel while its service has others: the summary says so',
  'openstack',
  async ({ apply, run }) => {
    const other = {
      ...office,
      name: 'office-mainz',
      psk: '${PSK}',
      peer_address: '198.51.100.21',
      peer_ep_group: ['10.90.0.0/24'],
    };
    const file = officesFile([{ ...office, psk: '${PSK}', ikepolicy: weak }, other]);
    const inputs = { secrets: `PSK=${psk}`, ...quick };
    const first = await run({ files: { 'vpn.yml': file }, inputs });
    expect(first.exitCode, first.log).toBe(0);
    const result = await apply(officeFile(), { 'max-impact': 'replacement', ...quick });
    expect(result.summary).toMatch(/tunnel/i);
    expect(result.summary).toMatch(/other end|far side|peer/i);
  },
);

scenario(
  'on Open Telekom Cloud the new connection waits until the old one is gone, and keeps its tags',
  { dialect: 'otc', downAfterMs: 0, deleteAfterMs: 1200 },
  async ({ cloud, apply }) => {
    const file = (ikepolicy: unknown): string => officeFile({ psk_version: 1, ikepolicy, tags: { env: 'prod' } });
    await apply(file({ ike_version: 'v2' }));
    const before = only(cloud, 'ipsec_site_connection').id;
    cloud.store.setTags(before, { ...cloud.store.tags(before), cost: '42' });
    cloud.store.seed('ikepolicy', { name: 'strong-ike', encryption_algorithm: 'aes-256', auth_algorithm: 'sha2-512' });
    const run = await apply(file('strong-ike'), { 'max-impact': 'replacement', ...quick });
    expect(run.outputs['operation']).toBe('replaced');
    const after = ours(cloud, 'ipsec_site_connection').filter(({ id }) => id !== before);
    expect(after).toHaveLength(1);
    expect(cloud.store.tags(String(after[0]?.id))).toMatchObject({ env: 'prod', cost: '42' });
    const posts = run.requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/ipsec-site-connections'),
    );
    expect(posts).toHaveLength(1);
    const gone = run.requests.find(
      ({ method, path, status }) => method === 'GET' && path.includes(before) && status === 404,
    );
    expect(posts[0]?.startedAt).toBeGreaterThanOrEqual(gone?.endedAt ?? Number.POSITIVE_INFINITY);
    expect((await apply(file('strong-ike'))).outputs['operation']).toBe('unchanged');
  },
);
