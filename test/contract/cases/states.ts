/** Which state allows what, and what is in use by something else. */
import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { badRequest, neutron } from '../envelopes.ts';
import { facts } from '../kinds.ts';
import { type Said, said } from '../raw.ts';

const bench = useBench();
const connections = 'ipsec_site_connection';

function pending(id: string, status: string): Said {
  return neutron(400, 'VPNStateInvalidToUpdate', `Invalid state ${status} of vpnaas resource ${id} for updating`);
}

async function fresh(): Promise<string> {
  return (await bench.create(connections, await bench.connectionFields())).id;
}

async function statusOf(kind: 'vpnservice' | 'ipsec_site_connection', id: string): Promise<unknown> {
  return at((await bench.get(kind, id)).body, kind, 'status');
}

describe('a connection', () => {
  test('that is being created refuses every update; what is wrong with the body is said first', async () => {
    const id = await fresh();
    for (const changes of [{ name: 'x' }, { psk: 'x' }, {}]) {
      expect(said(await bench.put(connections, id, changes))).toEqual(pending(id, 'PENDING_CREATE'));
    }
    expect(said(await bench.put(connections, id, { mtu: 1 }))).toEqual(
      neutron(400, 'IPsecSiteConnectionMtuError', 'ipsec_site_connection MTU 1 is too small for ipv4'),
    );
    expect(said(await bench.put(connections, id, { status: 'DOWN' }))).toEqual(
      badRequest('Cannot update read-only attribute status'),
    );
  });

  test.each(['DOWN', 'ACTIVE', 'ERROR'] as const)('that is %s can be updated, and stays that', async (status) => {
    const id = await fresh();
    await bench.cloud.drive(id, status);
    const answer = await bench.put(connections, id, { description: 'changed' });
    expect(said(answer)).toMatchObject({ status: 200, body: { [connections]: { description: 'changed', status } } });
    expect(await statusOf(connections, id)).toBe(status);
  });

  test.each(['PENDING_UPDATE', 'PENDING_DELETE', 'PENDING_CREATE'] as const)(
    'that is %s cannot be updated',
    async (status) => {
      const id = await fresh();
      await bench.cloud.drive(id, status);
      expect(said(await bench.put(connections, id, { name: 'x' }))).toEqual(pending(id, status));
    },
  );

  test.each(['PENDING_CREATE', 'DOWN', 'ACTIVE', 'ERROR'] as const)(
    'that is %s can be deleted, at once',
    async (status) => {
      const id = await fresh();
      await bench.cloud.drive(id, status);
      expect(said(await bench.delete(connections, id))).toEqual({ status: 204, body: undefined });
      expect(said(await bench.get(connections, id))).toEqual(facts[connections].notFound(id));
      expect(said(await bench.delete(connections, id))).toEqual(facts[connections].notFound(id));
    },
  );

  test('makes its service ACTIVE when it is set up', async () => {
    const { router } = bench.cloud;
    const service = await bench.create('vpnservice', { router_id: router.id });
    const id = (await bench.create(connections, { ...(await bench.connectionFields()), vpnservice_id: service.id })).id;
    expect(await statusOf('vpnservice', service.id)).toBe('PENDING_CREATE');
    await bench.cloud.drive(id, 'DOWN');
    expect(await statusOf('vpnservice', service.id)).toBe('ACTIVE');
    expect(await statusOf(connections, id)).toBe('DOWN');
  });
});

describe('a policy that a connection refers to', () => {
  test.each([
    ['ikepolicy', 'IKEPolicyInUse', 'IKEPolicy'],
    ['ipsecpolicy', 'IPsecPolicyInUse', 'IPsecPolicy'],
  ] as const)('%s: no update, no delete', async (kind, type, called) => {
    await bench.connection();
    const id = (await bench.parts())[`${kind}_id`];
    const message = `${called} ${id} is in use by existing IPsecSiteConnection and can't be updated or deleted`;
    for (const changes of [{ pfs: 'group14' }, { name: 'x' }, {}]) {
      expect(said(await bench.put(kind, id, changes))).toEqual(neutron(409, type, message));
    }
    expect(said(await bench.delete(kind, id))).toEqual(neutron(409, type, message));
    const wrong = await bench.put(kind, id, { pfs: 'x' });
    expect(said(wrong)).toEqual(badRequest('Invalid input for pfs. Reason: x is not in valid_values.'));
  });

  test.each(['ikepolicy', 'ipsecpolicy'] as const)('%s: both again once the connection is gone', async (kind) => {
    const { id } = await bench.create(kind, {});
    const connection = await bench.connection({ [`${kind}_id`]: id });
    expect((await bench.delete(kind, id)).status).toBe(409);
    await bench.delete(connections, connection.id);
    expect((await bench.put(kind, id, { name: 'free' })).status).toBe(200);
    expect((await bench.delete(kind, id)).status).toBe(204);
  });
});

describe('an endpoint group that a connection refers to', () => {
  test.each(['local_ep_group_id', 'peer_ep_group_id'] as const)('%s: an update, but no delete', async (side) => {
    await bench.connection();
    const id = (await bench.parts())[side];
    expect((await bench.put('endpoint_group', id, { description: 'in use' })).status).toBe(200);
    const message = `Endpoint group ${id} is in use and cannot be deleted`;
    expect(said(await bench.delete('endpoint_group', id))).toEqual(neutron(400, 'EndpointGroupInUse', message));
  });

  test('is free when the connection takes another', async () => {
    const fields = { type: 'cidr', endpoints: ['10.23.0.0/24'] };
    const [first, second] = [
      await bench.create('endpoint_group', fields),
      await bench.create('endpoint_group', fields),
    ];
    const { id } = await bench.connection({ peer_ep_group_id: first.id });
    expect((await bench.delete('endpoint_group', first.id)).status).toBe(400);
    await bench.put(connections, id, { peer_ep_group_id: second.id });
    expect((await bench.delete('endpoint_group', first.id)).status).toBe(204);
    expect((await bench.delete('endpoint_group', second.id)).status).toBe(400);
  });
});

test('a service with a connection can be updated, not deleted', async () => {
  await bench.connection();
  const { vpnservice_id: id } = await bench.parts();
  expect((await bench.put('vpnservice', id, { description: 'in use' })).status).toBe(200);
  const message = `VPNService ${id} is still in use`;
  expect(said(await bench.delete('vpnservice', id))).toEqual(neutron(409, 'VPNServiceInUse', message));
});

describe('the network under a service', () => {
  async function service(subnet = true): Promise<string> {
    const { router, subnets } = bench.cloud;
    const fields = { router_id: router.id, ...(subnet ? { subnet_id: subnets[1].id } : {}) };
    return (await bench.create('vpnservice', fields)).id;
  }

  test("a subnet that is a service's stays on its router", async () => {
    const id = await service();
    const { router, subnets } = bench.cloud;
    const path = `/v2.0/routers/${router.id}/remove_router_interface`;
    const answer = await bench.network('PUT', path, { subnet_id: subnets[1].id });
    const message = new RegExp(`^Subnet ${subnets[1].id} is used by VPNService ${id}$`);
    expect(said(answer)).toEqual(neutron(409, 'SubnetInUseByVPNService', message));
    await bench.delete('vpnservice', id);
  });

  test("a subnet that a connection's group names stays on its router", async () => {
    const { router, subnets } = bench.cloud;
    await bench.connection();
    const path = `/v2.0/routers/${router.id}/remove_router_interface`;
    const answer = await bench.network('PUT', path, { subnet_id: subnets[0].id });
    const message = new RegExp(`^Subnet ${subnets[0].id} is used by ipsec site connection [0-9a-f-]+$`);
    expect(said(answer)).toEqual(neutron(409, 'SubnetInUseByIPsecSiteConnection', message));
  });

  test('a router with a service may be renamed', async () => {
    await service(false);
    const { id, name } = bench.cloud.router;
    const answer = await bench.network('PUT', `/v2.0/routers/${id}`, { router: { description: 'in use' } });
    expect(said(answer)).toMatchObject({ status: 200, body: { router: { name, description: 'in use' } } });
  });

  test('a router with a service keeps its gateway', async () => {
    await service(false);
    const { id } = bench.cloud.router;
    const answer = await bench.network('PUT', `/v2.0/routers/${id}`, { router: { external_gateway_info: {} } });
    const message = new RegExp(`^Router ${id} is currently used by VPN services \\([0-9a-f,-]+\\)$`);
    expect(said(answer)).toEqual(neutron(409, 'RouterInUse', message));
  });

  test('a router with subnets is not deleted', async () => {
    const { id } = bench.cloud.router;
    const answer = await bench.network('DELETE', `/v2.0/routers/${id}`);
    const message = new RegExp(`^Router ${id} has ports still attached: [0-9a-f, -]+$`);
    expect(said(answer)).toEqual(neutron(409, 'RouterInUse', message));
  });

  test('what nothing uses can be deleted', async () => {
    const { id } = bench.cloud.closedRouter;
    expect(said(await bench.network('DELETE', `/v2.0/routers/${id}`))).toEqual({ status: 204, body: undefined });
    expect((await bench.network('GET', `/v2.0/routers/${id}`)).status).toBe(404);
  });

  test('a subnet on a router is not deleted', async () => {
    const { id } = bench.cloud.v4Only.subnet;
    const answer = await bench.network('DELETE', `/v2.0/subnets/${id}`);
    const why = 'One or more ports have an IP allocation from this subnet';
    const message = `Unable to complete operation on subnet ${id}: ${why}.`;
    expect(said(answer)).toEqual(neutron(409, 'SubnetInUse', message));
  });

  test('a subnet without a service or connection can leave its router, and be deleted', async () => {
    const { router, subnet } = bench.cloud.v4Only;
    const path = `/v2.0/routers/${router.id}/remove_router_interface`;
    const answer = await bench.network('PUT', path, { subnet_id: subnet.id });
    expect(said(answer)).toMatchObject({ status: 200, body: { id: router.id, subnet_id: subnet.id } });
    expect(said(await bench.network('DELETE', `/v2.0/subnets/${subnet.id}`))).toEqual({ status: 204, body: undefined });
  });

  test('a subnet that an endpoint group names is not deleted', async () => {
    const { id } = bench.cloud.lonelySubnet;
    const group = await bench.create('endpoint_group', { type: 'subnet', endpoints: [id] });
    const answer = await bench.network('DELETE', `/v2.0/subnets/${id}`);
    const reason = `Subnet ${id} is used by endpoint group ${group.id}`;
    const where = 'Callback neutron_vpnaas.db.vpn.vpn_db.subnet_callback-\\d+ failed with';
    const message = new RegExp(`^Unable to complete operation on subnet ${id}: ${where} "${reason}".$`);
    expect(said(answer)).toEqual(neutron(409, 'SubnetInUse', message));
  });
});

describe('while an agent is alive', () => {
  test('a connection settles by itself, and its service with it', async () => {
    await bench.cloud.wakeAgent();
    const service = await bench.create('vpnservice', { router_id: bench.cloud.router.id });
    const id = (await bench.create(connections, { ...(await bench.connectionFields()), vpnservice_id: service.id })).id;
    const seen: unknown[] = ['PENDING_CREATE'];
    await expect
      .poll(
        async () => {
          const status = await statusOf(connections, id);
          if (seen.at(-1) !== status) seen.push(status);
          return status;
        },
        { timeout: 20_000, interval: 20 },
      )
      .toBe('ACTIVE');
    expect(['PENDING_CREATE', 'DOWN', 'ACTIVE']).toEqual(expect.arrayContaining(seen));
    expect(await statusOf('vpnservice', service.id)).toBe('ACTIVE');
  });
});
