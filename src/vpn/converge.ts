/** Makes the project as the files describe it: observe → plan → apply → wait, telling what becomes known on the way. */
import { ActionError } from '../errors.ts';
import type { Send } from '../http/send.ts';
import type { Cancellation, Clock, Log } from '../ports.ts';
import { createVpnApi, type VpnApi } from './api.ts';
import { type Applied, apply } from './apply/apply.ts';
import { awaitStates } from './await-states.ts';
import type { ConnectionSpec } from './desired.ts';
import { afterwards, beforehand, Known, type Rejected, untouched } from './known.ts';
import { type Observed, observe } from './observe.ts';
import { PeerConfigs, type PeerFiles } from './peer-configs.ts';
import { planDestroy } from './plan/destroy.ts';
import type { Elsewhere } from './plan/elsewhere.ts';
import { type Isolated, planIsolated } from './plan/isolated.ts';
import { type PlanOptions, plan } from './plan/plan.ts';
import { forsaken } from './plan/prune.ts';
import { type ExpectedPlan, planDigest, planMoved } from './plan-digest.ts';
import { preflight } from './preflight/preflight.ts';
import { type Quotas, readQuotas } from './preflight/read-quotas.ts';
import type { ConnectionReport, Notice, Report } from './report.ts';
import type { WaitFor } from './wait.ts';

export interface ConvergeOptions extends Omit<PlanOptions, 'isWhole' | 'elsewhere'> {
  readonly mode: 'apply' | 'plan' | 'destroy';
  readonly project: { readonly id: string; readonly name?: string };
  readonly region?: string;
  /** Ends in `/v2.0`. */
  readonly networkUrl: URL;
  readonly waitFor: WaitFor;
  readonly statusIntervalMs: number;
  readonly timeoutMs: number;
  /** When the timeout ends, milliseconds since the epoch. */
  readonly deadline: number;
  /** What the files have that cannot be planned for. */
  readonly rejected: readonly Rejected[];
  /** Of the login's token. */
  readonly roles?: readonly string[];
  /** The plan that was reviewed: no other may be carried out. */
  readonly expectPlan?: ExpectedPlan;
}

export interface ConvergePorts {
  /** Authenticated for the project. */
  readonly send: Send;
  readonly clock: Clock;
  random(): number;
  readonly log: Log;
  readonly cancellation: Cancellation;
  /** Called whenever something became known: outputs must not wait for the end. */
  tell(report: Report): void;
  /** Where configurations for the other ends go, if they are wanted. */
  readonly peerFiles?: PeerFiles;
  /** What other files than those of the run describe; asked only if the answer matters. */
  elsewhere(): Promise<Elsewhere>;
  /** The plan in words. */
  describe(report: Report): readonly string[];
}

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

/** What was decided, and what is needed to carry it out. */
interface Decided extends Isolated {
  readonly observed: Observed;
  readonly peers: PeerConfigs | undefined;
  /** Of the checks before the first write. */
  readonly warnings: readonly Notice[];
}

/** Only where a connection might be pruned, or offered for it. */
async function lookElsewhere(
  specs: readonly ConnectionSpec[],
  observed: Observed,
  options: ConvergeOptions,
  { elsewhere }: ConvergePorts,
): Promise<Elsewhere> {
  const isAsked = options.mode !== 'destroy' && forsaken(specs, observed, options).length > 0;
  return isAsked ? await elsewhere() : { connections: [], unclear: [] };
}

async function decide(
  api: VpnApi,
  specs: readonly ConnectionSpec[],
  options: ConvergeOptions,
  ports: ConvergePorts,
): Promise<Decided> {
  const { dialect, rejected, mode } = options;
  const { peerFiles } = ports;
  const observed = await observe(api, specs, dialect, peerFiles !== undefined);
  const elsewhere = await lookElsewhere(specs, observed, options, ports);
  const decideOn = mode === 'destroy' ? planDestroy : plan;
  let peers: PeerConfigs | undefined;
  let warnings: readonly Notice[] = [];
  let known: Promise<Quotas> | undefined;
  const quotas = (): Promise<Quotas> => {
    known ??= readQuotas({ ...ports, ...options, projectId: options.project.id, dialect: dialect.name });
    return known;
  };
  const isolated = await planIsolated(specs, {
    decide: (left, isWhole) =>
      decideOn(left, observed, { ...options, elsewhere, isWhole: isWhole && rejected.length === 0 }),
    check: async (planned, left) => {
      peers = peerFiles && new PeerConfigs(left, planned, observed, dialect, peerFiles);
      const found = await preflight(
        { plan: planned, specs: left, observed, dialect },
        { roles: options.roles, quotas },
      );
      warnings = found.notices;
      return [...(peers?.refusals ?? []), ...found.refusals];
    },
  });
  return { ...isolated, observed, peers, warnings };
}

/** Whether the run ends before anything is written: nothing is left, or what was reviewed cannot be done as a whole. */
function isStopped(
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
  const wrong = options.rejected.flatMap(({ connections, failure }) =>
    connections.map(({ name, at }) => untouched(name, at, isOver ? undefined : failure)),
  );
  return [...described, ...wrong];
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

function reportOf(specs: readonly ConnectionSpec[], decided: Decided, options: ConvergeOptions): Report {
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
  const known = new Known(reportOf(specs, decided, options), ports.tell);
  // A refused plan without changes does not mean that nothing is to be done.
  if (refusals.length === 0 || planned.changes.length > 0) {
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
  const moved = expectPlan && planMoved(expectPlan, known.report);
  failWith(moved === undefined ? [] : [moved], 'problems');
  const work = (): Promise<Applied> => carryOut(decided, api, options, ports, known);
  const applied = planned.steps.length === 0 ? await work() : await log.group('Apply', work);
  await writePeerConfigs(peers, known);
  if (mode !== 'destroy') {
    await awaitStates(planned, applied, api, { ...ports, ...options }, known);
  }
  failTogether(problems, known, failuresElsewhere(applied, known));
}
