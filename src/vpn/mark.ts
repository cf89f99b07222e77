/**
 * The mark on what this action created: only marked objects are ever cleaned up.
 * Upstream servers keep no creation time, so the mark carries it.
 */
import { createHash } from 'node:crypto';

export interface Mark {
  /** Short hash of repository and connection name. */
  readonly owner: string;
  /** Milliseconds since the epoch, to the second. */
  readonly time: number;
}

const label = 'ipsec-connection-action';
const atEnd = new RegExp(`\\s?\\[${label} ([0-9a-f]{12}) (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ)\\]$`);

/** Whose an object is: the repository (`owner/name`) and the connection that it was made for. */
export function ownerOf(repository: string, connectionName: string): string {
  return createHash('sha256')
    .update(JSON.stringify([repository, connectionName]))
    .digest('hex')
    .slice(0, 12);
}

function utc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** The description with the mark at its end; without it where there is no room (the object is then never cleaned up). */
export function markDescription(text: string, mark: Mark, maxLength: number): string {
  const marked = `${text}${text === '' ? '' : ' '}[${label} ${mark.owner} ${utc(mark.time)}]`;
  return marked.length <= maxLength ? marked : text;
}

/** The description as the user sees it, and the mark if there is one. */
export function splitDescription(description: string): { readonly text: string; readonly mark: Mark | undefined } {
  const found = atEnd.exec(description);
  if (found?.[1] === undefined || found[2] === undefined) {
    return { text: description, mark: undefined };
  }
  return { text: description.slice(0, found.index), mark: { owner: found[1], time: Date.parse(found[2]) } };
}

/** The new text with the old mark, if there was one. */
export function keepMark(text: string, oldDescription: string, maxLength: number): string {
  const { mark } = splitDescription(oldDescription);
  return mark === undefined ? text : markDescription(text, mark, maxLength);
}

/** The value of the mark tag where connections have tags instead of a description: `<owner>-<time>`. */
export function markTag(mark: Mark): string {
  return `${mark.owner}-${utc(mark.time).replaceAll(/[-:]/g, '')}`;
}

/** The owner in the value of a mark tag; undefined for any other text. */
export function tagOwner(value: string | undefined): string | undefined {
  return /^([0-9a-f]{12})-\d{8}T\d{6}Z$/.exec(value ?? '')?.[1];
}
