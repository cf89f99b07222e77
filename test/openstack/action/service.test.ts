import { describe, expect, test } from 'vitest';
import { officeFile } from '../../scenarios/fixtures/office.ts';
import { writes } from '../../scenarios/harness/run.ts';
import { useStage } from './stage.ts';

const stage = useStage('service');

const quick = { 'status-interval': '0s' };

describe('the VPN service', () => {
  test('its name, description and state are updated; the connection stays', async () => {
    await stage.apply(officeFile({ vpnservice: { router: 'vpc-prod', name: 'gw' } }));
    const { id } = await stage.sole('vpnservices');
    const connection = await stage.sole('ipsec-site-connections');
    const file = officeFile({ vpnservice: { id, name: 'gw-prod', description: 'the gateway', admin_state_up: false } });
    const run = await stage.apply(file, quick);
    expect(writes(run.requests)).toEqual(['PUT /v2.0/vpn/vpnservices/{id}']);
    const shown = await stage.cli('vpn', 'service', 'show', 'gw-prod', '-f', 'json');
    expect(shown).toMatchObject({
      ID: id,
      Name: 'gw-prod',
      Description: expect.stringMatching(/^the gateway/),
      State: false,
    });
    expect((await stage.sole('ipsec-site-connections'))['id']).toBe(connection['id']);
    expect(writes((await stage.apply(file)).requests)).toEqual([]);
  });

  test('made by the openstack command and never used, so PENDING_CREATE: its first connection comes before its update', async () => {
    await stage.script(['vpn service create --router vpc-prod --description old gw']);
    expect((await stage.sole('vpnservices'))['status']).toBe('PENDING_CREATE');
    const file = officeFile({ vpnservice: { router: 'vpc-prod', name: 'gw', description: 'new' } });
    const run = await stage.apply(file, quick);
    expect(run.outputs['operation']).toBe('created');
    expect(await stage.sole('vpnservices')).toMatchObject({ name: 'gw', description: 'new' });
    expect(writes((await stage.apply(file)).requests)).toEqual([]);
  });

  test('one that exists is used by whichever file describes its router', async () => {
    await stage.apply(officeFile());
    const file = officeFile({
      ...{ name: 'office-mainz', peer_address: '198.51.100.21', peer_ep_group: ['10.90.0.0/24'] },
      vpnservice: { router_id: stage.tenant.router.id },
    });
    await stage.apply(file);
    expect(await stage.all('vpnservices')).toHaveLength(1);
    const services = (await stage.all('ipsec-site-connections')).map((one) => one['vpnservice_id']);
    expect(new Set(services).size).toBe(1);
  });
});
