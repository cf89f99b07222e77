/** The story of a run: inputs → files → login → converge → report. */
import { type ReadConnections, readConnections } from './connection-files.ts';
import { describedElsewhere } from './described-elsewhere.ts';
import { asActionError } from './errors.ts';
import { checkExportFile, exportToFiles } from './export.ts';
import type { HttpClient } from './http/client.ts';
import { untilDeadline } from './http/deadline.ts';
import { type ServerTime, watchTime } from './http/server-time.ts';
import type { Session } from './identity/session.ts';
import { type InputReader, type Inputs, readInputs, type Surroundings } from './inputs.ts';
import { extraCa, type LoginPorts, logIn, told } from './log-in.ts';
import { notAsked, offlineReport } from './offline-report.ts';
import { type GeneratedFiles, preparePeerFiles } from './peer-files.ts';
import { endPlan, type Publish } from './plan-end.ts';
import type { RunCancellation } from './runner/cancellation.ts';
import { planLines, resultLines } from './runner/story.ts';
import type { Workspace } from './spec/files.ts';
import { type ConvergeOptions, converge } from './vpn/converge.ts';
import type { ConnectionSpec } from './vpn/desired.ts';
import { dialects } from './vpn/dialects.ts';
import type { PeerFiles } from './vpn/peer-configs.ts';
import { nothingKnown, type Report } from './vpn/report.ts';

/** Everything impure that a run needs. */
export interface Dependencies extends Omit<Surroundings, 'log'>, LoginPorts {
  readonly inputs: InputReader;
  random(): number;
  readonly cancellation: RunCancellation;
  readonly workspace: Workspace;
  readonly generatedFiles: GeneratedFiles;
  /** The same, for what `mode: export` writes. */
  readonly exportFiles: GeneratedFiles;
  /** Whether a text contains a known secret. */
  holdsSecret(text: string): boolean;
  /** `owner/name` */
  readonly repository: string;
  /** @param extraCa PEM; added to the system's CAs */
  http(extraCa: string | undefined): HttpClient;
  /** Sets outputs as soon as they are known. */
  outputs(report: Report): void;
  /** Keeps the comment and the issue that a plan is to have on GitHub. */
  readonly publish: Publish;
  /** The last word of the run: summary and, if it failed, the failure. */
  conclude(report: Report, wantsSummary: boolean): Promise<void>;
}

/** How long the revocation of the run's token may take: a slow identity service gets its time, a cancelled run has none. */
const logoutMs = { normal: 5000, cancelled: 1000 };

/** What the files describe; an export has none, and checks where it is to write one. */
async function readFiles(inputs: Inputs, deps: Dependencies): Promise<ReadConnections> {
  if (inputs.mode !== 'export') {
    return await readConnections(inputs, deps);
  }
  await checkExportFile(inputs, deps.exportFiles);
  return { specs: [], rejected: [], unchecked: [] };
}

/** Undefined if the inputs want no configuration for the other end. */
async function filesForPeers(
  { peerConfig, mode }: Inputs,
  specs: readonly ConnectionSpec[],
  deps: Dependencies,
): Promise<PeerFiles | undefined> {
  const names = specs.map(({ name }) => name.value);
  return peerConfig === undefined || mode === 'destroy' ? undefined : await preparePeerFiles(peerConfig, names, deps);
}

function convergeOptions(
  inputs: Inputs,
  session: Session,
  { repository }: Dependencies,
  { deadline, time }: { readonly deadline: number; readonly time: ServerTime },
): Omit<ConvergeOptions, 'rejected'> {
  const { project, networkUrl, roles } = session;
  const { mode, identity } = inputs;
  return {
    ...inputs,
    mode: mode === 'plan' || mode === 'destroy' ? mode : 'apply',
    ...(identity?.region === undefined ? {} : { region: identity.region }),
    ...{ dialect: dialects[inputs.dialect], repository, now: time.now() },
    ...{ project, networkUrl, deadline },
    ...(roles === undefined ? {} : { roles }),
  };
}

/** Runs the action. What goes wrong is in the conclusion; it rejects only if that cannot be told. */
export async function main(deps: Dependencies): Promise<void> {
  const { log, clock, workspace } = deps;
  let report = nothingKnown;
  let wantsSummary = true;
  let http: HttpClient | undefined;
  let session: Session | undefined;
  let inputs: Inputs | undefined;
  const tell = (known: Report): void => {
    report = known;
    deps.outputs(report);
  };
  try {
    inputs = await readInputs(deps.inputs, deps.mask, deps);
    wantsSummary = inputs.summary;
    const { mode, dialect, identity, offline, connectionFiles } = inputs;
    report = { ...report, mode, dialect, ...(offline === undefined ? {} : notAsked(offline)) };
    const deadline = clock.now() + inputs.timeoutMs;
    const read = await readFiles(inputs, deps);
    const { specs, rejected } = read;
    const peerFiles = await filesForPeers(inputs, specs, deps);
    if (offline !== undefined) {
      report = offlineReport(report, read);
    } else if (identity !== undefined) {
      const time = watchTime(untilDeadline(deps.http(await extraCa(identity, workspace)), clock, deadline), clock);
      http = time.http;
      session = await logIn(dialect, identity, http, deadline, deps);
      time.warn(log);
      const ports = { ...deps, send: session.send, tell, describe: planLines };
      if (mode === 'export') {
        await exportToFiles(inputs, session, ports);
      } else {
        const options = { ...convergeOptions(inputs, session, deps, { deadline, time }), rejected };
        const elsewhere = () => describedElsewhere(connectionFiles, workspace);
        await converge(specs, options, { ...ports, elsewhere, ...(peerFiles === undefined ? {} : { peerFiles }) });
      }
    }
  } catch (error) {
    report = { ...report, failure: told(asActionError(error), inputs?.identity) };
  }
  const closing = session?.close(deps.cancellation.cancelled ? logoutMs.cancelled : logoutMs.normal);
  try {
    report = inputs === undefined ? report : await endPlan(report, inputs, deps.publish);
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
