/** JSON for outputs: later steps print them, and their log is one that the runner reads commands from. Pure. */

/** Written as they are by `JSON.stringify`: controls above ASCII, separators, and everything that shows nothing. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, index) => {
    return `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`;
  }).join('');
}

/**
 * The same value in characters that all show, without `##[`, which the runner takes for a command anywhere in a line.
 * Such characters stand in strings alone, where JSON has escapes for them (RFC 8259, 7).
 */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(unseen, escaped)
    .replaceAll('##[', `#${escaped('#')}[`);
}
