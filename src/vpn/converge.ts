/** Makes the project as the files describe it: observe → plan → apply → wait, telling what becomes known on the way. */
import { ActionError } from '../errors.ts';
import type { Log } from '../ports.ts';
import { createVpnApi, type VpnApi } from './api.ts';
import { type Applied, apply } from './apply/apply.ts';
import { awaitStates } from './await-states.ts';
import type { ConvergeOptions, ConvergePorts } from './converge-options.ts';
import { type Decided, decide } from './decide.ts';
import type { ConnectionSpec } from './desired.ts';
import { afterwards, Known } from './known.ts';
import type { PeerConfigs } from './peer-configs.ts';
import { planMoved } from './plan-digest.ts';
import { isStopped, leftAlone, reportOf } from './planned-report.ts';

export type { ConvergeOptions, ConvergePorts } from './converge-options.ts';

/** Ends the run if anything failed, with one error: the only one, or all of them told together. */
function failWith(failures: readonly ActionError[], what: string): void {
  const [first, ...others] = new Set(failures);
  if (first === undefined) {
    return;
  }
  if (others.length === 0) {
    throw first;
  }
  const lines = [first, ...others].map(({ message, hint }, index) =>
    [`${index + 1}. ${message}`, hint].filter((text) => text !== undefined).join(' '),
  );
  throw new ActionError(first.code, `${lines.length} ${what}:\n${lines.join('\n')}`, { at: first.at, cause: first });
}

async function carryOut(
  { plan: planned, observed }: Decided,
  api: VpnApi,
  { deadline }: ConvergeOptions,
  ports: ConvergePorts,
  known: Known,
): Promise<Applied> {
  const operations = new Map(planned.connections.map(({ report: { name, operation } }) => [name, operation]));
  const applied = await apply(planned, observed, {
    ...ports,
    api,
    deadline,
    onConnection: (name, { connection: { id, status } }) =>
      known.connection(name, { id, status, operation: operations.get(name) ?? 'unchanged' }),
  });
  known.all({
    progress: applied.progress,
    connections: known.connections(planned.connections.map((connection) => afterwards(connection, applied))),
    notices: [...known.report.notices, ...applied.notices],
  });
  return applied;
}

/** Before any status is waited for: the other end may be what it takes. A connection that failed gets no file. */
async function writePeerConfigs(peers: PeerConfigs | undefined, known: Known): Promise<void> {
  if (peers === undefined) {
    return;
  }
  for (const connection of known.report.connections.filter(({ failure }) => failure === undefined)) {
    const written = await peers.write(connection);
    if ('notice' in written) {
      known.all({ notices: [...known.report.notices, written.notice] });
    } else {
      known.connection(connection.name, written);
    }
  }
}

/** Each at its line. The failure of the run stands at the line of the first, and lists all. */
function logProblems(problems: readonly ActionError[], log: Log): void {
  for (const { message, at, code } of problems) {
    log.error(message, at, code);
  }
}

/** Failures of connections that no file describes: pruned ones. */
function failuresElsewhere({ failures }: Applied, { report }: Known): readonly ActionError[] {
  const known = new Set(report.connections.map(({ name }) => name));
  return [...failures].flatMap(([name, failure]) => (known.has(name) ? [] : failure));
}

/** @param others failures of what no file describes */
function failTogether(refusals: readonly ActionError[], { report }: Known, others: readonly ActionError[] = []): void {
  const reasons = new Set(refusals);
  const own = report.connections.flatMap(({ failure }) => failure ?? []);
  const failures = [...own, ...others].filter((one) => !reasons.has(one));
  failWith([...refusals, ...failures], failures.length === 0 ? 'problems' : 'connections failed');
}

/**
 * Converges all connections of the run. One that is refused, or fails, does not stop the others.
 * @throws ActionError after everything that could be done was done; what is known until then was told
 */
export async function converge(
  specs: readonly ConnectionSpec[],
  options: ConvergeOptions,
  ports: ConvergePorts,
): Promise<void> {
  const { log } = ports;
  const { mode, dialect, project, networkUrl, expectPlan, rejected } = options;
  const api = createVpnApi({ send: ports.send, networkUrl, projectId: project.id, dialect });
  const decided = await decide(api, specs, options, ports);
  const { plan: planned, refusals, peers } = decided;
  const report = reportOf(specs, decided, options);
  const moved = expectPlan && planMoved(expectPlan, report);
  const known = new Known(moved === undefined ? report : leftAlone(report, decided), ports.tell);
  // A refused plan without changes does not mean that nothing is to be done.
  if (planned.changes.length > 0 || refusals.length === 0 || !isStopped(specs, decided, options)) {
    await log.group('Plan', async () => {
      for (const line of ports.describe(known.report)) {
        log.info(line);
      }
    });
  }
  const problems = [...rejected.map(({ failure }) => failure), ...refusals];
  // The problems of the files have been told where they were found.
  logProblems(rejected.length > 0 ? refusals : refusals.slice(1), log);
  if (isStopped(specs, decided, options)) {
    // In both modes: a review must not pass what apply then refuses.
    failWith(problems, 'problems');
  }
  if (mode === 'plan') {
    await writePeerConfigs(peers, known);
    failTogether(problems, known);
    return;
  }
  failWith(moved === undefined ? [] : [moved], 'problems');
  const work = (): Promise<Applied> => carryOut(decided, api, options, ports, known);
  const applied = planned.steps.length === 0 ? await work() : await log.group('Apply', work);
  await writePeerConfigs(peers, known);
  if (mode !== 'destroy') {
    await awaitStates(planned, applied, api, { ...ports, ...options }, known);
  }
  failTogether(problems, known, failuresElsewhere(applied, known));
}
