/** What holds for every plan, whatever the files describe and whatever is there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConnectionSpec } from '../../../../src/vpn/desired.ts';
import type { DialectName } from '../../../../src/vpn/dialects.ts';
import { splitDescription } from '../../../../src/vpn/mark.ts';
import { plan } from '../../../../src/vpn/plan/plan.ts';
import type { DeleteStep, Plan } from '../../../../src/vpn/plan/steps.ts';
import { options } from '../build.ts';
import type { ModelCloud } from '../model-cloud.ts';
import { buildWorld } from './build-world.ts';
import { reordered } from './help.ts';
import { type World, worldOf } from './worlds.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 100);

function planned({ options: given, dialect }: World, cloud: ModelCloud, specs: readonly ConnectionSpec[]): Plan {
  return plan(specs, cloud.observed(), options(dialect, given));
}

/** Short enough to read where a property fails. */
function words({ changes, steps, refusals }: Plan): Record<'changes' | 'steps' | 'refusals', string[]> {
  return {
    changes: changes.map(({ action, kind, name, fields, reason = '' }) =>
      [action, kind, name, ...fields.map(({ field, before, after }) => `${field} ${before}→${after}`), reason].join(
        ' ',
      ),
    ),
    steps: steps.map(({ key }) => key),
    refusals: refusals.map(({ code, message }) => `${code} ${message}`),
  };
}

const nothing = { changes: [], steps: [], refusals: [] };

/** Whether the file has a line for the object, or a connection of the file leaves it that describes this part without a name. */
function hasLine(specs: readonly ConnectionSpec[], before: ModelCloud, { id, kind }: DeleteStep): boolean {
  const json = before.json(kind, id);
  return specs.some((spec) =>
    Object.entries(spec.parts).some(([part, given]) => {
      if (given.by !== 'description') {
        return false;
      }
      const matched = before.ids('ipsec_site_connection').map((one) => before.json('ipsec_site_connection', one));
      const mine = matched.some(
        (one) => one[`${part}_id`] === id && (one.name === spec.name.value || one.id === spec.id?.value),
      );
      const isNameless = given.name === undefined && given.id === undefined;
      return given.name?.value === json.name || given.id?.value === id || (isNameless && mine);
    }),
  );
}

const picksOf = fc.array(fc.nat(9), { minLength: 5, maxLength: 5 });

describe.each(['openstack', 'otc'] as const)('%s', { timeout: 600_000 }, (dialect: DialectName) => {
  test('planning again after the plan was carried out gives nothing', () => {
    fc.assert(
      fc.property(worldOf(dialect), (world) => {
        const { cloud, specs } = buildWorld(world);
        const first = planned(world, cloud, specs);
        fc.pre(first.refusals.length === 0);
        cloud.apply(first);
        expect(words(planned(world, cloud, specs))).toEqual(nothing);
      }),
      { numRuns: runs },
    );
  });

  test('the steps may run side by side, in any order that they allow', () => {
    fc.assert(
      fc.property(worldOf(dialect), picksOf, (world, picks) => {
        const { cloud, specs } = buildWorld(world);
        const first = planned(world, cloud, specs);
        fc.pre(first.refusals.length === 0);
        const before = cloud.outdated();
        cloud.apply(reordered(first, picks));
        expect(words(planned(world, cloud, specs))).toEqual(nothing);
        expect(before).toEqual(expect.arrayContaining(cloud.outdated()));
      }),
      { numRuns: runs },
    );
  });

  test('a run that was cut off anywhere is completed by the next one', () => {
    fc.assert(
      fc.property(worldOf(dialect, { tidy: true }), picksOf, fc.nat(30), fc.boolean(), (world, picks, count, half) => {
        const { cloud, specs } = buildWorld(world);
        const first = planned(world, cloud, specs);
        fc.pre(first.refusals.length === 0);
        cloud.apply(reordered(first, picks), { count: count % (first.steps.length + 1), half });
        const second = planned(world, cloud, specs);
        expect(words(second)).toMatchObject({ refusals: [] });
        cloud.apply(second);
        expect(words(planned(world, cloud, specs))).toEqual(nothing);
      }),
      { numRuns: runs },
    );
  });

  test('nothing is deleted that has neither our mark nor a line in the files', () => {
    fc.assert(
      fc.property(worldOf(dialect), (world) => {
        const { cloud, specs } = buildWorld(world);
        const deletions = planned(world, cloud, specs).steps.filter((step) => step.do === 'delete');
        for (const step of deletions) {
          const { mark } = splitDescription(String(cloud.json(step.kind, step.id).description));
          expect(mark !== undefined || hasLine(specs, cloud, step), step.key).toBe(true);
          expect(step.kind).not.toBe('vpnservice');
          expect(step.kind).not.toBe('ipsec_site_connection');
        }
      }),
      { numRuns: runs },
    );
  });

  test('a refused plan has no steps; keys are unique; no secret shows', () => {
    fc.assert(
      fc.property(worldOf(dialect), (world) => {
        const { cloud, specs } = buildWorld(world);
        const first = planned(world, cloud, specs);
        const keys = first.steps.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(first.refusals.length === 0 || first.steps.length === 0).toBe(true);
        expect(JSON.stringify(first)).not.toMatch(/pre-shared/);
      }),
      { numRuns: runs },
    );
  });

  test('no connection of the run is left with a policy that takes no effect', () => {
    fc.assert(
      fc.property(worldOf(dialect), (world) => {
        const { cloud, specs } = buildWorld(world);
        const before = cloud.outdated();
        const first = planned(world, cloud, specs);
        cloud.apply(first);
        expect(before).toEqual(expect.arrayContaining(cloud.outdated()));
      }),
      { numRuns: runs },
    );
  });
});
