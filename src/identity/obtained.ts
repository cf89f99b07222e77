/** The tokens that this run has obtained, intermediate ones too: all are revoked, by the run's end at the latest. */
import type { HttpClient } from '../http/client.ts';
import { ResponseError } from '../http/errors.ts';

export interface ObtainedTokens {
  /** Masks it before anything else can happen. */
  add(token: string): void;
  /** Revokes what was added since the last call; never throws. A sentence for a warning if a token may live on. */
  revoke(withinMs: number): Promise<string | undefined>;
}

async function revoked(http: HttpClient, authUrl: URL, token: string, deadlineMs: number): Promise<boolean> {
  const url = new URL(`${authUrl.href}/auth/tokens`);
  const headers = { 'x-auth-token': token, 'x-subject-token': token };
  const what = 'revoke a token of this run';
  try {
    await http.send({ method: 'DELETE', url, headers, what, repeat: 'never', last: true, deadlineMs });
    return true;
  } catch (error) {
    // Expired or revoked already.
    return error instanceof ResponseError && (error.status === 401 || error.status === 404);
  }
}

/** Each token revokes itself, so that neither their order nor their number matters: one does not end with another. */
export function createObtainedTokens(http: HttpClient, authUrl: URL, mask: (secret: string) => void): ObtainedTokens {
  const tokens = new Set<string>();
  return {
    add(token) {
      mask(token);
      tokens.add(token);
    },
    async revoke(withinMs) {
      const all = [...tokens].toReversed();
      tokens.clear();
      const done = await Promise.all(all.map((token) => revoked(http, authUrl, token, withinMs)));
      return done.includes(false)
        ? 'A token of this run could not be revoked; it stays valid until it expires, and was kept in memory only.'
        : undefined;
    },
  };
}
