/** What comes after `mode: export`, and its text in the summary. Pure. */
import type { Report } from '../vpn/report.ts';
import { code, prose } from './markdown.ts';
import type { Section } from './sections.ts';

export interface ExportStep {
  readonly log: string;
  /** In Markdown. */
  readonly summary: string;
}

/** More names help nobody. */
const mostNamed = 20;

function listed(names: readonly string[], show: (name: string) => string): string {
  const more = names.length - mostNamed;
  return `${names
    .slice(0, mostNamed)
    .map((name) => show(name))
    .join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function step(words: (show: (name: string) => string) => string): ExportStep {
  return { log: words((name) => name), summary: words((name) => code(name)) };
}

/** From the file in the job's workspace to a connection that the repository keeps. */
export function exportSteps({ exported }: Report): readonly ExportStep[] {
  if (exported === undefined) return [];
  const { files, secrets } = exported;
  const keys = secrets.length === 1 ? 'the pre-shared key' : 'each pre-shared key';
  const first = secrets[0] ?? '';
  return [
    step(
      (show) =>
        `Put ${listed(files, show)} into the repository: the output export-file has the path for an artifact or a commit.`,
    ),
    step(
      (show) =>
        `Store ${keys} as a secret of the repository (${listed(secrets, show)}), and pass it by the input secrets, as in ${show(`${first}=\${{ secrets.${first} }}`)}.`,
    ),
    step(
      (show) =>
        `Run ${show('mode: plan')} with the file as connection-file. It says "unchanged", but for what the notices of this run name.`,
    ),
  ];
}

export function exportItem({ summary }: ExportStep): string {
  return summary;
}

/** Longer than any run of backticks in the text, so that nothing in it ends the block. */
function fenceOf(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  return '`'.repeat(longest + 1);
}

/** The YAML itself, to be copied. */
export function exportedText({ exported }: Report): readonly Section[] {
  if (exported === undefined || exported.text === '') return [];
  const fence = fenceOf(exported.text);
  const title = prose(exported.files.length === 1 ? String(exported.files[0]) : `${exported.files.length} files`);
  const open = [`<details><summary>The text of ${title}</summary>`, '', `${fence}yaml`];
  return [{ lines: [...open, ...exported.text.trimEnd().split('\n')], end: `${fence}\n\n</details>` }];
}
