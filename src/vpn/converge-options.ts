/** What a convergence needs to know, and what it needs from the world outside. */
import type { Send } from '../http/send.ts';
import type { Cancellation, Clock, Log } from '../ports.ts';
import type { Rejected } from './known.ts';
import type { PeerFiles } from './peer-configs.ts';
import type { Elsewhere } from './plan/elsewhere.ts';
import type { PlanOptions } from './plan/plan.ts';
import type { ExpectedPlan } from './plan-digest.ts';
import type { Report } from './report.ts';
import type { WaitFor } from './wait.ts';

export interface ConvergeOptions extends Omit<PlanOptions, 'isWhole' | 'leftOut' | 'elsewhere'> {
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
