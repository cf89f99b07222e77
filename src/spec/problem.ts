import type { Place } from '../errors.ts';

/** Something wrong, weak or not checked in a file: shown as one log line and one annotation. */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'notice';
  readonly at: Place;
  /** At most 60 characters, e.g. `peer_address`. */
  readonly title: string;
  /** What is wrong, what was found, what is allowed. Never a secret's value. */
  readonly message: string;
}
