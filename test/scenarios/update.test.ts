import { describe, expect } from 'vitest';
import { officeFile, only, ours, psk } from './fixtures/office.ts';
import { writes } from './harness/run.ts';
import { scenario } from './harness/scenario.ts';

const put = 'PUT /v2.0/vpn/ipsec-site-connections/{id}';

/** The body of the only PUT of a connection. */
function sent(run: { requests: readonly { method: string; path: string; body: unknown }[] }): unknown {
  const bodies = run.requests.filter(
    ({ method, path }) => method === 'PUT' && path.includes('/ipsec-site-connections/'),
  );
  expect(bodies).toHaveLength(1);
  return bodies[0]?.body;
}

describe('fields of the connection', () => {
  scenario('one PUT with nothing but what changed; the id stays', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile());
    const before = only(cloud, 'ipsec_site_connection');
    const run = await apply(officeFile({ mtu: 1400, initiator: 'response-only' }), { 'status-interval': '0s' });
    expect(writes(run.requests)).toEqual([put]);
    expect(sent(run)).toEqual({ ipsec_site_connection: { mtu: 1400, initiator: 'response-only' } });
    expect(run.outputs).toMatchObject({ operation: 'updated', changed: 'true', 'connection-id': before.id });
    expect(only(cloud, 'ipsec_site_connection')).toMatchObject({
      id: before.id,
      mtu: 1400,
      initiator: 'response-only',
      psk,
    });
    expect(run.log).toContain('1500 → 1400');
    expect(run.summary).toMatch(/mtu.*1500.*1400/);
  });

  scenario(
    'an unstated peer_id moves with the peer address, a stated one stays',
    'openstack',
    async ({ cloud, apply }) => {
      await apply(officeFile());
      await apply(officeFile({ peer_address: '198.51.100.30' }), { 'status-interval': '0s' });
      expect(only(cloud, 'ipsec_site_connection')).toMatchObject({
        peer_address: '198.51.100.30',
        peer_id: '198.51.100.30',
      });
      await apply(officeFile({ peer_address: '198.51.100.31', peer_id: 'gw.example.org' }), {
        'status-interval': '0s',
      });
      await apply(officeFile({ peer_address: '198.51.100.32' }), { 'status-interval': '0s' });
      expect(only(cloud, 'ipsec_site_connection')).toMatchObject({
        peer_address: '198.51.100.32',
        peer_id: 'gw.example.org',
      });
    },
  );

  scenario('dpd is compared by stated key and sent whole', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile({ dpd: { action: 'restart', interval: 20, timeout: 100 } }));
    const same = await apply(officeFile({ dpd: { interval: 20 } }));
    expect(same.outputs['operation']).toBe('unchanged');
    const run = await apply(officeFile({ dpd: { timeout: 60 } }), { 'status-interval': '0s' });
    expect(sent(run)).toEqual({ ipsec_site_connection: { dpd: { action: 'restart', interval: 20, timeout: 60 } } });
    expect(only(cloud, 'ipsec_site_connection')['dpd']).toEqual({ action: 'restart', interval: 20, timeout: 60 });
  });

  scenario('what the file does not state stays as somebody else set it', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile());
    const { id } = only(cloud, 'ipsec_site_connection');
    cloud.store.update('ipsec_site_connection', id, { mtu: 1300, initiator: 'response-only' });
    const run = await apply(officeFile());
    expect(run.outputs['operation']).toBe('unchanged');
    expect(only(cloud, 'ipsec_site_connection')).toMatchObject({ mtu: 1300, initiator: 'response-only' });
  });

  scenario('what somebody changed in a stated field is put right', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile({ mtu: 1400 }));
    const { id } = only(cloud, 'ipsec_site_connection');
    cloud.store.update('ipsec_site_connection', id, { mtu: 1300 });
    const run = await apply(officeFile({ mtu: 1400 }), { 'status-interval': '0s' });
    expect(run.log).toContain('1300 → 1400');
    expect(only(cloud, 'ipsec_site_connection')['mtu']).toBe(1400);
  });

  scenario('a changed description keeps the mark', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile({ description: 'Bonn' }));
    const mark = / \[ipsec-connection-action .*\]$/;
    const before = String(only(cloud, 'ipsec_site_connection')['description']);
    const run = await apply(officeFile({ description: 'Bonn, second floor' }), { 'status-interval': '0s' });
    expect(writes(run.requests)).toEqual([put]);
    const after = String(only(cloud, 'ipsec_site_connection')['description']);
    expect(after).toBe(`Bonn, second floor${mark.exec(before)?.[0]}`);
  });

  scenario('switched off works, with a warning on the line', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile());
    const run = await apply(officeFile({ admin_state_up: false }), { 'status-interval': '0s' });
    expect(only(cloud, 'ipsec_site_connection')['admin_state_up']).toBe(false);
    expect(run.annotations).toContainEqual(expect.objectContaining({ level: 'warning', file: 'vpn.yml' }));
  });
});

describe('equal content in other words is no change', () => {
  scenario('spellings of algorithms, addresses and networks', 'openstack', async ({ apply }) => {
    await apply(
      officeFile({
        ikepolicy: { auth_algorithm: 'sha2-256', encryption_algorithm: 'AES-256' },
        peer_address: '2001:db8:80::1',
        local_ep_group: ['subnet-v6'],
        peer_ep_group: ['2001:db8:90::/64', '2001:db8:80::/64'],
      }),
    );
    const run = await apply(
      officeFile({
        ikepolicy: { auth_algorithm: 'sha256', encryption_algorithm: 'aes-256' },
        peer_address: '2001:DB8:80:0::1',
        local_ep_group: ['2001:db8:10::/64'],
        peer_ep_group: ['2001:0db8:80::/64', '2001:db8:90:0::/64'],
      }),
    );
    expect(run.outputs['operation']).toBe('unchanged');
    expect(writes(run.requests)).toEqual([]);
  });

  scenario('sha256 on Open Telekom Cloud, which says sha2-256', 'otc', async ({ cloud, apply }) => {
    const file = officeFile({ ikepolicy: { auth_algorithm: 'sha256' }, psk_version: 1 });
    await apply(file);
    expect(only(cloud, 'ikepolicy')['auth_algorithm']).toBe('sha2-256');
    expect((await apply(file)).outputs['operation']).toBe('unchanged');
  });
});

describe('the VPN service', () => {
  scenario('its name and description are updated, after its connection', 'openstack', async ({ cloud, apply }) => {
    await apply(officeFile({ vpnservice: { router: 'vpc-prod', name: 'gw' } }));
    const { id } = only(cloud, 'vpnservice');
    await apply(officeFile({ vpnservice: { id, name: 'gw-prod', description: 'the gateway' } }));
    expect(only(cloud, 'vpnservice')).toMatchObject({ id, name: 'gw-prod' });
    expect(only(cloud, 'vpnservice')['description']).toMatch(/^the gateway/);
  });

  scenario(
    'another router is refused: the other end dials its address',
    'openstack',
    async ({ cloud, apply, refused }) => {
      await apply(officeFile({ vpnservice: { router: 'vpc-prod', name: 'gw' } }));
      const failure = await refused(officeFile({ vpnservice: { router: 'vpc-dev', name: 'gw' } }), {
        'max-impact': 'replacement',
      });
      expect(failure.message).toMatch(/router/);
      expect(writes(failure.requests)).toEqual([]);
      expect(only(cloud, 'vpnservice')['router_id']).toBe(
        ours(cloud, 'router').find(({ name }) => name === 'vpc-prod')?.id,
      );
    },
  );
});
