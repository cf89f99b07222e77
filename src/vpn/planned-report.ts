/** The report before the first write: what was decided for each connection of the files. Pure. */
import type { ConvergeOptions } from './converge-options.ts';
import type { Decided } from './decide.ts';
import type { ConnectionSpec } from './desired.ts';
import { beforehand, rejectedReports, stateOf, untouched } from './known.ts';
import { planDigest } from './plan-digest.ts';
import type { ConnectionReport, Report } from './report.ts';

/** Whether the run ends before anything is written: nothing is left, or what was reviewed cannot be done as a whole. */
export function isStopped(
  specs: readonly ConnectionSpec[],
  { refused }: Decided,
  { expectPlan, rejected }: ConvergeOptions,
): boolean {
  const isHeld = expectPlan !== undefined && refused.length + rejected.length > 0;
  return isHeld || (refused.length > 0 && refused.length === specs.length);
}

/** Every connection of the files, in their order; those of files that are wrong come last. */
function connectionsOf(
  specs: readonly ConnectionSpec[],
  decided: Decided,
  options: ConvergeOptions,
): readonly ConnectionReport[] {
  const { plan: planned, refusals, refused, beforehand: before } = decided;
  const isPlan = options.mode === 'plan';
  const isOver = isStopped(specs, decided, options);
  const described = specs.flatMap((spec): ConnectionReport[] => {
    const name = spec.name.value;
    const found = before.get(name) ?? planned.connections.find(({ report }) => report.name === name);
    if (found === undefined && isOver && isPlan) {
      // A plan that never came to it: what is unknown must not read as unchanged.
      return [];
    }
    const writes = !isPlan && !isOver && !refused.includes(spec);
    const known = found === undefined ? untouched(name, spec.at) : beforehand(found, writes, isPlan);
    // Several reasons are all told with the run; here stands the first. What ends the run is no failure of one connection.
    const failure = isOver ? undefined : refusals.find(({ connections }) => connections.includes(name));
    return [failure === undefined ? known : { ...known, failure }];
  });
  const wrong = rejectedReports(options.rejected);
  return [...described, ...(isOver ? wrong.map(({ name, at }) => untouched(name, at)) : wrong)];
}

/** The connections as they are, since nothing of the plan is carried out. */
export function leftAlone(report: Report, { plan: { connections } }: Decided): Report {
  const states = new Map(
    connections.flatMap(({ existing, report: { name } }) =>
      existing === undefined ? [] : [[name, stateOf(existing.status)]],
    ),
  );
  return { ...report, connections: report.connections.map((one) => ({ ...one, ...states.get(one.name) })) };
}

/** With the digest, if nothing was refused. */
export function reportOf(specs: readonly ConnectionSpec[], decided: Decided, options: ConvergeOptions): Report {
  const { mode, dialect, project, region, rejected } = options;
  const { changes } = decided.plan;
  const notices = [...decided.plan.notices, ...decided.warnings];
  const report: Report = {
    mode,
    dialect: dialect.name,
    project,
    ...(region === undefined ? {} : { region }),
    connections: connectionsOf(specs, decided, options),
    changes,
    progress: 'planned',
    notices,
  };
  return decided.refusals.length + rejected.length > 0 ? report : { ...report, digest: planDigest(report) };
}
