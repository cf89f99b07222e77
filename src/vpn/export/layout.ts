/** Keys and values → lines of YAML that know what they are about. Pure. */
import { keyScalar, remark, type Scalar } from './scalar.ts';

export interface Item {
  readonly scalar: Scalar;
  readonly comment?: string;
}

export type Content =
  | { readonly is: 'scalar'; readonly scalar: Scalar }
  | { readonly is: 'list'; readonly items: readonly Item[] }
  | { readonly is: 'mapping'; readonly entries: readonly Entry[] };

export interface Entry {
  readonly key: string;
  readonly content: Content;
  readonly comment?: string;
  /** What can be left out, if the reader refuses this value: a key for `Refused`. */
  readonly leave?: string;
  /** Why it is left out: it stands in a comment then. */
  readonly omitted?: string;
}

export interface Line {
  readonly text: string;
  /** As in its entry, or the entry that this one is in. */
  readonly leave?: string;
  /** What it stands for of the cloud's. */
  readonly raw: readonly string[];
}

function withComment(text: string, comment: string | undefined): string {
  return comment === undefined ? text : `${text} # ${remark(comment)}`;
}

function linesOf({ key, content, comment, leave }: Entry, outer: string | undefined): readonly Line[] {
  const own = leave ?? outer;
  const line = (text: string, raw: readonly string[]): Line => ({
    text,
    raw,
    ...(own === undefined ? {} : { leave: own }),
  });
  const head = `${keyScalar(key)}:`;
  const said = comment === undefined ? [] : [comment];
  switch (content.is) {
    case 'scalar':
      return [line(withComment(`${head} ${content.scalar.yaml}`, comment), [key, content.scalar.raw, ...said])];
    case 'list':
      return [
        line(withComment(content.items.length === 0 ? `${head} []` : head, comment), [key, ...said]),
        ...content.items.map(({ scalar, comment: note }) =>
          line(withComment(`  - ${scalar.yaml}`, note), [scalar.raw, ...(note === undefined ? [] : [note])]),
        ),
      ];
    case 'mapping': {
      const inner = layOut(content.entries, own).map((one) => ({ ...one, text: `  ${one.text}` }));
      // A mapping of comments alone would be nothing.
      const isEmpty = content.entries.every(({ omitted }) => omitted !== undefined);
      return [line(withComment(isEmpty ? `${head} {}` : head, comment), [key, ...said]), ...inner];
    }
  }
}

/** The lines of a mapping's entries, without indentation. What is left out is there as a comment, with the reason before it. */
export function layOut(entries: readonly Entry[], outer?: string): readonly Line[] {
  return entries.flatMap((entry): readonly Line[] => {
    const lines = linesOf(entry, outer);
    if (entry.omitted === undefined) {
      return lines;
    }
    const why = { text: `# Left out: ${remark(entry.omitted)}`, raw: [entry.omitted] };
    return [why, ...lines.map(({ text, raw }) => ({ text: `# ${text}`, raw }))];
  });
}
