import { describe, expect, test } from 'vitest';
import { markDescription, ownerOf } from '../../../../src/vpn/mark.ts';
import { now, repository, spec } from '../build.ts';
import { addConnection, policyValues, type Standard, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor } from './help.ts';

const office = 'office-bonn';
const hour = 3_600_000;

function marked({ age = 2 * hour, repo = repository, name = office } = {}): string {
  return markDescription('', { owner: ownerOf(repo, name), time: now - age }, 255);
}

function existing(): Standard & { readonly connection: string } {
  const standard = standardCloud('openstack');
  return { ...standard, connection: addConnection(standard, office) };
}

function orphans({ cloud, subnets }: Standard, description: string): string[] {
  const values = policyValues('openstack');
  return [
    cloud.add('ikepolicy', { ...values.ike, name: 'left-ike', description }),
    cloud.add('ipsecpolicy', { ...values.ipsec, name: '', description }),
    cloud.add('endpoint_group', { name: 'left-local', type: 'subnet', endpoints: [subnets[0]], description }),
    cloud.add('endpoint_group', { name: 'left-peer', type: 'cidr', endpoints: ['10.1.0.0/16'], description }),
  ];
}

test('orphans of ours older than an hour are removed, whatever they are called', () => {
  const standard = existing();
  const ids = orphans(standard, marked());
  const plan = converge(standard.cloud, [spec(office)]);
  expect(plan.steps.map((step) => (step.do === 'delete' ? [step.id, step.after, step.justFreed] : step))).toEqual(
    ids.map((id) => [id, [], false]),
  );
  expect(plan.changes).toMatchObject(
    ids.map((id) => ({ action: 'delete', id, impact: 'none', connections: [office] })),
  );
  expect(plan.steps[1]?.name).toBe(ids[1]);
});

describe('an orphan stays', () => {
  test.each([
    ['without a mark', 'made by hand'],
    ['with the mark of another repository', marked({ repo: 'acme/other' })],
    ['with the mark of a connection that these files do not describe', marked({ name: 'office-ulm' })],
    ['that is an hour old', marked({ age: hour })],
    ['with a mark in the middle', `${marked()} and more`],
  ])('%s', (_, description) => {
    const standard = existing();
    orphans(standard, description);
    expect(planFor(standard.cloud, [spec(office)]).steps).toEqual([]);
  });

  test('that a connection uses, in the files or not', () => {
    const standard = existing();
    const [ike, ipsec, local, peer] = orphans(standard, marked());
    addConnection(standard, 'x', {
      peer_address: '198.51.100.7',
      ikepolicy_id: ike,
      ipsecpolicy_id: ipsec,
      local_ep_group_id: local,
      peer_ep_group_id: peer,
    });
    expect(planFor(standard.cloud, [spec(office)]).steps).toEqual([]);
  });

  test('that a file refers to', () => {
    const standard = existing();
    orphans(standard, marked());
    const plan = planFor(standard.cloud, [spec(office, { peer: 'left-peer' })]);
    expect(plan.steps.map(({ name }) => name)).not.toContain('left-peer');
  });

  test('that is a service or a connection', () => {
    const standard = existing();
    standard.cloud.add('vpnservice', { name: 'left', description: marked(), router_id: standard.router });
    addConnection(standard, 'x', { description: marked(), peer_address: '198.51.100.7' });
    expect(planFor(standard.cloud, [spec(office)]).steps).toEqual([]);
  });
});

test('an orphan that the run itself uses again is none', () => {
  const { cloud } = standardCloud('openstack');
  const values = policyValues('openstack').ike;
  const id = cloud.add('ikepolicy', { ...values, name: 'corp', description: marked() });
  const plan = converge(cloud, [spec(office, { ike: 'corp' })]);
  expect(changesOf(plan)).toEqual(['create ipsec_site_connection office-bonn']);
  expect(cloud.json('ikepolicy', id).name).toBe('corp');
});

test('what two connections leave goes once, after both', () => {
  const standard = existing();
  const { cloud, connection, peer: old } = standard;
  const two = addConnection(standard, 'two', { peer_address: '198.51.100.2', peer_id: '198.51.100.2' });
  cloud.edit('endpoint_group', old, { description: marked({ age: 0 }) });
  cloud.add('endpoint_group', { name: 'other', type: 'cidr', endpoints: ['10.1.0.0/16'] });
  const plan = converge(cloud, [
    spec(office, { peer: 'other' }),
    spec('two', { peer: 'other', fields: { peer_address: '198.51.100.2' } }),
  ]);
  const deletions = plan.steps.filter((step) => step.do === 'delete');
  expect(deletions).toMatchObject([
    { id: old, after: [`update ${connection}`, `update ${two}`], connections: [office, 'two'] },
  ]);
});

test('what one leaves and another still uses stays', () => {
  const standard = existing();
  const { cloud, peer: old } = standard;
  addConnection(standard, 'two', { peer_address: '198.51.100.2', peer_id: '198.51.100.2' });
  cloud.edit('endpoint_group', old, { description: marked() });
  cloud.add('endpoint_group', { name: 'other', type: 'cidr', endpoints: ['10.1.0.0/16'] });
  const plan = converge(cloud, [spec(office, { peer: 'other' })]);
  expect(plan.steps.map(({ do: does }) => does)).toEqual(['update']);
});
