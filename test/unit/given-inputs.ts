import type { InputReader } from '../../src/inputs.ts';
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
    return inputs[name] ?? declared[name]?.default ?? '';
  };
  return { raw, text: (name) => raw(name).trim() };
}
