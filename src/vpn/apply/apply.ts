/** Carries out a plan. It decides nothing: what to do, and in which order, is in the plan. */
import { ActionError } from '../../errors.ts';
import type { Connection, VpnService } from '../objects.ts';
import type { Observed } from '../observe.ts';
import type { Plan, PlannedConnection, Step } from '../plan/steps.ts';
import type { Notice } from '../report.ts';
import { giveWay } from './namesakes.ts';
import { type ApplyPorts, Run } from './run.ts';
import { runTasks } from './schedule.ts';
import { carryOut } from './steps.ts';

/** Most steps in flight together: kind to the API, and enough for one connection's five parts at once. */
export const stepsAtOnce = 8;

export interface Written {
  /** As the service answered last. */
  readonly connection: Connection;
  /** When that answer came, milliseconds since the epoch. */
  readonly at: number;
}

export interface Applied {
  /** By connection name. */
  readonly written: ReadonlyMap<string, Written>;
  readonly failures: ReadonlyMap<string, ActionError>;
  readonly notices: readonly Notice[];
  /** The VPN service that this run made for the connection. */
  serviceOf(planned: PlannedConnection): VpnService | undefined;
}

export interface ApplyOptions extends ApplyPorts {
  /** Called as soon as a connection exists: its id must get out even if the run dies. */
  onConnection(name: string, written: Written): void;
}

function everyId(observed: Observed): string[] {
  const { vpnservices, ikepolicies, ipsecpolicies, endpointGroups, connections } = observed;
  return [vpnservices, ikepolicies, ipsecpolicies, endpointGroups, connections].flatMap((list) =>
    list.map(({ id }) => id),
  );
}

function asActionError(error: unknown): ActionError {
  return error instanceof ActionError
    ? error
    : new ActionError('BUG', error instanceof Error ? error.message : String(error), { cause: error });
}

/** Failures by connection: of its own steps, or of what they needed. */
function failuresOf(
  steps: readonly Step[],
  failed: ReadonlyMap<string, unknown>,
  skipped: ReadonlySet<string>,
  cancelled: AbortSignal,
) {
  const failures = new Map<string, ActionError>();
  for (const { key, connections } of steps) {
    if (failed.has(key)) {
      for (const name of connections) {
        failures.set(name, failures.get(name) ?? asActionError(failed.get(key)));
      }
    }
  }
  const other: unknown = [...failed.values()][0] ?? cancelled.reason;
  for (const { key, connections, after } of steps) {
    if (skipped.has(key)) {
      const cause = after.find((needed) => failed.has(needed));
      for (const name of connections) {
        failures.set(name, failures.get(name) ?? asActionError(failed.get(cause ?? '') ?? other));
      }
    }
  }
  return failures;
}

/** @throws only what concerns no connection in particular; failures of steps are in the result, by connection */
export async function apply(plan: Plan, observed: Observed, options: ApplyOptions): Promise<Applied> {
  const { clock, cancellation, onConnection } = options;
  const run = new Run(options, everyId(observed));
  const written = new Map<string, Written>();
  const created = new Map<string, Connection>();
  const nameOf = new Map(plan.connections.map(({ step, report }) => [step, report.name]));

  const note = (key: string, connection: Connection): void => {
    const name = nameOf.get(key);
    if (name !== undefined) {
      written.set(name, { connection, at: clock.now() });
      onConnection(name, { connection, at: clock.now() });
    }
  };
  const tasks = plan.steps.map((step) => ({
    key: step.key,
    after: step.after,
    run: async () => {
      const connection = await carryOut(run, step);
      if (connection !== undefined) {
        note(step.key, connection);
        if (step.do !== 'update') {
          created.set(step.key, connection);
        }
      }
    },
  }));
  const { failed, skipped } = await runTasks(tasks, stepsAtOnce, () => !cancellation.reads.aborted);
  if (created.size > 0 && !cancellation.reads.aborted) {
    await giveWay(run, created);
    for (const [key, connection] of created) {
      const final = run.made.get(key);
      if (final?.kind === 'ipsec_site_connection' && final.id !== connection.id) {
        note(key, final);
      }
    }
  }
  return {
    written,
    failures: failuresOf(plan.steps, failed, skipped, cancellation.reads),
    notices: run.notices,
    serviceOf: ({ serviceKey }) => {
      const service = run.made.get(serviceKey ?? '');
      return service?.kind === 'vpnservice' ? service : undefined;
    },
  };
}
