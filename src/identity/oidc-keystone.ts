/**
 * The exchange of an ID token at Keystone: for a token without a scope (Identity API v3, OS-FEDERATION, "Request an unscoped
 * OS-FEDERATION token"). The web server in front of Keystone checks the token; Keystone maps its claims.
 */
import type { ResponseError } from '../http/errors.ts';
import { issuerOf, keysUrl, type Offer, providerWords, refusedOffer, refusedOtherwise } from './oidc-offer.ts';
import type { TokenRequest } from './token-request.ts';
import type { WayContext } from './way.ts';

/** Of RFC 6750, 3.1: what a web server says of a token, and Keystone never. */
const bearerCodes = ['invalid_token', 'invalid_request', 'insufficient_scope'];

/** Titles of the pages that Apache and nginx have for a 401. */
const pageTitle = /^401 \S/;

function browserHint(): string {
  return (
    'The web server in front of Keystone wants a login in a browser here, or auth-url is not quite right. Its operator must ' +
    'let it take ID tokens as bearer tokens at this path: mod_auth_openidc as OAuth 2.0 resource server (AuthType oauth20 ' +
    'or auth-openidc, OIDCOAuthVerifyJwksUri) or mod_oauth2; see docs/oidc.md.'
  );
}

function webServerHint(offer: Offer): string {
  return (
    'The web server in front of Keystone does not take the ID token, and Keystone has not seen it. Its operator must have ' +
    `it check tokens of ${issuerOf(offer)} with the keys at ${keysUrl(offer)} (mod_auth_openidc: OIDCOAuthVerifyJwksUri), ` +
    'and accept the audience (aud) above; see docs/oidc.md.'
  );
}

function mappingHint(): string {
  return (
    'Keystone has seen the token and found no user for it: no rule of the mapping fits the claims above, or the web server ' +
    'does not pass them on to Keystone under the names that the rules have. Compare the rules with the claims, sub ' +
    'above all; see docs/oidc.md.'
  );
}

function refused(error: ResponseError, offer: Offer, protocol: string, authUrl: URL): ResponseError {
  const { status, serverCode, serverWords } = error;
  const provider = providerWords(offer);
  if (status >= 300 && status < 400) {
    return refusedOtherwise(error, browserHint());
  }
  // Keystone has looked at nothing yet: the protocol is none of its methods (keystone.conf, [auth] methods).
  const isUnknownProtocol = status === 401 && /\bunsupported method\b/i.test(serverWords);
  if (status === 401 && !isUnknownProtocol) {
    const isOfWebServer = bearerCodes.includes(serverCode ?? '') || serverWords === '' || pageTitle.test(serverWords);
    return refusedOffer(error, offer, isOfWebServer ? webServerHint(offer) : mappingHint());
  }
  if (status === 403) {
    const hint =
      `Keystone does not let ${provider} log in: it is disabled, or the issuer (iss) above is not one of its remote_ids. ` +
      'A web server that demands claims of its own may also refuse like this.';
    return refusedOffer(error, offer, hint);
  }
  const hint =
    `There is no ${provider}, or it has no protocol "${protocol}", or there is no identity ` +
    `service (Keystone v3) at ${authUrl.href}: check identity-provider, protocol and auth-url.`;
  return refusedOtherwise(error, status === 404 || isUnknownProtocol ? hint : error.hint);
}

export function keystoneExchange(offer: Offer, protocol: string, { authUrl }: WayContext): TokenRequest {
  const { identityProvider, idToken } = offer;
  const path = `${encodeURIComponent(identityProvider)}/protocols/${encodeURIComponent(protocol)}/auth`;
  return {
    url: new URL(`${authUrl.href}/OS-FEDERATION/identity_providers/${path}`),
    headers: { authorization: `Bearer ${idToken.reveal()}` },
    body: undefined,
    what: `log in at ${authUrl.href} by the ID token of this job, through ${providerWords(offer)}`,
    refused: (error) => refused(error, offer, protocol, authUrl),
  };
}
