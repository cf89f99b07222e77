/** What the first line of every file says that this action wrote, and may therefore overwrite. */
export const writtenBy = 'Written by ipsec-connection-action. Do not edit: the next run overwrites it.';

/** Whether the first line of a file is the sentence, as a comment of any device: without a word beside it. */
export function isOurs(text: string): boolean {
  const line = text.slice(0, text.indexOf('\n') + 1).trim();
  return line.endsWith(writtenBy) && /^[^\p{L}\p{N}"']*$/u.test(line.slice(0, -writtenBy.length));
}
