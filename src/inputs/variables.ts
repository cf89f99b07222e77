/** The OS_* variables of the environment as a source of settings. */
import { type Ecosystem, identityKeys } from './ecosystem.ts';
import { isSecretName, type MaskSecret } from './secrets.ts';

/** What the process's environment has for logging in. */
export interface Environment {
  /** The home directory; undefined where there is none. */
  readonly home: string | undefined;
  /** Those whose name begins with `OS_`. */
  readonly variables: ReadonlyMap<string, string>;
}

/** Masks what the variables hold, whether they are used or not. */
export function maskVariables({ variables }: Environment, mask: MaskSecret): void {
  for (const [name, value] of variables) {
    if (isSecretName(name.replace(/^OS_/, ''))) mask(value.replace(/(?:\r\n|\r|\n)$/, ''));
  }
}

function variableOf(key: string): string {
  return `OS_${key.toUpperCase()}`;
}

/** Names of the variables that say where, who or for which project. Empty ones count as not set. */
export function identityVariables({ variables }: Environment): readonly string[] {
  const names = identityKeys.map(variableOf).filter((name) => (variables.get(name) ?? '').trim() !== '');
  return [...new Set(names)].sort();
}

export function environmentSource({ variables }: Environment): Ecosystem {
  const details = { kind: 'variable' } as const;
  return {
    details,
    label: variableOf,
    find: (key) => {
      const value = variables.get(variableOf(key)) ?? '';
      return value.trim() === '' ? undefined : { ...details, label: variableOf(key), value };
    },
  };
}
