import { describe, expect, test } from 'vitest';
import { policiesDigest, tagKeys } from '../../../../src/vpn/tags.ts';
import { described, spec } from '../build.ts';
import { addConnection, type Standard, standardCloud } from '../standard-cloud.ts';
import { changesOf, converge, planFor, refused } from './help.ts';

const office = 'office-bonn';
const stronger = () => described({ pfs: 'group19' });

function existing(dialect: 'otc' | 'openstack') {
  const standard = standardCloud(dialect);
  return { ...standard, connection: addConnection(standard, office) };
}

/** The digest of what is there now. */
function digest({ cloud, ike, ipsec }: Standard): string {
  const { ikepolicies, ipsecpolicies } = cloud.observed();
  const values = (id: string) => [...ikepolicies, ...ipsecpolicies].find((policy) => policy.id === id)?.values;
  return policiesDigest(values(ike), values(ipsec));
}

describe('otc: a policy in use', () => {
  test('is changed in place; then each connection is touched, and remembers it', () => {
    const standard = existing('otc');
    const { cloud, connection, ike } = standard;
    const before = digest(standard);
    const plan = converge(cloud, [spec(office, { ike: stronger() })], { maxImpact: 'rekey' });
    expect(changesOf(plan)).toEqual([
      'update ikepolicy ike (pfs: group14 → group19)',
      'touch ipsec_site_connection office-bonn',
    ]);
    expect(plan.changes[0]).toMatchObject({ id: ike, connections: [office] });
    expect(plan.changes[1]).toMatchObject({
      id: connection,
      impact: 'rekey',
      reason: expect.stringContaining('takes effect when the connection is updated'),
    });
    expect(plan.steps).toMatchObject([
      { do: 'tag', key: `remember ${connection}`, set: { [tagKeys.policies]: before } },
      {
        do: 'update',
        kind: 'ikepolicy',
        id: ike,
        after: [`remember ${connection}`],
        body: { pfs: 'group19' },
        pending: false,
      },
      { do: 'update', key: `touch ${connection}`, after: [`update ikepolicy ${ike}`], body: { name: office } },
      { do: 'tag', key: `tag ${connection}`, after: [`touch ${connection}`] },
    ]);
    expect(plan.connections).toMatchObject([
      { step: `touch ${connection}`, report: { operation: 'updated', impact: 'rekey' } },
    ]);
    expect(cloud.tagsOf(connection).get(tagKeys.policies)).toBe(digest(standard));
    expect(digest(standard)).not.toBe(before);
  });

  test('both policies at once: one touch', () => {
    const { cloud, connection } = existing('otc');
    const plan = converge(cloud, [spec(office, { ike: stronger(), ipsec: stronger() })]);
    expect(plan.steps.filter(({ key }) => key === `touch ${connection}`)).toHaveLength(1);
  });

  test('a connection that is written anyway is not touched, but written after the policy', () => {
    const { cloud, connection, ike } = existing('otc');
    const plan = converge(cloud, [spec(office, { ike: stronger(), fields: { peer_address: '198.51.100.99' } })]);
    expect(plan.steps.map(({ key }) => key)).toEqual([
      `remember ${connection}`,
      `update ikepolicy ${ike}`,
      `update ${connection}`,
      `tag ${connection}`,
    ]);
    expect(plan.steps[2]?.after).toContain(`update ikepolicy ${ike}`);
    expect(cloud.outdated()).toEqual([]);
  });

  test('a new connection on it is made after the policy was changed', () => {
    const standard = existing('otc');
    const { cloud, ike } = standard;
    const second = spec('two', {
      ike: described({ pfs: 'group19' }, { name: 'ike' }),
      fields: { peer_address: '198.51.100.2' },
    });
    converge(cloud, [spec(office, { ike: described({ pfs: 'group19' }, { name: 'ike' }) }), second]);
    expect(cloud.named('ipsec_site_connection', 'two')[0]?.ikepolicy_id).toBe(ike);
    expect(cloud.outdated()).toEqual([]);
  });

  test('referred to by its id by another connection of the run: that one is touched, too', () => {
    const standard = existing('otc');
    const { cloud, ike } = standard;
    const two = addConnection(standard, 'two', { peer_address: '198.51.100.2', peer_id: '198.51.100.2' });
    converge(cloud, [
      spec(office, { ike: stronger() }),
      spec('two', { ike, fields: { peer_address: '198.51.100.2' } }),
    ]);
    expect(cloud.outdated()).toEqual([]);
    expect(cloud.tagsOf(two).get(tagKeys.policies)).toBe(digest(standard));
  });

  test('a name alone changes nothing on the wire: no touch', () => {
    const { cloud, connection, ike } = existing('otc');
    const plan = converge(cloud, [spec(office, { ike: described({}, { id: ike, name: 'corp' }) })]);
    expect(plan.steps.map(({ key }) => key)).toEqual([`update ikepolicy ${ike}`]);
    expect(cloud.tagsOf(connection).size).toBe(0);
  });

  test.each([
    ['before the touch', 2],
    ['before the tag', 3],
  ])('a run that was cut off %s is repaired by the next', (_, steps) => {
    const { cloud, connection } = existing('otc');
    const specs = [spec(office, { ike: stronger() })];
    cloud.apply(planFor(cloud, specs), { count: steps });
    const plan = converge(cloud, specs);
    expect(changesOf(plan)).toEqual(['touch ipsec_site_connection office-bonn']);
    expect(plan.changes[0]?.reason).toContain('without an update it does not take effect');
    expect(plan.steps.map(({ key }) => key)).toEqual([`touch ${connection}`, `tag ${connection}`]);
    expect(cloud.outdated()).toEqual([]);
  });

  test("somebody's edit in the console is repaired, and lies within max-impact: rekey", () => {
    const standard = existing('otc');
    const { cloud, connection, ipsec } = standard;
    cloud.setTags(connection, { [tagKeys.policies]: digest(standard) });
    cloud.edit('ipsecpolicy', ipsec, { encryption_algorithm: 'aes-128' });
    expect(refused(cloud, [spec(office)], { maxImpact: 'none' })).toMatchObject([{ code: 'IMPACT' }]);
    expect(changesOf(converge(cloud, [spec(office)], { maxImpact: 'rekey' }))).toEqual([
      'touch ipsec_site_connection office-bonn',
    ]);
  });

  test('a touch waits for a connection that is pending', () => {
    const { cloud, connection } = existing('otc');
    cloud.edit('ipsec_site_connection', connection, { status: 'PENDING_UPDATE' });
    const plan = planFor(cloud, [spec(office, { ike: stronger() })]);
    expect(plan.steps.find(({ key }) => key === `touch ${connection}`)).toMatchObject({ pending: true });
  });
});

describe('otc: a policy that a connection outside the files uses, too', () => {
  function shared() {
    const standard = existing('otc');
    return { ...standard, other: addConnection(standard, 'x', { peer_address: '198.51.100.2' }) };
  }
  const yes = { allowShared: true };

  test('is not changed without allow-shared', () => {
    const { cloud } = shared();
    expect(refused(cloud, [spec(office, { ike: stronger() })])).toMatchObject([{ code: 'SHARED' }]);
  });

  test('with it, that connection is named, touched and remembers it', () => {
    const standard = shared();
    const { cloud, other } = standard;
    const plan = converge(cloud, [spec(office, { ike: stronger() })], yes);
    expect(changesOf(plan)).toContain('touch ipsec_site_connection x');
    expect(plan.notices.map(({ text }) => text).join()).toContain(`x (${other}). It changes for them too`);
    expect(plan.changes.find(({ id }) => id === other)?.connections).toEqual([office]);
    expect(cloud.outdated()).toEqual([]);
    expect(cloud.tagsOf(other).get(tagKeys.policies)).toBe(digest(standard));
  });

  test('a touch that was missed is made up for, if the files describe the policy and allow-shared is set', () => {
    const { cloud, ike } = shared();
    const specs = [spec(office, { ike: stronger() })];
    cloud.apply(planFor(cloud, specs, yes), { count: 3 });
    cloud.setTags(cloud.ids('ipsec_site_connection')[0] ?? '', { env: 'x' });
    expect(changesOf(planFor(cloud, specs)).join()).not.toContain('touch ipsec_site_connection x');
    expect(changesOf(planFor(cloud, [spec(office, { ike })], yes)).join()).not.toContain(
      'touch ipsec_site_connection x',
    );
    expect(changesOf(converge(cloud, specs, yes))).toContain('touch ipsec_site_connection x');
    expect(cloud.outdated()).toEqual([]);
  });
});
