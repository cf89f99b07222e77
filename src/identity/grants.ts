/** How a login gets its token: the way's own request, then what it still takes to have one of the project. */
import { ActionError } from '../errors.ts';
import { assumeRole, type Principal } from './agency.ts';
import { applicationCredentialGrant } from './application-credential.ts';
import { givenGrant, tokenRemedy } from './given-token.ts';
import { accountOfKeys } from './key-project.ts';
import { oidcGrant } from './oidc.ts';
import { passwordGrant } from './password.ts';
import { rescoped } from './rescope.ts';
import { differs } from './scope.ts';
import { createSigner } from './signed-send.ts';
import type { Grant, KeysWay, Login, LoginWay, ProjectChoice, WayContext } from './way.ts';

/** A token that is for no project or another one is exchanged. What an answer does not tell is left to the check after the login. */
async function inProject(grant: Grant, project: ProjectChoice | undefined, context: WayContext): Promise<Grant> {
  const { body } = grant;
  const fits = project === undefined || (body?.project !== undefined && !differs(body.project, project));
  return fits || body === undefined ? grant : await rescoped(grant, project, context);
}

/**
 * The login by the way itself.
 * @param project undefined: of the way's own project, or of none, for an agency
 * @throws ActionError LOGIN_REFUSED, LOGIN_TOKEN, LOGIN_SCOPE, ID_TOKEN; errors of the connection
 */
async function wayGrant(
  way: Exclude<LoginWay, KeysWay>,
  project: ProjectChoice | undefined,
  context: WayContext,
): Promise<Grant> {
  switch (way.way) {
    case 'password':
      return await passwordGrant(way, project, context);
    case 'token':
      return await inProject(await givenGrant(way, context), project, context);
    case 'application credential':
      return await applicationCredentialGrant(way, context);
    case 'oidc':
      return await inProject(await oidcGrant(way, project, context), project, context);
  }
}

/** Who asks for the agency: the way's own token, or its keys, which sign in the name of their account. */
async function principalOf(way: LoginWay, context: WayContext): Promise<Principal> {
  if (way.way !== 'keys') {
    const { token } = await wayGrant(way, undefined, context);
    return { token };
  }
  const { http, clock, authUrl, critical } = context;
  const signer = createSigner({ http, keys: way, clock });
  const { id } = await accountOfKeys(signer.sendTo([authUrl.origin]), authUrl, critical);
  return { send: signer.sendTo([authUrl.origin], { domainId: id }) };
}

export type ObtainGrant = (context: WayContext) => Promise<Grant>;

/** How the login gets its token; keys alone have none, and sign each request instead. */
export function grantOf({ way, project, agency }: Login): ObtainGrant | KeysWay {
  if (agency !== undefined) {
    return async (context) => await assumeRole(agency, stated(project), await principalOf(way, context), context);
  }
  return way.way === 'keys' ? way : (context) => wayGrant(way, project, context);
}

/** Keys and agencies have no project of their own. @throws ActionError LOGIN_SCOPE without one */
export function stated(project: ProjectChoice | undefined): ProjectChoice {
  if (project === undefined) {
    throw new ActionError('LOGIN_SCOPE', 'No project is given.', { hint: 'Give project-name or project-id.' });
  }
  return project;
}

/** Whether the way gives another token when the first one has expired; else why not, and what to do about it. */
export function renewalOf(way: LoginWay): true | { readonly remedy: string } {
  if (way.way === 'token') {
    return { remedy: `A given token cannot be renewed. ${tokenRemedy}` };
  }
  if (way.way === 'password' && way.passcode !== undefined) {
    return {
      remedy:
        'A login with a passcode cannot be repeated, because it lives for half a minute. Run it again with a new one, or let a user log in that needs none.',
    };
  }
  return true;
}
