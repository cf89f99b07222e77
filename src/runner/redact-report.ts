import { ActionError, type Place } from '../errors.ts';
import type { Change, Exported, Report } from '../vpn/report.ts';

type Redact = (text: string) => string;

/** The name of a file can hold anything. */
function redactPlace<T extends { readonly at?: Place | undefined }>(of: T, redact: Redact): T {
  return of.at === undefined ? of : { ...of, at: { ...of.at, file: redact(of.at.file) } };
}

function redactFailure(failure: ActionError, redact: Redact): ActionError {
  const { code, message, hint, at, cause } = failure;
  return new ActionError(code, redact(message), {
    ...(hint === undefined ? {} : { hint: redact(hint) }),
    ...(at === undefined ? {} : redactPlace({ at }, redact)),
    cause,
  });
}

function redactChange(change: Change, redact: Redact): Change {
  return {
    ...redactPlace(change, redact),
    name: redact(change.name),
    connections: change.connections.map(redact),
    ...(change.reason === undefined ? {} : { reason: redact(change.reason) }),
    fields: change.fields.map((field) => ({
      ...field,
      field: redact(field.field),
      ...(field.before === undefined ? {} : { before: redact(field.before) }),
      ...(field.after === undefined ? {} : { after: redact(field.after) }),
    })),
  };
}

function redactExport({ files, text, secrets }: Exported, redact: Redact): Exported {
  return { files: files.map(redact), text: redact(text), secrets: secrets.map(redact) };
}

/**
 * The report without known secrets, wherever a server's words or a value of the cloud may repeat one. Before it is
 * escaped and cut for a summary or a comment, where the runner's masking would not find it any more.
 */
export function redactReport(report: Report, redact: Redact): Report {
  const { project, region, exported } = report;
  return {
    ...report,
    ...(project?.name === undefined ? {} : { project: { ...project, name: redact(project.name) } }),
    ...(region === undefined ? {} : { region: redact(region) }),
    ...(exported === undefined ? {} : { exported: redactExport(exported, redact) }),
    connections: report.connections.map((connection) => ({
      ...redactPlace(connection, redact),
      name: redact(connection.name),
      // Of a connection that goes, it is what the cloud says.
      ...(connection.peerAddress === undefined ? {} : { peerAddress: redact(connection.peerAddress) }),
      ...(connection.peerConfigFile === undefined ? {} : { peerConfigFile: redact(connection.peerConfigFile) }),
      ...(connection.failure === undefined ? {} : { failure: redactFailure(connection.failure, redact) }),
    })),
    changes: report.changes.map((change) => redactChange(change, redact)),
    notices: report.notices.map((notice) => ({ ...redactPlace(notice, redact), text: redact(notice.text) })),
    ...(report.failure === undefined ? {} : { failure: redactFailure(report.failure, redact) }),
  };
}
