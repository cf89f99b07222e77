/** The job summary: what a person reads after the run. Pure; everything foreign is escaped. */
import type { ActionError, Place } from '../errors.ts';
import type { ConnectionReport, Report } from '../vpn/report.ts';
import { exportedText, exportItem, exportSteps } from './export-steps.ts';
import { code, prose, proseLines, row, tableHead } from './markdown.ts';
import { nextSteps } from './next-steps.ts';
import { joinSections, type Section } from './sections.ts';
import { changeSections, newObjects } from './summary-changes.ts';
import type { NextStep } from './together.ts';
import { doneBefore, operationWords, statusWords } from './words.ts';

/** GitHub drops a summary of more than 1 MiB; a person stops reading long before. */
const longestSummary = 60_000;

const notAsked: Section = {
  lines: ['> **The cloud was not asked:** the files alone were checked. What would be changed is not known.'],
};

export interface SummaryFacts {
  readonly finished?: Date;
  readonly seconds?: number;
}

const placeText = ({ file, line, column }: Place): string => code(`${file}:${line}:${column}`);

function heading(report: Report): string {
  const [only, ...others] = report.connections;
  const mark = report.failure !== undefined ? '❌ ' : report.mode === 'plan' ? '' : '✅ ';
  const plan = report.mode === 'plan' ? 'Plan: ' : '';
  if (only === undefined)
    return `## ${mark}${plan}IPsec connection: ${report.failure ? 'failed' : 'nothing described'}`;
  if (others.length === 0) {
    const result = report.failure === undefined ? operationWords(only, report) : 'failed';
    return `## ${mark}${plan}IPsec connection ${code(only.name)}: ${result}`;
  }
  const results = Map.groupBy(report.connections, (connection) => operationWords(connection, report));
  const counts = [...results].map(([result, { length }]) => `${length} ${result}`).join(', ');
  return `## ${mark}${plan}${report.connections.length} IPsec connections: ${counts}`;
}

function failureSection(failure: ActionError, of: string): Section {
  const at = failure.at === undefined ? '' : ` at ${placeText(failure.at)}`;
  const hint = failure.hint === undefined ? [] : ['>', `> **What to do:** ${proseLines(failure.hint)}`];
  return {
    lines: [
      `> ${code(failure.code)}${at}${of}`,
      '>',
      `> **What failed:** ${proseLines(failure.message, 1000)}`,
      ...hint,
    ],
  };
}

/** The run's failure first, then those of single connections that are not the same. */
function failures(report: Report): readonly Section[] {
  const single = report.connections.flatMap(({ name, failure }) =>
    failure === undefined || report.failure?.message.includes(failure.message) === true
      ? []
      : [failureSection(failure, ` for ${code(name)}`)],
  );
  return [...(report.failure === undefined ? [] : [failureSection(report.failure, '')]), ...single];
}

function statusText({ status, statusStale }: ConnectionReport): string {
  if (status === undefined) return '';
  const stale = statusStale === true ? '; may still be the status before the change' : '';
  return `**${prose(status, 40)}**: ${statusWords(status)}${stale}`;
}

const pskWords: Readonly<Record<ConnectionReport['psk'], string>> = {
  equal: 'equals the one in the cloud',
  sent: 'sent to the cloud',
  unverified: 'unverified: the cloud hides it',
  'not compared': '',
};

function whereText(report: Report): string {
  const { project, region, dialect } = report;
  const cloud = dialect === 'otc' ? 'Open Telekom Cloud' : 'OpenStack';
  const name = project === undefined ? [] : [`project ${code(project.name ?? project.id)}`];
  return [cloud, ...(region === undefined ? [] : [`region ${code(region)}`]), ...name].join(', ');
}

/** One connection: a fact a line. */
function factsTable(report: Report, connection: ConnectionReport): Section {
  const { id, gatewayAddress, peerAddress, vpnserviceId, peerConfigFile } = connection;
  const facts: readonly (readonly [string, string])[] = [
    ['Done', doneBefore(connection) ?? ''],
    ['Status', statusText(connection)],
    ['Connection id', code(id ?? '')],
    ['Gateway of the cloud (the peer dials it)', code(gatewayAddress ?? '')],
    ['Peer', code(peerAddress ?? '')],
    ['VPN service id', code(vpnserviceId ?? '')],
    ['Configuration for the other end', code(peerConfigFile ?? '')],
    [
      'Pre-shared key',
      report.mode === 'plan' && connection.psk === 'sent' ? 'would be sent' : pskWords[connection.psk],
    ],
    ['File', placeText(connection.at)],
    ['Cloud', report.offline === true ? '' : whereText(report)],
  ];
  const rows = facts.filter(([, text]) => text !== '').map(([name, text]) => row(name, text));
  return { lines: [...tableHead('Connection', code(connection.name)), ...rows] };
}

/** Several connections: one a line. */
function connectionsTable(report: Report): Section {
  const rows = report.connections.map((connection) =>
    row(
      code(connection.name),
      operationWords(connection, report),
      statusText(connection),
      code(connection.id ?? ''),
      code(connection.gatewayAddress ?? ''),
      code(connection.peerAddress ?? ''),
    ),
  );
  const head = tableHead('Connection', 'Result', 'Status', 'Id', 'Gateway of the cloud', 'Peer');
  return { lines: [...head, ...rows, ...(report.offline === true ? [] : ['', `${whereText(report)}.`])] };
}

function listSection(title: string, items: readonly string[]): readonly Section[] {
  return items.length === 0 ? [] : [{ lines: [`### ${title}`, '', ...items.map((item) => `- ${item}`)] }];
}

/** For the run that is to do exactly this. */
function digestSection({ mode, digest, changes }: Report): readonly Section[] {
  const isWanted = mode === 'plan' && digest !== undefined && changes.length > 0;
  return isWanted ? [{ lines: [`Digest of this plan, for \`expect-plan\` in \`mode: apply\`: \`${digest}\``] }] : [];
}

function stepItem({ connections, text, inOrder = [] }: NextStep): string {
  const names = connections.map((name) => code(name)).join(', ');
  const steps = inOrder.map((step, index) => `\n  ${index + 1}. ${prose(step)}`);
  return `${names === '' ? '' : `${names}: `}${prose(text, 1000)}${steps.join('')}`;
}

function noticeItems(report: Report): readonly string[] {
  return report.notices.map(({ level, text, at }) => {
    const place = at === undefined ? '' : `${placeText(at)} `;
    return `**${level === 'warning' ? 'Warning' : 'Notice'}:** ${place}${prose(text)}`;
  });
}

function footer(report: Report, { finished, seconds }: SummaryFacts): readonly Section[] {
  const facts = [
    `mode ${report.mode}`,
    ...(seconds === undefined ? [] : [`took ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`]),
    ...(finished === undefined ? [] : [`finished ${finished.toISOString().slice(0, 16).replace('T', ' ')} UTC`]),
  ];
  return [{ lines: [`<sub>${facts.join(' · ')}</sub>`] }];
}

/**
 * The summary in GitHub's Markdown, at most 60 000 characters: result, failure and what to do, the connections,
 * the changes with before, after and effect, next steps, notices, and what can best be cut: settings of new objects.
 * A server's words may repeat a secret: give it the report from `redactReport`.
 */
export function renderSummary(report: Report, facts: SummaryFacts = {}): string {
  const [only, ...others] = report.connections;
  const connections =
    only === undefined ? [] : [others.length === 0 ? factsTable(report, only) : connectionsTable(report)];
  const sections: readonly Section[] = [
    { lines: [heading(report)] },
    ...(report.offline === true ? [notAsked] : []),
    ...failures(report),
    ...connections,
    ...changeSections(report),
    ...digestSection(report),
    ...listSection('What to do next', [...exportSteps(report).map(exportItem), ...nextSteps(report).map(stepItem)]),
    ...listSection('Notices', noticeItems(report)),
    ...newObjects(report),
    ...exportedText(report),
    ...footer(report, facts),
  ];
  return joinSections(sections, longestSummary);
}
