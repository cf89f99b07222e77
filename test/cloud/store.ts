import { randomUUID } from 'node:crypto';
import { hasStatus, type Kind } from './kinds.ts';
import { type StatusStep, statusAt } from './status.ts';
import type { Attributes } from './values.ts';

/** The policies a tunnel runs with: as they were when its connection was last created or updated. */
export interface AppliedPolicies {
  ikepolicy: Attributes | null;
  ipsecpolicy: Attributes | null;
}

/** One object as the cloud keeps it. */
export interface Entry {
  readonly kind: Kind;
  readonly id: string;
  readonly projectId: string;
  /** API attributes without id, project and status. The psk is here in clear. */
  attributes: Attributes;
  createdAt: number;
  /** Empty for kinds without a status. */
  steps: StatusStep[];
  /** What the status becomes after the next PUT, if a test has said so. */
  nextStatus?: string;
  /** Deleted; still shown as PENDING_DELETE until this time. */
  removeAt?: number;
  tags: Map<string, string>;
  appliedPolicies?: AppliedPolicies;
}

/** A copy of an object for a test to look at: every attribute, the status of now, the psk in clear. */
export interface StoredObject extends Attributes {
  id: string;
  project_id: string;
  /** Only connections. */
  appliedPolicies?: AppliedPolicies;
}

/** Fills in the attributes that a seeded object leaves out. */
export type Complete = (kind: Kind, fields: Attributes) => Attributes;

/** Everything one region of the cloud holds, of all projects. Gives tests direct access, past every rule. */
export class Store {
  readonly now: () => number;
  /** What administrators allow a project, by its id: numbers by kind. */
  readonly quotas = new Map<string, Record<string, number>>();
  private readonly projectId: string;
  private readonly complete: Complete;
  private readonly objects = new Map<string, Entry>();

  constructor(now: () => number, projectId: string, complete: Complete) {
    this.now = now;
    this.projectId = projectId;
    this.complete = complete;
  }

  /**
   * Puts an object there, unchecked. Attributes left out get the server's defaults; `id`, `status` (default: service
   * ACTIVE, connection DOWN), `created_at` (ms since 1970, default a day ago) and `tags` (a mapping) may be given.
   * A subnet's `router_id` attaches it.
   */
  seed(kind: Kind, fields: Attributes, options: { projectId?: string } = {}): StoredObject {
    const { id, status, created_at: created, tags, ...rest } = fields;
    const settled = kind === 'vpnservice' ? 'ACTIVE' : 'DOWN';
    const createdAt = typeof created === 'number' ? created : this.now() - 86_400_000;
    const shown = typeof status === 'string' ? status : settled;
    const entry = this.add(kind, options.projectId ?? this.projectId, this.complete(kind, rest), {
      createdAt,
      steps: hasStatus(kind) ? [{ from: createdAt, status: shown }] : [],
      ...(typeof id === 'string' ? { id } : {}),
    });
    for (const [key, value] of Object.entries(tags ?? {})) entry.tags.set(key, String(value));
    if (kind === 'ipsec_site_connection') this.applyPolicies(entry);
    return this.snapshot(entry);
  }

  /** Copies of all objects of a kind, of all projects, by ascending id. */
  all(kind: Kind): StoredObject[] {
    return this.entries(kind).map((entry) => this.snapshot(entry));
  }

  /** A copy of one object. */
  get(kind: Kind, id: string): StoredObject | undefined {
    const entry = this.entry(kind, id);
    return entry && this.snapshot(entry);
  }

  /** Changes attributes as somebody with other tools would; the rules don't apply, nor does the status change. */
  update(kind: Kind, id: string, fields: Attributes): StoredObject {
    const entry = this.demand(kind, id);
    entry.attributes = { ...entry.attributes, ...fields };
    return this.snapshot(entry);
  }

  /** Takes an object away, used or not. True if it was there. */
  remove(kind: Kind, id: string): boolean {
    return this.entry(kind, id) !== undefined && this.objects.delete(id.toLowerCase());
  }

  /** The status from now on, until a PUT, a DELETE, or another call. */
  setStatus(kind: Kind, id: string, status: string): void {
    this.demand(kind, id).steps = [{ from: this.now(), status }];
  }

  /** What the status becomes `statusLagMs` after the object's next PUT. */
  setNextStatus(kind: Kind, id: string, status: string): void {
    this.demand(kind, id).nextStatus = status;
  }

  /** Remembers all objects as they are; the result puts them back. */
  save(): () => void {
    const saved = structuredClone([...this.objects]);
    return () => {
      this.objects.clear();
      for (const [id, entry] of structuredClone(saved)) this.objects.set(id, entry);
    };
  }

  /** A connection's tags. */
  tags(connectionId: string): Record<string, string> {
    return Object.fromEntries(this.demand('ipsec_site_connection', connectionId).tags);
  }

  /** Replaces a connection's tags. */
  setTags(connectionId: string, tags: Record<string, string>): void {
    this.demand('ipsec_site_connection', connectionId).tags = new Map(Object.entries(tags));
  }

  /** The object itself, for the request handlers. */
  entry(kind: Kind, id: string): Entry | undefined {
    // The database doesn't tell upper from lower case.
    const entry = this.objects.get(id.toLowerCase());
    if (entry === undefined || entry.kind !== kind) return undefined;
    if (entry.removeAt !== undefined && entry.removeAt <= this.now()) {
      this.objects.delete(entry.id);
      return undefined;
    }
    return entry;
  }

  /** The objects themselves, by ascending id, for the request handlers. */
  entries(kind: Kind): Entry[] {
    const ids = [...this.objects.keys()].sort();
    return ids.map((id) => this.entry(kind, id)).filter((entry) => entry !== undefined);
  }

  /** Adds an object; for the request handlers. */
  add(
    kind: Kind,
    projectId: string,
    attributes: Attributes,
    more: { id?: string; createdAt: number; steps: StatusStep[] },
  ): Entry {
    const entry: Entry = { kind, id: randomUUID(), projectId, attributes, tags: new Map(), ...more };
    this.objects.set(entry.id, entry);
    return entry;
  }

  /** The tunnel now runs with its policies' present content. */
  applyPolicies(connection: Entry): void {
    const content = (kind: Kind, id: unknown) =>
      typeof id === 'string' ? structuredClone(this.entry(kind, id)?.attributes ?? null) : null;
    connection.appliedPolicies = {
      ikepolicy: content('ikepolicy', connection.attributes['ikepolicy_id']),
      ipsecpolicy: content('ipsecpolicy', connection.attributes['ipsecpolicy_id']),
    };
  }

  /** The status at the moment; null for kinds without one. */
  statusOf(entry: Entry): string | null {
    return statusAt(entry.steps, this.now());
  }

  private demand(kind: Kind, id: string): Entry {
    const entry = this.entry(kind, id);
    if (entry === undefined) throw new Error(`the cloud has no ${kind} ${id}`);
    return entry;
  }

  private snapshot(entry: Entry): StoredObject {
    const status = this.statusOf(entry);
    return structuredClone({
      ...entry.attributes,
      id: entry.id,
      project_id: entry.projectId,
      ...(status === null ? {} : { status }),
      ...(entry.appliedPolicies ? { appliedPolicies: entry.appliedPolicies } : {}),
    });
  }
}
