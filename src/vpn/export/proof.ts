/** An export proves itself: it is read as a run reads it, and planned against what was observed. Pure. */

import type { Problem } from '../../spec/problem.ts';
import { readSpec, type SpecResult } from '../../spec/read.ts';
import { clip } from '../../spec/show.ts';
import { brief } from '../brief.ts';
import { kindNames } from '../kinds.ts';
import type { Observed } from '../observe.ts';
import { type PlanOptions, plan } from '../plan/plan.ts';
import type { Change, Notice } from '../report.ts';
import type { Exporting, Refused } from './exporting.ts';
import type { Named } from './names.ts';
import { type AllRefused, type ExportFile, exportFiles, type FileLine } from './text.ts';

export type ProofOptions = Pick<PlanOptions, 'dialect' | 'repository' | 'project' | 'now'>;

/** Reads the files without their keys, which this run does not know. */
function read(files: readonly ExportFile[], { dialect }: ProofOptions): SpecResult {
  return readSpec(files, {
    dialect,
    variables: new Map(),
    secrets: new Map(),
    knownSecrets: [],
    undefinedSecrets: 'not needed',
  });
}

function lineOf(files: readonly ExportFile[], { at }: Problem): FileLine | undefined {
  return files.find(({ name }) => name === at.file)?.lines[at.line - 1];
}

/** What was refused until now, with what the errors are about that can be left out. */
function refusedWith(before: AllRefused, files: readonly ExportFile[], errors: readonly Problem[]): AllRefused {
  const all = new Map<Named, Refused>(before);
  for (const error of errors) {
    const { named, leave } = lineOf(files, error) ?? {};
    const known = named === undefined ? undefined : (all.get(named) ?? new Map<string, string>());
    if (named !== undefined && leave !== undefined && known?.has(leave) === false) {
      all.set(named, new Map([...known, [leave, error.message]]));
    }
  }
  return all;
}

function countOf(refused: AllRefused): number {
  return [...refused.values()].reduce((sum, { size }) => sum + size, 0);
}

export interface Written {
  readonly files: readonly ExportFile[];
  readonly refused: AllRefused;
  readonly result: SpecResult;
}

/** The files with everything in them that the reader takes: what it refuses is left out, until it refuses nothing more of that kind. */
export function writeReadable(exporting: Exporting, pathOf: (name: string) => string, options: ProofOptions): Written {
  let refused: AllRefused = new Map();
  for (;;) {
    const files = exportFiles(exporting, pathOf, refused);
    const result = read(files, options);
    const errors = result.problems.filter(({ severity }) => severity === 'error');
    const more = refusedWith(refused, files, errors);
    if (countOf(more) === countOf(refused)) {
      return { files, refused, result };
    }
    refused = more;
  }
}

const longestMessage = 400;

function changeWords({ action, kind, name, fields, reason }: Change): string {
  const what = fields
    .map(brief)
    .map(({ field, before, after }) => `${field} ${before ?? '(unset)'} → ${after ?? '(unset)'}`);
  const why = [...what, ...(reason === undefined ? [] : [reason])].join('; ');
  return `${action} ${kindNames[kind].words} ${name}${why === '' ? '' : ` (${why})`}`;
}

/** A name that the file had to make up is a change that was announced. */
function isAnnounced({ kind, id, fields }: Change, proposed: ReadonlySet<string>): boolean {
  return kind === 'ipsec_site_connection' && proposed.has(id ?? '') && fields.every(({ field }) => field === 'name');
}

/** What a plan of the files would show, unless that is nothing. */
function planNotices(
  { result }: Written,
  { named }: Exporting,
  observed: Observed,
  options: ProofOptions,
): readonly Notice[] {
  const { changes, refusals } = plan(result.connections, observed, {
    ...options,
    updatePsk: 'auto',
    allowShared: false,
    maxImpact: 'replacement',
    prune: false,
    elsewhere: { connections: [], unclear: [] },
    confirmDestroy: [],
    destroyVpnservice: false,
    isWhole: false,
    leftOut: [],
  });
  const proposed = new Set(named.flatMap(({ isProposed, connection: { id } }) => (isProposed ? id : [])));
  const shown = [
    ...refusals.map(({ message, at }) => ({ text: `refused: ${message}`, at })),
    ...changes
      .filter((change) => !isAnnounced(change, proposed))
      .map((change) => ({ text: changeWords(change), at: change.at })),
  ];
  return shown.map(({ text, at }) => ({
    level: 'warning',
    text: clip(`Planned at once, the exported file would not be unchanged: ${text}`, longestMessage),
    ...(at === undefined ? {} : { at }),
  }));
}

function leftOut({ files, refused }: Written): readonly Notice[] {
  const all = files.flatMap(({ name: file, lines }) =>
    lines.map((line, index) => ({ line, at: { file, line: index + 1, column: 1 } })),
  );
  return [...refused].flatMap(([named, reasons]) =>
    [...reasons].map(([what, reason]): Notice => {
      const isGroup = what.endsWith('_ep_group');
      const words = isGroup
        ? 'stands in the file by its id alone'
        : 'is left out of the file: it stays as it is in the cloud, and one made anew would have the default';
      const at = all.find(({ line }) => line.named === named)?.at;
      return {
        level: 'warning',
        text: clip(`${named.name}: ${what} ${words}. ${reason}`, longestMessage),
        ...(at === undefined ? {} : { at }),
      };
    }),
  );
}

function errorNotices({ result }: Written): readonly Notice[] {
  return result.problems.flatMap(({ severity, title, message, at }): Notice[] =>
    severity === 'error'
      ? [
          {
            level: 'warning',
            at,
            text: clip(`The exported file cannot be used before it is corrected: ${title}: ${message}`, longestMessage),
          },
        ]
      : [],
  );
}

/** Bytes: what a run reads of a file. */
const largest = 1_048_576;

function sizeNotices({ files }: Written): readonly Notice[] {
  return files.flatMap(({ name, text }): Notice[] =>
    new TextEncoder().encode(text).length > largest
      ? [{ level: 'warning', text: `${name} is larger than 1 MiB, and no run reads such a file. Split it.` }]
      : [],
  );
}

function renameNotices({ named }: Exporting): readonly Notice[] {
  return named.flatMap(({ isProposed, name, connection: { id } }): Notice[] =>
    isProposed
      ? [
          {
            level: 'notice',
            text: `The connection ${id} has no name of its own that a file can have: the export calls it ${name}, and applying it gives it that name in the cloud, too. Choose another one in the file if you like.`,
          },
        ]
      : [],
  );
}

/** What keeps the files from being exactly what the cloud has; empty if a plan of them is unchanged. */
export function prove(
  written: Written,
  exporting: Exporting,
  observed: Observed,
  options: ProofOptions,
): readonly Notice[] {
  return [
    ...renameNotices(exporting),
    ...leftOut(written),
    ...errorNotices(written),
    ...sizeNotices(written),
    ...planNotices(written, exporting, observed, options),
  ];
}
