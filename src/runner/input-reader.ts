import { getInput } from '@actions/core';
import type { InputReader } from '../inputs.ts';

/** The step's inputs as the runner hands them on; one that isn't given and has no default is empty. */
export function createInputReader(): InputReader {
  return {
    text: (name) => getInput(name),
    raw: (name) => getInput(name, { trimWhitespace: false }),
  };
}
