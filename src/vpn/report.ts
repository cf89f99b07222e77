/** What a run found, decided and did: the input of log, summary and outputs. Never holds a secret. */
import type { ActionError, Place } from '../errors.ts';
import type { Kind } from './kinds.ts';

/** What a change does to traffic. In this order of severity. */
export const impacts = ['none', 'rekey', 'interruption', 'replacement'] as const;
export type Impact = (typeof impacts)[number];

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

export interface Report {
  readonly mode: 'apply' | 'plan';
  readonly dialect: 'otc' | 'openstack';
  readonly project?: { readonly id: string; readonly name?: string };
  readonly region?: string;
  readonly connections: readonly ConnectionReport[];
  readonly changes: readonly Change[];
  readonly progress: Progress;
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
