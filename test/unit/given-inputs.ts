import type { RunnerFile } from '../../src/clouds/files.ts';
import type { InputReader, Surroundings } from '../../src/inputs.ts';
import { readManifest } from '../scenarios/harness/manifest.ts';

/** Enough to log in at Open Telekom Cloud with a password. */
export const passwordInputs: Readonly<Record<string, string>> = {
  'connection-file': 'vpn/office-bonn.yml',
  region: 'eu-nl',
  username: 'ci',
  password: 'correct horse',
  'user-domain-name': 'OTC00000000001000000999',
  'project-name': 'eu-nl_prod',
};

/** Enough to log in at any OpenStack with a token. */
export const tokenInputs: Readonly<Record<string, string>> = {
  'connection-file': 'a.yml',
  'auth-url': 'https://keystone.example.org',
  token: 'gAAAAAB-token',
};

/** What the runner hands on: the given inputs, and the defaults of action.yml for the others. */
export function given(inputs: Readonly<Record<string, string>>, seen = new Set<string>()): InputReader {
  const declared = readManifest().inputs;
  const raw = (name: string): string => {
    seen.add(name);
    // No expression: where the token of the job counts, a test gives one.
    return inputs[name] ?? declared[name]?.default?.replace(/^\$\{\{.*\}\}$/, '') ?? '';
  };
  return { raw, text: (name) => raw(name).trim() };
}

/** Neither variables nor files. */
export const noSurroundings: Omit<Surroundings, 'log'> = {
  isWithoutSecrets: false,
  environment: { home: undefined, variables: new Map() },
  runnerFiles: { read: async () => ({ is: 'missing' }) },
};

/** What a run finds on its runner; the lines of its log go to `lines`. */
export function surroundings(
  variables: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string | RunnerFile>> = {},
  lines: string[] = [],
): Surroundings {
  return {
    environment: { home: '/home/runner', variables: new Map(Object.entries(variables)) },
    runnerFiles: {
      read: async (path) => {
        const file = files[path];
        if (typeof file !== 'string') return file ?? { is: 'missing' };
        const inWorkspace = !path.startsWith('/');
        return { is: 'file', text: file, inWorkspace, name: path.replace(/^\.\//, '') };
      },
    },
    log: { info: (text) => lines.push(text) },
    isWithoutSecrets: false,
  };
}
