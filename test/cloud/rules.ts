import { createHash } from 'node:crypto';
import type { Refusal } from './answer.ts';
import type { AttributeMap } from './attributes.ts';
import type { VpnKind } from './kinds.ts';
import type { Incoming } from './request.ts';
import type { Settings } from './settings.ts';
import type { Entry, Store } from './store.ts';
import type { Attributes } from './values.ts';

/** Whose token a request carries. */
export interface Caller {
  /** null: the token has no project. */
  projectId: string | null;
  admin: boolean;
}

/** What the rules may look at. */
export interface Scene {
  store: Store;
  settings: Settings;
  caller: Caller;
}

/** Which answer an object is shown in: they differ a little. */
export type View = 'create' | 'update' | 'show' | 'list';

/** What to store, and attributes that the answer to this very request shows differently. */
export interface Accepted {
  attributes: Attributes;
  echo?: Attributes;
  /** The status that a new object has for good. */
  status?: string;
}

/** Everything in which the two clouds differ about VPN objects. Every check throws a `Refusal`. */
export interface Rules {
  attributes: Record<VpnKind, AttributeMap>;
  /** Refusal of a body that is malformed or not acceptable by itself. */
  refuse(message: string): Refusal;
  /** Refusal of a body that isn't JSON. */
  notJson(): Refusal;
  /** Refuses what isn't an object at all, where the dialect has its own words for it. */
  bodyForm(body: unknown, request: Incoming): void;
  /** Checks and completes the project in a body; returns the owner of the object to be created. */
  owner(body: Attributes, scene: Scene, isCreate: boolean): string;
  create(kind: VpnKind, values: Attributes, scene: Scene, owner: string): Accepted;
  update(entry: Entry, changes: Attributes, scene: Scene): Accepted;
  /** Refuses while the object is in use. */
  remove(entry: Entry, scene: Scene): void;
  show(entry: Entry, view: View, scene: Scene): Attributes;
  notFound(kind: VpnKind, id: string): Refusal;
}

/** True if the caller may see an object of this project. */
export function visible(entry: Entry, caller: Caller): boolean {
  return caller.admin || entry.projectId === caller.projectId;
}

/** The object if it's there and the caller may see it. */
export function find(scene: Scene, kind: Entry['kind'], id: unknown): Entry | undefined {
  const entry = typeof id === 'string' ? scene.store.entry(kind, id) : undefined;
  return entry && visible(entry, scene.caller) ? entry : undefined;
}

/** Connections that refer to the object, of whatever project. */
export function usersOf(entry: Entry, store: Store): Entry[] {
  const keys = entry.kind === 'endpoint_group' ? ['local_ep_group_id', 'peer_ep_group_id'] : [`${entry.kind}_id`];
  const all = store.entries('ipsec_site_connection');
  return all.filter((connection) => keys.some((key) => connection.attributes[key] === entry.id));
}

/** A connection's psk as the cloud shows it: an empty object where it leaves the attribute out. */
export function shownPsk(entry: Entry, settings: Settings): { psk?: unknown } {
  const psk = entry.attributes['psk'];
  if (settings.hidePsk === 'missing') return {};
  if (settings.hidePsk === 'stars') return { psk: '******' };
  if (settings.hidePsk === 'no') return { psk };
  return { psk: createHash('sha256').update(`${entry.id} ${psk}`).digest('base64url').slice(0, 24) };
}
