/** Why something in a plan must not be carried out, and whom that concerns. */
import { ActionError, type ErrorCode, type ErrorDetails } from '../../errors.ts';
import type { ConnectionSpec } from '../desired.ts';

/** A connection that a refusal concerns is left as it is; the others of the run go on without it. */
export class Refusal extends ActionError {
  /** Names of the connections that it concerns. */
  readonly connections: readonly string[];

  constructor(specs: readonly ConnectionSpec[], code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(code, message, details);
    this.connections = [...new Set(specs.map(({ name }) => name.value))];
  }
}
