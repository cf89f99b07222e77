import { expect, test } from 'vitest';
import { tagKeys } from '../../../../src/vpn/tags.ts';
import { spec } from '../build.ts';
import { addConnection, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor } from './help.ts';

const office = 'office-bonn';

function existing(tags: Readonly<Record<string, string>>) {
  const standard = standardCloud('otc');
  const connection = addConnection(standard, office);
  standard.cloud.setTags(connection, tags);
  return { ...standard, connection };
}

test('stated tags are set, others stay, null removes one', () => {
  const { cloud, connection } = existing({ env: 'test', owner: 'net', old: 'x' });
  const plan = converge(cloud, [spec(office, { tags: { env: 'prod', team: 'core', old: null, gone: null } })]);
  expect(changesOf(plan)).toEqual([
    'update ipsec_site_connection office-bonn (tags.env: test → prod; tags.team:  → core; tags.old: x → )',
  ]);
  expect(plan.changes[0]?.impact).toBe('none');
  expect(plan.steps).toMatchObject([
    { do: 'tag', after: [], connection: { id: connection }, set: { env: 'prod', team: 'core' }, remove: ['old'] },
  ]);
  expect(Object.fromEntries(cloud.tagsOf(connection))).toEqual({ env: 'prod', owner: 'net', team: 'core' });
});

test('tags follow the PUT of the connection', () => {
  const { cloud, connection } = existing({});
  const plan = converge(cloud, [spec(office, { tags: { env: 'prod' }, fields: { peer_address: '198.51.100.9' } })]);
  expect(plan.steps.map(({ key, after }) => [key, after])).toEqual([
    [`update ${connection}`, []],
    [`tag ${connection}`, [`update ${connection}`]],
  ]);
});

test('a new connection gets all of them in one call; null sets nothing', () => {
  const { cloud } = standardCloud('otc');
  const plan = converge(cloud, [spec(office, { tags: { env: 'prod', old: null }, pskVersion: '3' })]);
  const [step] = plan.steps.filter((one) => one.do === 'tag');
  expect(step).toMatchObject({ after: ['create connection office-bonn'], remove: [], psk: { version: '3' } });
  const [id = ''] = cloud.ids('ipsec_site_connection');
  expect([...cloud.tagsOf(id).keys()].sort()).toEqual(['env', tagKeys.mark, tagKeys.policies, tagKeys.psk].sort());
});

test('a replaced connection keeps the tags of the old one, but not ours', () => {
  const { cloud } = existing({ env: 'test', owner: 'net', old: 'x', [tagKeys.psk]: 'hidden-1' });
  cloud.add('ikepolicy', { name: 'another' });
  converge(cloud, [spec(office, { ike: 'another', tags: { env: 'prod', old: null } })], { maxImpact: 'replacement' });
  const [id = ''] = cloud.ids('ipsec_site_connection');
  const tags = cloud.tagsOf(id);
  expect([tags.get('env'), tags.get('owner'), tags.get('old')]).toEqual(['prod', 'net', undefined]);
  expect(tags.get(tagKeys.psk)).toBeUndefined();
  expect(tags.get(tagKeys.mark)).toMatch(/-20261122T200000Z$/);
});

test('openstack has none', () => {
  const { cloud } = standardCloud('openstack');
  expect(planFor(cloud, [spec(office)]).steps.map(({ do: does }) => does)).toEqual(['create']);
});
