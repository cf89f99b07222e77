import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { badRequest, internalError, neutron } from '../envelopes.ts';
import { facts, nobody } from '../kinds.ts';
import { type Said, said } from '../raw.ts';

const bench = useBench();
const kind = 'vpnservice';

test('fills in defaults, and the addresses of its router', async () => {
  const { project, router } = bench.cloud;
  const answer = await bench.post(kind, { router_id: router.id });
  const id = at(answer.body, kind, 'id');
  const whole = {
    ...{ id, tenant_id: project.id, project_id: project.id, name: '', description: '' },
    ...{ subnet_id: null, router_id: router.id, flavor_id: null, admin_state_up: true },
    ...{ external_v4_ip: router.gatewayV4, external_v6_ip: router.gatewayV6, status: 'PENDING_CREATE' },
  };
  expect(said(answer)).toEqual({ status: 201, body: { [kind]: whole } });
  expect(said(await bench.get(kind, String(id)))).toEqual({ status: 200, body: { [kind]: whole } });
});

test('takes a subnet of its router, and to be switched off', async () => {
  const { router, subnets } = bench.cloud;
  const fields = { name: 'gw', description: 'of a test', router_id: router.id, subnet_id: subnets[1].id };
  const service = await bench.create(kind, { ...fields, admin_state_up: false });
  expect(service).toMatchObject({ ...fields, admin_state_up: false });
});

test('a router without IPv6 outside gives it no address of IPv6', async () => {
  const service = await bench.create(kind, { router_id: bench.cloud.v4Only.router.id });
  expect(service).toMatchObject({ external_v4_ip: expect.stringMatching(/^[\d.]+$/), external_v6_ip: null });
});

test('a router can have several', async () => {
  const fields = { name: 'same', router_id: bench.cloud.router.id };
  expect((await bench.create(kind, fields)).id).not.toBe((await bench.create(kind, fields)).id);
});

describe('admin_state_up', () => {
  test.each([
    ['true', true],
    ['False', false],
    ['yes', true],
    ['off', false],
    [1, true],
    [0, false],
  ])('%j is %j', async (given, shown) => {
    const service = await bench.create(kind, { router_id: bench.cloud.router.id, admin_state_up: given });
    expect(service).toMatchObject({ admin_state_up: shown });
  });

  test.each([
    ['maybe', 'maybe'],
    [2, '2'],
    [1.5, '1.5'],
    [null, 'None'],
    [[], '[]'],
    ['', ''],
  ])('refuses %j', async (given, shown) => {
    const answer = await bench.post(kind, { router_id: bench.cloud.router.id, admin_state_up: given });
    const message = `Invalid input for operation: '${shown}' cannot be converted to boolean.`;
    expect(said(answer)).toEqual(neutron(400, 'InvalidInput', message));
  });
});

describe('refuses to create', () => {
  test.each<[object, Said]>([
    [{}, badRequest("Failed to parse request. Required attribute 'router_id' not specified")],
    [{ router_id: null }, badRequest("Invalid input for router_id. Reason: 'None' is not a valid UUID.")],
    [{ router_id: '' }, badRequest("Invalid input for router_id. Reason: '' is not a valid UUID.")],
    [{ router_id: 'vpc-prod' }, badRequest("Invalid input for router_id. Reason: 'vpc-prod' is not a valid UUID.")],
    [{ router_id: 5 }, badRequest("Invalid input for router_id. Reason: '5' is not a valid UUID.")],
    [{ router_id: nobody }, neutron(404, 'RouterNotFound', `Router ${nobody} could not be found`)],
    [
      { router_id: nobody, subnet_id: 'subnet-app' },
      badRequest("Invalid input for subnet_id. Reason: 'subnet-app' is not a valid UUID."),
    ],
    [{ router_id: nobody, name: 5 }, badRequest("Invalid input for name. Reason: '5' is not a valid string.")],
    [{ router_id: nobody, flavor_id: nobody }, neutron(404, 'FlavorNotFound', `Flavor ${nobody} could not be found.`)],
    [{ router_id: nobody, status: 'ACTIVE' }, badRequest("Attribute 'status' not allowed in POST")],
    [{ router_id: nobody, external_v4_ip: '192.0.2.1' }, badRequest("Attribute 'external_v4_ip' not allowed in POST")],
    [{ router_id: nobody, id: nobody }, badRequest("Attribute 'id' not allowed in POST")],
    [{ router_id: nobody, colour: 'red' }, badRequest("Unrecognized attribute(s) 'colour'")],
    [
      { router_id: nobody, description: '\u{1f600}' },
      neutron(404, 'RouterNotFound', `Router ${nobody} could not be found`),
    ],
  ])('%j', async (fields, answer) => {
    expect(said(await bench.post(kind, fields))).toEqual(answer);
  });

  test('with characters that the database cannot hold', async () => {
    const answer = await bench.post(kind, { router_id: bench.cloud.router.id, name: 'a\u{1f600}' });
    expect(said(answer)).toEqual(internalError);
  });

  test('on a router without gateway', async () => {
    const { id } = bench.cloud.closedRouter;
    const message = `Router ${id} has no external network gateway set`;
    expect(said(await bench.post(kind, { router_id: id }))).toEqual(neutron(400, 'RouterIsNotExternal', message));
  });

  test('for a subnet that is not on the router, or nowhere', async () => {
    const { router, lonelySubnet, v4Only } = bench.cloud;
    for (const id of [lonelySubnet.id, v4Only.subnet.id, nobody]) {
      const answer = await bench.post(kind, { router_id: router.id, subnet_id: id });
      const message = `Subnet ${id} is not connected to Router ${router.id}`;
      expect(said(answer)).toEqual(neutron(400, 'SubnetIsNotConnectedToRouter', message));
    }
  });

  test("on another project's router", async () => {
    const { router, other } = bench.cloud;
    const answer = await bench.post(kind, { router_id: router.id }, other);
    expect(said(answer)).toEqual(neutron(404, 'RouterNotFound', `Router ${router.id} could not be found`));
  });
});

describe('an update', () => {
  async function settled(): Promise<Readonly<Record<string, unknown>> & { readonly id: string }> {
    const service = await bench.create(kind, { router_id: bench.cloud.router.id });
    await bench.connection({ vpnservice_id: service.id });
    return { ...service, status: 'ACTIVE' };
  }

  test('changes name, description and admin_state_up', async () => {
    const before = await settled();
    const changes = { name: 'after', description: 'changed', admin_state_up: false };
    const answer = await bench.put(kind, before.id, changes);
    expect(said(answer)).toEqual({ status: 200, body: { [kind]: { ...before, ...changes } } });
    expect(at((await bench.get(kind, before.id)).body, kind)).toMatchObject(changes);
  });

  test.each(['router_id', 'subnet_id', 'flavor_id', 'external_v4_ip', 'external_v6_ip', 'status', 'id', 'tenant_id'])(
    'never changes %s, not even to what it is',
    async (field) => {
      const service = await bench.create(kind, { router_id: bench.cloud.router.id });
      const answer = await bench.put(kind, service.id, { [field]: service[field] });
      expect(said(answer)).toEqual(badRequest(`Cannot update read-only attribute ${field}`));
    },
  );

  test('is refused while the service was never set up; what is wrong with the body is said first', async () => {
    const { id } = await bench.create(kind, { router_id: bench.cloud.router.id });
    const pending = `Invalid state PENDING_CREATE of vpnaas resource ${id} for updating`;
    for (const fields of [{ name: 'x' }, {}]) {
      expect(said(await bench.put(kind, id, fields))).toEqual(neutron(400, 'VPNStateInvalidToUpdate', pending));
    }
    const wrong = await bench.put(kind, id, { name: 5 });
    expect(said(wrong)).toEqual(badRequest("Invalid input for name. Reason: '5' is not a valid string."));
  });
});

test('can be deleted before it is set up, and is gone then', async () => {
  const { id } = await bench.create(kind, { router_id: bench.cloud.router.id });
  expect(said(await bench.delete(kind, id))).toEqual({ status: 204, body: undefined });
  expect(said(await bench.delete(kind, id))).toEqual(facts[kind].notFound(id));
  expect(said(await bench.get(kind, id))).toEqual(facts[kind].notFound(id));
  expect(said(await bench.put(kind, id, {}))).toEqual(facts[kind].notFound(id));
});
