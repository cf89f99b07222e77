/** The token of a run: the current one, its renewal when it expires, and the revocation of all that were obtained. */
import { ActionError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { ResponseError } from '../http/errors.ts';
import { tokenRemedy } from './given-token.ts';
import type { Grant } from './way.ts';

export interface Tokens {
  current(): string;
  /** The service took `used`: refused later, it has expired. */
  accepted(used: string): void;
  /**
   * After a 401 for `used`: makes sure that another token is current, by logging in again. A run may outlive several tokens,
   * but one that came from a renewal and was never accepted is not renewed: the next would fare no better.
   * Not after the revocation: a request that was in flight then is refused because of it.
   * @throws the refusal as LOGIN_TOKEN where that is not possible, or the login's error.
   */
  renew(used: string, refusal: ResponseError): Promise<void>;
  /** Never throws. A sentence for a warning if a token may live on. */
  revoke(withinMs: number): Promise<string | undefined>;
}

export interface TokensOptions {
  readonly http: HttpClient;
  /** Ends in /v3. */
  readonly authUrl: URL;
  readonly first: string;
  readonly projectId: string;
  /** Logs in again; undefined for a given token, which is not revoked either. */
  readonly again: (() => Promise<Grant>) | undefined;
}

/** For the clean-up of a login that failed: the failure should not wait long to be told. */
const shortMs = 1000;

function expired(refusal: ResponseError, hint: string): ResponseError {
  return new ResponseError('LOGIN_TOKEN', refusal.message, refusal, hint);
}

async function revoked(http: HttpClient, authUrl: URL, token: string, deadlineMs: number): Promise<boolean> {
  const url = new URL(`${authUrl.href}/auth/tokens`);
  const headers = { 'x-auth-token': token, 'x-subject-token': token };
  const what = 'revoke the token of this run';
  try {
    await http.send({ method: 'DELETE', url, headers, what, repeat: 'never', last: true, deadlineMs });
    return true;
  } catch (error) {
    // Expired or revoked already.
    return error instanceof ResponseError && (error.status === 401 || error.status === 404);
  }
}

/** Revokes tokens; never throws. A sentence for a warning if one may live on. */
export async function revokeTokens(
  http: HttpClient,
  authUrl: URL,
  tokens: readonly string[],
  withinMs = shortMs,
): Promise<string | undefined> {
  const done = await Promise.all(tokens.map((token) => revoked(http, authUrl, token, withinMs)));
  return done.includes(false)
    ? 'A token of this run could not be revoked; it stays valid until it expires, and was kept in memory only.'
    : undefined;
}

export function createTokens({ http, authUrl, first, projectId, again }: TokensOptions): Tokens {
  const obtained = again === undefined ? [] : [first];
  let token = first;
  let isProven = false;
  /** Stays when it failed: a login that was refused is not tried again. */
  let renewal: Promise<void> | undefined;
  let ended = false;

  async function logInAgain(login: () => Promise<Grant>): Promise<void> {
    const grant = await login();
    if (ended) {
      await revokeTokens(http, authUrl, [grant.token]);
      throw new ActionError('CANCELLED', 'The run ended while it logged in again.');
    }
    obtained.push(grant.token);
    if (grant.body?.project?.id !== projectId) {
      throw new ActionError('LOGIN_SCOPE', 'Logging in again gave a token for another project than before.', {
        hint: 'Run it again. Give project-id instead of project-name if project names change.',
      });
    }
    token = grant.token;
    isProven = false;
    renewal = undefined;
  }

  return {
    current: () => token,
    accepted: (used) => {
      isProven ||= used === token;
    },
    async renew(used, refusal) {
      if (again === undefined) {
        throw expired(refusal, `The given token is not valid any more. ${tokenRemedy}`);
      }
      if (ended) {
        throw refusal;
      }
      if (used !== token) {
        return;
      }
      if (obtained.length > 1 && !isProven) {
        throw expired(
          refusal,
          'The service refuses a token that is new. Check that region and network-endpoint fit auth-url.',
        );
      }
      renewal ??= logInAgain(again);
      await renewal;
    },
    async revoke(withinMs) {
      ended = true;
      return await revokeTokens(http, authUrl, obtained.splice(0), withinMs);
    },
  };
}
