/** Plans for the tables, and how they are told in short. */
import { expect } from 'vitest';
import type { ConnectionSpec } from '../../../../src/vpn/desired.ts';
import { type PlanOptions, plan } from '../../../../src/vpn/plan/plan.ts';
import type { Plan, Step } from '../../../../src/vpn/plan/steps.ts';
import type { Change } from '../../../../src/vpn/report.ts';
import { options } from '../build.ts';
import type { ModelCloud } from '../model-cloud.ts';

export function planFor(cloud: ModelCloud, specs: readonly ConnectionSpec[], others: Partial<PlanOptions> = {}): Plan {
  return plan(specs, cloud.observed(), options(cloud.dialect.name, others));
}

/** `create ikepolicy office-ike`, with the fields that differ. */
export function changeWords({ action, kind, name, fields }: Change): string {
  const words = fields.map(({ field, before = '', after = '' }) => `${field}: ${before} → ${after}`);
  const isNew = action === 'create';
  return `${action} ${kind} ${name}${isNew || words.length === 0 ? '' : ` (${words.join('; ')})`}`;
}

export function changesOf({ changes }: Plan): string[] {
  return changes.map(changeWords);
}

export function refusalsOf({ refusals }: Plan): string[] {
  return refusals.map(({ code, message }) => `${code}: ${message}`);
}

/** Carries the plan out, and asserts that nothing is left to do. @returns the plan */
export function converge(cloud: ModelCloud, specs: readonly ConnectionSpec[], others: Partial<PlanOptions> = {}): Plan {
  const first = planFor(cloud, specs, others);
  expect(refusalsOf(first)).toEqual([]);
  cloud.apply(first);
  const second = planFor(cloud, specs, others);
  expect({ changes: changesOf(second), steps: second.steps, refusals: refusalsOf(second) }).toEqual({
    changes: [],
    steps: [],
    refusals: [],
  });
  return first;
}

/** Asserts that nothing would be done, and why. @returns the refusals */
export function refused(
  cloud: ModelCloud,
  specs: readonly ConnectionSpec[],
  others: Partial<PlanOptions> = {},
): Plan['refusals'] {
  const { steps, refusals } = planFor(cloud, specs, others);
  expect(steps).toEqual([]);
  expect(refusals).not.toEqual([]);
  return refusals;
}

/** The steps in another order that `after` allows, as they may run side by side. */
export function reordered({ steps }: Plan, picks: readonly number[]): Pick<Plan, 'steps'> {
  const waiting = new Set(steps);
  const order: Step[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting].filter(({ after }) => after.every((key) => order.some((step) => step.key === key)));
    const next = ready[(picks[order.length % picks.length] ?? 0) % ready.length];
    if (next === undefined) {
      throw new Error('The steps wait for each other.');
    }
    waiting.delete(next);
    order.push(next);
  }
  return { steps: order };
}
