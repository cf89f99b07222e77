/** The token of a run: the current one, and its renewal when it has expired or is about to. */
import { ActionError } from '../errors.ts';
import { ResponseError } from '../http/errors.ts';
import type { ObtainedTokens } from './obtained.ts';
import type { Grant } from './way.ts';

export interface Tokens {
  /** One that will do for the rest of the run, as far as that can be had. */
  current(): Promise<string>;
  /** The service took `used`: refused later, it has expired. */
  accepted(used: string): void;
  /**
   * After a 401 for `used`: makes sure that another token is current, by logging in again. A run may outlive several tokens,
   * but one that came from a renewal and was never accepted is not renewed: the next would fare no better.
   * Not after the end: a request that was in flight then is refused because of the revocation.
   * @throws the refusal as LOGIN_TOKEN where that is not possible, or the login's error.
   */
  renew(used: string, refusal: ResponseError): Promise<void>;
  /** No login after this. Revokes what was obtained; a sentence for a warning if a token may live on. Never throws. */
  end(withinMs: number): Promise<string | undefined>;
}

export interface TokensOptions {
  readonly first: Grant;
  readonly projectId: string;
  /** Logs in again, or what to do where that is not possible. */
  readonly again: (() => Promise<Grant>) | { readonly remedy: string };
  readonly obtained: ObtainedTokens;
  now(): number;
  /** When the run ends at the latest, milliseconds since the epoch. */
  readonly deadline: number;
}

/** For the clean-up of a login that ended too late: nobody waits for it. */
const shortMs = 1000;

function expired(refusal: ResponseError, hint: string): ResponseError {
  return new ResponseError('LOGIN_TOKEN', refusal.message, refusal, hint);
}

export function createTokens({ first, projectId, again, obtained, now, deadline }: TokensOptions): Tokens {
  let grant = first;
  let since = now();
  let isProven = false;
  let wasRenewed = false;
  /** Stays when it failed: a login that was refused is not tried again. */
  let renewal: Promise<void> | undefined;
  let ended = false;

  async function logInAgain(login: () => Promise<Grant>): Promise<void> {
    const next = await login();
    if (ended) {
      await obtained.revoke(shortMs);
      throw new ActionError('CANCELLED', 'The run ended while it logged in again.');
    }
    if (next.body?.project?.id !== projectId) {
      throw new ActionError('LOGIN_SCOPE', 'Logging in again gave a token for another project than before.', {
        hint: 'Run it again. Give project-id instead of project-name if project names change.',
      });
    }
    grant = next;
    since = now();
    isProven = false;
    wasRenewed = true;
    renewal = undefined;
  }

  /** It will not last to the end of the run, and a new one would last longer by more than half of what tokens live here. */
  function isAging(): boolean {
    const { lifeMs } = grant;
    const age = now() - since;
    return lifeMs !== undefined && age > lifeMs / 2 && lifeMs - age < deadline - now();
  }

  return {
    async current() {
      if (typeof again === 'function' && !ended && isAging()) {
        renewal ??= logInAgain(again);
        // The present token may do all the same; if it doesn't, the 401 brings this failure back.
        await renewal.catch(() => undefined);
      }
      return grant.token;
    },
    accepted(used) {
      isProven ||= used === grant.token;
    },
    async renew(used, refusal) {
      if (typeof again !== 'function') {
        throw expired(refusal, `The token has expired. ${again.remedy}`);
      }
      if (ended) {
        throw refusal;
      }
      if (used !== grant.token) {
        return;
      }
      if (wasRenewed && !isProven) {
        throw expired(
          refusal,
          'The service refuses a token that is new. Check that region and network-endpoint fit auth-url.',
        );
      }
      renewal ??= logInAgain(again);
      await renewal;
    },
    async end(withinMs) {
      ended = true;
      return await obtained.revoke(withinMs);
    },
  };
}
