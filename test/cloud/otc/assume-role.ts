import { keystoneError, type Refusal } from '../answer.ts';
import { callerOf } from '../caller.ts';
import { AGENT_OPERATOR, type Agency, type Domain, type Project, type Token, type User } from '../identities.ts';
import type { IdentityService } from '../keystone.ts';
import { expecting, type LoginBody, type Named } from '../login-body.ts';
import type { Incoming } from '../request.ts';

/**
 * A token for somebody who takes on the rights of another account's agency (IAM reference, "Obtaining an Agency Token"):
 * asked for with a token, or signed in the name of the own account. Throws a `Refusal` otherwise.
 */
export function assumeRole(service: IdentityService, request: Incoming, { role, scope }: LoginBody): Token {
  const caller = namedCaller(service, request);
  const user = agencyUser(service, caller, role ?? { domain: {}, name: '' });
  const token = service.identities.issue(user, agencyScope(service, user, scope), ['assume_role']);
  token.assumedBy = caller;
  return token;
}

/** As whom the caller acts by the agency; 404 for an unknown one, 403 for one that isn't for the caller. */
export function agencyUser(service: IdentityService, caller: User, role: NonNullable<LoginBody['role']>): User {
  if (!caller.roles.includes(AGENT_OPERATOR)) throw forbidden('iam:agencies:assume');
  const agency = agencyOf(service, role);
  if (agency.trusted !== caller.domain.id) throw forbidden('the agency does not trust the account');
  return agency.user;
}

/** A signature alone is for a project, or for nothing: agencies are the account's. */
function namedCaller(service: IdentityService, request: Incoming): User {
  const { user } = callerOf(service, request);
  const { authorization, 'x-domain-id': domainId } = request.headers;
  if (authorization !== undefined && domainId === undefined) throw forbidden('X-Domain-Id is missing');
  return user;
}

function agencyOf({ identities }: IdentityService, { domain, name }: NonNullable<LoginBody['role']>): Agency {
  const inDomain = identities.agencies.filter((agency) => fits(agency.user.domain, domain));
  if (inDomain.length === 0) throw notFound('domain', domain);
  const agency = inDomain.find((one) => one.name === name);
  if (agency === undefined) throw notFound('agency', { name });
  return agency;
}

/** The project of a scope, null for the whole account; the agency has rights in its own account only. */
export function agencyScope(service: IdentityService, user: User, scope: LoginBody['scope']): Project | null {
  if (scope !== null && 'project' in scope) return projectOf(service, user, scope.project);
  if (scope === null || !('domain' in scope)) throw expecting('scope', 'auth');
  if (!fits(user.domain, scope.domain)) throw forbidden('the domain is not of the agency');
  return null;
}

function projectOf({ identities }: IdentityService, user: User, wanted: Named): Project {
  const { id, name, domain } = wanted;
  const project = identities.projects.find((one) => {
    const inDomain = domain === undefined ? one.domain === user.domain : fits(one.domain, domain);
    return id === undefined ? one.name === name && inDomain : one.id === id;
  });
  if (project === undefined) throw notFound('project', wanted);
  if (!user.projects.includes(project.id)) throw forbidden('the project is not of the agency');
  return project;
}

function fits(domain: Domain, { id = domain.id, name = domain.name }: Named): boolean {
  return id === domain.id && name === domain.name;
}

function notFound(what: string, { id, name }: Named): Refusal {
  return keystoneError(404, 'Not Found', `Could not find ${what}: ${id ?? name}.`);
}

function forbidden(why: string): Refusal {
  return keystoneError(403, 'Forbidden', `You are not authorized to perform the requested action: ${why}.`);
}
