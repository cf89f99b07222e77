/** How the action knows its own comment or issue again. Pure. */
import { createHash } from 'node:crypto';
import { isJsonObject, type Json } from '../vpn/objects.ts';
import type { GitHubApi } from './api.ts';

export type Kept = 'plan' | 'drift';

/** An HTML comment, which no reader sees. Of the key only a hash, so that nothing in it can end the comment. */
export function marker(kept: Kept, key: string): string {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 32);
  return `<!-- ipsec-connection-action ${kept} ${hash} -->`;
}

/** The text as it is posted: the mark comes first, where words of others never stand. */
export function marked(kept: Kept, key: string, text: string): string {
  return `${marker(kept, key)}\n${text}`;
}

function authorOf({ user }: Json): string {
  return isJsonObject(user) && typeof user.login === 'string' ? user.login : '';
}

/**
 * Those of comments or issues that begin with the mark and were written by whom the token is: anybody can write the mark,
 * and with the right to write a token may change the words of others.
 */
export async function ownOf(items: readonly unknown[], mark: string, api: GitHubApi): Promise<readonly Json[]> {
  const candidates = items.filter(
    (item): item is Json => isJsonObject(item) && typeof item.body === 'string' && item.body.startsWith(mark),
  );
  if (candidates.length === 0) {
    return [];
  }
  const own = (await api.viewer()).toLowerCase();
  return candidates.filter((item) => authorOf(item).toLowerCase() === own);
}

/** An identifier that a path can be made of. */
export function numberOf(item: Json, key: 'id' | 'number'): number[] {
  const value = item[key];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? [value] : [];
}
