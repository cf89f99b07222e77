/** The text of a clouds.yaml as nodes with places. Secrets in it are masked here. */
import { InputProblem, type InputProblems } from '../inputs/problems.ts';
import { isSecretName, type MaskSecret } from '../inputs/secrets.ts';
import { forkHint } from '../inputs/ways.ts';
import type { KeyedNode, MappingNode, ScalarNode, SpecNode } from '../spec/node.ts';
import { Problems } from '../spec/problems.ts';
import type { ReadContext } from '../spec/read-context.ts';
import { SecretGuard } from '../spec/secret-guard.ts';
import { parseYaml } from '../spec/yaml.ts';
import type { UsableFile } from './files.ts';

export interface SecretNode {
  readonly key: string;
  readonly node: ScalarNode;
}

/** The openstack CLI takes `auth-url` for `auth_url`. */
export function entryOf({ entries }: MappingNode, key: string): KeyedNode | undefined {
  return entries.get(key) ?? entries.get(key.replaceAll('_', '-'));
}

/** The texts in a value, whatever it is made of. */
function scalarsOf(node: SpecNode, seen: Set<SpecNode>): readonly ScalarNode[] {
  if (seen.has(node)) return [];
  seen.add(node);
  if (node.is === 'list') return node.items.flatMap((item) => scalarsOf(item, seen));
  if (node.is === 'mapping') return [...node.entries.values()].flatMap((entry) => scalarsOf(entry.node, seen));
  return node.source !== '' && node.value !== null ? [node] : [];
}

/** Every text under a key that names a secret. Nodes that several aliases share are looked at once. */
export function secretsIn(root: SpecNode): readonly SecretNode[] {
  const seen = new Set<SpecNode>();
  const seenScalars = new Set<SpecNode>();
  const found: SecretNode[] = [];
  const visit = (node: SpecNode, keysAreNames = false): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.is === 'list') for (const item of node.items) visit(item);
    if (node.is !== 'mapping') return;
    for (const { key, node: value } of node.entries.values()) {
      if (!keysAreNames && isSecretName(key))
        found.push(...scalarsOf(value, seenScalars).map((scalar) => ({ key, node: scalar })));
      // Below `clouds` a key is what a person calls a cloud.
      visit(value, node === root && key === 'clouds');
    }
  };
  visit(root);
  return found;
}

/** Longer keys and values are no secret's; regular expressions would take their time over them. */
const longestKey = 100;
const longestValue = 10_000;

/** One line of a flow has no more; each may be as long as the line. */
const mostOnLine = 20;

/** The values of the keys on a line that name secrets, each up to the end of the line. */
function valuesOn(line: string): readonly string[] {
  const values: string[] = [];
  for (
    let colon = line.indexOf(':');
    colon !== -1 && values.length < mostOnLine;
    colon = line.indexOf(':', colon + 1)
  ) {
    const key = /([\w-]*)["']?\s*$/.exec(line.slice(Math.max(0, colon - longestKey), colon))?.[1] ?? '';
    const value = line.slice(colon + 1, colon + 2 + longestValue).trim();
    if (isSecretName(key.replace(/^-/, '')) && value.length <= longestValue) values.push(value);
  }
  return values;
}

/** A value, and what it is without what may stand behind it and around it. */
function readingsOf(value: string): readonly string[] {
  const [, , quoted] = /^(["'])(.*?)\1/.exec(value) ?? [];
  const [inFlow = ''] = /^[^,}\]]*/.exec(value) ?? [];
  return [value, value.replace(/\s#.*$/, ''), quoted ?? inFlow].map((text) => text.trim());
}

const blockMark = /^[|>][-+\d]{0,2}\s*(?:#.*)?$/;

/** Whether the value stands on the lines below: a block, something behind a tag or an anchor, or nothing here at all. */
function leadsBelow(value: string): boolean {
  return value === '' || /^[!&#]/.test(value) || blockMark.test(value);
}

function indentOf(line: string): number {
  return line.search(/[^\s-]/);
}

/** Masks what looks like a secret in a file that is no YAML: on the line of its key, and where that leads to lines below, there. */
function maskLines(text: string, mask: MaskSecret): void {
  let above = Number.POSITIVE_INFINITY;
  for (const line of text.split(/[\r\n]/)) {
    const indent = indentOf(line);
    if (indent === -1) continue;
    if (indent > above) mask(line.trim());
    else above = Number.POSITIVE_INFINITY;
    const values = valuesOn(line);
    for (const value of new Set(values.flatMap(readingsOf))) if (!blockMark.test(value)) mask(value);
    if (values.some(leadsBelow)) above = Math.min(above, indent);
  }
}

/**
 * The only document of a file.
 * @throws InputProblem for a file that is no mapping; the problems of YAML are added, each with its line
 */
export function parseClouds(file: UsableFile, mask: MaskSecret, problems: InputProblems): MappingNode {
  if (file.text.trim() === '') throw new InputProblem(file.name, `is empty. ${forkHint}`, { kind: 'file' });
  const guard = new SecretGuard([]);
  const found = new Problems(guard);
  const context: ReadContext = {
    problems: found,
    guard,
    variables: new Map(),
    secrets: new Map(),
    undefinedSecrets: 'error',
  };
  const roots = parseYaml(context, file.name, file.text);
  for (const root of roots) for (const { node } of secretsIn(root)) mask(node.source);
  const [first, ...others] = found.list([file.name]).map(({ at, message }) => {
    const label = `${file.name} (line ${at.line}, column ${at.column})`;
    return new InputProblem(label, message, { kind: 'file', at: file.inWorkspace ? at : undefined });
  });
  if (first !== undefined) {
    maskLines(file.text, mask);
    for (const problem of others) problems.add(problem);
    throw first;
  }
  const [root] = roots;
  if (root === undefined || roots.length > 1 || root.is !== 'mapping') {
    throw new InputProblem(file.name, 'is no clouds.yaml: a mapping with the key "clouds" is expected, once.', {
      kind: 'file',
    });
  }
  return root;
}

function merged(base: SpecNode, over: SpecNode): SpecNode {
  if (over.is === 'scalar' && over.value === null) return base;
  return base.is === 'mapping' && over.is === 'mapping' ? mergeMappings(base, over) : over;
}

/** What stands in the second is put over the first, mapping by mapping. */
export function mergeMappings(base: MappingNode, over: MappingNode): MappingNode {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? entry : { ...entry, node: merged(below.node, entry.node) });
  }
  return { ...base, entries };
}
