/** What `mode: destroy` removes, and what it leaves. */
import { describe, expect, test } from 'vitest';
import type { ConnectionSpec } from '../../../../src/vpn/desired.ts';
import type { DialectName } from '../../../../src/vpn/dialects.ts';
import { markDescription, markTag, ownerOf } from '../../../../src/vpn/mark.ts';
import { planDestroy } from '../../../../src/vpn/plan/destroy.ts';
import type { PlanOptions } from '../../../../src/vpn/plan/plan.ts';
import type { Plan } from '../../../../src/vpn/plan/steps.ts';
import { tagKeys } from '../../../../src/vpn/tags.ts';
import { described, local, now, options, peer, reference, repository, spec, uuid } from '../build.ts';
import { ModelCloud } from '../model-cloud.ts';
import { addConnection, policyValues, type Standard, standardCloud } from '../standard-cloud.ts';
import { changesOf, planFor, refusalsOf } from './help.ts';

const office = 'office-bonn';
const kind = 'ipsec_site_connection';

function mark({ repo = repository, name = office, age = 60_000 } = {}) {
  return { owner: ownerOf(repo, name), time: now - age };
}

function marked(whose: Parameters<typeof mark>[0] = {}): string {
  return markDescription('', mark(whose), 255);
}

function destroyPlan(
  cloud: ModelCloud,
  specs: readonly ConnectionSpec[],
  { confirm = [office], ...others }: Partial<PlanOptions> & { readonly confirm?: readonly string[] } = {},
): Plan {
  const given = options(cloud.dialect.name, { confirmDestroy: confirm, ...others });
  return planDestroy(specs, cloud.observed(), given);
}

/** Carries it out, and asserts that nothing is left to do. */
function destroy(cloud: ModelCloud, ...rest: [readonly ConnectionSpec[], Parameters<typeof destroyPlan>[2]?]): Plan {
  const plan = destroyPlan(cloud, ...rest);
  expect(refusalsOf(plan)).toEqual([]);
  cloud.apply(plan);
  expect(destroyPlan(cloud, ...rest)).toMatchObject({ steps: [], changes: [], refusals: [] });
  return plan;
}

function texts({ notices }: Plan): string[] {
  return notices.map(({ level, text }) => `${level}: ${text}`);
}

/** Everything of the office as a run of ours made it. */
function made(dialect: DialectName = 'openstack'): Standard & { readonly connection: string } {
  const standard = standardCloud(dialect);
  const { cloud, service, ike, ipsec, local: locals, peer: peers } = standard;
  for (const [of, id] of [
    ['vpnservice', service],
    ['ikepolicy', ike],
    ['ipsecpolicy', ipsec],
    ['endpoint_group', locals],
    ['endpoint_group', peers],
  ] as const) {
    cloud.edit(of, id, { description: marked() });
  }
  const connection = addConnection(standard, office, dialect === 'otc' ? {} : { description: marked() });
  if (dialect === 'otc') cloud.setTags(connection, { [tagKeys.mark]: markTag(mark()) });
  return { ...standard, connection };
}

/** The office with all of its parts described. */
function whole(over: Parameters<typeof spec>[1] = {}, name = office): ConnectionSpec {
  return spec(name, {
    psk: null,
    service: described({}, { router: 'vpc-prod' }),
    ike: described(),
    ipsec: described(),
    local: local(['subnet-app']),
    peer: peer(['10.80.0.0/24']),
    ...over,
  });
}

describe.each(['openstack', 'otc'] as const)('%s', (dialect) => {
  test('the connection, then its parts, and the service stays with its address', () => {
    const { cloud, service, connection } = made(dialect);
    const plan = destroy(cloud, [whole()]);
    expect(changesOf(plan)).toEqual([
      `delete ${kind} ${office}`,
      'delete ikepolicy ike',
      'delete ipsecpolicy ipsec',
      'delete endpoint_group local',
      'delete endpoint_group peer',
    ]);
    expect(plan.changes[0]?.reason).toBe('its peer is 198.51.100.20');
    expect(plan.changes.map(({ impact }) => impact)).toEqual(['removal', 'none', 'none', 'none', 'none']);
    expect(plan.steps).toMatchObject([
      { do: 'delete', id: connection, required: true, after: [] },
      ...Array(4).fill({ do: 'delete', required: true, justFreed: true, after: [`delete ${connection}`] }),
    ]);
    expect(texts(plan)).toEqual([
      `notice: The VPN service gw (${service}) stays: nothing uses it any more, but its public address, which other ends dial, would go with it. To remove it too: destroy-vpnservice: true.`,
    ]);
    expect(plan.connections).toMatchObject([
      {
        report: {
          ...{ name: office, id: connection, operation: 'deleted', impact: 'removal', psk: 'not compared' },
          ...{ status: 'ACTIVE', peerAddress: '198.51.100.20', vpnserviceId: service, gatewayAddress: '203.0.113.17' },
        },
        step: `delete ${connection}`,
      },
    ]);
  });

  test('the service too if that is asked for, last', () => {
    const { cloud, service } = made(dialect);
    const plan = destroy(cloud, [whole()], { destroyVpnservice: true });
    expect(texts(plan)).toEqual([]);
    expect(plan.steps.at(-1)).toMatchObject({ id: service, after: plan.steps.slice(0, -1).map(({ key }) => key) });
    expect(plan.connections[0]?.report.vpnserviceId).toBeUndefined();
    expect(plan.connections[0]?.report.gatewayAddress).toBe('203.0.113.17');
    expect(cloud.ids('vpnservice')).toEqual([]);
  });
});

test('a connection with another peer than the file says: the plan tells both', () => {
  const { cloud } = made();
  const plan = destroy(cloud, [whole({ fields: { peer_address: '198.51.100.77' } })]);
  expect(plan.changes[0]?.reason).toBe('the file says another peer, 198.51.100.77; its peer is 198.51.100.20');
});

test('names of routers and subnets that are gone are no obstacle', () => {
  const { cloud } = made();
  cloud.routers = [];
  cloud.subnets = [];
  expect(destroy(cloud, [whole()]).changes).toHaveLength(5);
});

test('left-overs with the mark of the connection go too, however young, whatever they are called', () => {
  const { cloud, connection } = made();
  const id = cloud.add('ikepolicy', { ...policyValues('openstack').ike, description: marked({ age: 0 }) });
  const plan = destroy(cloud, [whole()]);
  expect(plan.steps).toContainEqual(expect.objectContaining({ id, name: id, after: [`delete ${connection}`] }));
});

test('a connection that is gone already: its parts still go, and that is a success', () => {
  const { cloud, connection } = made();
  cloud.apply(destroyPlan(cloud, [whole()]), { count: 1 });
  expect(cloud.ids(kind)).not.toContain(connection);
  const plan = destroy(cloud, [whole()]);
  expect(changesOf(plan)).toHaveLength(4);
  expect(plan.steps[0]).toMatchObject({ after: [], connections: [office] });
  expect(plan.connections).toMatchObject([{ existing: undefined, report: { operation: 'unchanged', name: office } }]);
  expect(plan.connections[0]?.report.id).toBeUndefined();
});

test('where every list is empty, the login may lack the right to read', () => {
  expect(texts(destroyPlan(standardCloud('otc').cloud, [whole()]))).toEqual([]);
  expect(texts(destroyPlan(new ModelCloud('otc'), [whole()]))).toEqual([
    expect.stringMatching(/^warning: Every list of the project came back empty/),
  ]);
});

describe('what stays, and why', () => {
  test.each<[string, (standard: ReturnType<typeof made>) => void, RegExp]>([
    [
      'without a mark',
      ({ cloud, ike }) => cloud.edit('ikepolicy', ike, { description: 'by hand' }),
      /it was not made by this action\.$/,
    ],
    [
      'of another repository',
      ({ cloud, ike }) => cloud.edit('ikepolicy', ike, { description: marked({ repo: 'acme/other' }) }),
      /it was made for another connection, or by another repository\.$/,
    ],
    [
      'that another connection uses',
      (standard) => void addConnection(standard, 'ulm', { peer_address: '198.51.100.7' }),
      /it is still used by ulm \(.*\)\.$/,
    ],
  ])('a part %s', (_, change, why) => {
    const standard = made();
    change(standard);
    const plan = destroy(standard.cloud, [whole()]);
    expect(texts(plan).find((text) => text.includes('IKE policy'))).toMatch(why);
    expect(standard.cloud.ids('ikepolicy')).toContain(standard.ike);
  });

  test('a part that the file only refers to', () => {
    const { cloud, ike } = made();
    const plan = destroy(cloud, [whole({ ike: reference('ike') })]);
    expect(texts(plan)[0]).toBe(
      `notice: The IKE policy ike (${ike}) stays: a file refers to it without describing it.`,
    );
  });

  test('the same by its id, by another connection of the files that stays', () => {
    const { cloud, peer: group } = made();
    const plan = destroy(cloud, [whole(), spec('ulm', { psk: null, peer: group })]);
    expect(texts(plan).join('\n')).toContain(`(${group}) stays: a file refers to it`);
  });

  test('a service that is not ours or still used, if it was asked for', () => {
    const foreign = made();
    foreign.cloud.edit('vpnservice', foreign.service, { description: '' });
    const asked = { destroyVpnservice: true };
    expect(texts(destroy(foreign.cloud, [whole()], asked))).toEqual([
      `notice: The VPN service gw (${foreign.service}) stays: it was not made by this action.`,
    ]);
    const used = made('otc');
    addConnection(used, 'ulm', { peer_address: '198.51.100.7', ...others(used) });
    expect(texts(destroy(used.cloud, [whole()], asked))).toEqual([
      expect.stringMatching(/^notice: The VPN service gw .* stays: it is still used by ulm/),
    ]);
  });

  test('a service that is used, or not ours, or only referred to, without a word if nobody asked for it', () => {
    const used = made('otc');
    addConnection(used, 'ulm', { peer_address: '198.51.100.7', ...others(used) });
    expect(texts(destroy(used.cloud, [whole()]))).toEqual([]);
    const named = made('otc');
    expect(texts(destroy(named.cloud, [whole({ service: 'gw' })], { destroyVpnservice: true }))).toEqual([]);
    expect(named.cloud.ids('vpnservice')).toEqual([named.service]);
  });

  test('the tunnel may linger where the service keeps another connection, on openstack alone', () => {
    for (const dialect of ['openstack', 'otc'] as const) {
      const standard = made(dialect);
      addConnection(standard, 'ulm', { peer_address: '198.51.100.7', ...others(standard) });
      const lingering = texts(destroy(standard.cloud, [whole()])).filter((text) => text.includes('tunnel of'));
      expect(lingering).toHaveLength(dialect === 'openstack' ? 1 : 0);
      expect(lingering.join()).toMatch(
        dialect === 'openstack' ? /^warning: The tunnel of office-bonn may stay up/ : /^$/,
      );
    }
  });
});

/** Parts of another connection: only the service is shared. */
function others({ cloud, subnets }: Standard) {
  const { ike, ipsec } = policyValues(cloud.dialect.name);
  return {
    ikepolicy_id: cloud.add('ikepolicy', { name: 'x', ...ike }),
    ipsecpolicy_id: cloud.add('ipsecpolicy', { name: 'x', ...ipsec }),
    local_ep_group_id: cloud.add('endpoint_group', { name: 'x', type: 'subnet', endpoints: [subnets[0]] }),
    peer_ep_group_id: cloud.add('endpoint_group', { name: 'x', type: 'cidr', endpoints: ['10.9.0.0/16'] }),
  };
}

describe('which object a description means', () => {
  test.each<[string, Parameters<typeof described>[1], boolean]>([
    ['its name', { name: 'ike' }, true],
    ['its id', { id: uuid(102) }, true],
    ['another name', { name: 'other' }, false],
    ['an id that is gone', { id: uuid(999) }, false],
  ])('by %s', (_, naming, found) => {
    const { cloud, ike } = made();
    cloud.edit('ikepolicy', ike, { description: 'by hand' });
    const plan = destroy(cloud, [whole({ ike: described({}, naming) })]);
    expect(texts(plan).some((text) => text.includes('IKE policy'))).toBe(found);
  });

  test('by the name that it would have got, once the connection is gone', () => {
    const { cloud } = standardCloud('openstack');
    const id = cloud.add('ikepolicy', { name: `${office}-ike`, description: 'by hand' });
    expect(texts(destroyPlan(cloud, [whole()]))).toEqual([
      `notice: The IKE policy ${office}-ike (${id}) stays: it was not made by this action.`,
    ]);
  });

  test('among several of one name the one that was made for it', () => {
    const { cloud } = standardCloud('openstack');
    const hand = cloud.add('ikepolicy', { name: 'corp', description: 'by hand' });
    const ours = cloud.add('ikepolicy', { name: 'corp', description: marked() });
    const plan = destroy(cloud, [whole({ ike: described({}, { name: 'corp' }) })]);
    expect(plan.steps).toMatchObject([{ id: ours }]);
    expect(cloud.ids('ikepolicy')).toContain(hand);
  });

  test.each<[string, Parameters<typeof described>[1]]>([
    ['the name of its router', { router: 'vpc-prod' }],
    ['the id of its router', { router: uuid(1) }],
  ])('a service by %s, once the connection is gone', (_, naming) => {
    const { cloud, service } = standardCloud('openstack');
    cloud.edit('vpnservice', service, { description: marked() });
    cloud.add('vpnservice', { name: 'second', router_id: uuid(1) });
    const specs = [whole({ service: described({}, naming) })];
    expect(destroy(cloud, specs, { destroyVpnservice: true }).steps).toMatchObject([{ id: service }]);
  });

  test('among several services of a router, none of which is ours, none', () => {
    const { cloud } = standardCloud('openstack');
    cloud.add('vpnservice', { name: 'second', router_id: uuid(1) });
    expect(texts(destroyPlan(cloud, [whole()], { destroyVpnservice: true }))).toEqual([]);
  });

  test('the only one of a router, which is not ours, stays', () => {
    const { cloud } = standardCloud('openstack');
    expect(texts(destroyPlan(cloud, [whole()], { destroyVpnservice: true }))).toEqual([
      expect.stringContaining('it was not made by this action'),
    ]);
  });

  test('what two connections of the files describe goes with the one that it was made for', () => {
    const standard = made();
    const { cloud, ike } = standard;
    cloud.edit('ikepolicy', ike, { description: marked({ name: 'ulm' }) });
    const shared = { ike: described({}, { name: 'ike' }) };
    const specs = [whole(shared), whole({ ...shared, fields: { peer_address: '198.51.100.7' } }, 'ulm')];
    const plan = destroy(cloud, specs);
    expect(texts(plan)).toContain(
      `notice: The IKE policy ike (${ike}) stays: it was made for another connection, or by another repository.`,
    );
    expect(changesOf(destroy(cloud, specs, { confirm: ['*'] }))).toEqual(['delete ikepolicy ike']);
  });
});

describe('confirm-destroy', () => {
  const two = (): readonly ConnectionSpec[] => [whole(), whole({ fields: { peer_address: '198.51.100.7' } }, 'ulm')];

  test('without it: what would go is shown, and refused', () => {
    const { cloud } = made();
    const plan = destroyPlan(cloud, [whole()], { confirm: [] });
    expect(plan.steps).toEqual([]);
    expect(plan.changes).toHaveLength(5);
    expect(plan.connections).toMatchObject([{ report: { operation: 'deleted' } }]);
    expect(plan.refusals).toMatchObject([
      {
        ...{ code: 'NOT_CONFIRMED', connections: [office] },
        message: `mode: destroy removes "${office}", and confirm-destroy does not name it. Nothing was removed.`,
        hint: `Look at the plan; if that is what you want, run again with confirm-destroy: ${office}.`,
      },
    ]);
  });

  test('without it, for several', () => {
    const { cloud } = made();
    const { refusals } = destroyPlan(cloud, two(), { confirm: [] });
    expect(refusals[0]?.message).toBe(
      `mode: destroy removes "${office}", "ulm", and confirm-destroy does not name any of them. Nothing was removed.`,
    );
    expect(refusals[0]?.hint).toContain('confirm-destroy: "*"');
  });

  test('a name that no file describes: nothing goes, not even what is confirmed', () => {
    const { cloud } = made();
    const plan = destroyPlan(cloud, two(), { confirm: [office, 'ulmm'] });
    expect(plan.steps).toEqual([]);
    expect(plan.refusals).toMatchObject([{ code: 'NOT_CONFIRMED', connections: [office, 'ulm'] }]);
    expect(plan.refusals[0]?.message).toBe(
      'confirm-destroy names "ulmm", which no connection file of this run describes. Did you mean "ulm"? Nothing was removed.',
    );
    expect(changesOf(plan)).toContain(`delete ${kind} ${office}`);
  });

  test('of several the named one; the other stays, with its parts', () => {
    const standard = made();
    addConnection(standard, 'ulm', { peer_address: '198.51.100.7', description: marked({ name: 'ulm' }) });
    const plan = destroy(standard.cloud, two());
    expect(changesOf(plan)).toEqual([`delete ${kind} ${office}`]);
    expect(texts(plan)[0]).toBe('notice: Connection ulm stays: confirm-destroy does not name it.');
    expect(plan.connections.map(({ report }) => report.operation)).toEqual(['deleted', 'unchanged']);
  });

  test('"*" is all that was made from these files', () => {
    const standard = made();
    addConnection(standard, 'ulm', { peer_address: '198.51.100.7', description: marked({ name: 'ulm' }) });
    const plan = destroy(standard.cloud, two(), { confirm: ['*'] });
    expect(standard.cloud.ids(kind)).toEqual([]);
    expect(plan.changes).toHaveLength(6);
  });

  test.each([
    ['without a mark', 'by hand', 'was not made by this action'],
    ['of another repository', marked({ repo: 'acme/other' }), 'carries the mark of another repository'],
    ['of another name', marked({ name: 'ulm' }), 'or of a connection of another name'],
  ])('"*" does not mean a connection %s, its name does', (_, description, why) => {
    const { cloud, connection } = made();
    cloud.edit(kind, connection, { description });
    const plan = destroyPlan(cloud, [whole()], { confirm: ['*'] });
    expect(plan).toMatchObject({ steps: [], changes: [], refusals: [] });
    expect(texts(plan)[0]).toContain(`warning: Connection ${office} (${connection}) stays: it `);
    expect(texts(plan)[0]).toContain(why);
    expect(texts(plan)[0]).toContain(`confirm-destroy: ${office}`);
    expect(destroy(cloud, [whole()], { confirm: ['*', office] }).changes).toHaveLength(5);
  });

  test('in a tag, on OTC', () => {
    const { cloud, connection } = made('otc');
    cloud.setTags(connection, { [tagKeys.mark]: markTag(mark({ repo: 'acme/other' })) });
    expect(destroyPlan(cloud, [whole()], { confirm: ['*'] }).steps).toEqual([]);
    cloud.setTags(connection, { [tagKeys.mark]: 'anything' });
    expect(destroyPlan(cloud, [whole()], { confirm: ['*'] }).steps).toEqual([]);
  });

  test('what the others of a run that is not whole are called is not known, but nothing goes without a confirmation', () => {
    const { cloud } = made();
    expect(destroyPlan(cloud, [whole()], { confirm: [office, 'ulm'], isWhole: false }).refusals).toEqual([]);
    expect(refusalsOf(destroyPlan(cloud, [whole()], { confirm: [], isWhole: false }))).toHaveLength(1);
  });
});

describe('refused', () => {
  test('several connections of the name: none goes, and both ids are told', () => {
    const standard = made();
    const second = addConnection(standard, office);
    const plan = destroyPlan(standard.cloud, [whole()]);
    expect(plan).toMatchObject({ steps: [], refusals: [{ code: 'AMBIGUOUS', connections: [office] }] });
    expect(plan.refusals[0]?.message).toContain(second);
    const both = destroyPlan(standard.cloud, [whole()], { confirm: [] });
    expect(both.refusals.map(({ code }) => code)).toEqual(['NOT_CONFIRMED', 'AMBIGUOUS']);
  });

  test('for another project', () => {
    const { cloud } = made();
    expect(destroyPlan(cloud, [whole({ tenant: 'other' })]).refusals).toMatchObject([{ code: 'CONFLICT' }]);
  });
});

describe('id:', () => {
  test('is the connection, whatever it is called', () => {
    const { cloud, connection } = made();
    cloud.edit(kind, connection, { name: '' });
    const plan = destroy(cloud, [whole({ id: connection })]);
    expect(plan.steps[0]).toMatchObject({ id: connection, name: connection, connections: [office] });
    expect(plan.connections[0]?.report.operation).toBe('deleted');
  });

  test('that is not there is gone already, and a namesake is not meant', () => {
    const { cloud, connection } = made();
    const plan = destroyPlan(cloud, [whole({ id: uuid(999) })]);
    expect(plan.refusals).toEqual([]);
    expect(plan.steps).toEqual([]);
    expect(texts(plan)[0]).toContain(`and the one of that name has another (${connection})`);
    expect(destroyPlan(standardCloud('otc').cloud, [whole({ id: uuid(999) })]).refusals).toEqual([]);
  });
});

test('a connection that the file means by its id, under another name than the cloud has, is not confirmed by that name', () => {
  const standard = standardCloud('openstack');
  const id = addConnection(standard, 'hq-munich');
  for (const confirm of [[office], ['*']]) {
    const plan = destroyPlan(standard.cloud, [spec(office, { id })], { confirm });
    expect(plan.steps).toEqual([]);
    expect(plan.notices.map(({ text }) => text).join()).toContain('which is called "hq-munich" in the cloud');
  }
});

test('without a repository the mark says nothing: "*" confirms nothing by it', () => {
  const { cloud } = standardCloud('openstack');
  const specs = [whole()];
  cloud.apply(planFor(cloud, specs, { repository: '' }));
  expect(destroyPlan(cloud, specs, { confirm: ['*'], repository: '' }).steps).toEqual([]);
});
