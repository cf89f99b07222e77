/** Reads a mapping key by key, and at the end reports what nobody asked for. */
import type { Place } from '../errors.ts';
import { found, isNull, type MappingNode, type Value } from './node.ts';
import type { ReadContext } from './read-context.ts';
import { shown } from './show.ts';
import { closest } from './suggest.ts';

export class MappingReader {
  /** Where the key of the mapping stands: the place for what is missing in it. */
  readonly at: Place;
  readonly path: string;
  readonly #node: MappingNode;
  readonly #context: ReadContext;
  /** Keys that a reader asked for, and whether messages may offer them. */
  readonly #asked = new Map<string, boolean>();
  /** What is missing, by key. */
  readonly #missing = new Map<string, string>();

  constructor(context: ReadContext, { node, path, keyAt }: Value<MappingNode>) {
    this.#context = context;
    this.#node = node;
    this.path = path;
    this.at = keyAt;
  }

  /** `ikepolicy.lifetime` */
  title(key: string): string {
    const name = key === '' ? '""' : key;
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /**
   * The value of a key; undefined if it is not there. Null counts as not there, as in an API body.
   * @param offered false for a key that is not possible here: no message then lists it as allowed.
   */
  take(key: string, offered = true): Value | undefined {
    this.#asked.set(key, offered);
    return this.peek(key);
  }

  /** Like `take`, but the key stays unknown. */
  peek(key: string): Value | undefined {
    const entry = this.#node.entries.get(key);
    return entry === undefined || isNull(entry.node)
      ? undefined
      : { node: entry.node, keyAt: entry.keyAt, path: this.title(key) };
  }

  error(at: Place, key: string, message: string): void {
    this.#context.problems.error(at, this.title(key), message);
  }

  warning(at: Place, key: string, message: string): void {
    this.#context.problems.warning(at, this.title(key), message);
  }

  /** Told by `finish`, unless something wrong in the mapping is the reason: a misspelt key, or a value that was refused. */
  missing(key: string, message: string): void {
    this.#missing.set(key, message);
  }

  /** Keys that nobody asked for, in the order of the file; null is a value here. */
  *rest(): Iterable<Value & { readonly key: string }> {
    for (const [key, { keyAt, node }] of this.#node.entries) {
      if (!this.#asked.has(key)) {
        yield { key, keyAt, node, path: this.title(key) };
      }
    }
  }

  /** Reports the keys that nobody asked for, and what is missing; `explain` may know more than that a key is unknown. */
  finish(explain: (key: string) => string | undefined = () => undefined): void {
    const allowed = [...this.#asked].filter(([, offered]) => offered).map(([key]) => key);
    const meant = new Set<string>();
    for (const { key, keyAt } of this.rest()) {
      const explained = explain(key);
      const near = explained === undefined ? closest(key, allowed) : undefined;
      const hint = near === undefined ? '' : ` Did you mean ${shown(near)}?`;
      if (near !== undefined) {
        meant.add(near.replace(/_id$/, ''));
      }
      this.error(keyAt, key, explained ?? `Unknown key.${hint} Allowed: ${allowed.join(', ')}.`);
    }
    for (const [key, message] of this.#missing) {
      const hasOtherReason = meant.has(key) || this.#node.isIncomplete;
      if (!hasOtherReason) {
        this.error(this.#node.entries.get(key)?.keyAt ?? this.at, key, message);
      }
    }
  }
}

/** A reader for the value if it is a mapping; otherwise an error that shows an example. */
export function openMapping(context: ReadContext, value: Value, example: string): MappingReader | undefined {
  const { node } = value;
  if (node.is !== 'mapping') {
    context.problems.error(
      node.at,
      value.path === '' ? 'body' : value.path,
      `Expected a mapping, ${found(node)}. Write ${example}.`,
    );
    return undefined;
  }
  return new MappingReader(context, { ...value, node });
}
