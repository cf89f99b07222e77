/** Worlds that other tools and people made: any texts, names in common, values that no file can have. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DialectName } from '../../../../src/vpn/dialects.ts';
import { uuid } from '../build.ts';
import { type Json, ModelCloud } from '../model-cloud.ts';
import { policyValues } from '../standard-cloud.ts';
import { exportOf, planAgain, readAgain } from './help.ts';

const runs = Math.ceil(Number(process.env.PROPERTY_RUNS ?? 100) / 5);

/** From a small stock, so that namesakes are common, and what a part without a name could come to bear. */
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('', 'a', 'b', 'a-ike', 'b-ipsec', 'a-local', 'b-peer', 'a-service') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('a\n', uuid(3), '10.0.0.0/8', '2001:db8::', 'x'.repeat(70), '${a}', '$$', '#'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);
const description = fc.oneof(fc.constantFrom('', 'a', 'two\nlines', 'x: ${y} # z'), fc.string({ unit: 'binary' }));
const label = fc.record({ name, description });

const policy = fc.record({
  label,
  auth_algorithm: fc.constantFrom('sha256', 'SHA2-512', 'md4', ''),
  pfs: fc.constantFrom('group14', 'Group2', 'none'),
  lifetime: fc.constantFrom({ units: 'seconds', value: 3600 }, { units: 'seconds', value: '7200' }, { value: 1 }, null),
});
const group = fc.record({ label, nets: fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 }) });
const connection = fc.record({
  label,
  picks: fc.array(fc.nat(2), { minLength: 5, maxLength: 5 }),
  mtu: fc.constantFrom(1500, 1400, 0, '1500', null),
  dpd: fc.constantFrom({ action: 'hold', interval: 30, timeout: 120 }, { interval: 200 }, { action: '?' }, {}, null),
  peer_id: fc.oneof(fc.constantFrom(null, 'fw.example.org', '@x', '198.51.100.7'), fc.string({ unit: 'binary' })),
  admin_state_up: fc.boolean(),
  tags: fc.dictionary(
    fc.oneof(fc.constantFrom('env', 'no'), fc.string({ maxLength: 5 })),
    fc.string({ maxLength: 5 }),
    {
      maxKeys: 9,
    },
  ),
});
const world = fc.record({
  services: fc.array(fc.record({ label, router: fc.nat(1), up: fc.boolean() }), { minLength: 1, maxLength: 3 }),
  policies: fc.array(policy, { minLength: 1, maxLength: 3 }),
  groups: fc.array(group, { minLength: 1, maxLength: 3 }),
  connections: fc.array(connection, { minLength: 1, maxLength: 4 }),
  routerNames: fc.tuple(name, name),
  subnetNames: fc.tuple(name, name, name),
});

type World = typeof world extends fc.Arbitrary<infer W> ? W : never;

function built(dialect: DialectName, given: World): ModelCloud {
  const cloud = new ModelCloud(dialect, { firstId: 101 });
  const values = policyValues(dialect);
  cloud.routers = given.routerNames.map((text, index) => ({ id: uuid(1 + index), name: text, cidr: undefined }));
  cloud.subnets = given.subnetNames.map((text, index) => ({ id: uuid(11 + index), name: text, cidr: '10.1.0.0/24' }));
  const services = given.services.map(({ label: own, router, up }) =>
    cloud.add('vpnservice', { ...own, router_id: uuid(1 + router), admin_state_up: up }),
  );
  const policies = (kind: 'ikepolicy' | 'ipsecpolicy', base: Json) =>
    given.policies.map(({ label: own, ...rest }) => cloud.add(kind, { ...base, ...rest, ...own }));
  const groups = (type: 'subnet' | 'cidr') =>
    given.groups.map(({ label: own, nets }) =>
      cloud.add('endpoint_group', {
        ...{ ...own, type },
        endpoints: nets.map((net) => (type === 'subnet' ? uuid(11 + (net % 4)) : `10.${80 + net}.0.9/24`)),
      }),
    );
  const all = [
    services,
    policies('ikepolicy', values.ike),
    policies('ipsecpolicy', values.ipsec),
    groups('subnet'),
    groups('cidr'),
  ];
  for (const [index, { label: own, picks, tags, ...rest }] of given.connections.entries()) {
    const [service, ike, ipsec, local, peer] = all.map((ids, kind) => ids[(picks[kind] ?? 0) % ids.length]);
    const id = cloud.add('ipsec_site_connection', {
      ...{ vpnservice_id: service, ikepolicy_id: ike, ipsecpolicy_id: ipsec },
      ...{ local_ep_group_id: local, peer_ep_group_id: peer, psk: 'pre-shared-key-of-it', initiator: 'bi-directional' },
      ...{ ...own, ...rest, peer_address: `198.51.100.${7 + index}` },
    });
    if (dialect === 'otc') cloud.setTags(id, tags);
  }
  return cloud;
}

describe.each(['openstack', 'otc'] as const)('%s', { timeout: 600_000 }, (dialect) => {
  test.each(['one file', 'a file each'])(
    'whatever is there, its file is valid and changes nothing but names that it lacks: %s',
    (how) => {
      fc.assert(
        fc.property(world, (given) => {
          const cloud = built(dialect, given);
          const exported = exportOf(cloud, ['*'], how === 'one file' ? undefined : (text) => `${text}.yml`);
          const errors = readAgain(cloud, exported).problems.filter(({ severity }) => severity === 'error');
          expect(errors).toEqual([]);
          const { changes, refusals } = planAgain(cloud, exported);
          expect(refusals).toEqual([]);
          const renamed = changes.map(({ kind, action, fields }) => [
            kind,
            action,
            ...fields.map(({ field }) => field),
          ]);
          expect(renamed).toEqual(changes.map(() => ['ipsec_site_connection', 'update', 'name']));
          const announced = exported.told.filter((text) => text.includes('has no name of its own'));
          expect(announced).toHaveLength(changes.length);
          expect(exported.told.filter((text) => text.startsWith('Planned at once'))).toEqual([]);
          for (const { text } of exported.files) expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        }),
        { numRuns: runs },
      );
    },
  );
});
