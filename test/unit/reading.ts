/** Reads the inputs of a run with what is around them, and keeps everything that can be seen of it. */
import type { RunnerFile } from '../../src/clouds/files.ts';
import { ActionError } from '../../src/errors.ts';
import { type Inputs, readInputs } from '../../src/inputs.ts';
import { given, surroundings } from './given-inputs.ts';

type Texts = Readonly<Record<string, string>>;

export interface Setting {
  /** Besides `connection-file`. */
  readonly inputs?: Texts;
  readonly variables?: Texts;
  /** By path; one that does not begin with `/` is in the workspace. */
  readonly files?: Readonly<Record<string, string | RunnerFile>>;
}

export interface Reading {
  /** Undefined if it failed. */
  readonly inputs: Inputs | undefined;
  readonly error: ActionError | undefined;
  /** Each problem, without its bullet. */
  readonly problems: readonly string[];
  readonly log: readonly string[];
  readonly masked: readonly string[];
  /** The failure as a person sees it. */
  readonly told: string;
}

export async function reading({ inputs = {}, variables = {}, files = {} }: Setting): Promise<Reading> {
  const log: string[] = [];
  const masked: string[] = [];
  const result = await readInputs(
    given({ 'connection-file': 'vpn.yml', ...inputs }),
    (secret) => masked.push(secret),
    surroundings(variables, files, log),
  ).catch((error: unknown) => {
    if (error instanceof ActionError) return error;
    throw error;
  });
  const error = result instanceof ActionError ? result : undefined;
  const [first = '', ...rest] = error?.message.split('\n') ?? [];
  const problems = rest.length > 0 ? rest.map((line) => line.replace(/^- /, '')) : [first].filter(Boolean);
  return {
    inputs: result instanceof ActionError ? undefined : result,
    ...{ error, problems, log },
    masked: masked.filter((text) => text !== ''),
    told: `${error?.message} ${error?.hint}`,
  };
}

/** As texts, so that a wrong one shows. */
export function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('reveal' in value && typeof value.reveal === 'function') return `secret ${value.reveal()}`;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}
