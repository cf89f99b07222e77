/**
 * The exchange of an ID token at IAM of OTC: for a token of the project in one call (IAM reference, "Obtaining a Token with an
 * OpenID Connect ID Token").
 */
import type { ResponseError } from '../http/errors.ts';
import { hintForCode } from '../http/hints.ts';
import { projectWords } from './names.ts';
import { keysUrl, keyWords, type Offer, providerWords, refusedOffer, refusedOtherwise } from './oidc-offer.ts';
import type { TokenRequest } from './token-request.ts';
import type { ProjectChoice, WayContext } from './way.ts';

/** The codes that the reference lists for this call; what they mean is told from the status. */
const ownCodes = /^IAM\.00(?:01|03|04|11)$/;

/** Words that only a problem with the key of the signature has. */
const keyTrouble = /\b(?:kid|jwks?|keys?|signatures?|signing|signed)\b/i;

/** IAM reference, "Updating an OpenID Connect Identity Provider". */
function mendKey(offer: Offer): string {
  const path = `/v3.0/OS-FEDERATION/identity-providers/${offer.identityProvider}/openid-connect-config`;
  return `set its signing_key to what ${keysUrl(offer)} has (PUT ${path}; see docs/oidc.md)`;
}

function notAccepted({ serverWords }: ResponseError, offer: Offer): string {
  const provider = providerWords(offer);
  const rule = 'its conversion rule must fit the claims above, its idp_url must be iss, its client_id must be aud';
  return keyTrouble.test(serverWords)
    ? `Likely the key: IAM checks the signature with a copy of GitHub's keys, and ${keyWords(offer)} is not in that of ` +
        `${provider}: ${mendKey(offer)}. Is it there: ${rule}.`
    : `For ${provider}: ${rule}. If it worked until lately: IAM has a copy of GitHub's keys, in which ` +
        `${keyWords(offer)} may be missing: ${mendKey(offer)}.`;
}

function refused(error: ResponseError, offer: Offer, project: ProjectChoice | undefined): ResponseError {
  const { serverCode, status } = error;
  const byCode = serverCode === undefined || ownCodes.test(serverCode) ? undefined : hintForCode(serverCode, status);
  if (byCode !== undefined) {
    return refusedOtherwise(error, byCode);
  }
  const provider = providerWords(offer);
  const target = project === undefined ? 'the account' : projectWords(project);
  switch (status) {
    case 400:
    case 401:
      return refusedOffer(error, offer, notAccepted(error, offer));
    case 403:
      return refusedOffer(
        error,
        offer,
        `What the conversion rule makes of these claims has no right in ${target}: give rights there to the group that it ` +
          `names, and see that ${provider} is enabled. An account can also refuse addresses (API ACL).`,
      );
    case 404: {
      const projects = project === undefined ? '' : `, or there is no ${target.replace(/^the /, '')} in its account`;
      return refusedOtherwise(
        error,
        `There is no ${provider}, or it has no protocol oidc${projects}. Check identity-provider, the ` +
          'project, and that auth-url is that of IAM in your region.',
      );
    }
    default:
      return refusedOtherwise(error, error.hint);
  }
}

/** @param project undefined: a token without a scope, with which an agency is taken on */
export function otcExchange(offer: Offer, project: ProjectChoice | undefined, { authUrl }: WayContext): TokenRequest {
  // The call knows a project by id or name alone: the identity provider belongs to one account.
  const scope =
    project === undefined ? {} : { scope: { project: 'id' in project ? { id: project.id } : { name: project.name } } };
  return {
    url: new URL(`${authUrl.href.replace(/\/v3$/, '/v3.0')}/OS-AUTH/id-token/tokens`),
    headers: { 'x-idp-id': offer.identityProvider },
    body: { auth: { id_token: { id: offer.idToken }, ...scope } },
    what: `log in at ${authUrl.href} by the ID token of this job, through ${providerWords(offer)}`,
    refused: (error) => refused(error, offer, project),
  };
}
