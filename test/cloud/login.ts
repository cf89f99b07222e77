import { gatewayError, keystoneError, type Refusal, unauthorized } from './answer.ts';
import type { Domain, Project, Token, User } from './identities.ts';
import type { IdentityService } from './keystone.ts';
import { expecting, type LoginBody, loginBody, type Named } from './login-body.ts';
import { assumeRole } from './otc/assume-role.ts';
import type { Incoming } from './request.ts';

const SUPPORTED = ['password', 'token'];
const LOCK_AFTER = 5;
const LOCK_MS = 15 * 60_000;

/** POST /v3/auth/tokens: password or token, scoped to a project, a domain or nothing. Throws a `Refusal` otherwise. */
export function login(service: IdentityService, request: Incoming): Token {
  const body = loginBody(request, service.settings.dialect === 'otc');
  const { methods } = body;
  if (service.settings.dialect === 'otc' && body.role !== undefined) return assumeRole(service, request, body);
  if (methods.some((method) => !SUPPORTED.includes(method))) throw unsupported();
  const user = body.user && passwordUser(service, body.user);
  const parent = body.token === undefined ? undefined : parentToken(service, body.token);
  const subject = user ?? parent?.user;
  if (subject === undefined || (parent && parent.user !== subject)) throw unauthorized();
  return service.identities.issue(subject, scopeOf(service, subject, body.scope), methods, parent);
}

/** Keystone's answer to a method that it doesn't have. */
export function unsupported(): Refusal {
  const methods = ['external', 'password', 'token', 'oauth1', 'mapped', 'application_credential'];
  const refusal = unauthorized();
  const message = 'Attempted to authenticate with an unsupported method.';
  refusal.answer.body = { error: { code: 401, message, title: 'Unauthorized', identity: { methods } } };
  return refusal;
}

function passwordUser(service: IdentityService, given: Named & { password?: string }): User {
  const { identities, settings } = service;
  const otc = settings.dialect === 'otc';
  if (given.id === undefined && given.domain === undefined) throw expecting('domain', 'user');
  const user = identities.users.find((one) =>
    given.id === undefined ? same(service, one.name, given.name) : one.id === given.id,
  );
  const inDomain = user !== undefined && (given.domain === undefined || isDomain(service, user.domain, given.domain));
  if (!inDomain) throw otc ? wrongPassword() : unauthorized();
  const now = settings.now();
  if (otc && user.lockedAt !== undefined && now < user.lockedAt + LOCK_MS) throw locked();
  if (given.password === user.password) {
    user.failures = 0;
    return user;
  }
  if (!otc) throw unauthorized();
  user.failures += 1;
  if (user.failures < LOCK_AFTER) throw wrongPassword();
  user.failures = 0;
  user.lockedAt = now;
  throw locked();
}

function parentToken({ identities, settings }: IdentityService, id: string): Token {
  const token = identities.valid(id);
  if (token !== undefined) return token;
  if (settings.dialect === 'otc') throw unauthorized();
  throw identities.unusable(id);
}

function scopeOf(service: IdentityService, user: User, scope: LoginBody['scope']): Project | null {
  if (scope === null) return null;
  if ('project' in scope) return projectOf(service, user, scope.project);
  // Keystone: the user has no role in the domain. OTC: good for its global services, not for the network.
  const otcDomain =
    service.settings.dialect === 'otc' && 'domain' in scope && isDomain(service, user.domain, scope.domain);
  if (otcDomain) return null;
  throw unauthorized();
}

/** The project of a scope, if the user has rights in it. */
export function projectOf(service: IdentityService, user: User, { id, name, domain }: Named): Project {
  const otc = service.settings.dialect === 'otc';
  const inDomain = (one: Project) =>
    domain === undefined ? one.domain === user.domain : isDomain(service, one.domain, domain);
  const project = service.identities.projects.find((one) =>
    id === undefined ? same(service, one.name, name) && inDomain(one) : one.id === id,
  );
  if (project !== undefined && user.projects.includes(project.id)) return project;
  if (!otc) throw unauthorized();
  throw project === undefined
    ? keystoneError(404, 'Not Found', `Could not find project: ${id ?? name}.`)
    : keystoneError(403, 'Forbidden', `User has no access to project ${id ?? name}.`);
}

function isDomain(service: IdentityService, domain: Domain, given: Named): boolean {
  const idFits = given.id === undefined || given.id === domain.id;
  return idFits && (given.name === undefined || same(service, domain.name, given.name));
}

/** Keystone's database doesn't tell upper from lower case. */
function same({ settings }: IdentityService, name: string, given: string | undefined): boolean {
  if (settings.dialect === 'otc' || given === undefined) return name === given;
  return name.toLowerCase() === given.toLowerCase();
}

/** IAM's own fields beside Keystone's envelope (IAM reference, 17.1). */
function wrongPassword(): Refusal {
  const message = 'The username or password is wrong.';
  return keystoneError(401, 'Unauthorized', message, { error_code: 'IAM.0062', error_msg: message });
}

/** IAM's own envelope alone. */
function locked(): Refusal {
  return gatewayError(401, 'IAM.0061', 'The account is locked. Try again in 15 minutes.');
}
