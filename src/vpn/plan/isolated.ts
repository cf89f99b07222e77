/** A plan in which one bad connection does not stop the others. Pure, but for what the checks have to ask. */
import type { ConnectionSpec } from '../desired.ts';
import type { Refusal } from './refusal.ts';
import type { Plan, PlannedConnection } from './steps.ts';

export interface Isolated {
  /** Of the connections that nothing speaks against; of all of them, without steps, if there is none. */
  readonly plan: Plan;
  readonly refusals: readonly Refusal[];
  /** The connections that are left out, in the order of the files. */
  readonly refused: readonly ConnectionSpec[];
  /** What had been planned for those before they were refused, as far as it came to that. */
  readonly beforehand: ReadonlyMap<string, PlannedConnection>;
}

export interface Deciding {
  /** @param leftOut the others, which were refused */
  decide(specs: readonly ConnectionSpec[], leftOut: readonly ConnectionSpec[]): Plan;
  /** What else speaks against a plan; a refused one has no steps. */
  check(plan: Plan, specs: readonly ConnectionSpec[]): Promise<readonly Refusal[]>;
}

/**
 * Plans all connections; takes out those that are refused, and plans the rest anew, until nothing is refused. Those that
 * were taken out then count as connections of others: what they share with the rest is as protected as anybody's.
 */
export async function planIsolated(specs: readonly ConnectionSpec[], { decide, check }: Deciding): Promise<Isolated> {
  const refusals: Refusal[] = [];
  const beforehand = new Map<string, PlannedConnection>();
  const whole = decide(specs, []);
  let planned = whole;
  for (
    let left = specs;
    ;
    planned = decide(
      left,
      specs.filter((spec) => !left.includes(spec)),
    )
  ) {
    const found = [...planned.refusals, ...(await check(planned, left))];
    const concerned = new Set(found.flatMap(({ connections }) => connections));
    for (const connection of planned.connections.filter(({ report }) => concerned.has(report.name))) {
      beforehand.set(connection.report.name, connection);
    }
    refusals.push(...found);
    const kept = left.filter(({ name }) => !concerned.has(name.value));
    const isOver = kept.length === 0 || found.some(({ connections }) => connections.length === 0);
    if (found.length === 0 || isOver) {
      const refused = found.length > 0 ? specs : specs.filter((spec) => !left.includes(spec));
      return { plan: found.length > 0 ? { ...whole, steps: [] } : planned, refusals, refused, beforehand };
    }
    left = kept;
  }
}
