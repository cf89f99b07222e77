/**
 * Foreign text (of servers, files, proxies) made harmless for the runner's log. The runner takes `::command::` at a
 * line's start (after white space) and `##[command]` anywhere for its own commands, and ends lines at CR as well as LF.
 */

const escapeCode = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);

/** ECMA-48: control sequences (colours, cursor), operating system commands (titles, links), two-character escapes. */
const escapeSequences = new RegExp(
  [
    `${escapeCode}\\[[0-?]*[ -/]*[@-~]`,
    `${escapeCode}\\][^${bell}${escapeCode}]*(?:${bell}|${escapeCode}\\\\)`,
    `${escapeCode}[ -/]*[0-Z\\\\^-~]`,
  ].join('|'),
  'g',
);

/**
 * Controls, line and paragraph separators, lone surrogates, and everything that shows nothing: a culture-sensitive
 * comparison, as the runner's, skips such characters, and bidirectional controls make a line read differently from what it says.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

const shortNames: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function visible(character: string): string {
  const short = shortNames[character];
  if (short !== undefined) return short;
  const hex = Number(character.codePointAt(0)).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/**
 * One line of at most `max` characters (a note says how long the text was, if it was longer) in which controls are
 * visible escapes, terminal sequences are gone, and no workflow command can start.
 */
export function clean(text: string, max = 500): string {
  const line = text
    // No more than needed: an answer can have megabytes.
    .slice(0, max * 4)
    .replace(escapeSequences, '')
    .replace(invisible, visible)
    .replaceAll('##[', '## [')
    .replace(/^([^!-~]*)::/u, '$1: :');
  if (line.length <= max && text.length <= max * 4) return line;
  const note = ` … (${text.length} characters)`;
  // The cut may split a surrogate pair.
  return line.slice(0, Math.max(0, max - note.length)).replace(/\p{Cs}$/u, '') + note;
}

/** A text of ours with several lines, each of which may hold foreign words. */
export function cleanLines(text: string, max = 500): readonly string[] {
  return text.split('\n').map((line) => clean(line, max));
}
