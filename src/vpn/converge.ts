/** Makes the project as the files describe it: observe → plan → apply → wait, telling what becomes known on the way. */
import { ActionError } from '../errors.ts';
import type { Send } from '../http/send.ts';
import type { Cancellation, Clock, Log } from '../ports.ts';
import { createVpnApi, type VpnApi } from './api.ts';
import { type Applied, apply } from './apply/apply.ts';
import type { ConnectionSpec } from './desired.ts';
import { observe } from './observe.ts';
import { gatewayOf, type PlanOptions, plan } from './plan/plan.ts';
import type { Plan, PlannedConnection } from './plan/steps.ts';
import type { ConnectionReport, Report } from './report.ts';
import { type Waited, type WaitFor, type Waiting, waitForStates } from './wait.ts';

export interface ConvergeOptions extends PlanOptions {
  readonly mode: 'apply' | 'plan';
  readonly project: { readonly id: string; readonly name?: string };
  readonly region?: string;
  /** Ends in `/v2.0`. */
  readonly networkUrl: URL;
  readonly waitFor: WaitFor;
  readonly statusIntervalMs: number;
  readonly timeoutMs: number;
  /** When the timeout ends, milliseconds since the epoch. */
  readonly deadline: number;
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
  /** The plan in words. */
  describe(report: Report): readonly string[];
}

/** The report as far as it is known, one place for everybody who learns something. */
class Known {
  #report: Report;
  readonly #tell: (report: Report) => void;

  constructor(report: Report, tell: (report: Report) => void) {
    this.#report = report;
    this.#tell = tell;
    tell(report);
  }

  get report(): Report {
    return this.#report;
  }

  connection(name: string, learnt: Partial<ConnectionReport>): void {
    const connections = this.#report.connections.map((one) => (one.name === name ? { ...one, ...learnt } : one));
    this.all({ connections });
  }

  all(learnt: Partial<Report>): void {
    this.#report = { ...this.#report, ...learnt };
    this.#tell(this.#report);
  }
}

/** One error for the whole run: the only one, or all of them told together. */
function together(failures: readonly ActionError[], what: string): ActionError {
  const [first, ...others] = [...new Set(failures)];
  if (first === undefined) {
    return new ActionError('BUG', `${what} without a reason.`);
  }
  if (others.length === 0) {
    return first;
  }
  const texts = [first, ...others].map(({ message, hint }) => (hint === undefined ? message : `${message} ${hint}`));
  const lines = texts.map((text, index) => `${index + 1}. ${text}`);
  return new ActionError(first.code, `${lines.length} ${what}:\n${lines.join('\n')}`, { cause: first }).on(first.at);
}

/** A plan that may not be carried out fails in both modes: a review must not pass what apply then refuses. */
function checkRefusals({ refusals }: Plan, { mode }: ConvergeOptions, known: Known): void {
  if (refusals.length === 0) {
    return;
  }
  if (mode === 'apply') {
    const connections = known.report.connections.map((one) => ({ ...one, operation: 'unchanged' as const }));
    known.all({ connections });
  }
  throw together(refusals, 'problems');
}

function learnt(waited: Waited): Partial<ConnectionReport> {
  const { status, settled, up, stale, failure } = waited;
  return { status, settled, up, statusStale: stale, ...(failure === undefined ? {} : { failure }) };
}

function waitingFor({ report, existing, step }: PlannedConnection, applied: Applied): Waiting | undefined {
  const written = applied.written.get(report.name);
  const id = written?.connection.id ?? existing?.id;
  if (id === undefined || applied.failures.has(report.name)) {
    return undefined;
  }
  const status = written?.connection.status ?? existing?.status ?? '';
  const isUpdate = written !== undefined && existing !== undefined && id === existing.id && step !== undefined;
  return {
    name: report.name,
    id,
    at: report.at,
    status,
    ...(isUpdate ? { updated: { before: existing.status, at: written.at } } : {}),
  };
}

async function carryOut(
  planned: Plan,
  observed: Awaited<ReturnType<typeof observe>>,
  api: VpnApi,
  options: ConvergeOptions,
  ports: ConvergePorts,
  known: Known,
): Promise<Applied> {
  const applied = await apply(planned, observed, {
    ...ports,
    api,
    deadline: options.deadline,
    onConnection: (name, { connection: { id, status } }) => known.connection(name, { id, status }),
  });
  for (const connection of planned.connections) {
    const service = applied.serviceOf(connection);
    const { name, peerAddress = '' } = connection.report;
    const failure = applied.failures.get(name);
    const gatewayAddress = gatewayOf(service, peerAddress);
    known.connection(name, {
      operation: applied.operationOf(connection),
      ...(service === undefined ? {} : { vpnserviceId: service.id }),
      ...(gatewayAddress === undefined ? {} : { gatewayAddress }),
      ...(failure === undefined ? {} : { failure }),
    });
  }
  known.all({ notices: [...known.report.notices, ...applied.notices] });
  return applied;
}

async function wait(
  waiting: readonly Waiting[],
  api: VpnApi,
  options: ConvergeOptions,
  ports: ConvergePorts,
  known: Known,
): Promise<void> {
  try {
    await waitForStates(waiting, {
      ...ports,
      ...options,
      api,
      onStatus: (name, waited) => known.connection(name, learnt(waited)),
    });
  } catch (error) {
    if (!ports.cancellation.reads.aborted) {
      throw error;
    }
    const names = waiting.map(({ name, id }) => `${name} (${id})`).join(', ');
    throw new ActionError('CANCELLED', `Cancelled while waiting for the status of ${names}.`, {
      hint: 'Everything had been written before. Run it again to see how it ended.',
      cause: error,
    });
  }
}

/** The states as they are, without waiting: what a plan can say. */
function stateNow(planned: Plan, known: Known): void {
  for (const { existing, report } of planned.connections) {
    if (existing !== undefined) {
      const { status } = existing;
      known.connection(report.name, {
        settled: ['ACTIVE', 'DOWN'].includes(status),
        up: status === 'ACTIVE',
        statusStale: false,
      });
    }
  }
}

/**
 * Converges all connections of the run.
 * @throws ActionError after everything that could be done was done; what is known until then was told
 */
export async function converge(
  specs: readonly ConnectionSpec[],
  options: ConvergeOptions,
  ports: ConvergePorts,
): Promise<void> {
  const { log } = ports;
  const { mode, dialect, project, region, networkUrl } = options;
  const api = createVpnApi({ send: ports.send, networkUrl, projectId: project.id, dialect });
  const observed = await observe(api, specs, dialect);
  const planned = plan(specs, observed, options);
  const known = new Known(
    {
      mode,
      dialect: dialect.name,
      project,
      ...(region === undefined ? {} : { region }),
      connections: planned.connections.map(({ report }) => report),
      changes: planned.changes,
      notices: planned.notices,
    },
    ports.tell,
  );
  await log.group('Plan', async () => {
    for (const line of ports.describe(known.report)) {
      log.info(line);
    }
  });
  checkRefusals(planned, options, known);
  if (mode === 'plan') {
    stateNow(planned, known);
    return;
  }
  const applied =
    planned.steps.length === 0
      ? await carryOut(planned, observed, api, options, ports, known)
      : await log.group('Apply', () => carryOut(planned, observed, api, options, ports, known));
  const waiting = planned.connections.flatMap((connection) => waitingFor(connection, applied) ?? []);
  await wait(waiting, api, options, ports, known);
  const failures = known.report.connections.flatMap(({ failure }) => failure ?? []);
  if (failures.length > 0) {
    throw together(failures, 'connections failed');
  }
}
