/** What the first line of every file says that this action wrote, and may therefore overwrite. */
export const writtenBy = 'Written by ipsec-connection-action. Do not edit: the next run overwrites it.';

/** Whether the text of a file is one of ours. */
export function isOurs(text: string): boolean {
  return text.slice(0, text.indexOf('\n') + 1).includes(writtenBy);
}
