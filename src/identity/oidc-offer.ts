/** An ID token that is offered to the cloud, and in words what was offered. Pure. */
import { ResponseError } from '../http/errors.ts';
import type { Secret } from '../secret.ts';
import { type Claims, claimText, offered } from './claims.ts';

export interface Offer {
  /** An id without special characters, so the runner masks it if it is a secret in the wrong input. */
  readonly identityProvider: string;
  readonly idToken: Secret;
  /** Undefined if the token's parts are no JSON. */
  readonly claims: Claims | undefined;
}

/** GitHub's own, for a token that does not tell its issuer. */
const usualIssuer = 'https://token.actions.githubusercontent.com';

export function providerWords({ identityProvider }: Offer): string {
  return `identity provider "${identityProvider}"`;
}

export function issuerOf({ claims }: Offer): string {
  return (claims && claimText(claims, 'iss')) ?? usualIssuer;
}

/** Where the issuer publishes its keys (for GitHub.com and GitHub Enterprise Server alike). */
export function keysUrl(offer: Offer): string {
  return `${issuerOf(offer)}/.well-known/jwks`;
}

/** `the key "1F2A…"`. */
export function keyWords({ claims }: Offer): string {
  const kid = claims && claimText(claims, 'kid');
  return kid === undefined ? 'a key that it does not name' : `the key "${kid}"`;
}

/** A refused exchange, with the claims under it that were offered. */
export function refusedOffer(error: ResponseError, { claims }: Offer, hint: string): ResponseError {
  const lines = claims === undefined ? [] : ['The ID token that was offered says:', ...offered(claims)];
  return new ResponseError('LOGIN_REFUSED', [error.message, ...lines].join('\n'), error, hint);
}

/** A refusal to which the claims don't matter. */
export function refusedOtherwise(error: ResponseError, hint: string | undefined): ResponseError {
  return new ResponseError('LOGIN_REFUSED', error.message, error, hint);
}
