import { describe, expect } from 'vitest';
import { office, officeFile, officesFile, only, psk } from './fixtures/office.ts';
import { calls, writes } from './harness/run.ts';
import { asFailure, scenario } from './harness/scenario.ts';

const quick = { 'status-interval': '0s' };

describe('a new connection', () => {
  scenario('DOWN is a healthy answer and says so', { dialect: 'openstack', downAfterMs: 300 }, async ({ apply }) => {
    const run = await apply(officeFile());
    expect(run.outputs).toMatchObject({ status: 'DOWN', settled: 'true', up: 'false' });
    expect(run.log).toMatch(/no tunnel yet/);
    expect(run.summary).toMatch(/DOWN is healthy/);
  });

  scenario('wait-for: active waits for the tunnel', { dialect: 'openstack', activeAfterMs: 500 }, async ({ apply }) => {
    const run = await apply(officeFile(), { 'wait-for': 'active' });
    expect(run.outputs).toMatchObject({ status: 'ACTIVE', settled: 'true', up: 'true' });
    expect(run.log).toMatch(/the tunnel is up/);
  });

  scenario(
    'wait-for: active without a peer ends with the time-out and the last status',
    'openstack',
    async ({ refused }) => {
      const failure = await refused(officeFile(), { 'wait-for': 'active', timeout: '3s' });
      expect(failure.code).toBe('TIMEOUT');
      expect(failure.message).toContain('DOWN');
      expect(failure.outputs).toMatchObject({ status: 'DOWN', up: 'false', operation: 'created' });
      expect(failure.outputs['connection-id']).toBeTruthy();
    },
  );

  scenario(
    'one that never settles: time-out, with what works in that state',
    { dialect: 'openstack', downAfterMs: 3_600_000 },
    async ({ cloud, refused }) => {
      const failure = await refused(officeFile(), { timeout: '3s' });
      expect(failure.code).toBe('TIMEOUT');
      expect(failure.message).toContain('PENDING_CREATE');
      expect(failure.outputs).toMatchObject({
        status: 'PENDING_CREATE',
        settled: 'false',
        'connection-id': only(cloud, 'ipsec_site_connection').id,
      });
      expect(failure.durationMs).toBeLessThan(6000);
      expect(failure.log.match(/PENDING_CREATE/g)?.length).toBeGreaterThan(1);
    },
  );

  scenario(
    'wait-for: none does not look at the status',
    { dialect: 'openstack', downAfterMs: 3_600_000 },
    async ({ apply }) => {
      const run = await apply(officeFile(), { 'wait-for': 'none' });
      expect(run.outputs).toMatchObject({ operation: 'created', status: 'PENDING_CREATE' });
    },
  );

  scenario('ERROR fails at once', { dialect: 'openstack', downAfterMs: 3_600_000 }, async ({ cloud, run }) => {
    const watcher = setInterval(() => {
      const made = cloud.store.all('ipsec_site_connection').find((one) => one.project_id === cloud.account.projectId);
      if (made === undefined) return;
      clearInterval(watcher);
      cloud.store.setStatus('ipsec_site_connection', made.id, 'ERROR');
    }, 5);
    const failure = asFailure(await run({ files: { 'vpn.yml': officeFile() }, inputs: { psk } }));
    expect(failure.code).toBe('CONNECTION_STATE');
    expect(failure.message).toContain('ERROR');
    expect(failure.outputs).toMatchObject({ status: 'ERROR', up: 'false' });
    expect(failure.durationMs).toBeLessThan(10_000);
  });

  scenario('five hundreds while waiting are survived', 'openstack', async ({ cloud, apply }) => {
    cloud.addFault({
      method: 'GET',
      path: /ipsec-site-connections\/|ipsec-site-connections\?/,
      effect: { kind: 'answer', status: 503, body: '' },
    });
    const run = await apply(officeFile());
    expect(run.outputs['status']).toBe('DOWN');
  });
});

describe('an updated connection', () => {
  scenario('in PENDING_*: waits until it settles, then updates', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile());
    const { id } = only(cloud, 'ipsec_site_connection');
    cloud.store.setStatus('ipsec_site_connection', id, 'PENDING_UPDATE');
    setTimeout(() => cloud.store.setStatus('ipsec_site_connection', id, 'DOWN'), 1500);
    const run = await apply(officeFile({ mtu: 1400 }), quick);
    expect(run.log).toContain('PENDING_UPDATE');
    expect(only(cloud, 'ipsec_site_connection')['mtu']).toBe(1400);
  });

  scenario('400 "invalid state" is retried, other 400s are not', 'openstack', async ({ cloud, apply, refused }) => {
    await apply(officeFile());
    const answer = (type: string, message: string) => ({
      kind: 'answer' as const,
      status: 400,
      body: { NeutronError: { type, message, detail: '' } },
    });
    const put = { method: 'PUT', path: '/ipsec-site-connections/' };
    cloud.addFault({
      ...put,
      effect: answer('VPNStateInvalidToUpdate', 'Invalid state PENDING_UPDATE of vpnaas resource x for updating'),
    });
    const run = await apply(officeFile({ mtu: 1400 }), quick);
    expect(calls(run.requests).filter((call) => call.startsWith('PUT'))).toHaveLength(2);
    cloud.addFault({ ...put, effect: answer('IPsecSiteConnectionMtuError', 'the mtu is too small') });
    const failure = await refused(officeFile({ mtu: 1300 }), quick);
    expect(failure.message).toContain('the mtu is too small');
    expect(calls(failure.requests).filter((call) => call.startsWith('PUT'))).toHaveLength(1);
  });

  scenario(
    'the old status lags: settled says so, and does not wait',
    { dialect: 'openstack', statusLagMs: 60_000, activeAfterMs: 100 },
    async ({ cloud, apply }) => {
      await apply(officeFile(), { 'wait-for': 'active' });
      const run = await apply(officeFile({ mtu: 1400 }));
      expect(run.outputs).toMatchObject({ operation: 'updated', 'status-stale': 'true', settled: 'true' });
      expect(run.log).toMatch(/may still be the old/);
      expect(run.durationMs).toBeLessThan(15_000);
      expect(only(cloud, 'ipsec_site_connection')['mtu']).toBe(1400);
    },
  );

  scenario(
    'a stale ACTIVE does not count for wait-for: active',
    { dialect: 'openstack', statusLagMs: 700, activeAfterMs: 2500 },
    async ({ apply }) => {
      await apply(officeFile(), { 'wait-for': 'active' });
      const run = await apply(officeFile({ peer_address: '198.51.100.30' }), {
        'wait-for': 'active',
        'status-interval': '60s',
      });
      expect(run.outputs).toMatchObject({ status: 'ACTIVE', up: 'true', 'status-stale': 'false' });
      // It was read as DOWN in between, which shows that ACTIVE is new.
      expect(run.durationMs).toBeGreaterThan(2000);
    },
  );

  scenario(
    'after the status interval a status counts although it did not change',
    { dialect: 'openstack', statusLagMs: 3_600_000, activeAfterMs: 0 },
    async ({ apply }) => {
      await apply(officeFile(), { 'wait-for': 'active' });
      const run = await apply(officeFile({ mtu: 1400 }), { 'wait-for': 'active', 'status-interval': '2s' });
      expect(run.outputs).toMatchObject({ status: 'ACTIVE', 'status-stale': 'false' });
      expect(run.durationMs).toBeGreaterThan(2000);
    },
  );

  scenario(
    'a stale ERROR does not fail the run that mends it',
    { dialect: 'openstack', statusLagMs: 1000 },
    async ({ cloud, apply }) => {
      await apply(officeFile());
      const { id } = only(cloud, 'ipsec_site_connection');
      cloud.store.setStatus('ipsec_site_connection', id, 'ERROR');
      const run = await apply(officeFile({ mtu: 1400 }), { 'status-interval': '30s' });
      expect(run.outputs).toMatchObject({ status: 'DOWN', settled: 'true' });
    },
  );

  scenario('FROZEN, unchanged: fails and says what it means', 'openstack', async ({ cloud, apply, refused }) => {
    await apply(officeFile());
    cloud.store.setStatus('ipsec_site_connection', only(cloud, 'ipsec_site_connection').id, 'FROZEN');
    const failure = await refused(officeFile());
    expect(failure.code).toBe('CONNECTION_STATE');
    expect(failure.message).toContain('FROZEN');
  });
});

scenario(
  'several connections: one that fails does not stop the others, and the run fails',
  'openstack',
  async ({ cloud, run }) => {
    const offices = ['bonn', 'mainz', 'trier'].map((town, index) => ({
      ...office,
      name: `office-${town}`,
      psk: '${PSK}',
      peer_address: `198.51.100.${index + 1}`,
      peer_ep_group: [`10.8${index}.0.0/24`],
    }));
    cloud.addFault({
      method: 'POST',
      path: '/ipsec-site-connections',
      when: { nth: 2 },
      effect: {
        kind: 'answer',
        status: 409,
        body: {
          NeutronError: {
            type: 'OverQuota',
            message: "Quota exceeded for resources: ['ipsec_site_connection'].",
            detail: '',
          },
        },
      },
    });
    const failure = asFailure(
      await run({ files: { 'vpn.yml': officesFile(offices) }, inputs: { secrets: `PSK=${psk}` } }),
    );
    expect(failure.message).toContain('Quota exceeded');
    const made = cloud.store.all('ipsec_site_connection').filter((one) => one.project_id === cloud.account.projectId);
    expect(made).toHaveLength(2);
    const connections: Record<string, { operation: string }> = JSON.parse(failure.outputs['connections'] ?? '{}');
    expect(Object.keys(connections)).toHaveLength(3);
    expect(writes(failure.requests).filter((call) => call.startsWith('DELETE'))).toEqual([]);
  },
);
