/** Connections → the texts of files, with what each line is about. Pure. */
import { bodyEntries } from './body.ts';
import type { Exporting, Refused } from './exporting.ts';
import { type Line, layOut } from './layout.ts';
import type { Named } from './names.ts';
import type { Described } from './parts.ts';
import { remark } from './scalar.ts';

/** What the first line of every exported file says: the next export may overwrite it. */
export const exportedBy =
  '# Written by ipsec-connection-action, mode: export. The next export overwrites it while this line is here.';

/** Whether an export wrote the file. */
export function isExported(text: string): boolean {
  return text.split(/\r?\n/, 1)[0] === exportedBy;
}

/** A line of a file, and the connection that it is about. */
export interface FileLine extends Line {
  readonly named?: Named;
}

export interface ExportFile {
  /** Path relative to the workspace. */
  readonly name: string;
  readonly lines: readonly FileLine[];
  readonly text: string;
}

/** What the reader refused, by connection. */
export type AllRefused = ReadonlyMap<Named, Refused>;

function indented(lines: readonly Line[], named: Named, first: string, rest: string): readonly FileLine[] {
  return lines.map((line, index) => ({ ...line, named, text: `${index === 0 ? first : rest}${line.text}` }));
}

function header(named: readonly Named[]): readonly FileLine[] {
  const keys = named.map(({ variable }) => variable).join(', ');
  const secrets = `The pre-shared ${named.length === 1 ? 'key comes' : 'keys come'} from the input "secrets", as lines NAME=value: `;
  return [
    { text: exportedBy, raw: [] },
    { text: `# ${secrets}${remark(keys)}`, raw: [keys] },
  ];
}

function fileOf(exporting: Exporting, name: string, named: readonly Named[], refused: AllRefused): ExportFile {
  const described: Described = new Map();
  const bodies = named.map((one) => ({
    one,
    lines: layOut(bodyEntries(exporting, one, refused.get(one) ?? new Map(), described)),
  }));
  const [only, ...others] = bodies;
  const connections =
    only !== undefined && others.length === 0
      ? [{ text: 'ipsec_site_connection:', raw: [], named: only.one }, ...indented(only.lines, only.one, '  ', '  ')]
      : [
          { text: 'ipsec_site_connections:', raw: [] },
          ...bodies.flatMap(({ one, lines }) => indented(lines, one, '  - ', '    ')),
        ];
  const lines = [...header(named), ...connections];
  return { name, lines, text: `${lines.map((line) => line.text).join('\n')}\n` };
}

/** @param pathOf the file of a connection; several may share one */
export function exportFiles(
  exporting: Exporting,
  pathOf: (name: string) => string,
  refused: AllRefused,
): readonly ExportFile[] {
  const byFile = Map.groupBy(exporting.named, ({ name }) => pathOf(name));
  return [...byFile].map(([name, named]) => fileOf(exporting, name, named, refused));
}
