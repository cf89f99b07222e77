/** Reads the connection files of a run and tells everything that is wrong or weak in them. */
import { ActionError } from './errors.ts';
import { secretsOf } from './identity/login-secrets.ts';
import type { Inputs } from './inputs.ts';
import type { Log } from './ports.ts';
import { counted } from './runner/words.ts';
import { findFiles, type Workspace } from './spec/files.ts';
import type { Problem } from './spec/problem.ts';
import { readSpec } from './spec/read.ts';
import type { ConnectionSpec } from './vpn/desired.ts';
import { dialects } from './vpn/dialects.ts';

export type FileInputs = Pick<Inputs, 'connectionFiles' | 'dialect' | 'identity' | 'variables' | 'secrets' | 'psk'>;

export interface FilePorts {
  readonly workspace: Workspace;
  readonly log: Log;
}

/** The failure of a run whose files have errors: the only one itself, or their number and where they begin. */
function invalid(first: Problem, count: number): ActionError {
  const { at, title, message } = first;
  const text = `${title}: ${message}`;
  const nothing = 'Nothing was asked of the cloud.';
  if (count === 1) {
    return new ActionError('SPEC_INVALID', text, { hint: nothing, at });
  }
  const where = `${at.file}:${at.line}:${at.column}`;
  return new ActionError(
    'SPEC_INVALID',
    `${counted(count, 'error')} in the connection files; the first at ${where}: ${text}`,
    { hint: `Each is in the log, at its line. ${nothing}`, at },
  );
}

/**
 * Every connection of the files that the inputs name.
 * @throws ActionError SPEC_FILE for files that cannot be read, SPEC_INVALID after every problem was told at its line
 */
export async function readConnections(
  inputs: FileInputs,
  { workspace, log }: FilePorts,
): Promise<readonly ConnectionSpec[]> {
  const { dialect, identity, variables, secrets, psk } = inputs;
  const files = await findFiles(inputs.connectionFiles, workspace);
  const { connections, problems } = readSpec(files, {
    dialect: dialects[dialect],
    variables,
    secrets,
    knownSecrets: identity === undefined ? [] : secretsOf(identity.login),
    ...(psk === undefined ? {} : { psk }),
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  for (const { severity, title, message, at } of problems) {
    // A single error is told by the failure itself.
    if (severity === 'warning' || errors.length > 1) {
      log[severity](`${title}: ${message}`, at, title);
    }
  }
  const [first] = errors;
  if (first !== undefined) {
    throw invalid(first, errors.length);
  }
  const names = connections.map(({ name }) => name.value).join(', ');
  log.info(`Read ${counted(connections.length, 'connection')} from ${counted(files.length, 'file')}: ${names}`);
  return connections;
}
