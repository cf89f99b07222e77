/** What the action's client makes of the network service's answers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Place } from '../../../src/errors.ts';
import { LostAnswerError } from '../../../src/http/errors.ts';
import { Secret } from '../../../src/secret.ts';
import type { Body, VpnApi } from '../../../src/vpn/api.ts';
import type { Kind } from '../../../src/vpn/kinds.ts';
import { useBench } from '../bench.ts';
import { byPassword, byToken, closeAll, connect, thrown, told } from '../client.ts';
import { nobody } from '../kinds.ts';

const bench = useBench();

let shared: Promise<VpnApi> | undefined;

afterAll(closeAll);

/** One for the whole file. */
function api(): Promise<VpnApi> {
  shared ??= bench
    .tokenOf(bench.cloud.member)
    .then((token) => connect(bench.cloud, byToken(token)))
    .then((client) => client.api);
  return shared;
}

describe('objects', () => {
  test('an IKE policy', async () => {
    const client = await api();
    const made = await client.create('ikepolicy', { name: 'ike', pfs: 'group14', lifetime: { value: 7200 } });
    expect(made).toEqual({
      kind: 'ikepolicy',
      id: expect.any(String),
      name: 'ike',
      description: '',
      projectId: bench.cloud.project.id,
      values: {
        auth_algorithm: 'sha1',
        encryption_algorithm: 'aes-128',
        phase1_negotiation_mode: 'main',
        lifetime: { units: 'seconds', value: 7200 },
        ike_version: 'v1',
        pfs: 'group14',
      },
    });
    expect(await client.get('ikepolicy', made.id)).toEqual(made);
    const changed = await client.update('ikepolicy', made.id, { pfs: 'group2' });
    expect(changed.values).toEqual({ ...made.values, pfs: 'group2' });
    expect(await client.list('ikepolicy')).toContainEqual(changed);
    await client.remove('ikepolicy', made.id);
    expect(await client.get('ikepolicy', made.id)).toBeUndefined();
  });

  test('an IPsec policy', async () => {
    const made = await (await api()).create('ipsecpolicy', { name: 'ipsec' });
    expect(made).toMatchObject({
      kind: 'ipsecpolicy',
      values: {
        ...{ transform_protocol: 'esp', encapsulation_mode: 'tunnel', auth_algorithm: 'sha1' },
        ...{ encryption_algorithm: 'aes-128', pfs: 'group5', lifetime: { units: 'seconds', value: 3600 } },
      },
    });
  });

  test('a VPN service', async () => {
    const { router } = bench.cloud;
    const made = await (await api()).create('vpnservice', { name: 'gw', router_id: router.id });
    expect(made).toMatchObject({
      ...{ kind: 'vpnservice', name: 'gw', status: 'PENDING_CREATE', routerId: router.id, subnetId: undefined },
      ...{ addressV4: router.gatewayV4, addressV6: router.gatewayV6, values: { admin_state_up: true } },
    });
  });

  test('endpoint groups; CIDRs in their canonical form', async () => {
    const client = await api();
    const cidrs = await client.create('endpoint_group', { type: 'cidr', endpoints: ['10.20.0.5/24', 'FD00::1/64'] });
    expect(cidrs).toMatchObject({ kind: 'endpoint_group', type: 'cidr' });
    expect([...cidrs.endpoints].sort()).toEqual(['10.20.0.0/24', 'fd00::/64']);
    const { id } = bench.cloud.subnets[0];
    const subnets = await client.create('endpoint_group', { type: 'subnet', endpoints: [id] });
    expect(subnets).toMatchObject({ type: 'subnet', endpoints: [id] });
  });

  test('a connection; a secret goes as its text', async () => {
    const client = await api();
    const fields = { ...(await bench.connectionFields()), psk: new Secret('Sent-As_Text-1'), dpd: { interval: '10' } };
    // Zed compares what was sent: a text needs a text.
    const dpd = { action: 'restart', interval: '10', timeout: '60' };
    const made = await client.create('ipsec_site_connection', { ...fields, name: 'conn', dpd });
    const parts = await bench.parts();
    expect(made).toMatchObject({
      ...{ kind: 'ipsec_site_connection', name: 'conn', status: 'PENDING_CREATE', tags: undefined },
      refs: {
        vpnservice: parts.vpnservice_id,
        ikepolicy: parts.ikepolicy_id,
        ipsecpolicy: parts.ipsecpolicy_id,
        local_ep_group: parts.local_ep_group_id,
        peer_ep_group: parts.peer_ep_group_id,
      },
      values: {
        ...{ peer_address: '198.51.100.7', peer_id: '198.51.100.7', mtu: 1500, initiator: 'bi-directional' },
        ...{ dpd: { action: 'restart', interval: 10, timeout: 60 }, admin_state_up: true },
      },
    });
    expect(made.psk).toBeInstanceOf(Secret);
    expect(made.psk === 'hidden' || made.psk.reveal()).toBe('Sent-As_Text-1');
    await bench.cloud.drive(made.id, 'ACTIVE');
    expect(await client.get('ipsec_site_connection', made.id)).toMatchObject({ status: 'ACTIVE' });
    await client.remove('ipsec_site_connection', made.id);
    await client.remove('ipsec_site_connection', made.id);
    expect(await client.list('ipsec_site_connection')).not.toContainEqual(expect.objectContaining({ id: made.id }));
  });

  test('routers and subnets', async () => {
    const { router, closedRouter, v4Only, subnets, subnetV6, lonelySubnet } = bench.cloud;
    const client = await api();
    const routers = await client.routers();
    const names = [router, closedRouter, v4Only.router].map(({ id, name }) => ({ id, name, cidr: undefined }));
    expect(routers).toHaveLength(3);
    expect(routers).toEqual(expect.arrayContaining(names));
    const nets = [...subnets, subnetV6, lonelySubnet, v4Only.subnet].map(({ id, name, cidr }) => ({ id, name, cidr }));
    const found = await client.subnets();
    expect(found).toEqual(expect.arrayContaining(nets));
  });

  test('an administrator’s lists show the own project alone', async () => {
    const { administrator, other } = bench.cloud;
    const [ours, theirs] = [await bench.create('ikepolicy', {}), await bench.create('ikepolicy', {}, other)];
    const { api: client } = await connect(bench.cloud, byPassword(administrator));
    const ids = (await client.list('ikepolicy')).map(({ id }) => id);
    expect(ids).toContain(ours.id);
    expect(ids).not.toContain(theirs.id);
  });

  test.each(['vpnservice', 'ikepolicy', 'ipsecpolicy', 'endpoint_group', 'ipsec_site_connection'] as const)(
    '%s that is not there: undefined, and no error to delete it',
    async (kind) => {
      const client = await api();
      expect(await client.get(kind, nobody)).toBeUndefined();
      await expect(client.remove(kind, nobody)).resolves.toBeUndefined();
      expect(told(await thrown(client.update(kind, nobody, {})))).toMatchObject({ code: 'API_REFUSED', status: 404 });
    },
  );
});

describe('refusals', () => {
  let fields: Record<string, unknown> = {};

  beforeAll(async () => {
    fields = await bench.connectionFields();
    await bench.connection();
  });

  test.each<[string, Kind, () => Body, string]>([
    ['a value', 'ikepolicy', () => ({ pfs: 'group1' }), 'HTTPBadRequest'],
    [
      'a router without gateway',
      'vpnservice',
      () => ({ router_id: bench.cloud.closedRouter.id }),
      'RouterIsNotExternal',
    ],
    ['a CIDR', 'endpoint_group', () => ({ type: 'cidr', endpoints: ['x'] }), 'InvalidEndpointInEndpointGroup'],
    ['no endpoints', 'endpoint_group', () => ({ type: 'cidr', endpoints: [] }), 'MissingEndpointForEndpointGroup'],
    [
      'no such subnet',
      'endpoint_group',
      () => ({ type: 'subnet', endpoints: [nobody] }),
      'NonExistingSubnetInEndpointGroup',
    ],
    ['mtu', 'ipsec_site_connection', () => ({ ...fields, mtu: 20 }), 'IPsecSiteConnectionMtuError'],
    [
      'dpd',
      'ipsec_site_connection',
      () => ({ ...fields, dpd: { timeout: 1 } }),
      'IPsecSiteConnectionDpdIntervalValueError',
    ],
    [
      'peer_address',
      'ipsec_site_connection',
      () => ({ ...fields, peer_address: 'no host' }),
      'VPNPeerAddressNotResolved',
    ],
    ['peer_cidrs', 'ipsec_site_connection', () => ({ ...fields, peer_cidrs: ['10.0.0.0/8'] }), 'PeerCidrsInvalid'],
    [
      'groups swapped',
      'ipsec_site_connection',
      () => ({ ...fields, local_ep_group_id: fields['peer_ep_group_id'] }),
      'WrongEndpointGroupType',
    ],
  ])('of a POST: %s', async (_what, kind, body, serverCode) => {
    const error = await thrown((await api()).create(kind, body(), { name: 'office' }));
    expect(told(error)).toEqual({ code: 'API_REFUSED', status: 400, serverCode });
    expect(error).toMatchObject({ hint: expect.stringMatching(/\S/), message: expect.stringContaining('office') });
  });

  test.each<[string, (client: VpnApi) => Promise<unknown>, number, string]>([
    [
      'an IKE policy in use, PUT',
      async (client) => client.update('ikepolicy', String(fields['ikepolicy_id']), { pfs: 'group2' }),
      409,
      'IKEPolicyInUse',
    ],
    [
      'an IPsec policy in use, DELETE',
      async (client) => client.remove('ipsecpolicy', String(fields['ipsecpolicy_id'])),
      409,
      'IPsecPolicyInUse',
    ],
    [
      'a service in use',
      async (client) => client.remove('vpnservice', String(fields['vpnservice_id'])),
      409,
      'VPNServiceInUse',
    ],
    [
      'a group in use',
      async (client) => client.remove('endpoint_group', String(fields['peer_ep_group_id'])),
      400,
      'EndpointGroupInUse',
    ],
    [
      'a connection that is being set up',
      async (client) => {
        const { id } = await client.create('ipsec_site_connection', fields);
        return client.update('ipsec_site_connection', id, { name: 'x' });
      },
      400,
      'VPNStateInvalidToUpdate',
    ],
  ])('%s', async (_what, call, status, serverCode) => {
    const error = await thrown(call(await api()));
    expect(told(error)).toEqual({ code: 'API_REFUSED', status, serverCode });
    expect(error).toMatchObject({ hint: expect.stringMatching(/\S/) });
  });

  test('the request id is in the message, the psk is not', async () => {
    const psk = new Secret('Never-To-Be-Shown_1');
    const error = await thrown((await api()).create('ipsec_site_connection', { ...fields, psk, mtu: 20 }));
    expect(error).toMatchObject({ message: expect.stringMatching(/request id req-[0-9a-f-]{36}/) });
    expect(JSON.stringify(error) + String(error)).not.toContain(psk.reveal());
  });

  test('the line of the file is the one of the value that the server names', async () => {
    const place = (line: number): Place => ({ file: 'vpn.yml', line, column: 1 });
    const [at, line] = [place(1), place(7)];
    const error = await thrown((await api()).create('ikepolicy', { pfs: 'x' }, { at, lines: { pfs: line } }));
    expect(error).toMatchObject({ at: line });
  });

  test('an internal error leaves the result of a POST open', async () => {
    const error = await thrown((await api()).create('ipsec_site_connection', { ...fields, peer_id: 'x'.repeat(256) }));
    expect(error).toBeInstanceOf(LostAnswerError);
    expect(error).toMatchObject({ code: 'RESULT_UNKNOWN', status: 500 });
  });

  test('an internal error of a PUT is told at once', async () => {
    const { id } = await bench.connection();
    const error = await thrown((await api()).update('ipsec_site_connection', id, { peer_id: 'x'.repeat(256) }));
    expect(told(error)).toEqual({ code: 'API_UNAVAILABLE', status: 500, serverCode: 'HTTPInternalServerError' });
  });
});
