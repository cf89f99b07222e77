/** YAML text → documents with places. Everything that is not plain, small YAML 1.2 is refused here. */
import { Composer, type Document, Parser, type YAMLError } from 'yaml';
import { LineIndex } from './line-index.ts';
import type { SpecNode } from './node.ts';
import type { ReadContext } from './read-context.ts';
import { scanTokens, unclosedQuote } from './yaml-tokens.ts';
import { type Budget, TreeBuilder } from './yaml-tree.ts';
import { beginsVariable, openQuoteWords, variableWords, yamlWords } from './yaml-words.ts';

const title = 'YAML';

/** Syntax errors shown of one file: the later ones mostly follow from the first. */
const mostErrors = 10;

/** Not allowed in a YAML file, whatever the library takes; a lone CR would also break lines in the log. */
const forbidden = /[^\P{Cc}\t\n\r]|\r(?!\n)|[\u{fffe}\u{ffff}]|\p{Cs}/u;

interface Source {
  readonly text: string;
  /** Where a quoted text begins that never ends. */
  readonly openQuote: number | undefined;
}

/**
 * Reports one syntax error per line. What a variable without quotes or a quote without its end makes of the text after
 * it is no error of its own.
 */
function report(
  context: ReadContext,
  lines: LineIndex,
  { text, openQuote }: Source,
  errors: readonly YAMLError[],
): void {
  const byLine = new Map<number, { readonly offset: number; readonly message: string }>();
  const tell = (offset: number, message: string): void => {
    const { line } = lines.place(offset);
    if (!byLine.has(line) && byLine.size < mostErrors) {
      byLine.set(line, { offset, message });
    }
  };
  let afterVariable = false;
  for (const { code, pos } of errors) {
    const offset = Math.min(pos[0], text.length);
    const isVariable = beginsVariable(text, offset);
    if (openQuote !== undefined && offset === text.length) {
      tell(openQuote, openQuoteWords);
    } else if (isVariable || !afterVariable) {
      tell(offset, isVariable ? variableWords : yamlWords[code]);
    }
    afterVariable ||= isVariable;
  }
  for (const { offset, message } of byLine.values()) {
    context.problems.error(lines.place(offset), title, message);
  }
}

/** The documents of a text that could be read, without the empty ones. Problems are in the context. */
export function parseYaml(context: ReadContext, file: string, source: string): readonly SpecNode[] {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  const lines = new LineIndex(file, text);
  const bad = forbidden.exec(text);
  if (bad !== null) {
    const code = Number(text.codePointAt(bad.index)).toString(16).toUpperCase().padStart(4, '0');
    context.problems.error(lines.place(bad.index), title, `The character U+${code} is not allowed in a YAML file.`);
    return [];
  }
  const tokens = [...new Parser().parse(text)];
  const refused = scanTokens(tokens);
  if (refused !== undefined) {
    context.problems.error(lines.place(refused.offset), title, refused.message);
    return [];
  }
  const composer = new Composer({ version: '1.2', schema: 'core', merge: false, uniqueKeys: false, strict: true });
  const documents: Document.Parsed[] = [...composer.compose(tokens)];
  const broken: Source = { text, openQuote: unclosedQuote(tokens) };
  const budget: Budget = { values: 0, aliases: 0, spent: false };
  const roots = documents.flatMap((document): SpecNode[] => {
    report(context, lines, broken, document.errors);
    if (document.errors.length > 0 || document.contents === null) {
      return [];
    }
    return [new TreeBuilder(context, lines, budget).build(document.contents)];
  });
  return budget.spent ? [] : roots.filter((root) => root.is !== 'scalar' || root.value !== null);
}
