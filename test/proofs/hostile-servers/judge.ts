/** What may never happen, whatever a server says. */
import { outputNames } from '../../../src/runner/output-values.ts';
import { parseCommand } from '../../scenarios/harness/command.ts';
import { parsePairs } from '../../scenarios/harness/file-commands.ts';
import { secretForms } from '../../scenarios/harness/leaks.ts';
import { splitLines } from '../../scenarios/harness/lines.ts';
import { canary } from './words.ts';

/** Everything that a run leaves for people and other jobs. */
export interface Traces {
  readonly stdout: string;
  /** Content of the file for outputs. */
  readonly outputs: string;
  readonly summary: string;
  /** Texts for GitHub. */
  readonly posts: readonly string[];
}

/** What may begin with a foreign line: the lines of a stack, whose message may have several. */
const ownLines = new Set(['add-mask', 'debug']);

const allowedCommands = new Set(['add-mask', 'group', 'endgroup', 'debug', 'error', 'warning', 'notice']);

/** All controls, separators and what shows nothing; line feeds are judged apart. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** An annotation has 4000 characters at most, and each of them becomes three at most, as `%0A`. */
const longestLine = 13_000;

function isShown(line: string): boolean {
  return !line.startsWith('::add-mask::');
}

function logProblems({ stdout }: Traces): readonly string[] {
  const lines = splitLines(stdout);
  const commands = lines.flatMap((line) => parseCommand(line) ?? []);
  const shown = stdout.split('\n').filter(isShown);
  const forged = commands.filter(
    ({ name, data }) => !allowedCommands.has(name) || (!ownLines.has(name) && data.trimStart().startsWith(canary)),
  );
  const odd = shown.find((line) => unseen.test(line));
  const long = shown.find((line) => line.length > longestLine);
  return [
    ...forged.map(({ name, data }) => `a forged command: ${name} ${data.slice(0, 100)}`),
    ...(shown.some((line) => line.includes('##[')) ? ['##[ in the log'] : []),
    ...(odd === undefined ? [] : [`a control character in the log: ${JSON.stringify(odd.slice(0, 300))}`]),
    ...(long === undefined ? [] : [`a line of ${long.length} characters`]),
    ...(stdout.length > 2_000_000 ? [`a log of ${stdout.length} characters`] : []),
  ];
}

/** Elements that the action's own texts have; everything else came from the server. */
const ownTags =
  /^<(?:\/?(?:code|span|sub|details|summary|b|strong|em)|br|details open|!-- ipsec-connection-action[^<>]*--)>$/;

/** Code in fences is text, whatever it holds. */
function withoutFences(markdown: string): readonly string[] {
  let fence: string | undefined;
  return markdown.split('\n').filter((line) => {
    const [mark] = /^\s*(?:`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined) {
      fence = mark?.trim();
      return mark === undefined;
    }
    if (mark?.trim() === fence) fence = undefined;
    return false;
  });
}

/** Bars that part cells; one in a code span parts them too, as GitHub reads tables first. */
function bars(line: string): number {
  return line.replaceAll(/\\./g, '').split('|').length - 1;
}

function tableProblems(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line, index) => {
    const previous = lines[index - 1];
    const isInTable = line.startsWith('|') && previous?.startsWith('|') === true;
    return isInTable && bars(line) !== bars(previous) ? [`cells break out: ${line.slice(0, 200)}`] : [];
  });
}

function markdownProblems(text: string): readonly string[] {
  const lines = withoutFences(text);
  const plain = lines.map((line) => line.replaceAll(/`[^`]*`/g, ''));
  const whole = plain.join('\n');
  const tags = (whole.match(/<[^>\n]*>?/g) ?? []).filter((tag) => !ownTags.test(tag));
  const started = plain.find((line) => /^[\s>]*(?:#+|[-*+]|\d+\.|\|)?\s*cAnArY/.test(line) && /^\s*#/.test(line));
  return [
    ...tags.slice(0, 3).map((tag) => `markup in ${JSON.stringify(tag.slice(0, 100))}`),
    ...(/\]\((?!https:\/\/github\.com\/)/.test(whole) ? ['a link'] : []),
    ...(/(?:https?|ftp):\/\/(?!github\.com\/)\S*evil|www\.evil|@octo|mailto:a@/.test(whole)
      ? ['an autolink or a mention']
      : []),
    ...(started === undefined ? [] : [`a heading: ${started.slice(0, 100)}`]),
    ...tableProblems(lines),
    ...(unseen.test(text.replaceAll('\n', '')) ? ['a control character'] : []),
    ...(text.length > 66_000 ? [`${text.length} characters`] : []),
  ];
}

const outputForms: Readonly<Record<string, RegExp>> = {
  'connection-id': /^(?:[0-9a-f-]{32,36})?$/,
  'vpnservice-id': /^(?:[0-9a-f-]{32,36})?$/,
  'gateway-address': /^[0-9a-fA-F.:]*$/,
  changed: /^(?:true|false)?$/,
  settled: /^(?:true|false)?$/,
  up: /^(?:true|false)?$/,
  'status-stale': /^(?:true|false)?$/,
  operation: /^[a-z]*$/,
  status: /^[A-Z_]*$/,
  'plan-digest': /^[0-9a-f]*$/,
};

function outputProblems({ outputs }: Traces): readonly string[] {
  const names: ReadonlySet<string> = new Set(outputNames);
  return Object.entries(parsePairs(outputs)).flatMap(([name, text]) => [
    ...(names.has(name) ? [] : [`a forged output ${name}`]),
    ...(outputForms[name]?.test(text) === false ? [`the output ${name} is ${JSON.stringify(text.slice(0, 100))}`] : []),
    ...(unseen.test(text) ? [`a control character in the output ${name}: ${JSON.stringify(text.slice(0, 200))}`] : []),
    ...(text.length > 400_000 ? [`the output ${name} has ${text.length} characters`] : []),
  ]);
}

/** The object that all others inherit from is as it always is. */
function pollution(): readonly string[] {
  const strange = [Object.prototype, Array.prototype, String.prototype].flatMap((prototype) =>
    Object.keys(prototype).concat(['polluted'].filter((name) => name in prototype)),
  );
  return strange.map((name) => `prototype pollution: ${name}`);
}

/** The beginning and the end of a secret that was cut or parted: long enough not to occur by chance. */
const tellingPiece = 9;

/** What must not show: each form of a secret, and its telling pieces. */
export class Forbidden {
  readonly #forms: readonly string[];

  constructor(secrets: readonly string[]) {
    const forms = secrets.flatMap((secret) => [
      ...secretForms(secret),
      secret.slice(0, tellingPiece),
      secret.slice(-tellingPiece),
    ]);
    this.#forms = [...new Set(forms)];
  }

  /** Where one stands, with the text around it. */
  in(text: string): readonly string[] {
    return this.#forms.flatMap((form) => {
      const at = text.indexOf(form);
      return at < 0 ? [] : [`a secret or a piece of it: ${JSON.stringify(text.slice(Math.max(0, at - 80), at + 60))}`];
    });
  }
}

export function problemsIn(traces: Traces, forbidden: Forbidden): readonly string[] {
  const { stdout, outputs, summary, posts } = traces;
  const visible = stdout.split('\n').filter(isShown).join('\n');
  return [
    ...logProblems(traces),
    ...outputProblems(traces),
    ...markdownProblems(summary).map((problem) => `summary: ${problem}`),
    ...posts.flatMap((text) => markdownProblems(text).map((problem) => `comment: ${problem}`)),
    ...[visible, outputs, summary, ...posts].flatMap((text) => forbidden.in(text)),
    ...pollution(),
  ];
}
