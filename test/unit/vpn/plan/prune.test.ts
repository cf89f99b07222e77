/** Connections of this repository that no file describes any more. */
import { describe, expect, test } from 'vitest';
import type { ConnectionSpec } from '../../../../src/vpn/desired.ts';
import type { DialectName } from '../../../../src/vpn/dialects.ts';
import { markDescription, markTag, ownerOf } from '../../../../src/vpn/mark.ts';
import type { PlanOptions } from '../../../../src/vpn/plan/plan.ts';
import type { Plan } from '../../../../src/vpn/plan/steps.ts';
import { tagKeys } from '../../../../src/vpn/tags.ts';
import { described, now, repository, spec } from '../build.ts';
import { addConnection, policyValues, type Standard, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor } from './help.ts';

const office = 'office-bonn';
const gone = 'office-ulm';
const kind = 'ipsec_site_connection';
const prune: Partial<PlanOptions> = { prune: true };

function markOf(name: string, repo = repository) {
  return { owner: ownerOf(repo, name), time: now - 60_000 };
}

function marked(name: string, repo = repository): string {
  return markDescription('', markOf(name, repo), 255);
}

interface World extends Standard {
  readonly bonn: string;
  readonly ulm: string;
  /** Of ulm alone. */
  readonly own: readonly string[];
}

/** Two connections that this repository made; the second has a policy and two groups of its own. */
function world(dialect: DialectName = 'openstack', { name = gone, mark = markOf(gone) } = {}): World {
  const standard = standardCloud(dialect);
  const { cloud, subnets } = standard;
  const bonn = addConnection(standard, office);
  const description = marked(gone);
  const own = [
    cloud.add('ikepolicy', { ...policyValues(dialect).ike, name: `${gone}-ike`, description }),
    cloud.add('endpoint_group', { name: `${gone}-local`, type: 'subnet', endpoints: [subnets[0]], description }),
    cloud.add('endpoint_group', { name: `${gone}-peer`, type: 'cidr', endpoints: ['10.9.0.0/16'], description }),
  ] as const;
  const ulm = addConnection(standard, name, {
    ...{ peer_address: '198.51.100.7', peer_id: '198.51.100.7', ikepolicy_id: own[0] },
    ...{ local_ep_group_id: own[1], peer_ep_group_id: own[2] },
    ...(dialect === 'openstack' ? { description: markDescription('', mark, 255) } : {}),
  });
  if (dialect === 'otc') cloud.setTags(ulm, { [tagKeys.mark]: markTag(mark) });
  return { ...standard, bonn, ulm, own };
}

function texts({ notices }: Plan): string[] {
  return notices.map(({ level, text }) => `${level}: ${text}`);
}

describe.each(['openstack', 'otc'] as const)('%s', (dialect) => {
  test('is removed, with its parts and not the service; the files know nothing of it', () => {
    const { cloud, ulm, own } = world(dialect);
    const plan = converge(cloud, [spec(office)], prune);
    expect(changesOf(plan)).toEqual([
      `delete ${kind} ${gone}`,
      `delete ikepolicy ${gone}-ike`,
      `delete endpoint_group ${gone}-local`,
      `delete endpoint_group ${gone}-peer`,
    ]);
    expect(plan.steps).toMatchObject([
      { id: ulm, required: true, connections: [gone] },
      ...own.map((id) => ({ id, required: true, after: expect.arrayContaining([`delete ${ulm}`]) })),
    ]);
    expect(plan.changes[0]).toMatchObject({
      impact: 'removal',
      reason: 'no file describes it any more; its peer is 198.51.100.7',
    });
    expect(plan.connections.map(({ report }) => [report.name, report.operation])).toEqual([[office, 'unchanged']]);
  });

  test('is only listed without the input', () => {
    const { cloud, ulm } = world(dialect);
    const plan = planFor(cloud, [spec(office)]);
    expect(plan).toMatchObject({ steps: [], changes: [] });
    expect(texts(plan)).toEqual([
      `notice: This repository made connections that no connection file of this run describes: ${gone} (${ulm}). They stay as they are. If nothing else of the repository describes them, prune: true removes them.`,
    ]);
  });
});

describe('is not forsaken', () => {
  test.each<[string, World, readonly ConnectionSpec[]]>([
    ['made by another repository', world('openstack', { mark: markOf(gone, 'acme/other') }), [spec(office)]],
    ['made under another name, and renamed in the cloud', world('openstack', { name: 'ulm (old)' }), [spec(office)]],
    ['made under another name, on OTC', world('otc', { name: 'ulm (old)' }), [spec(office)]],
  ])('what was %s', (_, { cloud }, specs) => {
    expect(planFor(cloud, specs, prune)).toMatchObject({ steps: [], changes: [], notices: [] });
  });

  test('what a file describes by its id, to rename it', () => {
    const { cloud, ulm } = world();
    const other = spec('new-name', { id: ulm, fields: { peer_address: '198.51.100.7' } });
    const plan = planFor(cloud, [spec(office), other], prune);
    expect(plan.changes.filter(({ action }) => action === 'delete')).toEqual([]);
    expect(texts(plan).join()).not.toContain('prune');
  });

  test('what has no mark', () => {
    const { cloud, ulm } = world();
    cloud.edit(kind, ulm, { description: 'by hand' });
    expect(planFor(cloud, [spec(office)], prune).steps).toEqual([]);
  });
});

describe('stays although prune is on', () => {
  const elsewhere = { connections: [], unclear: [] };

  test.each([
    ['name', { file: 'vpn/ulm.yml', name: gone }],
    ['id', { file: 'vpn/ulm.yml', name: 'other', id: '' }],
  ])('what another file describes, known by its %s', (key, other) => {
    const { cloud, ulm } = world();
    const connections = [key === 'id' ? { ...other, id: ulm } : other];
    const given = { elsewhere: { ...elsewhere, connections } };
    const plan = planFor(cloud, [spec(office)], { ...prune, ...given });
    expect(plan.steps).toEqual([]);
    expect(texts(plan)).toEqual([
      `warning: Connection ${gone} (${ulm}) is not pruned: vpn/ulm.yml describes it, and connection-file of this run does not name that file. To prune, one run has to read all files.`,
    ]);
    // A matrix with one job per file is no news.
    expect(planFor(cloud, [spec(office)], given).notices).toEqual([]);
  });

  test.each<[string, Partial<PlanOptions>, string]>([
    ['if a file or a connection is not in order', { isWhole: false }, 'not all connections of the files are in order'],
    [
      'if another file is not clear',
      { elsewhere: { ...elsewhere, unclear: [{ file: 'vpn/x.yml', why: 'is not valid' }] } },
      'vpn/x.yml is not valid.',
    ],
  ])('%s', (_, given, words) => {
    const { cloud } = world();
    const plan = planFor(cloud, [spec(office)], { ...prune, ...given });
    expect(plan.steps).toEqual([]);
    expect(texts(plan)).toEqual([expect.stringMatching(/^warning: Nothing was pruned: /)]);
    expect(texts(plan)[0]).toContain(words);
    expect(planFor(cloud, [spec(office)], given).notices).toEqual([]);
  });
});

describe('its parts', () => {
  test('stay if a connection of the run uses them from now on', () => {
    const { cloud, own } = world();
    const plan = planFor(cloud, [spec(office, { peer: `${gone}-peer` })], prune);
    cloud.apply(plan);
    expect(cloud.ids('endpoint_group')).toContain(own[2]);
    expect(cloud.ids('ikepolicy')).not.toContain(own[0]);
  });

  test('stay if a connection outside of the run uses them', () => {
    const standard = world();
    addConnection(standard, 'by hand', { peer_address: '198.51.100.9', ikepolicy_id: standard.own[0] });
    converge(standard.cloud, [spec(office)], prune);
    expect(standard.cloud.ids('ikepolicy')).toContain(standard.own[0]);
  });

  test('that it shares with another one go after both', () => {
    const standard = world();
    const { cloud, own, ulm } = standard;
    const third = addConnection(standard, 'office-mainz', {
      ...{ peer_address: '198.51.100.9', peer_id: '198.51.100.9', ikepolicy_id: own[0] },
      description: marked('office-mainz'),
    });
    const plan = converge(cloud, [spec(office)], prune);
    expect(plan.steps.find((step) => step.do === 'delete' && step.id === own[0])?.after).toEqual(
      expect.arrayContaining([`delete ${ulm}`, `delete ${third}`]),
    );
  });
});

test('what a connection of the run leaves, and only a pruned one used too, goes after both', () => {
  const standard = world();
  const { cloud, ulm, bonn } = standard;
  const old = cloud.add('endpoint_group', {
    ...{ name: 'nets', type: 'cidr', endpoints: ['10.1.0.0/16'] },
    description: marked(office),
  });
  for (const id of [ulm, bonn]) cloud.edit(kind, id, { peer_ep_group_id: old });
  const plan = converge(cloud, [spec(office)], prune);
  expect(plan.steps.find((step) => step.do === 'delete' && step.id === old)?.after).toEqual([
    `update ${bonn}`,
    `delete ${ulm}`,
  ]);
});

describe.each(['openstack', 'otc'] as const)('a policy that it shares with what stays, on %s', (dialect) => {
  test('may be changed in the same run: nobody else is left to be asked', () => {
    const { cloud, ike, ulm, bonn } = world(dialect);
    cloud.edit(kind, ulm, { ikepolicy_id: ike });
    const changed = spec(office, { ike: described({ encryption_algorithm: 'aes-128' }, { name: 'ike' }) });
    const refused = planFor(cloud, [changed], { maxImpact: 'replacement' });
    expect(refused.refusals).toMatchObject([{ code: 'SHARED' }]);
    const given = { ...prune, maxImpact: 'replacement' } as const;
    expect(
      planFor(cloud, [changed], { ...given, allowShared: true }).changes.map(({ action, id }) => [action, id]),
    ).not.toContainEqual(['touch', ulm]);
    converge(cloud, [changed], given);
    expect(cloud.ids(kind)).not.toContain(ulm);
    expect(cloud.ids(kind)).toHaveLength(1);
    expect(cloud.ids(kind)[0] === bonn).toBe(dialect === 'otc');
    expect(cloud.named('ikepolicy', 'ike')).toMatchObject([{ encryption_algorithm: 'aes-128' }]);
  });
});

test('comes after everything that writes: if that fails, nothing is removed', () => {
  const { cloud, ulm } = world();
  const added = spec('office-mainz', { fields: { peer_address: '198.51.100.9' }, ike: described() });
  const plan = converge(cloud, [spec(office), added], prune);
  const writing = plan.steps.filter((step) => step.do !== 'delete').map(({ key }) => key);
  expect(writing).not.toEqual([]);
  expect(plan.steps.find((step) => step.key === `delete ${ulm}`)?.after).toEqual(writing);
});

test('max-impact neither permits nor forbids it', () => {
  const { cloud } = world();
  expect(planFor(cloud, [spec(office)], { ...prune, maxImpact: 'none' }).refusals).toEqual([]);
});

test('its tunnel may linger where the service keeps others, on openstack alone', () => {
  const words = (dialect: DialectName): string => texts(planFor(world(dialect).cloud, [spec(office)], prune)).join();
  expect(words('openstack')).toMatch(/^warning: The tunnel of office-ulm may stay up/);
  expect(words('otc')).toBe('');
});
