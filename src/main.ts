/** The story of a run: inputs → files → login → converge → report. */
import { readConnections } from './connection-files.ts';
import { ActionError, asActionError } from './errors.ts';
import type { HttpClient } from './http/client.ts';
import { untilDeadline } from './http/deadline.ts';
import { login } from './identity/login.ts';
import type { Session } from './identity/session.ts';
import type { IdTokenRequest } from './identity/way.ts';
import { inNamesOf, type SourceNames } from './inputs/source-names.ts';
import { type InputReader, type Inputs, readInputs, type Surroundings } from './inputs.ts';
import { type GeneratedFiles, preparePeerFiles } from './peer-files.ts';
import type { Clock, Log } from './ports.ts';
import type { RunCancellation } from './runner/cancellation.ts';
import { planLines, resultLines } from './runner/story.ts';
import type { Workspace } from './spec/files.ts';
import { converge } from './vpn/converge.ts';
import type { ConnectionSpec } from './vpn/desired.ts';
import { dialects } from './vpn/dialects.ts';
import type { PeerFiles } from './vpn/peer-configs.ts';
import { nothingKnown, type Report } from './vpn/report.ts';

/** Everything impure that a run needs. */
export interface Dependencies extends Surroundings {
  readonly inputs: InputReader;
  /** Called with each secret at first sight. */
  mask(secret: string): void;
  readonly log: Log;
  readonly clock: Clock;
  random(): number;
  readonly cancellation: RunCancellation;
  readonly workspace: Workspace;
  readonly generatedFiles: GeneratedFiles;
  /** Whether a text contains a known secret. */
  holdsSecret(text: string): boolean;
  /** `owner/name` */
  readonly repository: string;
  readonly idTokens: IdTokenRequest;
  /** @param extraCa PEM; added to the system's CAs */
  http(extraCa: string | undefined): HttpClient;
  /** Sets outputs as soon as they are known. */
  outputs(report: Report): void;
  /** The last word of the run: summary and, if it failed, the failure. */
  conclude(report: Report, wantsSummary: boolean): Promise<void>;
}

/** How long the revocation of the run's token may take: a slow identity service gets its time, a cancelled run has none. */
const logoutMs = { normal: 5000, cancelled: 1000 };

/** @throws ActionError INPUT_INVALID if it is a file that cannot be read */
async function extraCa({ caCertificate }: Inputs, workspace: Workspace): Promise<string | undefined> {
  if (caCertificate?.kind !== 'path') {
    return caCertificate?.text;
  }
  try {
    return await workspace.read(caCertificate.path);
  } catch (error) {
    throw new ActionError('INPUT_INVALID', `Input ca-certificate: ${asActionError(error).message}`, {
      hint: 'Give the path of a PEM file in the workspace, or its text.',
      cause: error,
    });
  }
}

async function logIn(inputs: Inputs, http: HttpClient, deadline: number, deps: Dependencies): Promise<Session> {
  const { clock, log, mask, idTokens } = deps;
  const session = await login({ ...inputs, http, deadline, idTokens, clock, log, mask });
  const { id, name } = session.project;
  log.info(`Logged in at ${inputs.authUrl.host} to project ${name === undefined ? id : `${name} (${id})`}.`);
  return session;
}

/** Codes of errors that are about the settings of the login. */
const aboutLogin = /^(?:LOGIN_.*|CATALOGUE|ENDPOINT_REFUSED|TLS)$/;

/** The failure in the names that the settings of the login have in their source. */
function told(failure: ActionError, names: SourceNames | undefined): ActionError {
  return names === undefined || !aboutLogin.test(failure.code)
    ? failure
    : failure.hinting((hint) => `${inNamesOf(names, hint)} The settings are those of ${names.source}.`.trimStart());
}

/** Undefined if the inputs want no configuration for the other end. */
async function filesForPeers(
  { peerConfig }: Inputs,
  specs: readonly ConnectionSpec[],
  deps: Dependencies,
): Promise<PeerFiles | undefined> {
  const names = specs.map(({ name }) => name.value);
  return peerConfig === undefined ? undefined : await preparePeerFiles(peerConfig, names, deps);
}

/** Runs the action. What goes wrong is in the conclusion; it rejects only if that cannot be told. */
export async function main(deps: Dependencies): Promise<void> {
  const { log, clock, workspace, repository } = deps;
  let report = nothingKnown;
  let wantsSummary = true;
  let http: HttpClient | undefined;
  let session: Session | undefined;
  let names: SourceNames | undefined;
  const tell = (known: Report): void => {
    report = known;
    deps.outputs(report);
  };
  try {
    const inputs = await readInputs(deps.inputs, deps.mask, deps);
    wantsSummary = inputs.summary;
    names = inputs.sourceNames;
    report = { ...report, mode: inputs.mode, dialect: inputs.dialect };
    const deadline = clock.now() + inputs.timeoutMs;
    const specs = await readConnections(inputs, deps);
    const peerFiles = await filesForPeers(inputs, specs, deps);
    http = untilDeadline(deps.http(await extraCa(inputs, workspace)), clock, deadline);
    session = await logIn(inputs, http, deadline, deps);
    const { project, networkUrl, send } = session;
    const dialect = dialects[inputs.dialect];
    await converge(
      specs,
      { ...inputs, dialect, repository, now: clock.now(), project, networkUrl, deadline },
      { ...deps, send, tell, describe: planLines, ...(peerFiles === undefined ? {} : { peerFiles }) },
    );
  } catch (error) {
    report = { ...report, failure: told(asActionError(error), names) };
  }
  const closing = session?.close(deps.cancellation.cancelled ? logoutMs.cancelled : logoutMs.normal);
  try {
    for (const { level, text, at } of report.notices) {
      log[level](text, at);
    }
    for (const line of resultLines(report)) {
      log.info(line);
    }
    deps.outputs(report);
    await deps.conclude(report, wantsSummary);
  } finally {
    const warning = await closing;
    if (warning !== undefined) {
      log.warning(warning);
    }
    await http?.close();
    deps.cancellation.dispose();
  }
}
