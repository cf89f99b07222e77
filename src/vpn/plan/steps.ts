/** What a plan consists of: steps with their order, which apply carries out and nothing else. */
import type { Place } from '../../errors.ts';
import type { Body, Lines } from '../api.ts';
import type { Kind, Part } from '../kinds.ts';
import type { Connection } from '../objects.ts';
import type { Change, ConnectionReport, Notice } from '../report.ts';
import type { Outcome } from './outcome.ts';
import type { Refusal } from './refusal.ts';

/** An object that is there, or the one that the step of this key makes. */
export type Target = { readonly id: string } | { readonly made: string };

export type References = Readonly<Partial<Record<Part, Target>>>;

interface StepBase {
  /** Unique in the plan. */
  readonly key: string;
  /** Keys of the steps that must have succeeded before. */
  readonly after: readonly string[];
  /** How the object is called in log and errors. */
  readonly name: string;
  readonly at?: Place;
  /** Lines of the values that it sends. */
  readonly lines?: Lines;
  /** Names of the connections of the run that fail if this step fails. */
  readonly connections: readonly string[];
}

export interface CreateStep extends StepBase {
  readonly do: 'create';
  readonly kind: Kind;
  readonly body: Body;
  readonly refs: References;
}

export interface UpdateStep extends StepBase {
  readonly do: 'update';
  readonly kind: Kind;
  readonly id: string;
  readonly body: Body;
  readonly refs: References;
  /** The server refuses updates in PENDING_*: wait until the object has settled first. */
  readonly pending: boolean;
}

export interface DeleteStep extends StepBase {
  readonly do: 'delete';
  readonly kind: Kind;
  readonly id: string;
  /** This run removed the last user, who may still count for a while. */
  readonly justFreed: boolean;
  /** The run is to take it away: it fails if that fails, and waits until the object is gone. Else it is side work. */
  readonly required: boolean;
}

/** DELETE, poll to 404, POST: for what the API cannot change in place. */
export interface ReplaceStep extends StepBase {
  readonly do: 'replace';
  readonly old: Connection;
  readonly body: Body;
  readonly refs: References;
  /** Recreates the old connection if the new one is refused. */
  readonly oldBody: Body;
}

/** OTC: sets and removes tags of a connection. */
export interface TagStep extends StepBase {
  readonly do: 'tag';
  readonly connection: Target;
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
  /** The psk was sent with this version: the tag also says whether the cloud echoed it. */
  readonly psk?: { readonly version: string | undefined };
}

export type Step = CreateStep | UpdateStep | DeleteStep | ReplaceStep | TagStep;

export interface PlannedConnection {
  readonly report: ConnectionReport;
  /** Undefined for a new connection. */
  readonly existing: Connection | undefined;
  /** Key of the step that makes its VPN service, if one does. */
  readonly serviceKey: string | undefined;
  /** Key of the step that writes the connection itself, if only to touch it. */
  readonly step: string | undefined;
  /** What it will hold. */
  readonly outcome: Outcome;
}

export interface Plan {
  /** In an order that respects `after`. */
  readonly steps: readonly Step[];
  readonly changes: readonly Change[];
  readonly notices: readonly Notice[];
  readonly connections: readonly PlannedConnection[];
  /** Why nothing may be written; there are no steps then. */
  readonly refusals: readonly Refusal[];
}
