/** Foreign text in GitHub's Markdown. Pure. */
import { clean, cleanLines } from './clean.ts';

/** Characters that mean nothing in a code span, even inside a table. */
const plain = /^[\w.,:;/+()=%…→-](?:[\w .,:;/+()=%…→-]*[\w.,:;/+()=%…→-])?$/;

/**
 * What could start markup, a mention, a reference to an issue (`#12`, `GH-12`), a formula, a link (`https:`, `www.`) or end
 * a table's cell. An underscore inside a word is only an underscore.
 */
const special = /[&<>|\\`*[\]~$@#]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:(?=\/)|(?<=www)\.|(?<=gh)-(?=\d)/giu;

/**
 * An entity is never markup. But mentions, references and mail addresses are looked for in the finished text, where an
 * entity is the character again: an element of its own keeps `@`, `#` and the hyphen of `GH-12` apart from what follows.
 */
function escaped(character: string): string {
  if (character === '@' || character === '#' || character === '-') return `<span>${character}</span>`;
  return `&#${character.charCodeAt(0)};`;
}

/** A text in a sentence or a table's cell. */
export function prose(text: string, max = 500): string {
  return clean(text, max).replace(special, escaped);
}

/** A text of several lines in one cell or quotation. */
export function proseLines(text: string, max = 500): string {
  return (
    cleanLines(text, max)
      // Blanks before a line would get lost, and they matter in lines to copy.
      .map((line) => line.replace(special, escaped).replace(/^ +/, (blanks) => '&nbsp;'.repeat(blanks.length)))
      .join('<br>')
  );
}

/** A value (an id, an address, a name) in code type; nothing for an empty one. */
export function code(text: string, max = 300): string {
  const line = clean(text, max);
  if (line === '') return '';
  return plain.test(line) ? `\`${line}\`` : `<code>${line.replace(special, escaped)}</code>`;
}

/** A row of a table. The cells are Markdown already. */
export function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Heads of the columns and the line below them. */
export function tableHead(...columns: readonly string[]): readonly string[] {
  return [row(...columns), row(...columns.map(() => '---'))];
}
