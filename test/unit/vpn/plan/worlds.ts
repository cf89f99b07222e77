/** Random clouds and random files for them. */
import fc from 'fast-check';
import type { DialectName } from '../../../../src/vpn/dialects.ts';
import type { Part } from '../../../../src/vpn/kinds.ts';
import type { PlanOptions } from '../../../../src/vpn/plan/plan.ts';

/** How a file gives a part; numbers pick from what there is. */
export interface PartPlan {
  readonly how: 'reference' | 'nameless' | 'named' | 'id';
  readonly pick: number;
  readonly content: number;
  readonly described: boolean;
}

interface MarkPlan {
  readonly owner: 'none' | 'a' | 'b' | 'other repository';
  readonly isOld: boolean;
}

export interface ObjectPlan {
  readonly name: number;
  readonly content: number;
  readonly mark: MarkPlan;
}

export interface ConnectionPlan {
  readonly name: string;
  readonly picks: readonly number[];
  readonly address: number;
  readonly ownIdentity: boolean;
  readonly key: number;
  readonly tags: number;
}

export interface SpecPlan {
  readonly parts: Readonly<Record<Part, PartPlan>>;
  readonly byId: boolean;
  readonly address: number;
  readonly dpd: boolean;
  readonly key: number;
  readonly version: number;
  readonly tags: number;
}

export interface World {
  readonly dialect: DialectName;
  readonly tidy: boolean;
  readonly shown: 'clear' | 'stars' | 'garbage';
  readonly legacy: boolean;
  readonly policies: readonly ObjectPlan[];
  readonly groups: readonly ObjectPlan[];
  readonly connections: readonly ConnectionPlan[];
  readonly specs: readonly SpecPlan[];
  readonly options: Partial<PlanOptions>;
}

const small = fc.nat(5);

const partPlan: fc.Arbitrary<PartPlan> = fc.record({
  how: fc.oneof(
    { weight: 4, arbitrary: fc.constant('nameless' as const) },
    { weight: 3, arbitrary: fc.constant('named' as const) },
    { weight: 2, arbitrary: fc.constant('reference' as const) },
    { weight: 1, arbitrary: fc.constant('id' as const) },
  ),
  pick: small,
  content: small,
  described: fc.boolean(),
});

const objectPlan: fc.Arbitrary<ObjectPlan> = fc.record({
  name: fc.nat(7),
  content: small,
  mark: fc.record({ owner: fc.constantFrom('none', 'a', 'b', 'other repository'), isOld: fc.boolean() }),
});

/**
 * @param tidy no two objects of one name, and none that bears the name which a part would have by default: among such
 * namesakes a run that was cut off may leave no way to tell them apart, and the next one rightly refuses to choose.
 * And `allow-shared`: a connection that was deleted to be replaced does not hold its object as it is any more, so another
 * one of the run may then ask for a change that concerns connections outside
 */
export function worldOf(dialect: DialectName, { tidy = false } = {}): fc.Arbitrary<World> {
  const specPlan: fc.Arbitrary<SpecPlan> = fc.record({
    parts: fc.record({
      vpnservice: partPlan,
      ikepolicy: partPlan,
      ipsecpolicy: partPlan,
      local_ep_group: partPlan,
      peer_ep_group: partPlan,
    }),
    byId: fc.boolean(),
    address: fc.nat(1),
    dpd: fc.boolean(),
    key: fc.nat(1),
    version: fc.nat(2),
    tags: fc.nat(2),
  });
  const objects = tidy
    ? fc.uniqueArray(objectPlan, { minLength: 2, maxLength: 4, selector: ({ name }) => name % 4 })
    : fc.array(objectPlan, { minLength: 2, maxLength: 5 });
  return fc.record({
    dialect: fc.constant(dialect),
    tidy: fc.constant(tidy),
    // OpenStack has nowhere to remember that a psk is not echoed.
    shown: dialect === 'otc' ? fc.constantFrom('clear', 'stars', 'garbage') : fc.constantFrom('clear', 'stars'),
    legacy: dialect === 'openstack' ? fc.nat(5).map((number) => number === 0) : fc.constant(false),
    policies: objects,
    groups: objects,
    connections: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'x', 'y'),
        picks: fc.array(small, { minLength: 4, maxLength: 4 }),
        address: fc.nat(1),
        ownIdentity: fc.boolean(),
        key: fc.nat(1),
        tags: fc.nat(3),
      }),
      { maxLength: 4, selector: ({ name }) => name },
    ),
    specs: fc.array(specPlan, { minLength: 1, maxLength: 3 }),
    options: fc.record({
      allowShared: tidy ? fc.constant(true) : fc.nat(3).map((number) => number > 0),
      maxImpact: fc.oneof(
        { weight: 4, arbitrary: fc.constant('replacement' as const) },
        { weight: 1, arbitrary: fc.constant('interruption' as const) },
      ),
    }),
  });
}
