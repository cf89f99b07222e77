/** Carries out a plan. It decides nothing: what to do, and in which order, is in the plan. */
import { type ActionError, asActionError } from '../../errors.ts';
import type { Connection, VpnService } from '../objects.ts';
import type { Observed } from '../observe.ts';
import type { Plan, PlannedConnection, Step } from '../plan/steps.ts';
import type { Notice, Operation, Progress } from '../report.ts';
import { failuresOf, notBegun, untold } from './failures.ts';
import { giveWay, type MadeConnection } from './namesakes.ts';
import { dropOwnParts } from './own-parts.ts';
import { noticeKept } from './remove.ts';
import { type ApplyPorts, Run } from './run.ts';
import { type Outcome, runTasks } from './schedule.ts';
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
  /** What became of a connection, also if the run failed on the way to what was planned. */
  operationOf(planned: PlannedConnection): Operation;
  /** Whether nobody can say if that was done. */
  isInDoubt(planned: PlannedConnection): boolean;
  readonly progress: Progress;
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

interface Ended extends Outcome {
  readonly written: ReadonlyMap<string, Written>;
}

function stepsOf({ steps }: Plan, { report: { name } }: PlannedConnection): Step[] {
  return steps.filter(({ connections }) => connections.includes(name));
}

/** Whether nobody can say if the connection was written: the answer is missing. New parts alone change nothing for it. */
function isInDoubt(plan: Plan, planned: PlannedConnection, { failed, written }: Ended): boolean {
  const changing = stepsOf(plan, planned).filter((step) => step.key === planned.step || step.do !== 'create');
  return (
    !written.has(planned.report.name) &&
    changing.some(({ key }) => asActionError(failed.get(key)).code === 'RESULT_UNKNOWN')
  );
}

/** New parts alone change nothing for a connection. A write whose result is unknown may have been carried out. */
function operationOf({ deleted }: Run, plan: Plan, planned: PlannedConnection, ended: Ended): Operation {
  const { name, operation } = planned.report;
  const mine = stepsOf(plan, planned);
  const done = mine.filter(({ key }) => !ended.failed.has(key) && !ended.skipped.has(key));
  if (done.length === mine.length || ended.written.has(name)) {
    return operation;
  }
  if (deleted.has(name)) {
    return 'deleted';
  }
  if (isInDoubt(plan, planned, ended)) {
    return operation;
  }
  return planned.existing !== undefined && done.some((step) => step.do !== 'create') ? 'updated' : 'unchanged';
}

function progressOf({ steps }: Plan, { failed, skipped }: Outcome): Progress {
  if (failed.size + skipped.size === 0) {
    return 'done';
  }
  const isUnknown = [...failed.values()].some((error) => asActionError(error).code === 'RESULT_UNKNOWN');
  return isUnknown || failed.size + skipped.size < steps.length ? 'partly' : 'planned';
}

/** @throws only what concerns no connection in particular; failures of steps are in the result, by connection */
export async function apply(plan: Plan, observed: Observed, options: ApplyOptions): Promise<Applied> {
  const { clock, cancellation, onConnection } = options;
  const run = new Run(options, everyId(observed));
  const written = new Map<string, Written>();
  const created = new Map<string, MadeConnection>();
  const nameOf = new Map(plan.connections.map(({ step, report }) => [step, report.name]));

  /** Also after a failure: a replacement that was refused has brought the old connection back. */
  const note = (key: string): void => {
    const name = nameOf.get(key);
    const connection = run.connection(key);
    if (name !== undefined && connection !== undefined) {
      written.set(name, { connection, at: clock.now() });
      onConnection(name, { connection, at: clock.now() });
    }
  };
  const tasks = plan.steps.map((step) => ({
    key: step.key,
    after: step.after,
    run: async () => {
      try {
        await carryOut(run, step);
      } finally {
        note(step.key);
      }
      const connection = run.connection(step.key);
      const isOwn = connection !== undefined && !run.adopted.has(connection.id);
      if (isOwn && (step.do === 'create' || step.do === 'replace')) {
        created.set(step.key, { step, connection });
      }
    },
  }));
  const isLate = (): boolean => clock.now() >= options.deadline;
  const { failed, skipped } = await runTasks(tasks, stepsAtOnce, () => !cancellation.reads.aborted && !isLate());
  const trouble = created.size > 0 && !cancellation.reads.aborted ? await giveWay(run, created) : [];
  if (run.hasGivenWay && !cancellation.reads.aborted) {
    await dropOwnParts(run);
  }
  for (const [key, { connection }] of created) {
    if (run.connection(key)?.id !== connection.id) {
      note(key);
    }
  }
  const ended = { failed, skipped, written };
  const stopped = cancellation.reads.aborted ? cancellation.reads.reason : run.late();
  for (const step of notBegun(plan.steps, { failed, skipped })) {
    noticeKept(run, step, stopped);
  }
  const failures = failuresOf(plan.steps, { failed: new Map([...failed, ...trouble]), skipped }, stopped);
  run.notices.push(...untold(failed, failures));
  return {
    written,
    failures,
    progress: progressOf(plan, { failed, skipped }),
    operationOf: (planned) => operationOf(run, plan, planned, ended),
    isInDoubt: (planned) => !run.deleted.has(planned.report.name) && isInDoubt(plan, planned, ended),
    notices: run.notices,
    serviceOf: ({ serviceKey }) => {
      const service = run.made.get(serviceKey ?? '');
      return service?.kind === 'vpnservice' ? service : undefined;
    },
  };
}
