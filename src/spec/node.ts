/** A YAML document as the readers see it: aliases and merge keys resolved, each value with its place. */
import type { Place } from '../errors.ts';
import { shown } from './show.ts';

export interface ScalarNode {
  readonly is: 'scalar';
  readonly at: Place;
  readonly value: string | number | boolean | null;
  /** As written, e.g. `0x10` or `1e3`; quotes and escapes resolved. */
  readonly source: string;
}

export interface ListNode {
  readonly is: 'list';
  readonly at: Place;
  readonly items: readonly SpecNode[];
}

export interface KeyedNode {
  readonly key: string;
  readonly keyAt: Place;
  readonly node: SpecNode;
}

export interface MappingNode {
  readonly is: 'mapping';
  readonly at: Place;
  readonly entries: ReadonlyMap<string, KeyedNode>;
  /** Some of its content was refused, with a problem of its own, and is not in `entries`. */
  readonly isIncomplete: boolean;
}

export type SpecNode = ScalarNode | ListNode | MappingNode;

/** A node with what it is called in messages (`ikepolicy.lifetime.value`) and where its key stands. */
export interface Value<N extends SpecNode = SpecNode> {
  readonly node: N;
  readonly path: string;
  readonly keyAt: Place;
}

/** What stands there instead of what was expected. Never call it for a psk: it shows the value. */
export function found(node: SpecNode): string {
  if (node.is !== 'scalar') {
    return `found a ${node.is}`;
  }
  switch (typeof node.value) {
    case 'string':
      return `found the text ${shown(node.value)}`;
    case 'number':
      return `found the number ${shown(node.source).slice(1, -1)}`;
    case 'boolean':
      return `found ${String(node.value)}`;
    default:
      return 'found nothing';
  }
}

export function isNull(node: SpecNode): boolean {
  return node.is === 'scalar' && node.value === null;
}
