/** What reading a value needs: where variables come from and where problems go. */
import type { Secret } from '../secret.ts';
import type { Problems } from './problems.ts';
import type { SecretGuard } from './secret-guard.ts';

/** `not checked`: told, for a plan without secrets. `not needed`: to remove a connection. */
export type UndefinedSecrets = 'error' | 'not checked' | 'not needed';

export interface ReadContext {
  readonly problems: Problems;
  readonly guard: SecretGuard;
  readonly variables: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, Secret>;
  readonly undefinedSecrets: UndefinedSecrets;
  /** A variable without a value is told and then unknown, and no error. */
  readonly emptyVariables?: 'not checked';
}
