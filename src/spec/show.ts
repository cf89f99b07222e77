/** Texts of a file as they stand in messages: quoted, short, on one line, nothing invisible. */

const longest = 60;

/** Cuts by code points, so that no character is halved. */
export function clip(text: string, length: number): string {
  const points = Array.from(text);
  return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`;
}

/** Control, format and line-separating characters, also lone halves of a surrogate pair. */
const invisible = /[\p{C}\u2028\u2029]/gu;

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** The text with invisible characters as `\u{…}`. */
export function visible(text: string): string {
  return text.replace(invisible, escaped);
}

/** `"text"`, at most 60 characters of it, with invisible characters as `\u{…}`. */
export function shown(text: string): string {
  return `"${visible(clip(text, longest))}"`;
}

/** `a, b or c` */
export function oneOf(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}
