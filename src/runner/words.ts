/** What the report's terms mean, in a person's words; shared by log and summary. */
import { foundIn, pskField } from '../vpn/psk-words.ts';
import type { Change, ConnectionReport, FieldChange, Impact, Operation, Report } from '../vpn/report.ts';

const impactWords: Readonly<Record<Impact, string>> = {
  none: 'no effect on traffic',
  rekey: 'the tunnel re-keys: under a second',
  interruption: 'the tunnel is interrupted for some seconds',
  replacement: 'the connection is deleted and made anew: no tunnel until both sides have negotiated again',
  removal: 'the connection is removed: the other end is cut off',
};

const switchedOff = 'no traffic until it is true again';

function switchesOff({ field, after }: FieldChange): boolean {
  return field === 'admin_state_up' && after === 'false';
}

/** Seen with real gateways: what is up stays up with the old key until it negotiates. */
const rotated =
  'the tunnel re-keys: under a second if both ends have the same key by then, else it does not come up again';

/** A key that the cloud has already changes nothing for the other end. */
function rotates({ field, impact, before }: FieldChange): boolean {
  return field === pskField && impact === 'rekey' && foundIn(before) !== 'same';
}

/** What a change does to traffic: nothing to mention where something is created. */
export function effectWords({ action, fields, impact }: Change): string {
  if (action === 'create') return '';
  if (impact === 'rekey' && fields.some(rotates)) return rotated;
  return impact === 'interruption' && fields.some(switchesOff) ? switchedOff : impactWords[impact];
}

/** What one of its fields does: as part of a replacement, what the replacement does. */
export function fieldEffectWords(change: Change, field: FieldChange): string {
  const { impact, fields } = change;
  if (fields.length === 1 || (impact === 'replacement' && field.impact !== 'none')) return effectWords(change);
  if (rotates(field)) return rotated;
  return switchesOff(field) ? switchedOff : impactWords[field.impact];
}

/** The API allows objects without a name. */
export function objectName({ name, id }: Change): string {
  return name === '' ? (id ?? '(no name)') : name;
}

const statuses: Readonly<Record<string, string>> = {
  ACTIVE: 'the tunnel is up',
  DOWN: 'configured; no tunnel yet',
  BUILD: 'the cloud is setting it up',
  PENDING_CREATE: 'the cloud is setting it up',
  PENDING_UPDATE: 'the cloud is applying a change',
  PENDING_DELETE: 'the cloud is removing it',
  ERROR: 'the cloud could not set it up',
  FROZEN: 'frozen by the operator, for example for an unpaid bill',
};

/** What a status of a connection says about the tunnel. */
export function statusWords(status: string): string {
  return new Map(Object.entries(statuses)).get(status) ?? 'a status that this action does not know';
}

/** Whether the run failed as a whole, not for single connections: refused, cancelled, or logged out. */
export function stopped({ failure, connections }: Report): boolean {
  return failure !== undefined && connections.every((connection) => connection.failure === undefined);
}

const planned: Readonly<Record<Operation, string>> = {
  created: 'would be created',
  updated: 'would be updated',
  replaced: 'would be replaced',
  deleted: 'would be deleted',
  unchanged: 'unchanged',
};

/** What becomes, or became, of a connection. */
export function operationWords(connection: ConnectionReport, report: Report): string {
  if (connection.failure !== undefined) return 'failed';
  if (report.offline === true) return 'valid';
  if (report.mode === 'export') return 'exported';
  if (report.mode === 'apply' && stopped(report) && connection.operation === 'unchanged') {
    return connection.id === undefined ? 'not created' : 'not changed';
  }
  if (report.mode === 'destroy' && connection.operation === 'unchanged') {
    return connection.id === undefined && !stopped(report) ? 'gone already' : 'not deleted';
  }
  return report.mode === 'plan' || stopped(report) ? planned[connection.operation] : connection.operation;
}

/** What had been done with a connection when it failed. */
export function doneBefore({ failure, operation, inDoubt }: ConnectionReport): string | undefined {
  if (failure === undefined || operation === 'unchanged') return undefined;
  return inDoubt === true ? `perhaps ${operation}` : `${operation} before that`;
}

/** Some connection's key cannot be compared, so nobody can say that all is as described. */
export function hasUnverifiedPsk({ connections }: Report): boolean {
  return connections.some(({ psk }) => psk === 'unverified');
}

/** How the plan marks a change at a line's start. */
export const changeSigns: Readonly<Record<Change['action'], string>> = {
  create: '+',
  update: '~',
  replace: '±',
  delete: '-',
  touch: '~',
};

/** `2 connections`, `1 connection`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
