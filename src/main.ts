/** The story of a run: inputs → files → login → converge → report. */
import { ActionError } from './errors.ts';
import type { HttpClient } from './http/client.ts';
import { untilDeadline } from './http/deadline.ts';
import { login } from './identity/login.ts';
import type { Session } from './identity/session.ts';
import type { InputReader } from './inputs/values.ts';
import { type Inputs, readInputs } from './inputs.ts';
import type { Clock, Log } from './ports.ts';
import type { RunCancellation } from './runner/cancellation.ts';
import { planLines, resultLines } from './runner/story.ts';
import { counted } from './runner/words.ts';
import type { Secret } from './secret.ts';
import { findFiles, type Workspace } from './spec/files.ts';
import { readSpec } from './spec/read.ts';
import { converge } from './vpn/converge.ts';
import type { ConnectionSpec } from './vpn/desired.ts';
import { dialects } from './vpn/dialects.ts';
import type { Report } from './vpn/report.ts';

/** Everything impure that a run needs. */
export interface Dependencies {
  readonly inputs: InputReader;
  /** Called with each secret at first sight. */
  mask(secret: string): void;
  readonly log: Log;
  readonly clock: Clock;
  random(): number;
  readonly cancellation: RunCancellation;
  readonly workspace: Workspace;
  /** `owner/name` */
  readonly repository: string;
  /** @param extraCa PEM; added to the system's CAs */
  http(extraCa: string | undefined): HttpClient;
  /** Sets outputs as soon as they are known. */
  outputs(report: Report): void;
  /** The last word of the run: summary and, if it failed, the failure. */
  conclude(report: Report, wantsSummary: boolean): Promise<void>;
}

/** Secrets that have no business in a file. */
function knownSecrets({ login, psk, secrets }: Inputs): readonly Secret[] {
  const own = login.way === 'password' ? login.password : login.token;
  return [own, ...(psk === undefined ? [] : [psk]), ...secrets.values()];
}

async function extraCa({ caCertificate }: Inputs, workspace: Workspace): Promise<string | undefined> {
  return caCertificate?.kind === 'path' ? await workspace.read(caCertificate.path) : caCertificate?.text;
}

async function readFiles(inputs: Inputs, deps: Dependencies): Promise<readonly ConnectionSpec[]> {
  const files = await findFiles(inputs.connectionFiles, deps.workspace);
  const { connections, problems } = readSpec(files, {
    dialect: dialects[inputs.dialect],
    variables: inputs.variables,
    secrets: inputs.secrets,
    knownSecrets: knownSecrets(inputs),
    ...(inputs.psk === undefined ? {} : { psk: inputs.psk }),
  });
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first, ...others] = errors;
  for (const problem of problems) {
    // A single error is told by the failure itself.
    if (problem.severity === 'warning' || others.length > 0) {
      deps.log[problem.severity](`${problem.title}: ${problem.message}`, problem.at, problem.title);
    }
  }
  if (first !== undefined) {
    const { file, line, column } = first.at;
    const text = `${first.title}: ${first.message}`;
    const message =
      others.length === 0
        ? text
        : `${counted(errors.length, 'error')} in the connection files; the first at ${file}:${line}:${column}: ${text}`;
    const hint =
      others.length === 0
        ? 'Nothing was asked of the cloud.'
        : 'Each is in the log, at its line. Nothing was asked of the cloud.';
    throw new ActionError('SPEC_INVALID', message, { hint, at: first.at });
  }
  const names = connections.map(({ name }) => name.value).join(', ');
  deps.log.info(`Read ${counted(connections.length, 'connection')} from ${counted(files.length, 'file')}: ${names}`);
  return connections;
}

async function logIn(inputs: Inputs, http: HttpClient, deps: Dependencies): Promise<Session> {
  const { authUrl, dialect, region, networkEndpoint } = inputs;
  const session = await login({
    way: inputs.login,
    authUrl,
    dialect,
    http,
    clock: deps.clock,
    log: deps.log,
    mask: deps.mask,
    ...(region === undefined ? {} : { region }),
    ...(networkEndpoint === undefined ? {} : { networkEndpoint }),
  });
  const { project } = session;
  deps.log.info(`Logged in at ${authUrl.host} to project ${project.name ?? ''} (${project.id}).`);
  return session;
}

/** Runs the action. Never rejects: what went wrong is in the conclusion. */
export async function main(deps: Dependencies): Promise<void> {
  let inputs: Inputs | undefined;
  let http: HttpClient | undefined;
  let session: Session | undefined;
  let report: Report = { mode: 'apply', dialect: 'openstack', connections: [], changes: [], notices: [] };
  const tell = (known: Report): void => {
    report = known;
    deps.outputs(report);
  };
  try {
    inputs = readInputs(deps.inputs, deps.mask);
    const { mode, dialect, region, timeoutMs } = inputs;
    report = { ...report, mode, dialect };
    const deadline = deps.clock.now() + timeoutMs;
    const specs = await readFiles(inputs, deps);
    http = untilDeadline(deps.http(await extraCa(inputs, deps.workspace)), deps.clock, deadline);
    session = await logIn(inputs, http, deps);
    await converge(
      specs,
      {
        ...inputs,
        ...(region === undefined ? {} : { region }),
        dialect: dialects[dialect],
        repository: deps.repository,
        now: deps.clock.now(),
        project: session.project,
        networkUrl: session.networkUrl,
        deadline,
      },
      { ...deps, send: session.send, tell, describe: planLines },
    );
  } catch (error) {
    report = { ...report, failure: asFailure(error, deps.cancellation) };
  }
  for (const { level, text, at } of report.notices) {
    deps.log[level](text, at);
  }
  for (const line of resultLines(report)) {
    deps.log.info(line);
  }
  deps.outputs(report);
  const [warning] = await Promise.all([session?.close(), deps.conclude(report, inputs?.summary ?? true)]);
  if (warning !== undefined) {
    deps.log.warning(warning);
  }
  await http?.close();
  deps.cancellation.dispose();
}

function asFailure(error: unknown, { cancelled }: RunCancellation): ActionError {
  if (error instanceof ActionError) {
    return error;
  }
  const text = error instanceof Error ? error.message : String(error);
  return cancelled
    ? new ActionError('CANCELLED', `Cancelled: ${text}`, {
        hint: 'Run it again: it goes on from what is there.',
        cause: error,
      })
    : new ActionError('BUG', text, {
        hint: 'This is a defect of the action; please report it with this message.',
        cause: error,
      });
}
