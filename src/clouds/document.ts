/** The text of a clouds.yaml as nodes with places. Secrets in it are masked here. */
import { InputProblem, type InputProblems } from '../inputs/problems.ts';
import { isSecretName, type MaskSecret } from '../inputs/secrets.ts';
import { forkHint } from '../inputs/ways.ts';
import type { KeyedNode, MappingNode, ScalarNode, SpecNode } from '../spec/node.ts';
import { Problems } from '../spec/problems.ts';
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

/** Masks what looks like the line of a secret, in a file that is no YAML. */
function maskLines(text: string, mask: MaskSecret): void {
  for (const line of text.split(/[\r\n]/)) {
    const colon = line.indexOf(':');
    const key = line.slice(0, colon === -1 ? 0 : colon).trim();
    const value = line.slice(colon + 1).trim();
    if (key.length > longestKey || value.length > longestValue || !isSecretName(key.replace(/[^\w-]|^-/g, '')))
      continue;
    mask(value);
    mask(
      value
        .replace(/\s#.*$/, '')
        .trim()
        .replace(/^(["'])(.*)\1,?$/, '$2'),
    );
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
  const context = { problems: found, guard, variables: new Map(), secrets: new Map() };
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
