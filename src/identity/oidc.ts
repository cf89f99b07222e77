/** Login with the ID token that GitHub gives to the job: the cloud exchanges it for a token of its own, and no secret is stored. */
import { decodeClaims } from './claims.ts';
import { requestIdToken } from './id-token.ts';
import { keystoneExchange } from './oidc-keystone.ts';
import type { Offer } from './oidc-offer.ts';
import { otcExchange } from './oidc-otc.ts';
import { requestToken } from './token-request.ts';
import type { Grant, OidcWay, ProjectChoice, WayContext } from './way.ts';

/**
 * Gets an ID token and exchanges it, once. On OTC the grant is for the project; Keystone's is for none, and is to be exchanged
 * for one of the project.
 * @param project undefined: no project, on OTC too
 * @throws ActionError ID_TOKEN when GitHub gives none; ResponseError LOGIN_REFUSED with the claims that were offered; errors of
 * the connection
 */
export async function oidcGrant(way: OidcWay, project: ProjectChoice | undefined, context: WayContext): Promise<Grant> {
  const { identityProvider, protocol, audience } = way;
  const idToken = await requestIdToken(audience, context, context.mask);
  const offer: Offer = { identityProvider, idToken, claims: decodeClaims(idToken.reveal()) };
  const exchange =
    protocol === undefined ? otcExchange(offer, project, context) : keystoneExchange(offer, protocol, context);
  return await requestToken(exchange, context);
}
