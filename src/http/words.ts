/** Words of servers and proxies made fit for one line of an error. */

const escapeCharacter = String.fromCharCode(0x1b);
const bell = String.fromCharCode(0x07);

/** ECMA-48 control sequences (colours, cursor movements) and operating system commands (titles, links). */
const terminalSequences = new RegExp(
  `${escapeCharacter}\\[[0-?]*[ -/]*[@-~]|${escapeCharacter}\\][^${bell}${escapeCharacter}]*(?:${bell}|${escapeCharacter}\\\\)|${escapeCharacter}[ -/]*[0-Z\\\\^-~]`,
  'g',
);

const markup = /<!?\/?[a-z][^<>]*>/gi;

/** Controls, separators, lone surrogates and what shows nothing (bidirectional controls, zero-width characters). */
const unprintable = /[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]+/gu;

/** One line without markup, terminal sequences and controls, cut to `max` characters. */
export function cleanWords(text: string, max = 300): string {
  const line = text
    // A body can have megabytes; markup makes a text at most some times longer than its words.
    .slice(0, max * 20)
    .replace(terminalSequences, '')
    .replace(markup, ' ')
    .replace(unprintable, ' ')
    .trim();
  // The cut may split a surrogate pair.
  return line.length <= max ? line : `${line.slice(0, max - 1).replace(/\p{Cs}$/u, '')}…`;
}

/** A request id as servers make them; anything else is left out rather than shown. */
export function requestIdOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value) ? value : undefined;
}
