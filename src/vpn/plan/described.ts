/** The objects that the files describe: which descriptions are one object, and which object of the cloud that is. */
import { defaultName } from '../default-name.ts';
import type { ConnectionSpec } from '../desired.ts';
import { kindNames, type Part, partKind } from '../kinds.ts';
import { agree, equalContent } from './content.ts';
import { type Context, listed } from './context.ts';
import { type Entry, entriesOf, type PartObject, type Wanted } from './entries.ts';
import { byId, byName, ofRouter, referred } from './find.ts';
import type { Matches } from './match.ts';
import { together } from './together.ts';

/** One object of the run, shared by all connections that describe it. */
export interface RunObject {
  readonly part: Part;
  readonly entries: readonly [Entry, ...Entry[]];
  /** What all of them ask for. */
  readonly wanted: Wanted;
  /** Undefined: to be created. */
  readonly existing: PartObject | undefined;
  /** Whose values a new object takes over where the file states none: what the connection used until now. */
  readonly predecessor: PartObject | undefined;
  /** Name of the object, or of the one to be created. */
  readonly name: string;
}

/** The connections that describe it. */
export function specsOf({ entries }: RunObject): ConnectionSpec[] {
  return entries.map(({ spec }) => spec);
}

/** An object of the cloud, or the name of a new one. */
type Found = { readonly existing: PartObject } | { readonly name: string; readonly predecessor?: PartObject };

class Objects {
  readonly #context: Context;
  readonly #objects = new Map<string, RunObject>();

  constructor(context: Context) {
    this.#context = context;
  }

  get all(): RunObject[] {
    return [...this.#objects.values()];
  }

  add(entry: Entry, found: Found): void {
    const { part, wanted } = entry;
    const existing = 'existing' in found ? found.existing : undefined;
    const predecessor = 'existing' in found ? undefined : found.predecessor;
    const name = 'existing' in found ? (wanted.name ?? found.existing.name) : found.name;
    const key = existing === undefined ? `${part} ${name}` : existing.id;
    const first = this.#objects.get(key);
    const both = first === undefined ? wanted : together(first.wanted, wanted);
    if (both === undefined) {
      this.#contradiction(entry, existing === undefined ? name : listed([existing]), first?.entries ?? []);
    } else if (first === undefined) {
      this.#objects.set(key, { part, entries: [entry], wanted: both, existing, predecessor, name });
    } else {
      this.#objects.set(key, {
        ...first,
        entries: [...first.entries, entry],
        wanted: both,
        name: both.name ?? first.name,
      });
    }
  }

  /** Whether a description without a name can have this object, after those that others mean by it. */
  suits(object: PartObject, wanted: Wanted): boolean {
    const others = this.#objects.get(object.id);
    return others === undefined || agree(wanted, others.wanted, object);
  }

  #contradiction({ part, spec, described }: Entry, object: string, others: readonly Entry[]): void {
    this.#context.refuse(
      [...others.map((other) => other.spec), spec],
      'CONFLICT',
      `Connection ${spec.name.value} describes the ${kindNames[partKind[part]].words} ${object} differently than another connection does.`,
      'Describe it alike in both places (YAML anchors help), or once, and refer to it by name elsewhere.',
      described.at,
    );
  }
}

/** Descriptions with an id or a name, and VPN services, which are also known by their router: they say which object they mean. */
function addDefinite(entries: readonly Entry[], context: Context, matches: Matches, objects: Objects): void {
  for (const entry of entries) {
    const { part, described, wanted } = entry;
    const { name } = wanted;
    if (described.id !== undefined) {
      const existing = byId(entry, context, described.id);
      if (existing !== undefined) {
        objects.add(entry, { existing });
      }
    } else if (name !== undefined) {
      const sharing = entries.filter((other) => other.part === part && other.wanted.name === name);
      const existing = byName(entry, context, matches, { name, specs: sharing.map(({ spec }) => spec) });
      objects.add(entry, existing === undefined ? { name } : { existing });
    } else {
      const existing = referred(entry, context, matches) ?? ofRouter(entry, context);
      objects.add(entry, existing === undefined ? { name: serviceName(entry, entries) } : { existing });
    }
  }
}

/** Connections that describe one router share its service, also one still to be made. */
function serviceName(entry: Entry, entries: readonly Entry[]): string {
  const { part, wanted } = entry;
  const sharing = entries.filter((other) => other.part === part && other.wanted.routerId === wanted.routerId);
  const named = sharing.find((other) => other.wanted.name !== undefined)?.wanted.name;
  const [first = entry] = sharing;
  return named ?? defaultName(first.spec.name.value, part);
}

/**
 * A description without a name means what its connection refers to now. Several may meet there and disagree: those that
 * it fits keep it (or, if it fits none, the first that wants a change); the others get an object of their own, which has
 * the values of the old one where they state none.
 */
function addNameless(entries: readonly Entry[], context: Context, matches: Matches, objects: Objects): void {
  const anchored = entries.map((entry) => ({ entry, anchor: referred(entry, context, matches) }));
  const fitting = anchored.filter(({ entry, anchor }) => anchor !== undefined && equalContent(entry.wanted, anchor));
  for (const { entry, anchor } of new Set([...fitting, ...anchored])) {
    if (anchor !== undefined && objects.suits(anchor, entry.wanted)) {
      objects.add(entry, { existing: anchor });
      continue;
    }
    const name = defaultName(entry.spec.name.value, entry.part);
    const existing = byName(entry, context, matches, { name, specs: [entry.spec] });
    if (existing !== undefined && objects.suits(existing, entry.wanted)) {
      objects.add(entry, { existing });
    } else {
      objects.add(entry, { name, ...(anchor === undefined ? {} : { predecessor: anchor }) });
    }
  }
}

/** All objects that the files describe, each once. Refusals are in the context. */
export function describedObjects(context: Context, matches: Matches): RunObject[] {
  const entries = entriesOf(context);
  const objects = new Objects(context);
  const isDefinite = ({ part, described: { id, name } }: Entry): boolean =>
    part === 'vpnservice' || id !== undefined || name !== undefined;
  addDefinite(entries.filter(isDefinite), context, matches, objects);
  const nameless = entries.filter((entry) => !isDefinite(entry));
  addNameless(nameless, context, matches, objects);
  return objects.all;
}
