/** Where a clouds.yaml is looked for. Pure; the files are behind a port. */
import { InputProblem } from '../inputs/problems.ts';
import type { Environment } from '../inputs/variables.ts';
import { visible } from '../spec/show.ts';

export type RunnerFile =
  | {
      readonly is: 'file';
      readonly text: string;
      /** Whether what was read really lies in the workspace, links followed: a pull request can change it. */
      readonly inWorkspace: boolean;
      /** For messages: relative to the workspace if it is in there. */
      readonly name: string;
    }
  | { readonly is: 'missing' }
  /** A directory, too large, not readable, a link that leads out of the workspace … `why` is a sentence. */
  | { readonly is: 'unusable'; readonly why: string };

export type UsableFile = Extract<RunnerFile, { is: 'file' }>;

/** Files anywhere on the runner: regular ones with at most 1 MiB of UTF-8. */
export interface RunnerFiles {
  /** @param path absolute, or relative to the workspace */
  read(path: string): Promise<RunnerFile>;
}

const suffixes = ['.yaml', '.yml', '.json'];

/** Makes a problem of the setting that names the path. */
type Fail = (text: string) => InputProblem;

/** `~/…` is in the home directory. */
function expandHome(path: string, fail: Fail, { home }: Environment): string {
  if (!/^~(?:[\\/]|$)/.test(path)) return path;
  if (home === undefined) throw fail('begins with ~, but the runner has no home directory (HOME).');
  return home + path.slice(1);
}

/** A path that somebody has named. @throws InputProblem unless it can be read */
export async function readNamed(
  path: string,
  fail: Fail,
  environment: Environment,
  files: RunnerFiles,
): Promise<UsableFile> {
  const file = await files.read(expandHome(path, fail, environment));
  if (file.is === 'file') return file;
  const why = file.is === 'unusable' ? file.why : `There is no file "${visible(path)}".`;
  throw fail(why);
}

type ReadFile = UsableFile & { readonly path: string };

/** The first of the paths that is there. @throws InputProblem if it cannot be read */
async function readFirst(paths: readonly string[], files: RunnerFiles): Promise<ReadFile | undefined> {
  for (const path of paths) {
    const file = await files.read(path);
    if (file.is === 'unusable') throw new InputProblem('', file.why, { kind: 'file' });
    if (file.is === 'file') return { ...file, path };
  }
  return undefined;
}

function besides(path: string): string {
  return path.replace(/[^\\/]*$/, '');
}

/** Every directory in which the openstack CLI looks, in its order; the current one is the workspace. */
function directories({ home }: Environment): readonly string[] {
  return ['./', ...(home === undefined ? [] : [`${home}/.config/openstack/`]), '/etc/openstack/'];
}

/**
 * The first in the CLI's order. One in the workspace, which a pull request can add, does not take the place of the runner's
 * own unseen.
 * @throws InputProblem if there is one in the workspace and another
 */
async function search(environment: Environment, files: RunnerFiles): Promise<ReadFile | undefined> {
  const of = (directory: string): readonly string[] => suffixes.map((suffix) => `${directory}clouds${suffix}`);
  const [here = '', ...others] = directories(environment);
  const own = await readFirst(of(here), files);
  const other = await readFirst(others.flatMap(of), files);
  if (own !== undefined && other !== undefined) {
    const text = `There are two: ${own.name} in the workspace, and ${other.name}. Say which one by clouds-file.`;
    throw new InputProblem('', text, { kind: 'file' });
  }
  return own ?? other;
}

export interface CloudsFiles {
  readonly clouds: UsableFile;
  /** Merged over it. */
  readonly secure: UsableFile | undefined;
}

/** The variables that name files; each counts as not set if it is empty. */
function variable({ variables }: Environment, name: string): string | undefined {
  return variables.get(name)?.trim() || undefined;
}

/**
 * The clouds.yaml, the first that is found alone, and the secure.yaml beside it.
 * @param path of the input clouds-file; empty to look for one
 * @throws InputProblem if there is none, or one that cannot be read
 */
export async function findClouds(path: string, environment: Environment, files: RunnerFiles): Promise<CloudsFiles> {
  const configFile = variable(environment, 'OS_CLIENT_CONFIG_FILE');
  const [label, named] = path === '' ? ['OS_CLIENT_CONFIG_FILE', configFile] : ['clouds-file', path];
  const fail: Fail = (text) => new InputProblem(label, text, { kind: 'file' });
  const clouds =
    named === undefined
      ? await search(environment, files)
      : { ...(await readNamed(named, fail, environment, files)), path: expandHome(named, fail, environment) };
  if (clouds === undefined) {
    const looked = directories(environment).map((directory) => `${directory}clouds.yaml`);
    const why = variable(environment, 'OS_CLOUD') === undefined ? 'There' : 'OS_CLOUD asks for one, but there';
    const text = `${why} is no clouds.yaml. Looked for ${looked.join(', ')} (also .yml and .json).`;
    throw new InputProblem('', text, { kind: 'file' });
  }
  const secureFile = variable(environment, 'OS_CLIENT_SECURE_FILE');
  const failSecure: Fail = (text) => new InputProblem('OS_CLIENT_SECURE_FILE', text, { kind: 'file' });
  const secure =
    secureFile === undefined
      ? await readFirst(
          suffixes.map((suffix) => `${besides(clouds.path)}secure${suffix}`),
          files,
        )
      : await readNamed(secureFile, failSecure, environment, files);
  return { clouds, secure };
}
