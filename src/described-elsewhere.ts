/**
 * Which connections YAML files beside those of the run describe. A run that reads some of the repository's files, as in a
 * matrix with one job per file, must not take for forsaken what the others describe.
 */
import { posix } from 'node:path';
import { findFiles, type Workspace } from './spec/files.ts';
import type { MappingNode, SpecNode } from './spec/node.ts';
import { Problems } from './spec/problems.ts';
import type { SpecFile } from './spec/read.ts';
import type { ReadContext } from './spec/read-context.ts';
import { SecretGuard } from './spec/secret-guard.ts';
import { parseYaml } from './spec/yaml.ts';
import { classicBodies } from './vpn/file/bodies.ts';
import type { Elsewhere } from './vpn/plan/elsewhere.ts';

/** A file without it describes nothing; most YAML files of a repository are about other things. */
const mentions = new RegExp(`\\b(?:${classicBodies.keys.join('|')})["']?\\s*:`);

/** A folder in a pattern: what has a meaning there stands for any character. */
function literal(folder: string): string {
  return folder.replaceAll(/[*?[\]{}()|!+@\\]/g, '?');
}

/** The folder of a file, and the folders beside that, for repositories with a folder for each site. */
function patterns(file: string): readonly string[] {
  const folder = posix.dirname(file);
  return folder === '.'
    ? ['*.{yml,yaml}']
    : [`${literal(folder)}/*.{yml,yaml}`, posix.join(literal(posix.dirname(folder)), '*/*.{yml,yaml}')];
}

/** Undefined for what cannot be read: it is no connection file then, of any run. */
async function textOf(name: string, workspace: Workspace): Promise<string | undefined> {
  try {
    return await workspace.read(name);
  } catch {
    return undefined;
  }
}

async function filesBeside(files: readonly SpecFile[], workspace: Workspace): Promise<readonly SpecFile[]> {
  const own = new Set(files.map(({ name }) => name));
  const globs = [...new Set(files.flatMap(({ name }) => patterns(name)))];
  const found = await Promise.all(globs.map((pattern) => workspace.glob(pattern)));
  const names = [...new Set(found.flat())].filter((name) => !own.has(name)).sort();
  const read: SpecFile[] = [];
  for (const name of names) {
    const text = await textOf(name, workspace);
    if (text !== undefined && mentions.test(text)) {
      read.push({ name, text });
    }
  }
  return read;
}

function bodiesOf(root: SpecNode): readonly SpecNode[] {
  if (root.is !== 'mapping') {
    return [];
  }
  const one = root.entries.get(classicBodies.one)?.node;
  const many = root.entries.get(classicBodies.many)?.node;
  return [...(one === undefined ? [] : [one]), ...(many?.is === 'list' ? many.items : [])];
}

function textIn(body: MappingNode, key: string): string | undefined {
  const node = body.entries.get(key)?.node;
  return node?.is === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

const invalid = 'is not valid, and may describe them';
const byVariable = 'names a connection by a variable, so other runs may describe other connections by it';

/** What one file describes, whatever else is wrong in it. */
function readFile({ name: file, text }: SpecFile): Elsewhere {
  const guard = new SecretGuard([]);
  const problems = new Problems(guard);
  const context: ReadContext = { problems, guard, variables: new Map(), secrets: new Map(), undefinedSecrets: 'error' };
  const bodies = parseYaml(context, file, text).flatMap(bodiesOf);
  const connections = bodies.flatMap((body) => {
    const name = body.is === 'mapping' ? textIn(body, 'name') : undefined;
    const id = body.is === 'mapping' ? textIn(body, 'id') : undefined;
    return name === undefined ? [] : [{ file, name: name.replaceAll('$$', '$'), ...(id === undefined ? {} : { id }) }];
  });
  const isWrong = problems.count > 0 || connections.length < bodies.length;
  const isVariable = connections.some(({ name, id }) => name.includes('${') || id?.includes('${') === true);
  return {
    connections,
    unclear: [...(isWrong ? [{ file, why: invalid }] : []), ...(isVariable ? [{ file, why: byVariable }] : [])],
  };
}

/**
 * @param lines the input `connection-file`
 * @returns what the YAML files of the same folders, and of the folders beside those, describe; of the run's own files only
 * what is not certain
 */
export async function describedElsewhere(lines: readonly string[], workspace: Workspace): Promise<Elsewhere> {
  const own = await findFiles(lines, workspace);
  const beside = (await filesBeside(own, workspace)).map(readFile);
  return {
    connections: beside.flatMap(({ connections }) => connections),
    unclear: [...own.map(readFile), ...beside].flatMap(({ unclear }) => unclear),
  };
}
