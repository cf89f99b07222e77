/** The plan in GitHub's Markdown, for a comment or an issue. Pure; everything foreign is escaped. */
import type { ActionError } from '../errors.ts';
import { code, prose, proseLines, row, tableHead } from '../runner/markdown.ts';
import { prunedNames } from '../runner/removal-words.ts';
import { rotationSteps } from '../runner/rotation.ts';
import { joinSections, type Section } from '../runner/sections.ts';
import { changeSections, newObjects } from '../runner/summary-changes.ts';
import { counted, effectWords, operationWords, statusWords } from '../runner/words.ts';
import { type Report, worst } from '../vpn/report.ts';
import { allowed, failureWords } from './allowed.ts';
import type { RunFacts } from './run-facts.ts';

/** GitHub takes 65 536 characters; the mark comes before the text. */
const longestText = 65_000;

/** Connections that no file describes any more are in no result. */
function pruned(report: Report): string {
  const { length } = prunedNames(report);
  return length === 0 ? '' : `, and ${counted(length, 'connection')} would be removed`;
}

function title(report: Report): string {
  const { connections, failure, offline } = report;
  const [only, ...others] = connections;
  const mark = failure === undefined ? '' : '❌ ';
  if (only === undefined) {
    return `${mark}IPsec plan: ${failure === undefined ? 'nothing described' : 'failed'}`;
  }
  const what = others.length === 0 ? code(only.name) : counted(connections.length, 'connection');
  if (failure !== undefined && (others.length === 0 || offline === true)) {
    return `${mark}IPsec plan: ${what} failed`;
  }
  if (offline === true) {
    return `IPsec plan: ${what} checked without the cloud`;
  }
  const results = Map.groupBy(connections, (connection) => operationWords(connection, report));
  const counts = [...results].map(([result, { length }]) => (others.length === 0 ? result : `${length} ${result}`));
  return `${mark}IPsec plan: ${what}${others.length === 0 ? ' ' : ', '}${counts.join(', ')}${pruned(report)}`;
}

const notAsked =
  '> **The cloud was not asked.** This run has no login (a pull request from a fork gets no secrets; else a secret may be empty), so the files alone were checked. What would be changed is not known.';

/** The severest effect of all changes. */
function effectSection(report: Report): readonly Section[] {
  const severest = worst(report.changes);
  const change = report.changes.find(({ impact }) => impact === severest);
  if (change === undefined) return [];
  const words = severest === 'none' ? 'none on the tunnels that are there' : effectWords(change);
  return [{ lines: [`**Effect on traffic:** ${words}.`] }];
}

function failureSection(failure: ActionError, of: string): Section {
  const { what, hint } = failureWords(failure);
  const place = failure.at === undefined ? '' : ` at ${code(`${failure.at.file}:${failure.at.line}`)}`;
  const advice = hint === undefined ? [] : ['>', `> **What to do:** ${proseLines(hint)}`];
  return {
    lines: [`> ${code(failure.code)}${place}${of}`, '>', `> **What failed:** ${proseLines(what, 1000)}`, ...advice],
  };
}

/** The run's failure, and those of connections that it does not repeat. */
function failures({ failure, connections }: Report): readonly Section[] {
  const whole = failure === undefined ? [] : [failureSection(failure, '')];
  const single = connections.flatMap((connection) =>
    connection.failure === undefined || failure?.message.includes(connection.failure.message) === true
      ? []
      : [failureSection(connection.failure, ` for ${code(connection.name)}`)],
  );
  return [...whole, ...single];
}

/** Where there are several. */
function connectionsSection(report: Report): readonly Section[] {
  if (report.connections.length < 2 || report.offline === true) return [];
  const rows = report.connections.map((connection) => {
    const { name, status, peerAddress } = connection;
    const now = status === undefined ? '' : `${prose(status, 40)}: ${statusWords(status)}`;
    return row(code(name), operationWords(connection, report), now, code(peerAddress ?? ''));
  });
  return [{ lines: [...tableHead('Connection', 'Result', 'Status now', 'Peer'), ...rows] }];
}

/** What a rotated key asks of the other end. */
function rotationSection(report: Report): readonly Section[] {
  return rotationSteps(report).map(({ connections, text, inOrder = [] }) => {
    const names = connections.map((name) => code(name)).join(', ');
    const steps = inOrder.map((step, index) => `${index + 1}. ${prose(step)}`);
    const list = steps.length === 0 ? [] : ['', ...steps];
    return { lines: [`**At the other end${names === '' ? '' : ` of ${names}`}:** ${prose(text)}`, ...list] };
  });
}

function noticesSection({ notices }: Report): readonly Section[] {
  if (notices.length === 0) return [];
  const items = notices.map(({ level, text, at }) => {
    const place = at === undefined ? '' : `${code(`${at.file}:${at.line}`)} `;
    return `- **${level === 'warning' ? 'Warning' : 'Notice'}:** ${place}${prose(text)}`;
  });
  const lines = [`<details><summary>${counted(notices.length, 'notice')}</summary>`, '', ...items, ''];
  return [{ lines, end: '</details>' }];
}

function cloudText({ offline, dialect, region, project }: Report): readonly string[] {
  if (offline === true || project === undefined) return [];
  const cloud = dialect === 'otc' ? 'Open Telekom Cloud' : 'OpenStack';
  return [
    cloud,
    ...(region === undefined ? [] : [`region ${code(region)}`]),
    `project ${code(project.name ?? project.id)}`,
  ];
}

/** Never cut: what the plan is of, and how an apply is held to it. */
function footer(report: Report, { key, commit, run }: RunFacts): string {
  const held =
    report.digest === undefined
      ? []
      : [`Digest of this plan, for \`expect-plan\` in \`mode: apply\`: \`${report.digest}\``, ''];
  const facts = [
    `Plan of ${code(key.replaceAll('\n', ', '))}`,
    ...(commit === undefined ? [] : [`commit ${commit}`]),
    ...(run === undefined ? [] : [run]),
    ...cloudText(report),
  ];
  return [...held, `<sub>${facts.join(' · ')}</sub>`].join('\n');
}

function render(report: Report, facts: RunFacts, intro: readonly string[], end: readonly string[]): string {
  const last = [...end.flatMap((line) => [line, '']), footer(report, facts)].join('\n');
  const sections: readonly Section[] = [
    { lines: [`## ${title(report)}`] },
    ...(intro.length === 0 ? [] : [{ lines: intro }]),
    ...(report.offline === true ? [{ lines: [notAsked] }] : []),
    ...failures(report),
    ...effectSection(report),
    ...connectionsSection(report),
    ...(report.offline === true ? [] : changeSections(report)),
    ...rotationSection(report),
    ...noticesSection(report),
    ...newObjects(report),
  ];
  return `${joinSections(sections, longestText - last.length - 1)}\n${last}\n`;
}

/**
 * The text of the comment, at most 65 000 characters with a note of what was cut: result, failure, effect on traffic, the
 * changes with before and after, notices, the settings of new objects, and always digest, commit and run.
 */
export function planComment(report: Report, facts: RunFacts): string {
  return render(allowed(report), facts, [], []);
}

/** The text of the issue that stays open as long as there are changes. */
export function driftText(report: Report, facts: RunFacts): string {
  const intro = ['The cloud is not as the file describes it. `mode: apply` would do this:'];
  return render(allowed(report), facts, intro, [
    'Either apply the file, or bring it up to date with the cloud. Each run updates this text; the first that finds nothing to change closes the issue.',
  ]);
}

/** The text of the issue when it is closed. */
export function driftGoneText(report: Report, facts: RunFacts): string {
  const text = ['## IPsec plan: nothing to change', '', 'The cloud is as the file describes it again.'];
  return `${[...text, '', footer(allowed(report), facts)].join('\n')}\n`;
}

/** The title of the issue: plain text, in which GitHub makes nothing of mentions and references. */
export function driftTitle(key: string): string {
  const text = key.replaceAll('\n', ', ').replace(/[`<>\p{C}]/gu, '');
  return `IPsec drift: ${text.length > 150 ? `${text.slice(0, 149)}…` : text}`;
}
