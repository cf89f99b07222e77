/** How many of the new objects a quota leaves room for. */
import { expect, test } from 'vitest';
import { quotaRefusals } from '../../../../src/vpn/preflight/quotas.ts';
import type { Quota } from '../../../../src/vpn/preflight/read-quotas.ts';
import { local, peer, spec } from '../build.ts';
import { planFor } from '../plan/help.ts';
import { addConnection, standardCloud } from '../standard-cloud.ts';

const named = (name: string, index: number) =>
  spec(name, {
    fields: { peer_address: `198.51.100.${index}` },
    local: local(['subnet-app']),
    peer: peer([`10.9${index}.0.0/24`]),
  });

test.each<[string, Quota, readonly string[]]>([
  ['no limit', { limit: -1, used: 99 }, []],
  ['room for all', { limit: 5, used: 3 }, []],
  ['room for one', { limit: 4, used: 3 }, ['b']],
  ['room for none', { limit: 3, used: 3 }, ['a', 'b']],
  ['more in use than allowed', { limit: 3, used: 5 }, ['a', 'b']],
  ['what is there is counted', { limit: 2, used: undefined }, ['b']],
])('%s', (_, quota, refused) => {
  const standard = standardCloud('openstack');
  addConnection(standard, 'old', { peer_address: '198.51.100.9' });
  const specs = [named('a', 1), named('b', 2)];
  const observed = standard.cloud.observed();
  const plan = planFor(standard.cloud, specs);
  const found = quotaRefusals(plan, specs, observed, new Map([['ipsec_site_connection', quota]]));
  expect(found.map(({ connections }) => connections)).toEqual(refused.map((name) => [name]));
});
