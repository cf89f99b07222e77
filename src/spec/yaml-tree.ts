/** The library's nodes → ours: aliases and merge keys resolved; tags, duplicate keys and secrets refused. */
import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap } from 'yaml';
import type { Place } from '../errors.ts';
import type { LineIndex } from './line-index.ts';
import type { KeyedNode, MappingNode, SpecNode } from './node.ts';
import type { ReadContext } from './read-context.ts';
import { oneOf } from './show.ts';

/** Of one file. */
// Fifty connections that share their policies and settings by anchors are an ordinary file.
const mostAliases = 1000;
const mostValues = 100_000;

/** What a file has used of its limits; an alias counts with everything that it stands for. */
export interface Budget {
  values: number;
  aliases: number;
  /** A limit was exceeded: what was read of the file is not complete. */
  spent: boolean;
}

interface Anchored {
  readonly node: SpecNode;
  readonly values: number;
  readonly aliases: number;
}

type PlainNode = Exclude<ParsedNode, { anchor?: never }>;

const plainTags = new Set([
  '!',
  ...['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((tag) => `tag:yaml.org,2002:${tag}`),
]);

const title = 'YAML';
const secretTitle = 'secret in the file';
const secretWords =
  'This contains the value of a secret. A secret does not belong in the repository: change it where it is used, ' +
  'remove it here, and pass it as an input.';

export class TreeBuilder {
  readonly #context: ReadContext;
  readonly #lines: LineIndex;
  readonly #budget: Budget;
  /** By name; an anchor whose value is still being read is `open`. */
  readonly #anchors = new Map<string, Anchored | 'open'>();
  /** Stand for what could not be read. */
  readonly #holes = new WeakSet<SpecNode>();

  constructor(context: ReadContext, lines: LineIndex, budget: Budget) {
    this.#context = context;
    this.#lines = lines;
    this.#budget = budget;
  }

  /** @param underPsk the value of a key `psk`, whose reader alone decides about secrets in it. */
  build(node: ParsedNode, underPsk = false): SpecNode {
    const at = this.#place(node);
    if (isAlias(node)) {
      return this.#resolve(node.source, at);
    }
    if (node.tag !== undefined && !plainTags.has(node.tag)) {
      const fix = 'Remove it; a text that begins with ! needs quotes.';
      return this.#refused(at, `Tags (!name) are not supported. ${fix}`);
    }
    const { anchor } = node;
    const { values, aliases } = this.#budget;
    this.#spend(at, 1, 0);
    if (anchor === undefined) {
      return this.#value(node, at, underPsk);
    }
    this.#anchors.set(anchor, 'open');
    const built = this.#value(node, at, underPsk);
    const used = { values: this.#budget.values - values, aliases: this.#budget.aliases - aliases };
    this.#anchors.set(anchor, { node: built, ...used });
    return built;
  }

  #value(node: PlainNode, at: Place, underPsk: boolean): SpecNode {
    if (isMap(node)) {
      return this.#mapping(node, at);
    }
    if (isSeq(node)) {
      return { is: 'list', at, items: node.items.map((item) => this.build(item)) };
    }
    const { value, source } = node;
    const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    if (underPsk || !this.#context.guard.finds(source)) {
      return { is: 'scalar', at, value: known, source };
    }
    this.#context.problems.error(at, secretTitle, secretWords);
    const cleaned = this.#context.guard.clean(source);
    return { is: 'scalar', at, value: cleaned, source: cleaned };
  }

  #mapping(node: YAMLMap.Parsed, at: Place): MappingNode {
    const entries = new Map<string, KeyedNode>();
    const merges: SpecNode[] = [];
    let isIncomplete = false;
    for (const pair of node.items) {
      const entry = this.#entry(pair, at);
      const first = entry === undefined ? undefined : entries.get(entry.key);
      isIncomplete ||= entry === undefined || this.#holes.has(entry.node);
      if (entry === undefined) {
        continue;
      }
      if (first !== undefined) {
        const fix = entry.key === '<<' ? 'Merge several mappings with a list: <<: [*a, *b].' : 'Keep one of them.';
        this.#error(entry.keyAt, `This key is already on line ${first.keyAt.line} of the same mapping. ${fix}`);
      } else {
        entries.set(entry.key, entry);
      }
      if (this.#isMerge(pair.key)) {
        merges.push(entry.node);
      }
    }
    if (merges.length > 0) {
      entries.delete('<<');
    }
    for (const merge of merges) {
      const isWhole = this.#merge(entries, merge);
      isIncomplete ||= !isWhole;
    }
    return { is: 'mapping', at, entries, isIncomplete };
  }

  #entry({ key, value }: Pair<ParsedNode, ParsedNode | null>, parent: Place): KeyedNode | undefined {
    const keyAt = key.range[1] > key.range[0] ? this.#place(key) : parent;
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
    if (name === undefined) {
      this.#error(keyAt, 'A key must be a text. Write it in quotes.');
    }
    const node = value === null ? this.#nothing(keyAt) : this.build(value, name === 'psk');
    if (name === undefined) {
      return undefined;
    }
    if (this.#context.guard.finds(name)) {
      this.#context.problems.error(keyAt, secretTitle, secretWords);
    }
    return { key: this.#context.guard.clean(name), keyAt, node };
  }

  #isMerge(key: ParsedNode): boolean {
    return isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
  }

  /** Adds what is not there yet: explicit keys win, then earlier mappings. False if something could not be merged. */
  #merge(entries: Map<string, KeyedNode>, merged: SpecNode): boolean {
    const mappings = merged.is === 'list' ? merged.items : [merged];
    let isWhole = true;
    for (const mapping of mappings) {
      if (mapping.is !== 'mapping') {
        isWhole = false;
        if (!this.#holes.has(mapping)) {
          this.#error(mapping.at, 'A merge key (<<) takes a mapping, an alias of one (*name), or a list of these.');
        }
        continue;
      }
      isWhole &&= !mapping.isIncomplete;
      for (const [key, entry] of mapping.entries) {
        if (!entries.has(key)) {
          entries.set(key, entry);
        }
      }
    }
    return isWhole;
  }

  #resolve(name: string, at: Place): SpecNode {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) {
      const fix = 'A text that begins with * needs quotes.';
      return this.#refused(at, `This alias (*name) has no anchor (&name) before it in its document. ${fix}`);
    }
    if (anchored === 'open') {
      return this.#refused(at, 'This alias (*name) stands inside the very value that it refers to.');
    }
    this.#spend(at, anchored.values, anchored.aliases + 1);
    return anchored.node;
  }

  #spend(at: Place, values: number, aliases: number): void {
    this.#budget.values += values;
    this.#budget.aliases += aliases;
    const exceeded = [
      ...(this.#budget.aliases > mostAliases ? [`${mostAliases} aliases (*name), nested ones counted each time`] : []),
      ...(this.#budget.values > mostValues ? [`${mostValues} values`] : []),
    ];
    if (exceeded.length > 0 && !this.#budget.spent) {
      this.#budget.spent = true;
      this.#error(at, `A file can have at most ${oneOf(exceeded)}. Split the file, or write the values out.`);
    }
  }

  #place({ range }: ParsedNode): Place {
    return this.#lines.place(range[0], range[1]);
  }

  #nothing(at: Place): SpecNode {
    return { is: 'scalar', at, value: null, source: '' };
  }

  #refused(at: Place, message: string): SpecNode {
    this.#error(at, message);
    const hole = this.#nothing(at);
    this.#holes.add(hole);
    return hole;
  }

  #error(at: Place, message: string): void {
    this.#context.problems.error(at, title, message);
  }
}
