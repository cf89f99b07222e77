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
  const caller = operator(service, request);
  const agency = agencyOf(service, role ?? { domain: {}, name: '' });
  if (agency.trusted !== caller.domain.id) throw forbidden('the agency does not trust the account');
  const project = scopeOf(service, agency.user, scope);
  const token = service.identities.issue(agency.user, project, ['assume_role']);
  token.assumedBy = caller;
  return token;
}

/** A signature alone is for a project, or for nothing: agencies are the account's. */
function operator(service: IdentityService, request: Incoming): User {
  const { user } = callerOf(service, request);
  const { authorization, 'x-domain-id': domainId } = request.headers;
  if (authorization !== undefined && domainId === undefined) throw forbidden('X-Domain-Id is missing');
  if (!user.roles.includes(AGENT_OPERATOR)) throw forbidden('iam:agencies:assume');
  return user;
}

function agencyOf({ identities }: IdentityService, { domain, name }: NonNullable<LoginBody['role']>): Agency {
  const inDomain = identities.agencies.filter((agency) => fits(agency.user.domain, domain));
  if (inDomain.length === 0) throw notFound('domain', domain);
  const agency = inDomain.find((one) => one.name === name);
  if (agency === undefined) throw notFound('agency', { name });
  return agency;
}

/** The agency has rights in its own account only. */
function scopeOf(service: IdentityService, user: User, scope: LoginBody['scope']): Project | null {
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
