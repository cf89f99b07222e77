import { gatewayError, keystoneError, type Refusal, unauthorized } from './answer.ts';
import { type ApplicationCredential, provenCredential } from './application-credentials.ts';
import type { Project, Token, User } from './identities.ts';
import type { IdentityService } from './keystone.ts';
import { type LoginBody, loginBody, type Named } from './login-body.ts';
import { isDomain, namedUser, sameName } from './named.ts';
import { assumeRole } from './otc/assume-role.ts';
import type { Incoming } from './request.ts';
import { passcodeUser, provenMethods } from './second-factor.ts';

/** Those that Keystone has, in its order; IAM doesn't have all of them. */
const METHODS = ['external', 'password', 'token', 'oauth1', 'mapped', 'application_credential', 'totp', 'openid'];
const SUPPORTED = {
  openstack: ['password', 'token', 'totp', 'application_credential'],
  otc: ['password', 'token', 'totp'],
};
const LOCK_AFTER = 5;
const LOCK_MS = 15 * 60_000;

/**
 * POST /v3/auth/tokens: password, passcode, application credential or token, scoped to a project, a domain or nothing.
 * Throws a `Refusal` otherwise.
 */
export function login(service: IdentityService, request: Incoming): Token {
  const { identities, settings } = service;
  const body = loginBody(request, settings.dialect === 'otc');
  const { methods } = body;
  if (settings.dialect === 'otc' && body.role !== undefined) return assumeRole(service, request, body);
  if (methods.some((method) => !SUPPORTED[settings.dialect].includes(method))) throw unsupported();
  const credential = body.credential && provenCredential(service, body.credential, body.hasScope);
  const parent = body.token === undefined ? undefined : parentToken(service, body.token);
  const password = body.user && passwordUser(service, body.user);
  const passcode = body.totp && passcodeUser(service, body.totp);
  const users = [password, passcode, credential?.user, parent?.user].filter((one) => one !== undefined);
  const [user] = users;
  if (user === undefined || users.some((one) => one !== user)) throw unauthorized();
  const proven = provenMethods(service, user, [...(parent?.methods ?? []), ...methods], request);
  const project = credential ? credential.project : scopeOf(service, user, body.scope);
  const token = identities.issue(user, project, proven, parent);
  return credential ? withCredential(token, credential) : token;
}

/** It ends with the credential. */
function withCredential(token: Token, credential: ApplicationCredential): Token {
  token.credential = credential;
  token.expiresAt = Math.min(token.expiresAt, credential.expiresAt ?? token.expiresAt);
  return token;
}

/** Keystone's answer to a method that it doesn't have. */
export function unsupported(): Refusal {
  const refusal = unauthorized();
  const message = 'Attempted to authenticate with an unsupported method.';
  refusal.answer.body = { error: { code: 401, message, title: 'Unauthorized', identity: { methods: METHODS } } };
  return refusal;
}

function passwordUser(service: IdentityService, given: Named & { password?: string }): User {
  const { settings } = service;
  const otc = settings.dialect === 'otc';
  const user = namedUser(service, given);
  if (user === undefined) throw otc ? wrongPassword() : unauthorized();
  const now = settings.now();
  if (otc && user.lockedAt !== undefined && now < user.lockedAt + LOCK_MS) throw locked();
  if (given.password !== undefined && given.password === user.password) {
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
  if (token?.credential !== undefined) {
    const action = 'Using a delegated token to create another token is not allowed.';
    throw keystoneError(403, 'Forbidden', `You are not authorized to perform the requested action: ${action}.`);
  }
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
    id === undefined ? sameName(service, one.name, name) && inDomain(one) : one.id === id,
  );
  if (project !== undefined && user.projects.includes(project.id)) return project;
  if (!otc) throw unauthorized();
  throw project === undefined
    ? keystoneError(404, 'Not Found', `Could not find project: ${id ?? name}.`)
    : keystoneError(403, 'Forbidden', `User has no access to project ${id ?? name}.`);
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
