/** The story of `mode: export`: find the connections, describe them, write the files. Nothing is written in the cloud. */
import { ActionError } from './errors.ts';
import type { Session } from './identity/session.ts';
import type { Inputs } from './inputs.ts';
import { safeName } from './peer/safe-name.ts';
import type { GeneratedFiles } from './peer-files.ts';
import type { Clock, Log } from './ports.ts';
import { createVpnApi } from './vpn/api.ts';
import { type Dialect, dialects } from './vpn/dialects.ts';
import { chooseConnections } from './vpn/export/choose.ts';
import { type Export, type ExportedConnection, exportConnections } from './vpn/export/export.ts';
import { isExported } from './vpn/export/text.ts';
import { type Observed, observe } from './vpn/observe.ts';
import { gatewayOf } from './vpn/plan/plan.ts';
import { type ConnectionReport, type Exported, type Notice, nothingKnown, type Report } from './vpn/report.ts';

export type ExportInputs = Pick<Inputs, 'mode' | 'dialect' | 'identity' | 'connectionNames' | 'exportFile'>;

export interface ExportPorts {
  readonly log: Pick<Log, 'info' | 'warning'>;
  readonly clock: Clock;
  readonly exportFiles: GeneratedFiles;
  /** `owner/name` */
  readonly repository: string;
  mask(secret: string): void;
  holdsSecret(text: string): boolean;
  tell(report: Report): void;
}

const placeholder = '{name}';

/** Characters. All outputs of a job together are at most 1 MB. */
const longestOutput = 400_000;

/**
 * Before anything is asked of the cloud.
 * @throws ActionError EXPORT for a path that cannot be written, as far as it is known yet
 */
export async function checkExportFile(
  { exportFile }: Pick<Inputs, 'exportFile'>,
  files: GeneratedFiles,
): Promise<void> {
  if (exportFile.includes(placeholder)) {
    files.nameOf(exportFile.replaceAll(placeholder, 'name'));
  } else {
    await files.check(exportFile, isExported);
  }
}

/** The file of each connection; with `{name}`, one for each. */
function pathsOf(exportFile: string, files: GeneratedFiles): (name: string) => string {
  const users = new Map<string, string>();
  return (name) => {
    const file = files.nameOf(exportFile.replaceAll(placeholder, safeName(name)));
    // Some file systems do not tell capitals from small letters.
    const other = users.get(file.toLowerCase());
    if (other !== undefined && other !== name && exportFile.includes(placeholder)) {
      throw new ActionError('EXPORT', `export-file: ${file} would be the file of both ${other} and ${name}.`, {
        hint: 'Export them one by one, or all into one file (a path without {name}).',
      });
    }
    users.set(file.toLowerCase(), name);
    return file;
  };
}

/** Everything, since names are written for routers and subnets where they say which one is meant. */
async function readAll(session: Session, dialect: Dialect): Promise<Observed> {
  const { send, networkUrl, project } = session;
  const api = createVpnApi({ send, networkUrl, projectId: project.id, dialect });
  const [observed, routers] = await Promise.all([observe(api, [], dialect, true), api.routers()]);
  return { ...observed, routers };
}

function connectionReport(
  { connection, name, file, line }: ExportedConnection,
  { vpnservices }: Observed,
): ConnectionReport {
  const { id, status, refs, values } = connection;
  const peerAddress = String(values.peer_address ?? '');
  const gatewayAddress = gatewayOf(
    vpnservices.find((service) => service.id === refs.vpnservice),
    peerAddress,
  );
  return {
    ...{ name, id, status, peerAddress },
    at: { file, line, column: 1 },
    operation: 'unchanged',
    impact: 'none',
    psk: 'not compared',
    ...(refs.vpnservice === undefined ? {} : { vpnserviceId: refs.vpnservice }),
    ...(gatewayAddress === undefined ? {} : { gatewayAddress }),
  };
}

/** Every file is looked at before the first is written. */
async function write({ files }: Export, generated: GeneratedFiles, log: ExportPorts['log']): Promise<void> {
  for (const { name } of files) {
    await generated.check(name, isExported);
  }
  for (const { name, text } of files) {
    const done = await generated.write(name, text, isExported);
    log.info(`${name}: ${done}.`);
  }
}

function exportedOf({ files, connections }: Export): {
  readonly exported: Exported;
  readonly notices: readonly Notice[];
} {
  const text = files.map((file) => file.text).join('---\n');
  const isLong = text.length > longestOutput;
  const notice: Notice = {
    level: 'notice',
    text: `The output export stays unset: the text has ${text.length} characters, too many for an output. The files have all of it.`,
  };
  return {
    exported: {
      files: files.map(({ name }) => name),
      text: isLong ? '' : text,
      secrets: connections.map(({ variable }) => variable),
    },
    notices: isLong ? [notice] : [],
  };
}

/**
 * Writes the files that describe the connections which the inputs name.
 * @throws ActionError NOT_FOUND or AMBIGUOUS for names, EXPORT for files that cannot be written or would hold a secret
 */
export async function exportToFiles(inputs: ExportInputs, session: Session, ports: ExportPorts): Promise<void> {
  const { connectionNames, exportFile, mode } = inputs;
  const { clock, repository, exportFiles, holdsSecret, log } = ports;
  const { project } = session;
  const dialect = dialects[inputs.dialect];
  const region = inputs.identity?.region;
  const observed = await readAll(session, dialect);
  for (const { psk } of observed.connections) {
    ports.mask(psk === 'hidden' ? '' : psk.reveal());
  }
  const chosen = chooseConnections(connectionNames, observed.connections);
  const done = exportConnections(chosen, observed, {
    ...{ dialect, repository, project, now: clock.now() },
    pathOf: pathsOf(exportFile, exportFiles),
    holdsSecret: (text) => holdsSecret(text),
  });
  await write(done, exportFiles, log);
  const { exported, notices } = exportedOf(done);
  ports.tell({
    ...nothingKnown,
    ...{ mode, dialect: dialect.name, project, exported },
    ...(region === undefined ? {} : { region }),
    connections: done.connections.map((connection) => connectionReport(connection, observed)),
    notices: [...done.notices, ...notices],
  });
}
