/** The token of a run: the current one, and its renewal when it has expired or is about to. */
import { ActionError } from '../errors.ts';
import { ResponseError } from '../http/errors.ts';
import type { ObtainedTokens } from './obtained.ts';
import type { Grant } from './way.ts';

export interface Tokens {
  /**
   * The token for a request.
   * @param mayWait a token that will not last is renewed first; else only the present one is asked for, which is still good
   */
  current(mayWait: boolean): Promise<string>;
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

/** Logs in anew. @param critical not stopped by the first cancel signal */
export type Again = (critical: boolean) => Promise<Grant>;

export interface TokensOptions {
  readonly first: Grant;
  readonly projectId: string;
  /** Or what to do where that is not possible. */
  readonly again: Again | { readonly remedy: string };
  readonly obtained: ObtainedTokens;
  now(): number;
  /** When the run ends at the latest, milliseconds since the epoch. */
  readonly deadline: number;
}

/** For the clean-up of a login that ended too late: nobody waits for it. */
const shortMs = 1000;

/** A token that is refused so soon has not expired. It may have been revoked, but not again and again. */
const youngMs = 60_000;
const mostRefusedYoung = 3;

function expired(refusal: ResponseError, hint: string): ResponseError {
  return new ResponseError('LOGIN_TOKEN', refusal.message, refusal, hint);
}

function refusedNew(refusal: ResponseError): ResponseError {
  return expired(
    refusal,
    'The service refuses a token that is new. Check that region and network-endpoint fit auth-url.',
  );
}

/** A login that was refused: what it sent is not sent again. */
function isRefused(error: unknown): boolean {
  return error instanceof ActionError && error.code.startsWith('LOGIN_');
}

class RunTokens implements Tokens {
  readonly #options: TokensOptions;
  #grant: Grant;
  #since: number;
  #isProven = false;
  #wasRenewed = false;
  #refusedYoung = 0;
  /** After a 401. Stays when it failed, so that all requests of the run that need it fail alike. */
  #renewal: Promise<void> | undefined;
  /** Before the end of a token: in flight, or tried in vain. */
  #ahead: Promise<void> | undefined;
  /** Tokens end at a fixed time here, whenever they are obtained. */
  #isAheadUseless = false;
  #ended = false;

  constructor(options: TokensOptions) {
    this.#options = options;
    this.#grant = options.first;
    this.#since = options.now();
  }

  #age(): number {
    return this.#options.now() - this.#since;
  }

  /** It will not last to the end of the run, and a new one would last longer by more than half of what tokens live here. */
  #isAging(): boolean {
    const { now, deadline } = this.#options;
    const { lifeMs = Number.POSITIVE_INFINITY } = this.#grant;
    const age = this.#age();
    return lifeMs > 0 && age > lifeMs / 2 && lifeMs - age < deadline - now() && !this.#isAheadUseless;
  }

  async #logIn(again: Again, critical: boolean): Promise<void> {
    const { projectId, obtained, now } = this.#options;
    try {
      const next = await again(critical);
      if (this.#ended) {
        throw new ActionError('CANCELLED', 'The run ended while it logged in again.');
      }
      if (next.body?.project?.id !== projectId) {
        throw new ActionError('LOGIN_SCOPE', 'Logging in again gave a token for another project than before.', {
          hint: 'Run it again. Give project-id instead of project-name if project names change.',
        });
      }
      const age = this.#age();
      const gain = (next.lifeMs ?? 0) - ((this.#grant.lifeMs ?? 0) - age);
      this.#isAheadUseless = gain < age / 2;
      this.#grant = next;
      this.#since = now();
      this.#isProven = false;
      this.#wasRenewed = true;
      this.#renewal = undefined;
      this.#ahead = undefined;
    } finally {
      if (this.#ended) {
        await obtained.revoke(shortMs);
      }
    }
  }

  async #renewAhead(again: Again): Promise<void> {
    try {
      await this.#logIn(again, false);
    } catch (error) {
      // The present token may do all the same. If it does not, this failure comes back, or another login may help.
      if (isRefused(error)) {
        this.#renewal = Promise.reject(error);
        this.#renewal.catch(() => undefined);
      }
    }
  }

  async current(mayWait: boolean): Promise<string> {
    const { again } = this.#options;
    if (mayWait && typeof again === 'function' && !this.#ended && this.#isAging()) {
      this.#ahead ??= this.#renewAhead(again);
      await this.#ahead;
    }
    return this.#grant.token;
  }

  accepted(used: string): void {
    this.#isProven ||= used === this.#grant.token;
  }

  async renew(used: string, refusal: ResponseError): Promise<void> {
    const { again } = this.#options;
    if (typeof again !== 'function') {
      throw expired(refusal, `The token has expired. ${again.remedy}`);
    }
    if (this.#ended) {
      throw refusal;
    }
    await this.#ahead;
    if (used !== this.#grant.token) {
      return;
    }
    if (this.#wasRenewed && !this.#isProven) {
      throw refusedNew(refusal);
    }
    this.#renewal ??= this.#renewRefused(again, refusal);
    await this.#renewal;
  }

  async #renewRefused(again: Again, refusal: ResponseError): Promise<void> {
    const { lifeMs = Number.POSITIVE_INFINITY } = this.#grant;
    if (this.#age() < Math.min(youngMs, lifeMs / 10)) {
      this.#refusedYoung += 1;
      if (this.#refusedYoung > mostRefusedYoung) {
        throw refusedNew(refusal);
      }
    }
    // It may stand between the DELETE and the POST of a replacement.
    await this.#logIn(again, true);
  }

  async end(withinMs: number): Promise<string | undefined> {
    this.#ended = true;
    return await this.#options.obtained.revoke(withinMs);
  }
}

export function createTokens(options: TokensOptions): Tokens {
  return new RunTokens(options);
}
