import { describe, expect, test } from 'vitest';
import { Secret } from '../../../../src/secret.ts';
import type { FieldValue } from '../../../../src/vpn/desired.ts';
import { markDescription, ownerOf } from '../../../../src/vpn/mark.ts';
import type { Impact } from '../../../../src/vpn/report.ts';
import { described, now, peer, psk, repository, spec, uuid } from '../build.ts';
import { addConnection, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor, refused } from './help.ts';

const office = 'office-bonn';

function existing(json: Readonly<Record<string, unknown>> = {}) {
  const standard = standardCloud('openstack');
  return { ...standard, connection: addConnection(standard, office, json) };
}

type Json = Readonly<Record<string, unknown>>;
type Row = readonly [string, Json, Readonly<Record<string, FieldValue>>, Json | 'nothing', Impact | undefined];

const address = '198.51.100.20';
const rows: readonly Row[] = [
  ['nothing stated', { mtu: 1400, initiator: 'response-only' }, {}, 'nothing', undefined],
  ['mtu', {}, { mtu: 1400 }, { mtu: 1400 }, 'interruption'],
  ['mtu as text in the answer', { mtu: '1500' }, { mtu: 1500 }, 'nothing', undefined],
  ['initiator', {}, { initiator: 'response-only' }, { initiator: 'response-only' }, 'rekey'],
  ['admin_state_up', {}, { admin_state_up: false }, { admin_state_up: false }, 'interruption'],
  [
    'two fields, one PUT',
    {},
    { mtu: 1400, initiator: 'response-only' },
    { mtu: 1400, initiator: 'response-only' },
    'interruption',
  ],
  [
    'the address, and the identity that was it',
    {},
    { peer_address: '192.0.2.1' },
    { peer_address: '192.0.2.1', peer_id: '192.0.2.1' },
    undefined,
  ],
  [
    'the address alone, where the identity is another',
    { peer_id: 'bonn.example.org' },
    { peer_address: '192.0.2.1' },
    { peer_address: '192.0.2.1' },
    undefined,
  ],
  [
    'the address, with a stated identity',
    {},
    { peer_address: '192.0.2.1', peer_id: address },
    { peer_address: '192.0.2.1' },
    undefined,
  ],
  ['the identity', {}, { peer_id: 'bonn.example.org' }, { peer_id: 'bonn.example.org' }, 'interruption'],
  [
    'IPv6 in another spelling',
    { peer_address: '2001:DB8:0::1', peer_id: '2001:db8:0:0::1' },
    { peer_address: '2001:db8::1' },
    'nothing',
    undefined,
  ],
  [
    'one key of dpd: sent whole',
    {},
    { dpd: { interval: 10 } },
    { dpd: { action: 'hold', interval: 10, timeout: 120 } },
    'rekey',
  ],
  [
    'dpd as texts in the answer',
    { dpd: { action: 'hold', interval: '30', timeout: '120' } },
    { dpd: { interval: 30 } },
    'nothing',
    undefined,
  ],
  ['dpd that the answer lacks', { dpd: null }, { dpd: { interval: 10 } }, { dpd: { interval: 10 } }, undefined],
  ['an empty local_id is none', {}, { local_id: '' }, 'nothing', undefined],
  ['local_id unset', { local_id: 'cloud' }, { local_id: '' }, { local_id: '' }, 'interruption'],
  ['description', { description: 'old' }, { description: 'new' }, { description: 'new' }, 'none'],
];

describe('one PUT with what differs', () => {
  test.each(rows)('%s', (_, json, fields, body, impact) => {
    const { cloud, connection } = existing(json);
    const { peer_address = typeof json.peer_address === 'string' ? '2001:db8::1' : address, ...rest } = fields;
    const plan = planFor(cloud, [spec(office, { fields: { peer_address, ...rest } })]);
    const puts = plan.steps.map((step) => (step.do === 'update' && step.id === connection ? step.body : step));
    expect(puts).toEqual(body === 'nothing' ? [] : [body]);
    expect(plan.changes[0]?.impact).toBe(body === 'nothing' ? undefined : (impact ?? plan.changes[0]?.impact));
    cloud.edit('ipsec_site_connection', connection, { dpd: { action: 'hold', interval: 30, timeout: 120 } });
    converge(cloud, [spec(office, { fields: { peer_address, ...rest } })]);
  });

  test('a marked description keeps its mark, and pasting it back changes nothing', () => {
    const marked = (text: string) => markDescription(text, { owner: ownerOf(repository, office), time: now }, 255);
    const { cloud, connection } = existing({ description: marked('old') });
    expect(changesOf(converge(cloud, [spec(office, { fields: { description: marked('old') } })]))).toEqual([]);
    const plan = converge(cloud, [spec(office, { fields: { description: 'new' } })]);
    expect(changesOf(plan)).toEqual(['update ipsec_site_connection office-bonn (description: old → new)']);
    expect(cloud.json('ipsec_site_connection', connection).description).toBe(marked('new'));
    converge(cloud, [spec(office, { fields: { description: '' } })]);
    expect(cloud.json('ipsec_site_connection', connection).description).toBe(marked(''));
  });

  test.each([
    ['ACTIVE', false],
    ['DOWN', false],
    ['ERROR', false],
    ['PENDING_UPDATE', true],
    ['pending create', true],
    ['BUILD', true],
  ])('%s: is waited for first: %s', (status, pending) => {
    const { cloud } = existing({ status });
    expect(planFor(cloud, [spec(office, { fields: { mtu: 1400 } })]).steps).toMatchObject([{ do: 'update', pending }]);
  });

  test('each value has its line', () => {
    const { cloud } = existing();
    const stated = spec(office, { fields: { mtu: 1400 }, peer: peer(['10.99.0.0/16'], { name: 'peer' }) });
    const [group, put] = planFor(cloud, [stated]).steps;
    const endpoint =
      stated.parts.peer_ep_group?.by === 'description' ? stated.parts.peer_ep_group.endpoints?.[0] : undefined;
    expect(group?.lines?.['10.99.0.0/16']).toEqual(endpoint?.at);
    expect(group?.lines?.name).toBeDefined();
    expect(put?.lines).toMatchObject({ mtu: stated.fields.mtu?.at, name: stated.name.at, psk: stated.psk?.at });
  });

  test('a connection without a psk in the file has no line for it', () => {
    const { cloud } = existing();
    expect(planFor(cloud, [spec(office, { psk: null, fields: { mtu: 1400 } })]).steps[0]?.lines).not.toHaveProperty(
      'psk',
    );
  });
});

describe('max-impact', () => {
  const order: readonly Impact[] = ['none', 'rekey', 'interruption', 'replacement'];
  const changes: readonly (readonly [Impact, Parameters<typeof spec>[1]])[] = [
    ['none', { fields: { description: 'x' } }],
    ['rekey', { psk: 'Another-one' }],
    ['interruption', { fields: { mtu: 1400 } }],
    ['replacement', { ike: described({ pfs: 'group19' }) }],
  ];
  const table = changes.flatMap(([impact, parts]) => order.map((maxImpact) => [impact, maxImpact, parts] as const));
  test.each(table)('a plan of impact %s with max-impact: %s', (impact, maxImpact, parts) => {
    const { cloud } = existing();
    if (order.indexOf(impact) <= order.indexOf(maxImpact)) {
      converge(cloud, [spec(office, parts)], { maxImpact });
      return;
    }
    const [refusal] = refused(cloud, [spec(office, parts)], { maxImpact });
    expect(refusal).toMatchObject({ code: 'IMPACT', hint: expect.stringContaining(`max-impact: ${impact}.`) });
  });

  test('creating harms nothing', () => {
    const { cloud } = standardCloud('openstack');
    converge(cloud, [spec(office, { ike: described() })], { maxImpact: 'none' });
  });

  test('a refused plan still tells its changes', () => {
    const { cloud } = existing();
    const plan = planFor(cloud, [spec(office, { fields: { mtu: 1400 } })], { maxImpact: 'none' });
    expect(plan.steps).toEqual([]);
    expect(changesOf(plan)).toHaveLength(1);
    expect(plan.connections).toMatchObject([{ report: { operation: 'updated', impact: 'interruption' } }]);
  });
});

test('several connections are told apart', () => {
  const standard = standardCloud('openstack');
  addConnection(standard, 'one', { peer_address: '198.51.100.1', peer_id: '198.51.100.1' });
  const two = addConnection(standard, 'two', { peer_address: '198.51.100.2', peer_id: '198.51.100.2', status: 'DOWN' });
  const plan = converge(standard.cloud, [
    spec('one', { fields: { peer_address: '198.51.100.1' } }),
    spec('two', { fields: { peer_address: '198.51.100.2', mtu: 1400 } }),
    spec('three', { fields: { peer_address: '198.51.100.3' } }),
  ]);
  expect(plan.connections.map(({ report, step }) => [report.name, report.operation, report.impact, step])).toEqual([
    ['one', 'unchanged', 'none', undefined],
    ['two', 'updated', 'interruption', `update ${two}`],
    ['three', 'created', 'none', 'create connection three'],
  ]);
  expect(plan.connections[1]?.report).toMatchObject({ id: two, status: 'DOWN', vpnserviceId: standard.service });
});

test('objects of a connection that are not listed are told by their ids', () => {
  const { cloud, peer: group } = existing({ peer_ep_group_id: uuid(404), vpnservice_id: uuid(405) });
  const plan = planFor(cloud, [spec(office)], { maxImpact: 'replacement' });
  expect(changesOf(plan)[0]).toContain(`vpnservice: (${uuid(405)}) → gw (`);
  expect(changesOf(plan)[0]).toContain(`peer_ep_group: (${uuid(404)}) → peer (${group})`);
});

test('the psk of a body is a Secret, not its text', () => {
  const { cloud } = standardCloud('openstack');
  const [step] = planFor(cloud, [spec(office)]).steps;
  const body = step?.do === 'create' ? step.body : {};
  expect(body.psk).toBeInstanceOf(Secret);
  expect(JSON.stringify(body)).not.toContain(psk);
});
