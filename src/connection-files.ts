/** Reads the connection files of a run and tells everything that is wrong or weak in them. */
import { ActionError } from './errors.ts';
import { secretsOf } from './identity/login-secrets.ts';
import type { Inputs } from './inputs.ts';
import type { Log } from './ports.ts';
import { counted } from './runner/words.ts';
import { findFiles, type Workspace } from './spec/files.ts';
import type { Problem } from './spec/problem.ts';
import { type RejectedBodies, readSpec, type SpecFile, type SpecResult } from './spec/read.ts';
import type { ConnectionSpec } from './vpn/desired.ts';
import { type DialectName, dialects } from './vpn/dialects.ts';
import type { Rejected } from './vpn/known.ts';
import type { Notice } from './vpn/report.ts';

export type FileInputs = Pick<
  Inputs,
  'mode' | 'connectionFiles' | 'dialect' | 'identity' | 'offline' | 'variables' | 'secrets' | 'psk'
>;

export interface FilePorts {
  readonly workspace: Workspace;
  readonly log: Log;
}

/** Errors of files as one failure: the only one itself, or their number and where they begin. */
function invalid(errors: readonly [Problem, ...Problem[]], nothing: string): ActionError {
  const [{ at, title, message }] = errors;
  const text = `${title}: ${message}`;
  if (errors.length === 1) {
    return new ActionError('SPEC_INVALID', text, { hint: nothing, at });
  }
  const where = `${at.file}:${at.line}:${at.column}`;
  return new ActionError(
    'SPEC_INVALID',
    `${counted(errors.length, 'error')} in the connection files; the first at ${where}: ${text}`,
    { hint: `Each is in the log, at its line. ${nothing}`, at },
  );
}

function isSome<T>(items: readonly T[]): items is readonly [T, ...T[]] {
  return items.length > 0;
}

/** What an error keeps from being used, with the failure that is told of it. */
function rejection({ errors, connections }: RejectedBodies, isOffline: boolean): readonly Rejected[] {
  const names = isOffline ? '' : connections.map(({ name }) => name).join(', ');
  const left = names === '' ? 'Nothing of this file was asked of the cloud.' : `Left as it is: ${names}.`;
  return isSome(errors) ? [{ failure: invalid(errors, left), connections }] : [];
}

export interface ReadConnections {
  /** Those that no error is about. */
  readonly specs: readonly ConnectionSpec[];
  readonly rejected: readonly Rejected[];
  /** What nobody could check, at its line: secrets that a plan without the cloud does not have. */
  readonly unchecked: readonly Notice[];
}

function errorsOf({ problems }: Pick<SpecResult, 'problems'>): readonly Problem[] {
  return problems.filter(({ severity }) => severity === 'error');
}

/** Where nothing says which cloud it is, the files are for the one that they fit better. */
function readFor(files: readonly SpecFile[], inputs: FileInputs): SpecResult {
  const { mode, dialect, identity, offline, variables, secrets, psk } = inputs;
  const read = (name: DialectName): SpecResult =>
    readSpec(files, {
      dialect: dialects[name],
      variables,
      secrets,
      knownSecrets: identity === undefined ? [] : secretsOf(identity.login),
      undefinedSecrets: mode === 'destroy' ? 'not needed' : offline === undefined ? 'error' : 'not checked',
      ...(offline?.reason === 'withheld' ? { emptyVariables: 'not checked' } : {}),
      ...(psk === undefined ? {} : { psk }),
    });
  const asAssumed = read(dialect);
  if (offline?.isDialectAssumed !== true || errorsOf(asAssumed).length === 0) {
    return asAssumed;
  }
  const asOther = read('otc');
  return errorsOf(asOther).length < errorsOf(asAssumed).length ? asOther : asAssumed;
}

/**
 * Every connection of the files that the inputs name. One with errors does not stop the others.
 * @throws ActionError SPEC_FILE for files that cannot be read, SPEC_INVALID if no connection is left; every problem was then told at its line
 */
export async function readConnections(inputs: FileInputs, { workspace, log }: FilePorts): Promise<ReadConnections> {
  const files = await findFiles(inputs.connectionFiles, workspace);
  const { connections, rejected, problems } = readFor(files, inputs);
  const errors = errorsOf({ problems });
  for (const { severity, title, message, at } of problems) {
    // A single error is told by the failure itself.
    if (severity === 'warning' || (severity === 'error' && errors.length > 1)) {
      log[severity](`${title}: ${message}`, at, title);
    }
  }
  if (isSome(errors) && connections.length === 0) {
    throw invalid(errors, 'Nothing was asked of the cloud.');
  }
  const names = connections.map(({ name }) => name.value).join(', ');
  const without = errors.length === 0 ? '' : `; ${counted(errors.length, 'error')} in the others`;
  log.info(
    `Read ${counted(connections.length, 'connection')} from ${counted(files.length, 'file')}: ${names}${without}`,
  );
  return {
    specs: connections,
    rejected: rejected.flatMap((one) => rejection(one, inputs.offline !== undefined)),
    unchecked: problems.flatMap(({ severity, title, message, at }) =>
      severity === 'notice' ? { level: severity, text: `${title}: ${message}`, at } : [],
    ),
  };
}
