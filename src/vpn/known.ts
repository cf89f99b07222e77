/** The report as far as it is known, one place for everybody who learns something; and what it says of each connection. */
import type { ActionError, Place } from '../errors.ts';
import type { Applied } from './apply/apply.ts';
import { gatewayOf } from './plan/plan.ts';
import type { PlannedConnection } from './plan/steps.ts';
import type { ConnectionReport, Report } from './report.ts';
import { settledStates } from './wait.ts';

/** Connections of files that are wrong: nobody plans for them. */
export interface Rejected {
  readonly failure: ActionError;
  /** Those whose names could be read. */
  readonly connections: readonly { readonly name: string; readonly at: Place }[];
}

/** Each connection once, with the first of what speaks against it. */
export function rejectedReports(rejected: readonly Rejected[]): readonly ConnectionReport[] {
  const all = rejected.flatMap(({ connections, failure }) =>
    connections.map(({ name, at }) => untouched(name, at, failure)),
  );
  return all.filter(({ name, at }, index) => all.findIndex((one) => one.name === name && one.at === at) === index);
}

export class Known {
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

  /** Connections that are in the report already, in their places. */
  connections(learnt: readonly ConnectionReport[]): readonly ConnectionReport[] {
    const byName = new Map(learnt.map((connection) => [connection.name, connection]));
    return this.#report.connections.map((one) => byName.get(one.name) ?? one);
  }

  all(learnt: Partial<Report>): void {
    this.#report = { ...this.#report, ...learnt };
    this.#tell(this.#report);
  }
}

/** What a status says that no update of this run can have outdated. */
export function stateOf(status: string): Pick<ConnectionReport, 'settled' | 'up' | 'statusStale'> {
  return { settled: settledStates.includes(status), up: status === 'ACTIVE', statusStale: false };
}

/** The psk where nothing was sent. */
function unsent({ psk }: ConnectionReport): ConnectionReport['psk'] {
  return psk === 'sent' ? 'not compared' : psk;
}

/** A connection that nothing was planned for. */
export function untouched(name: string, at: Place, failure?: ActionError): ConnectionReport {
  const base = { name, at, operation: 'unchanged', impact: 'none', psk: 'not compared' } as const;
  return failure === undefined ? base : { ...base, failure };
}

/** What is known before any write, when nothing has been changed yet. Where none will follow, the states count. */
export function beforehand(
  { report, existing }: PlannedConnection,
  writes: boolean,
  isPlan: boolean,
): ConnectionReport {
  return {
    ...report,
    ...(existing !== undefined && !writes ? stateOf(existing.status) : {}),
    ...(isPlan ? {} : { operation: 'unchanged', psk: unsent(report) }),
  };
}

/** What became of a connection. One that is deleted has neither id nor status any more. */
export function afterwards(connection: PlannedConnection, applied: Applied): ConnectionReport {
  const { id, status, ...lasting } = connection.report;
  const { name, peerAddress = '' } = lasting;
  const operation = applied.operationOf(connection);
  const written = applied.written.get(name)?.connection;
  const service = applied.serviceOf(connection);
  const failure = applied.failures.get(name);
  const gatewayAddress = gatewayOf(service, peerAddress);
  const current = written ?? connection.existing;
  const isLeft = failure !== undefined && operation !== 'deleted' && current !== undefined;
  return {
    ...(operation === 'deleted' ? lasting : connection.report),
    operation,
    ...(applied.isInDoubt(connection) ? { inDoubt: true } : {}),
    ...(written === undefined ? { psk: unsent(connection.report) } : { id: written.id, status: written.status }),
    ...(service === undefined ? {} : { vpnserviceId: service.id }),
    ...(gatewayAddress === undefined ? {} : { gatewayAddress }),
    ...(isLeft ? { ...stateOf(current.status), statusStale: operation !== 'unchanged' } : {}),
    ...(failure === undefined ? {} : { failure }),
  };
}
