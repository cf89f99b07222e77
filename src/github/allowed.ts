/** What of a report may be posted. GitHub masks logs, not comments, so only what is known to be harmless goes there. Pure. */
import type { ActionError, ErrorCode } from '../errors.ts';
import { fields } from '../vpn/fields.ts';
import { parts } from '../vpn/kinds.ts';
import type { Change, ConnectionReport, FieldChange, Report } from '../vpn/report.ts';

/** Besides those of the field table. */
const others: readonly string[] = [...parts, 'endpoints', 'router_id', 'subnet_id', 'psk_version'];

const hidden = '(not shown)';

function isAllowed({ kind }: Change, field: string): boolean {
  return Object.hasOwn(fields[kind], field) || others.includes(field) || field.startsWith('tags.');
}

/** Of a psk there are only words such as `(sent anew)`. */
function pskWords(text: string | undefined): string | undefined {
  return text === undefined || /^\([a-z ]+\)$/.test(text) ? text : hidden;
}

function allowedField(change: Change, { field, impact, before, after }: FieldChange): FieldChange {
  const shown = (text: string | undefined): string | undefined => {
    if (field === 'psk') return pskWords(text);
    return text === undefined || isAllowed(change, field) ? text : hidden;
  };
  const [old, now] = [shown(before), shown(after)];
  return { field, impact, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) };
}

/** Codes whose messages are made of the file, the cloud's VPN objects and our own words: never a server's. */
const ownWords: readonly ErrorCode[] = [
  'SPEC_INVALID',
  'SPEC_FILE',
  'AMBIGUOUS',
  'NOT_FOUND',
  'CONFLICT',
  'IMPACT',
  'SHARED',
  'QUOTA',
  'CONNECTION_STATE',
];

/** What a failure says here: all of it, or where to read it. */
export function failureWords({ code, message, hint, at }: ActionError): {
  readonly what: string;
  readonly hint?: string;
} {
  // What is wrong with an input is posted only where a line of the file asks for the input.
  const isOwn = ownWords.includes(code) || (code === 'INPUT_INVALID' && at !== undefined);
  if (!isOwn) {
    return { what: 'The log of the run and its summary say it.' };
  }
  return { what: message, ...(hint === undefined ? {} : { hint }) };
}

function allowedConnection(connection: ConnectionReport): ConnectionReport {
  const { name, at, operation, impact, psk, id, status, failure, gatewayAddress, peerAddress } = connection;
  return {
    ...{ name, at, operation, impact, psk },
    ...(id === undefined ? {} : { id }),
    ...(status === undefined ? {} : { status }),
    ...(gatewayAddress === undefined ? {} : { gatewayAddress }),
    ...(peerAddress === undefined ? {} : { peerAddress }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function allowedChange(change: Change): Change {
  const { action, kind, name, id, impact, reason, connections } = change;
  return {
    ...{ action, kind, name, impact, connections },
    ...(id === undefined ? {} : { id }),
    ...(reason === undefined ? {} : { reason }),
    fields: change.fields.map((field) => allowedField(change, field)),
  };
}

/** The report with what may be posted, and nothing else. That there are changes is no failure where they are shown. */
export function allowed(report: Report): Report {
  const { mode, dialect, offline, project, region, progress, digest, notices } = report;
  const failure = report.failure?.code === 'DRIFT' ? undefined : report.failure;
  return {
    ...{ mode, dialect, progress, notices },
    ...(offline === undefined ? {} : { offline }),
    ...(project === undefined ? {} : { project }),
    ...(region === undefined ? {} : { region }),
    ...(digest === undefined ? {} : { digest }),
    ...(failure === undefined ? {} : { failure }),
    connections: report.connections.map(allowedConnection),
    changes: report.changes.map(allowedChange),
  };
}
