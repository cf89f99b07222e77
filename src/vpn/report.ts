/** What a run found, decided and did: the input of log, summary and outputs. Never holds a secret. */
import type { ActionError, Place } from '../errors.ts';
import type { Kind } from './kinds.ts';

/** What a run is for. */
export const modes = ['apply', 'plan', 'export', 'destroy'] as const;
export type Mode = (typeof modes)[number];

/** What a change does to traffic. In this order of severity. A removal is confirmed by its name, or by `prune`, alone. */
export const impacts = ['none', 'rekey', 'interruption', 'replacement', 'removal'] as const;
export type Impact = (typeof impacts)[number];
/** What the input `max-impact` can allow. */
export const boundableImpacts = ['none', 'rekey', 'interruption', 'replacement'] as const satisfies readonly Impact[];

/** The severest; `none` of nothing. */
export function worst(items: readonly { readonly impact: Impact }[]): Impact {
  return impacts.findLast((impact) => items.some((item) => item.impact === impact)) ?? 'none';
}

export type Operation = 'created' | 'updated' | 'replaced' | 'deleted' | 'unchanged';

export interface FieldChange {
  readonly field: string;
  /** Texts for a person; the psk shows only as words such as `(changed)`. Missing: was or becomes unset. */
  readonly before?: string;
  readonly after?: string;
  readonly impact: Impact;
}

/** One thing that the run does (or, in plan mode, would do) to one object. */
export interface Change {
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'touch';
  readonly kind: Kind;
  readonly name: string;
  readonly id?: string;
  readonly fields: readonly FieldChange[];
  readonly impact: Impact;
  /** Why, where the fields do not say it. */
  readonly reason?: string;
  /** Names of the connections that it concerns. */
  readonly connections: readonly string[];
  readonly at?: Place;
}

/** Something a person must know that is no failure. */
export interface Notice {
  readonly level: 'notice' | 'warning';
  readonly text: string;
  readonly at?: Place;
}

export interface ConnectionReport {
  readonly name: string;
  readonly at: Place;
  readonly id?: string;
  readonly operation: Operation;
  /** Whether nobody can say if the operation was carried out: the answer to it is missing. */
  readonly inDoubt?: boolean;
  readonly impact: Impact;
  readonly peerAddress?: string;
  readonly vpnserviceId?: string;
  /** Public address of the cloud's side: what the peer dials. */
  readonly gatewayAddress?: string;
  readonly psk: 'equal' | 'sent' | 'unverified' | 'not compared';
  /** Normalised status, e.g. ACTIVE, DOWN, PENDING_CREATE; missing in plan mode for a new connection. */
  readonly status?: string;
  readonly settled?: boolean;
  readonly up?: boolean;
  readonly statusStale?: boolean;
  /** Path of the configuration for the other end, relative to the workspace. */
  readonly peerConfigFile?: string;
  readonly failure?: ActionError;
}

/** How much of the changes has been carried out; `partly` also where the result of a write is unknown. */
export type Progress = 'planned' | 'partly' | 'done';

/** What `mode: export` wrote. */
export interface Exported {
  /** Paths relative to the workspace. */
  readonly files: readonly string[];
  /** The text of the only file, or of all, as YAML documents; empty if it is too long for an output. */
  readonly text: string;
  /** Names of the secrets that the files need, one for each connection. */
  readonly secrets: readonly string[];
}

export interface Report {
  readonly mode: Mode;
  /** The cloud was not asked: the files alone were checked. */
  readonly offline?: true;
  readonly dialect: 'otc' | 'openstack';
  readonly project?: { readonly id: string; readonly name?: string };
  readonly region?: string;
  readonly connections: readonly ConnectionReport[];
  readonly changes: readonly Change[];
  readonly progress: Progress;
  /** Of the whole plan; missing where no plan was made, or something in it was refused. */
  readonly digest?: string;
  readonly exported?: Exported;
  readonly notices: readonly Notice[];
  readonly failure?: ActionError;
}

/** Before anything is known. */
export const nothingKnown: Report = {
  mode: 'apply',
  dialect: 'openstack',
  connections: [],
  changes: [],
  progress: 'planned',
  notices: [],
};
