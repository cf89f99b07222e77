import { describe, expect, test } from 'vitest';
import { at } from '../../json.ts';
import { useBench } from '../bench.ts';
import { badRequest, internalError, neutron } from '../envelopes.ts';
import { facts, nobody } from '../kinds.ts';
import { type Said, said } from '../raw.ts';

const bench = useBench();
const kind = 'endpoint_group';

function invalid(endpoint: string, type: string, why: string): Said {
  const message = `Endpoint '${endpoint}' is invalid for group type '${type}': ${why}`;
  return neutron(400, 'InvalidEndpointInEndpointGroup', message);
}

test('shows every attribute', async () => {
  const { project } = bench.cloud;
  const answer = await bench.post(kind, { type: 'cidr', endpoints: ['10.20.0.0/24'] });
  const id = at(answer.body, kind, 'id');
  expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const whole = {
    ...{ id, tenant_id: project.id, project_id: project.id },
    ...{ name: '', description: '', type: 'cidr', endpoints: ['10.20.0.0/24'] },
  };
  expect(said(answer)).toEqual({ status: 201, body: { [kind]: whole } });
  expect(said(await bench.get(kind, String(id)))).toEqual({ status: 200, body: { [kind]: whole } });
});

describe('takes as CIDRs', () => {
  test.each([
    ['one network', ['10.20.0.0/24']],
    ['IPv6', ['2001:db8:20::/64']],
    ['host bits', ['10.20.0.5/24', '2001:db8:20::5/64']],
    ['single addresses with their prefix', ['10.20.0.5/32', '2001:db8::1/128']],
    ['everything', ['0.0.0.0/0']],
    ['upper case and long forms of IPv6', ['FD00::/64', 'fd00:0:0:1::/64']],
    ['both IP versions', ['10.20.0.0/24', '2001:db8:20::/64']],
    ['fifty networks', Array.from({ length: 50 }, (_, i) => `10.${i + 100}.0.0/16`)],
  ])('%s', async (_what, endpoints) => {
    const { id } = await bench.create(kind, { type: 'cidr', endpoints });
    const shown = at((await bench.get(kind, id)).body, kind, 'endpoints');
    expect(new Set(Object.values(Object(shown)))).toEqual(new Set(endpoints));
    expect(shown).toHaveLength(endpoints.length);
  });

  test('a single text for a list of it', async () => {
    expect(await bench.create(kind, { type: 'cidr', endpoints: '10.20.0.0/24' })).toMatchObject({
      endpoints: ['10.20.0.0/24'],
    });
  });
});

describe('refuses as CIDR', () => {
  test.each([
    '10.20.0.0/33',
    '10.20.0.0/-1',
    '10.20.0.0',
    '10.20/16',
    '10.20.0.0/255.255.255.0',
    '10.20.0.0/024',
    '10.20.0.0/24 ',
    '10.20.0.0/',
    '/24',
    '10.20.0.256/24',
    'office',
    '',
    '2001:db8::/129',
    '2001:db8::1',
    'fe80::%eth0/64',
  ])('%j', async (cidr) => {
    const answer = await bench.post(kind, { type: 'cidr', endpoints: [cidr] });
    expect(said(answer)).toEqual(invalid(cidr, 'cidr', 'Invalid CIDR'));
  });

  test('a bad one among good ones', async () => {
    const answer = await bench.post(kind, { type: 'cidr', endpoints: ['10.20.0.0/24', 'x', '10.21.0.0/24'] });
    expect(said(answer)).toEqual(invalid('x', 'cidr', 'Invalid CIDR'));
  });

  test.each([
    [null, 'None'],
    [5, '5'],
    [{}, '{}'],
    [['10.20.0.0/24'], "['10.20.0.0/24']"],
  ])('%j', async (endpoint, shown) => {
    const answer = await bench.post(kind, { type: 'cidr', endpoints: [endpoint] });
    expect(said(answer)).toEqual(invalid(shown, 'cidr', 'Invalid CIDR'));
  });
});

// A CIDR that comes twice is left out: the real server tries again for minutes before it answers 500.

describe('of subnets', () => {
  test('takes several, also IPv6 and one that no router has', async () => {
    const { subnets, subnetV6, lonelySubnet } = bench.cloud;
    const endpoints = [subnets[1].id, subnets[0].id, subnetV6.id, lonelySubnet.id];
    const { id } = await bench.create(kind, { type: 'subnet', endpoints });
    const shown = at((await bench.get(kind, id)).body, kind, 'endpoints');
    expect(new Set(Object.values(Object(shown)))).toEqual(new Set(endpoints));
  });

  test('refuses what is no UUID', async () => {
    const answer = await bench.post(kind, { type: 'subnet', endpoints: ['subnet-app'] });
    expect(said(answer)).toEqual(invalid('subnet-app', 'subnet', 'Invalid UUID'));
  });

  test('refuses a subnet that is not there, or not the own', async () => {
    const message = (id: string): string => `Subnet ${id} in endpoint group does not exist`;
    const unknown = await bench.post(kind, { type: 'subnet', endpoints: [nobody] });
    expect(said(unknown)).toEqual(neutron(400, 'NonExistingSubnetInEndpointGroup', message(nobody)));
    const { id } = bench.cloud.subnets[0];
    const foreign = await bench.post(kind, { type: 'subnet', endpoints: [id] }, bench.cloud.other);
    expect(said(foreign)).toEqual(neutron(400, 'NonExistingSubnetInEndpointGroup', message(id)));
  });
});

describe('of other types', () => {
  test.each([
    ['vlan', ['100', '4095']],
    ['network', ['whatever']],
    ['router', ['whatever']],
  ])('%s is not checked', async (type, endpoints) => {
    expect(await bench.create(kind, { type, endpoints })).toMatchObject({ type, endpoints });
  });
});

describe('refuses', () => {
  test.each<[object, Said]>([
    [{ endpoints: ['10.20.0.0/24'] }, badRequest("Failed to parse request. Required attribute 'type' not specified")],
    [{}, badRequest("Failed to parse request. Required attribute 'type' not specified")],
    [
      { type: 'subnets', endpoints: ['x'] },
      badRequest('Invalid input for type. Reason: subnets is not in valid_values.'),
    ],
    [{ type: 'CIDR', endpoints: ['x'] }, badRequest('Invalid input for type. Reason: CIDR is not in valid_values.')],
    [{ type: null, endpoints: ['x'] }, badRequest('Invalid input for type. Reason: None is not in valid_values.')],
    [{ type: 'vlan', endpoints: ['v'.repeat(256)] }, internalError],
    [{ type: 'cidr', endpoints: [], colour: 1 }, badRequest("Unrecognized attribute(s) 'colour'")],
    [
      { type: 'cidr', endpoints: ['x'], name: 5 },
      badRequest("Invalid input for name. Reason: '5' is not a valid string."),
    ],
    [{ type: 'cidr', endpoints: ['x'], id: nobody }, badRequest("Attribute 'id' not allowed in POST")],
  ])('to create %j', async (fields, answer) => {
    expect(said(await bench.post(kind, fields))).toEqual(answer);
  });

  test.each([{ type: 'cidr', endpoints: [] }, { type: 'cidr' }, { type: 'subnet', endpoints: null }])(
    'a group of nothing: %j',
    async (fields) => {
      const answer = await bench.post(kind, fields);
      const message = /^No endpoints specified for endpoint group '\{.*\}'$/;
      expect(said(answer)).toEqual(neutron(400, 'MissingEndpointForEndpointGroup', message));
    },
  );
});

describe('an update', () => {
  test('changes name and description', async () => {
    const before = await bench.create(kind, { type: 'cidr', endpoints: ['10.20.0.0/24'] });
    const changes = { name: 'after', description: 'changed' };
    const answer = await bench.put(kind, before.id, changes);
    expect(said(answer)).toEqual({ status: 200, body: { [kind]: { ...before, ...changes } } });
  });

  test.each(['endpoints', 'type', 'id', 'tenant_id'])('never changes %s, not even to what it is', async (field) => {
    const group = await bench.create(kind, { type: 'cidr', endpoints: ['10.20.0.0/24'] });
    const answer = await bench.put(kind, group.id, { [field]: group[field] });
    expect(said(answer)).toEqual(badRequest(`Cannot update read-only attribute ${field}`));
  });
});

test('is gone once deleted', async () => {
  const { id } = await bench.create(kind, { type: 'cidr', endpoints: ['10.20.0.0/24'] });
  expect(said(await bench.delete(kind, id))).toEqual({ status: 204, body: undefined });
  expect(said(await bench.delete(kind, id))).toEqual(facts[kind].notFound(id));
  expect(said(await bench.get(kind, id))).toEqual(facts[kind].notFound(id));
  expect(said(await bench.put(kind, id, {}))).toEqual(facts[kind].notFound(id));
});
