/** Files → connections. The top-level key of a body chooses the API, and so the reader. */
import type { Place } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { ConnectionSpec } from '../vpn/desired.ts';
import type { Dialect } from '../vpn/dialects.ts';
import { classicBodies } from '../vpn/file/bodies.ts';
import { MappingReader } from './mapping.ts';
import { found, type SpecNode, type Value } from './node.ts';
import type { Problem } from './problem.ts';
import { type BlamedError, Problems } from './problems.ts';
import type { ReadContext, UndefinedSecrets } from './read-context.ts';
import { SecretGuard } from './secret-guard.ts';
import { oneOf } from './show.ts';
import { didYouMean } from './suggest.ts';
import { parseYaml } from './yaml.ts';

/** A file of the workspace: its name relative to it, with forward slashes, and its text. */
export interface SpecFile {
  readonly name: string;
  readonly text: string;
}

export interface SpecOptions {
  readonly dialect: Dialect;
  /** From the input `variables`: usable everywhere but in `psk`. */
  readonly variables: ReadonlyMap<string, string>;
  /** From the input `secrets`: usable in `psk` alone. */
  readonly secrets: ReadonlyMap<string, Secret>;
  /** From the input `psk`: needs exactly one connection. */
  readonly psk?: Secret;
  /** Texts that must not stand anywhere in the files nor in a message. */
  readonly knownSecrets: readonly Secret[];
  /** What it is if a psk names a secret that the run does not have: the connection is then without a psk, or wrong. */
  readonly undefinedSecrets: UndefinedSecrets;
  /** GitHub withholds variables from the run: those without a value are unknown, and no error. */
  readonly emptyVariables?: 'not checked';
}

/** What an error keeps from being used. */
export interface RejectedBodies {
  /** Errors that are about the same connections, or about a whole file. */
  readonly errors: readonly Problem[];
  /** The connections, as far as their names could be read. */
  readonly connections: readonly { readonly name: string; readonly at: Place }[];
}

export interface SpecResult {
  /** Those that no error is about, and that hold without the others. */
  readonly connections: readonly ConnectionSpec[];
  readonly rejected: readonly RejectedBodies[];
  readonly problems: readonly Problem[];
}

/** The bodies under `ipsec_site_connection` and, as a list, `ipsec_site_connections`. */
function bodiesOf(context: ReadContext, root: SpecNode): Value[] {
  if (root.is !== 'mapping') {
    const words = `Expected a mapping with the key ${oneOf(classicBodies.keys)}`;
    context.problems.error(root.at, 'file', `${words}, ${root.is === 'scalar' ? 'found a text' : found(root)}.`);
    return [];
  }
  const reader = new MappingReader(context, { node: root, path: '', keyAt: root.at });
  const one = reader.take(classicBodies.one);
  const many = reader.take(classicBodies.many);
  for (const { key, keyAt } of reader.rest()) {
    if (!key.startsWith('x-')) {
      const fix = classicBodies.isBodyKey(key)
        ? `It belongs under the key "${classicBodies.one}".`
        : `Unknown key.${didYouMean(key, classicBodies.keys)} Allowed: ${classicBodies.keys.join(', ')}, and x-….`;
      reader.error(keyAt, key, fix);
    }
  }
  return [...(one === undefined ? [] : [{ ...one, path: '' }]), ...(many === undefined ? [] : itemsOf(context, many))];
}

function itemsOf(context: ReadContext, many: Value): Value[] {
  const { node, path } = many;
  if (node.is !== 'list') {
    const fix = `Begin each connection with "- ", or use the key "${classicBodies.one}" for a single one.`;
    context.problems.error(node.at, path, `Expected a list of connections, ${found(node)}. ${fix}`);
    return [];
  }
  return node.items.map((item) => ({ node: item, keyAt: item.at, path: '' }));
}

function bodiesOfFile(context: ReadContext, { name, text }: SpecFile): Value[] {
  const before = context.problems.count;
  const values = parseYaml(context, name, text).flatMap((root) => bodiesOf(context, root));
  if (values.length === 0 && context.problems.count === before) {
    const words = `The file describes no connection. Add the key ${oneOf(classicBodies.keys)}.`;
    context.problems.error({ file: name, line: 1, column: 1 }, 'file', words);
  }
  return values;
}

type Named = RejectedBodies['connections'][number];

/** Errors by the bodies that they are about. */
function rejectedBodies(
  errors: readonly BlamedError[],
  bodies: readonly Value[],
  specs: ReadonlyMap<Value, ConnectionSpec>,
): readonly { readonly of: ReadonlySet<Value>; readonly rejected: RejectedBodies }[] {
  const inFile = (file: string): readonly Value[] => bodies.filter(({ keyAt }) => keyAt.file === file);
  const blamed = errors.map(({ problem, bodies: own }) => ({
    problem,
    of: own.size > 0 ? [...own].filter((body) => bodies.includes(body)) : inFile(problem.at.file),
    key: own.size > 0 ? [...own].map((body) => bodies.indexOf(body)).join() : problem.at.file,
  }));
  return [...Map.groupBy(blamed, ({ key }) => key).values()].map((group) => {
    const of = new Set(group.flatMap((one) => one.of));
    const connections = [...of].flatMap((body): Named[] => {
      const spec = specs.get(body);
      return spec === undefined ? [] : [{ name: spec.name.value, at: spec.at }];
    });
    return { of, rejected: { errors: group.map(({ problem }) => problem), connections } };
  });
}

/** Where a file could not be read, nobody knows how many connections there are: one input `psk` must not go to the wrong one. */
function checkPskBesideUnread({ problems, undefinedSecrets }: ReadContext, bodies: readonly Value[]): void {
  const unread = new Set(problems.errors().map(({ problem }) => problem.at.file));
  const [file] = unread;
  if (file === undefined || undefinedSecrets === 'not needed') {
    return;
  }
  const words = `The input "psk" is for one connection; whether it is this one is not certain, since ${file} could not be read.`;
  for (const body of bodies.filter(({ keyAt }) => !unread.has(keyAt.file))) {
    problems.about([body], () => problems.error(body.keyAt, 'psk', words));
  }
}

/**
 * Reads all files of a run. Pure: nothing but the arguments counts. Every problem of every file is in the result, with
 * its place. A connection that an error is about is not among the connections; and since the others may refer to what it
 * describes, they are then read once more without it.
 */
export function readSpec(files: readonly SpecFile[], options: SpecOptions): SpecResult {
  const { dialect, variables, secrets, psk, knownSecrets, undefinedSecrets, emptyVariables } = options;
  const guard = new SecretGuard([...knownSecrets, ...secrets.values(), ...(psk === undefined ? [] : [psk])]);
  const problems = new Problems(guard);
  const lenient = emptyVariables === undefined ? {} : { emptyVariables };
  const context: ReadContext = { problems, guard, variables, secrets, undefinedSecrets, ...lenient };
  const bodies = files.flatMap((file) => bodiesOfFile(context, file));
  if (psk !== undefined) {
    checkPskBesideUnread(context, bodies);
  }
  const rejected: RejectedBodies[] = [];
  const told = new Set<Problem>();
  for (let left: readonly Value[] = bodies; ; ) {
    const specs = classicBodies.read({ ...context, dialect, ...(psk === undefined ? {} : { psk }) }, left);
    const errors = problems.errors();
    // An error that was told before may be about another body now.
    const found = rejectedBodies(errors, left, specs).filter(({ of, rejected: { errors: own } }) => {
      const isNew = own.some((error) => !told.has(error));
      return of.size > 0 || isNew;
    });
    for (const { problem } of errors) {
      told.add(problem);
    }
    rejected.push(...found.map((one) => one.rejected));
    const good = left.filter((body) => !found.some(({ of }) => of.has(body)));
    if (problems.isCut || good.length === left.length || good.length === 0) {
      const connections = problems.isCut ? [] : good.flatMap((body) => specs.get(body) ?? []);
      return { connections, rejected, problems: problems.list(files.map(({ name }) => name)) };
    }
    left = good;
  }
}
