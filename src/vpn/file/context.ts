import type { Secret } from '../../secret.ts';
import type { ReadContext } from '../../spec/read-context.ts';
import type { Dialect } from '../dialects.ts';

/** What the readers of a classic body know. */
export interface FileContext extends ReadContext {
  readonly dialect: Dialect;
  /** The input `psk`, which overrides the file. */
  readonly psk?: Secret;
}
