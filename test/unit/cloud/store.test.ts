import { afterEach, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { begin, endAll, idOf } from './client.ts';

afterEach(endAll);

test('a seeded object has what the server would have filled in, and shows in the API', async () => {
  const session = await begin({ dialect: 'openstack', now: () => Date.UTC(2026, 0, 2) });
  const { store } = session.cloud;
  const policy = store.seed('ikepolicy', { name: 'ike', lifetime: { value: 7200 } });
  expect(policy).toMatchObject({ pfs: 'group5', lifetime: { units: 'seconds', value: 7200 } });
  const connection = store.seed('ipsec_site_connection', { name: 'c', psk: 'clear', ikepolicy_id: policy.id });
  const reply = await session.vpn('GET', `/ipsec-site-connections/${connection.id}`);
  expect(at(reply.json, 'ipsec_site_connection')).toMatchObject({
    ...{
      name: 'c',
      psk: 'clear',
      status: 'DOWN',
      mtu: 1500,
      peer_cidrs: [],
      tenant_id: session.cloud.account.projectId,
    },
    dpd: { action: 'hold', interval: 30, timeout: 120 },
  });
  expect(connection.appliedPolicies?.ikepolicy).toMatchObject({ name: 'ike' });
});

test('otc: the time of creation and the tags can be given', async () => {
  const session = await begin({ dialect: 'otc' });
  const created_at = Date.UTC(2026, 0, 1, 2, 3, 4);
  const connection = session.cloud.store.seed('ipsec_site_connection', { name: 'c', created_at, tags: { env: 'ci' } });
  const service = session.cloud.store.seed('vpnservice', { router_id: idOf(session, 'router', 'vpc-prod') });
  const reply = await session.vpn('GET', `/ipsec-site-connections/${connection.id}`);
  expect(at(reply.json, 'ipsec_site_connection')).toMatchObject({
    ...{ created_at: '2026-01-01 02:03:04.000000', tags: [{ key: 'env', value: 'ci' }], description: '' },
  });
  const shown = await session.vpn('GET', `/vpnservices/${service.id}`);
  expect(at(shown.json, 'vpnservice')).toMatchObject({ admin_state_up: true, status: 'ACTIVE', tags: [] });
});

test('copies are copies; changes past the rules show at once', async () => {
  const session = await begin({ dialect: 'openstack' });
  const { store } = session.cloud;
  const group = store.seed('endpoint_group', { type: 'cidr', endpoints: ['10.0.0.0/8'] });
  Object.assign(group, { name: 'not stored' });
  expect(store.get('endpoint_group', group.id)?.['name']).toBe('');
  store.update('endpoint_group', group.id, { endpoints: ['10.1.0.0/16'] });
  const reply = await session.vpn('GET', `/endpoint-groups/${group.id}`);
  expect(at(reply.json, 'endpoint_group', 'endpoints')).toEqual(['10.1.0.0/16']);
  expect(store.remove('endpoint_group', group.id)).toBe(true);
  expect(store.remove('endpoint_group', group.id)).toBe(false);
  expect(store.get('endpoint_group', group.id)).toBeUndefined();
  expect(() => store.setStatus('vpnservice', group.id, 'ACTIVE')).toThrow(group.id);
});

test('a second project has objects of the same names', async () => {
  const session = await begin({ dialect: 'openstack' });
  const { otherProjectId } = session.cloud.account;
  const theirs = session.cloud.store.all('subnet').filter((one) => one.project_id === otherProjectId);
  expect(theirs.map((one) => one['name'])).toEqual(['subnet-app']);
  const seeded = session.cloud.store.seed('ikepolicy', { name: 'x' }, { projectId: otherProjectId });
  expect((await session.vpn('GET', `/ikepolicies/${seeded.id}`)).status).toBe(404);
});
