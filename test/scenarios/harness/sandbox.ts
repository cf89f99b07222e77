import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The files that the runner creates empty for a step and reads after its end. */
export const fileCommands = [
  'GITHUB_OUTPUT',
  'GITHUB_STATE',
  'GITHUB_ENV',
  'GITHUB_PATH',
  'GITHUB_STEP_SUMMARY',
] as const;

export type FileCommand = (typeof fileCommands)[number];

/** A folder of its own for one run: workspace, home, the runner's temporary folder and the command files. */
export interface Sandbox {
  readonly workspace: string;
  readonly home: string;
  readonly temp: string;
  readonly commandFiles: Readonly<Record<FileCommand, string>>;
  /** Text of a command file; empty if the step removed it. */
  read(file: FileCommand): Promise<string>;
  /** Texts of those files of the workspace that are there. */
  texts(files: readonly string[]): Promise<Record<string, string>>;
  /** Every file that neither the harness nor the scenario put there, relative to the sandbox. */
  strangers(): Promise<string[]>;
  remove(): Promise<void>;
}

/** @param files text by path relative to the workspace */
export async function makeSandbox(files: Readonly<Record<string, string>>): Promise<Sandbox> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'step-')));
  const folder = async (name: string): Promise<string> => {
    const path = join(base, name);
    await mkdir(path, { recursive: true });
    return path;
  };
  const workspace = await folder('workspace');
  const home = await folder('home');
  const temp = await folder('temp');
  const commands = await folder('file-commands');
  for (const [name, text] of Object.entries(files)) {
    const path = join(workspace, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const commandFile = (name: FileCommand): string => join(commands, name.toLowerCase());
  const commandFiles = {
    GITHUB_OUTPUT: commandFile('GITHUB_OUTPUT'),
    GITHUB_STATE: commandFile('GITHUB_STATE'),
    GITHUB_ENV: commandFile('GITHUB_ENV'),
    GITHUB_PATH: commandFile('GITHUB_PATH'),
    GITHUB_STEP_SUMMARY: commandFile('GITHUB_STEP_SUMMARY'),
  };
  for (const path of Object.values(commandFiles)) await writeFile(path, '');
  const known = new Set([...Object.keys(files).map((name) => join(workspace, name)), ...Object.values(commandFiles)]);
  return {
    workspace,
    home,
    temp,
    commandFiles,
    read: (file) => readFile(commandFiles[file], 'utf8').catch(() => ''),
    texts: async (files) => {
      const texts: Record<string, string> = {};
      for (const name of files) {
        const text = await readFile(join(workspace, name), 'utf8').catch(() => undefined);
        if (text !== undefined) texts[name] = text;
      }
      return texts;
    },
    strangers: async () => {
      const entries = await readdir(base, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && !known.has(join(entry.parentPath, entry.name)))
        .map((entry) => join(entry.parentPath, entry.name).slice(base.length + 1));
    },
    remove: () => rm(base, { recursive: true, force: true }),
  };
}
