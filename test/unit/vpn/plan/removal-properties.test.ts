/** What holds for everything that destroy and prune remove, whatever the files describe and whatever is there. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConnectionSpec } from '../../../../src/vpn/desired.ts';
import type { DialectName } from '../../../../src/vpn/dialects.ts';
import { markDescription, markTag, ownerOf, splitDescription, tagOwner } from '../../../../src/vpn/mark.ts';
import { planDestroy } from '../../../../src/vpn/plan/destroy.ts';
import { type PlanOptions, plan } from '../../../../src/vpn/plan/plan.ts';
import type { DeleteStep, Plan } from '../../../../src/vpn/plan/steps.ts';
import { tagKeys } from '../../../../src/vpn/tags.ts';
import { now, options, repository } from '../build.ts';
import type { ModelCloud } from '../model-cloud.ts';
import { buildWorld } from './build-world.ts';
import { changesOf, refusalsOf, reordered } from './help.ts';
import { type World, worldOf } from './worlds.ts';

const runs = Number(process.env.PROPERTY_RUNS ?? 100);
const kind = 'ipsec_site_connection';
const part = ['ikepolicy', 'ipsecpolicy', 'endpoint_group', 'vpnservice'];

const marks = fc.array(fc.constantFrom('none', 'own', 'own', 'other repository', 'other name'), {
  minLength: 5,
  maxLength: 5,
});

/** Connections get marks of all kinds; sometimes the service has one too. */
function markAll(cloud: ModelCloud, which: readonly string[]): void {
  for (const [index, id] of cloud.ids(kind).entries()) {
    const { name } = cloud.json(kind, id);
    const repo = which[index] === 'other repository' ? 'acme/other' : repository;
    const owner = ownerOf(repo, which[index] === 'other name' ? 'z' : String(name));
    const isMarked = which[index] !== 'none';
    const mark = { owner, time: now - 60_000 };
    if (cloud.dialect.tags) {
      cloud.tagsOf(id).delete(tagKeys.mark);
      if (isMarked) cloud.setTags(id, { [tagKeys.mark]: markTag(mark) });
    } else {
      cloud.edit(kind, id, { description: isMarked ? markDescription('', mark, 255) : 'by hand' });
    }
  }
  for (const id of cloud.ids('vpnservice').slice(0, which[0] === 'own' ? 1 : 0)) {
    const mark = { owner: ownerOf(repository, 'a'), time: now - 60_000 };
    cloud.edit('vpnservice', id, { description: markDescription('', mark, 255) });
  }
}

function ownerIn(cloud: ModelCloud, step: DeleteStep): string | undefined {
  const description = String(cloud.json(step.kind, step.id).description);
  return step.kind === kind && cloud.dialect.tags
    ? tagOwner(cloud.tagsOf(step.id).get(tagKeys.mark))
    : splitDescription(description).mark?.owner;
}

function deletions({ steps }: Plan): readonly DeleteStep[] {
  return steps.filter((step) => step.do === 'delete');
}

/** Connections that stay do not refer to what goes. */
function expectUnused(cloud: ModelCloud, planned: Plan): void {
  const gone = new Set(deletions(planned).map(({ id }) => id));
  for (const id of cloud.ids(kind).filter((one) => !gone.has(one))) {
    const refs = Object.values(cloud.json(kind, id));
    expect(refs.filter((ref) => gone.has(String(ref)))).toEqual([]);
  }
}

const nothing = { steps: [], changes: [], refusals: [] };

function short(planned: Plan) {
  return { steps: planned.steps.map(({ key }) => key), changes: changesOf(planned), refusals: refusalsOf(planned) };
}

const picksOf = fc.array(fc.nat(9), { minLength: 5, maxLength: 5 });
const confirmations = fc.subarray(['a', 'b', 'c', '*']);

describe.each(['openstack', 'otc'] as const)('%s', { timeout: 600_000 }, (dialect: DialectName) => {
  const worlds = worldOf(dialect);

  function destroyed(cloud: ModelCloud, specs: readonly ConnectionSpec[], given: Partial<PlanOptions>): Plan {
    return planDestroy(specs, cloud.observed(), options(dialect, given));
  }

  /** Names that no file describes are refused, which is another matter. */
  function confirming(confirm: readonly string[], specs: readonly ConnectionSpec[]): readonly string[] {
    const names = specs.map(({ name }) => name.value);
    return confirm.filter((name) => name === '*' || names.includes(name));
  }

  test('destroy deletes nothing that has neither our mark nor its name in the confirmation, and nothing in use', () => {
    fc.assert(
      fc.property(worlds, marks, confirmations, fc.boolean(), (world, which, confirm, destroyVpnservice) => {
        const { cloud, specs } = buildWorld(world);
        markAll(cloud, which);
        const planned = destroyed(cloud, specs, { confirmDestroy: confirming(confirm, specs), destroyVpnservice });
        for (const step of deletions(planned)) {
          const owner = ownerIn(cloud, step);
          const named = specs.some(
            ({ name, id }) =>
              confirm.includes(name.value) &&
              (id === undefined ? cloud.json(step.kind, step.id).name === name.value : id.value === step.id),
          );
          const ours = specs.some(({ name }) => ownerOf(repository, name.value) === owner);
          expect(step.kind === kind ? named || (confirm.includes('*') && ours) : ours, step.key).toBe(true);
          expect(destroyVpnservice || step.kind !== 'vpnservice').toBe(true);
        }
        expectUnused(cloud, planned);
      }),
      { numRuns: runs },
    );
  });

  test('destroy without a confirmation, or with one that fits no file, does nothing', () => {
    fc.assert(
      fc.property(worlds, fc.subarray(['a', '*', 'stranger']), (world, confirm) => {
        fc.pre(confirm.length === 0 || confirm.includes('stranger'));
        const { cloud, specs } = buildWorld(world);
        const { steps, refusals } = destroyed(cloud, specs, { confirmDestroy: confirm, destroyVpnservice: true });
        expect(steps).toEqual([]);
        expect(refusals[0]?.code).toBe('NOT_CONFIRMED');
        expect(refusals[0]?.connections).toEqual(specs.map(({ name }) => name.value));
      }),
      { numRuns: runs },
    );
  });

  test('after destroy there is nothing left to destroy, whatever the order, and also if it was cut off', () => {
    fc.assert(
      fc.property(worlds, marks, confirmations, picksOf, fc.nat(30), (world, which, confirm, picks, count) => {
        const { cloud, specs } = buildWorld(world);
        markAll(cloud, which);
        const given = { confirmDestroy: confirming(confirm, specs), destroyVpnservice: which[1] === 'own' };
        const first = destroyed(cloud, specs, given);
        fc.pre(first.refusals.length === 0);
        cloud.apply(reordered(first, picks), { count: count % (first.steps.length + 2) });
        cloud.apply(destroyed(cloud, specs, given));
        expect(short(destroyed(cloud, specs, given))).toEqual(nothing);
      }),
      { numRuns: runs },
    );
  });

  function pruned({ options: given }: World, cloud: ModelCloud, specs: readonly ConnectionSpec[]): Plan {
    return plan(specs, cloud.observed(), options(dialect, { ...given, prune: true }));
  }

  test('prune deletes no connection without the mark of its own name, and none that a file describes', () => {
    fc.assert(
      fc.property(worlds, marks, (world, which) => {
        const { cloud, specs } = buildWorld(world);
        markAll(cloud, which);
        const planned = pruned(world, cloud, specs);
        for (const step of deletions(planned).filter((one) => one.kind === kind)) {
          const { name } = cloud.json(kind, step.id);
          expect(ownerIn(cloud, step)).toBe(ownerOf(repository, String(name)));
          expect(specs.some((spec) => spec.name.value === name || spec.id?.value === step.id)).toBe(false);
        }
        for (const step of deletions(planned).filter((one) => one.required && part.includes(one.kind))) {
          expect(step.kind).not.toBe('vpnservice');
          expect(['a', 'b', 'c', 'x', 'y'].map((name) => ownerOf(repository, name))).toContain(ownerIn(cloud, step));
        }
      }),
      { numRuns: runs },
    );
  });

  test('prune deletes nothing that is in use, in any order, and after it there is nothing left to do', () => {
    fc.assert(
      fc.property(worlds, marks, picksOf, (world, which, picks) => {
        const { cloud, specs } = buildWorld(world);
        markAll(cloud, which);
        const first = pruned(world, cloud, specs);
        fc.pre(first.refusals.length === 0);
        cloud.apply(reordered(first, picks));
        expect(short(pruned(world, cloud, specs))).toEqual(nothing);
      }),
      { numRuns: runs },
    );
  });
});
