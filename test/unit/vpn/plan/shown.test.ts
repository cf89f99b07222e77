/** What a plan shows is all that it writes: else a review, and its digest, would pass what nobody has seen. */
import { describe, expect, test } from 'vitest';
import type { ConnectionSpec } from '../../../../src/vpn/desired.ts';
import { planDigest } from '../../../../src/vpn/plan-digest.ts';
import { described, local, options, peer, projectId, type SpecOptions, spec } from '../build.ts';
import { addConnection, standardCloud } from '../standard-cloud.ts';
import { planFor } from './help.ts';

type Dialect = 'openstack' | 'otc';

const parts = {
  service: described({}, { router: 'vpc-prod', name: 'office-gw' }),
  ike: described({}, { name: 'office-ike' }),
  local: local(['subnet-app'], { name: 'office-local' }),
  peer: peer(['10.80.0.0/24'], { name: 'office-peer' }),
};

const variants: readonly (readonly [string, SpecOptions, Dialect?])[] = [
  ['a field of the connection', { fields: { dpd: { action: 'restart' } } }],
  ['the peer identity', { fields: { peer_id: 'bonn.example.org' } }],
  ['the description of the connection', { fields: { description: 'Bonn' } }, 'openstack'],
  ['a tag', { tags: { env: 'prod' } }, 'otc'],
  ['another tag', { tags: { env: 'dev' } }, 'otc'],
  ['a field of a policy', { ike: described({ pfs: 'group19' }, { name: 'office-ike' }) }],
  ['the description of a policy', { ike: described({ description: 'strong' }, { name: 'office-ike' }) }],
  ['the name of a policy', { ike: described({}, { name: 'other-ike' }) }],
  ['a policy that is there', { ike: 'ike' }],
  ['another policy of the same name', { ike: '00000000-0000-4000-8000-000000000777' }],
  ['a network', { peer: peer(['10.80.0.0/25'], { name: 'office-peer' }) }],
  ['the description of a group', { peer: peer(['10.80.0.0/24'], { name: 'office-peer' }, { description: 'x' }) }],
  ['a subnet', { local: local(['subnet-db'], { name: 'office-local' }) }],
];

describe.each(['openstack', 'otc'] as const)('%s', (dialect) => {
  const own = variants.filter(([, , only = dialect]) => only === dialect);

  function digests(prepare: (standard: ReturnType<typeof standardCloud>) => void, more: SpecOptions): string[] {
    return [['nothing else', {}] as const, ...own].map(([, variant]) => {
      const standard = standardCloud(dialect);
      standard.cloud.add('ikepolicy', {
        ...standard.cloud.json('ikepolicy', standard.ike),
        id: '00000000-0000-4000-8000-000000000777',
      });
      prepare(standard);
      const fields = { ...more.fields, ...('fields' in variant ? variant.fields : {}) };
      const specs: ConnectionSpec[] = [spec('office', { ...parts, ...more, ...variant, fields })];
      const { changes, refusals } = planFor(standard.cloud, specs, { maxImpact: 'replacement' });
      expect(refusals.filter(({ code }) => code !== 'AMBIGUOUS')).toEqual([]);
      return planDigest({ dialect, project: { id: projectId }, changes });
    });
  }

  test('of a new connection: each other file is another plan', () => {
    const found = digests(() => {}, { service: 'gw' });
    expect(new Set(found).size).toBe(own.length + 1);
  });

  test('of a replacement', () => {
    const found = digests((standard) => addConnection(standard, 'office'), {
      service: 'gw',
      ipsec: described({}, { name: 'new' }),
    });
    // The policy that is in use stays: so says the file with it by its name.
    expect(new Set(found).size).toBeGreaterThanOrEqual(own.length);
  });

  test('equal files are equal plans, at another time too', () => {
    const of = (now: number): string => {
      const { cloud } = standardCloud(dialect);
      const { changes } = planFor(cloud, [spec('office', parts)], { now });
      return planDigest({ dialect, project: { id: projectId }, changes });
    };
    expect(of(options(dialect).now + 86_400_000)).toBe(of(options(dialect).now));
  });
});
