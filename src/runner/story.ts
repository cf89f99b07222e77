/** The plan and its result as log lines. Pure; the log makes foreign words in them harmless. */
import { brief } from '../vpn/brief.ts';
import { kindNames } from '../vpn/kinds.ts';
import type { Change, ConnectionReport, FieldChange, Report } from '../vpn/report.ts';
import { exportSteps } from './export-steps.ts';
import { nothingToRemove, prunedNames } from './removal-words.ts';
import { rotationSteps } from './rotation.ts';
import {
  changeSigns,
  counted,
  doneBefore,
  effectWords,
  fieldEffectWords,
  hasUnverifiedPsk,
  objectName,
  operationWords,
  statusWords,
} from './words.ts';

/** `endpoints 10.80.0.0/24 → 10.80.0.0/24, 10.81.0.0/16`; words in brackets, as the psk's, have no value before them. */
export function fieldText(change: FieldChange, action: Change['action']): string {
  const { field, before, after } = brief(change);
  if (before === undefined && after !== undefined && (action === 'create' || after.startsWith('('))) {
    return `${field} ${after}`;
  }
  return `${field} ${before ?? 'unset'} → ${after ?? 'unset'}`;
}

function bracketed(words: string): string {
  return words === '' ? '' : ` (${words})`;
}

function subject(change: Change, several: boolean): string {
  const users = change.kind === 'ipsec_site_connection' || !several ? '' : ` [${change.connections.join(', ')}]`;
  return `${changeSigns[change.action]} ${kindNames[change.kind].words} ${objectName(change)}${users}`;
}

function changeLines(change: Change, several: boolean): readonly string[] {
  const head = subject(change, several);
  const texts = change.fields.map((field) => fieldText(field, change.action));
  const reason = change.reason === undefined ? '' : `; ${change.reason}`;
  if (change.action === 'create' || change.fields.length < 2) {
    const all = texts.join(', ');
    return [`${head}${all === '' ? '' : `: ${all}`}${bracketed(effectWords(change))}${reason}`];
  }
  return [
    `${head}${bracketed(effectWords(change))}${reason}:`,
    ...change.fields.map((field, index) => `    ${texts[index]}${bracketed(fieldEffectWords(change, field))}`),
  ];
}

/** What will change, in the order in which it is done: before → after, and the effect on traffic in words. */
export function planLines(report: Report): readonly string[] {
  const several = report.connections.length + prunedNames(report).length > 1;
  // Of those that were refused, nobody says that they are as described.
  const planned = report.connections.filter(({ failure }) => failure === undefined);
  const names = planned.map(({ name }) => name).join(', ');
  if (report.changes.length === 0 && report.mode === 'destroy') return [nothingToRemove(report)];
  if (report.changes.length === 0) {
    const hidden = hasUnverifiedPsk(report) ? ', as far as the cloud shows it: the pre-shared key is unverified' : '';
    return [`Nothing to change: ${names} ${planned.length > 1 ? 'are' : 'is'} as described${hidden}.`];
  }
  return [
    `Plan for ${names}: ${counted(report.changes.length, 'change')}`,
    ...report.changes.flatMap((change) => changeLines(change, several)),
  ];
}

function resultLine(connection: ConnectionReport, report: Report): string {
  const { status, id, gatewayAddress } = connection;
  const before = doneBefore(connection);
  const facts = [
    `${operationWords(connection, report)}${before === undefined ? '' : ` (${before})`}`,
    ...(status === undefined ? [] : [`status ${status} (${statusWords(status)})`]),
    ...(connection.statusStale === true ? ['the status may still be the old one'] : []),
    ...(connection.psk === 'unverified' ? ['psk unverified'] : []),
    ...(id === undefined ? [] : [`id ${id}`]),
    ...(gatewayAddress === undefined ? [] : [`gateway ${gatewayAddress}`]),
  ];
  return `${connection.name}: ${facts.join(', ')}`;
}

/** How each connection ended up, and what a rotated key asks for at the other end. */
export function resultLines(report: Report): readonly string[] {
  const rotations = rotationSteps(report).flatMap(({ connections, text, inOrder = [] }) => [
    connections.length === 0 ? text : `${connections.join(', ')}: ${text}`,
    ...inOrder.map((step, index) => `  ${index + 1}. ${step}`),
  ]);
  const lines = [
    ...report.connections.map((connection) => resultLine(connection, report)),
    ...rotations,
    ...exportSteps(report).map(({ log }) => log),
  ];
  if (report.offline === true) return [...lines, 'The cloud was not asked (mode: plan).'];
  return report.mode === 'plan' ? [...lines, 'Nothing was written (mode: plan).'] : lines;
}
