import { gatewayError, keystoneError, type Refusal, unauthorized } from './answer.ts';
import type { Identities, Project, Token, User } from './identities.ts';
import type { IdentityService } from './keystone.ts';
import { type Incoming, parseJson } from './request.ts';
import { isRecord } from './values.ts';

const MALFORMED =
  'The server could not comply with the request since it is either malformed or otherwise incorrect. ' +
  'The client is assumed to be in error.';
const LOCK_AFTER = 5;
const LOCK_MS = 15 * 60_000;

/** POST /v3/auth/tokens: password or token, scoped to a project, a domain or nothing. Throws a `Refusal` otherwise. */
export function login(service: IdentityService, request: Incoming): Token {
  const auth = authOf(request);
  if (!isRecord(auth['identity']))
    throw invalid("'identity' is a required property\n\nFailed validating 'required' in schema");
  const { methods, password, token } = auth['identity'];
  if (!Array.isArray(methods))
    throw invalid("'methods' is a required property\n\nFailed validating 'required' in schema");
  for (const method of methods) {
    if (!(String(method) in auth['identity'])) throw expecting(String(method), 'identity');
  }
  if (methods.length === 1 && methods[0] === 'password') {
    const user = passwordUser(service, isRecord(password) ? password['user'] : undefined);
    return service.identities.issue(user, scopeOf(service, user, auth['scope']));
  }
  if (methods.length === 1 && methods[0] === 'token') {
    const given = isRecord(token) && typeof token['id'] === 'string' ? token['id'] : undefined;
    const parent = service.identities.valid(given);
    if (parent === undefined) throw given === undefined ? expecting('id', 'token') : unauthorized();
    return service.identities.issue(parent.user, scopeOf(service, parent.user, auth['scope']), parent);
  }
  throw unauthorized();
}

function authOf(request: Incoming): Record<string, unknown> {
  const malformed = () => invalid(`Expecting to find valid JSON in request body. ${MALFORMED}`);
  const body = parseJson(request.text, malformed);
  if (!isRecord(body) || !isRecord(body['auth'])) throw expecting('auth', 'request body');
  return body['auth'];
}

function passwordUser(service: IdentityService, given: unknown): User {
  if (!isRecord(given)) throw expecting('user', 'password');
  const { identities, settings } = service;
  const byId = typeof given['id'] === 'string';
  if (!byId && !isRecord(given['domain'])) throw expecting('domain', 'user');
  const user = identities.users.find((one) =>
    byId ? one.id === given['id'] : one.name === given['name'] && isDomain(identities, given['domain']),
  );
  if (user === undefined) throw settings.dialect === 'otc' ? wrongPassword() : unauthorized();
  const now = settings.now();
  if (settings.dialect === 'otc' && user.lockedAt !== undefined && now < user.lockedAt + LOCK_MS) throw locked();
  if (given['password'] === user.password) {
    user.failures = 0;
    return user;
  }
  if (settings.dialect === 'openstack') throw unauthorized();
  user.failures += 1;
  if (user.failures < LOCK_AFTER) throw wrongPassword();
  user.failures = 0;
  user.lockedAt = now;
  throw locked();
}

function scopeOf(service: IdentityService, user: User, scope: unknown): Project | null {
  if (scope === undefined || scope === 'unscoped' || !isRecord(scope)) return null;
  const otc = service.settings.dialect === 'otc';
  if (isRecord(scope['project'])) return projectOf(service, user, scope['project']);
  if (isRecord(scope['domain'])) {
    // Keystone: the user has no role in the domain. OTC: good for its global services, not for the network.
    if (otc && isDomain(service.identities, scope['domain'])) return null;
    throw unauthorized();
  }
  throw expecting('project, domain, OS-TRUST:trust or system', 'scope');
}

function projectOf({ identities, settings }: IdentityService, user: User, given: Record<string, unknown>): Project {
  const { id, name, domain } = given;
  const otc = settings.dialect === 'otc';
  if (typeof id !== 'string' && domain === undefined && !otc) throw expecting('domain', 'project');
  const inDomain = domain === undefined || isDomain(identities, domain);
  const project = identities.projects.find((one) =>
    typeof id === 'string' ? one.id === id : one.name === name && inDomain,
  );
  if (project !== undefined && user.projects.includes(project.id)) return project;
  if (!otc) throw unauthorized();
  const wanted = typeof id === 'string' ? id : String(name);
  throw project === undefined
    ? keystoneError(404, 'Not Found', `Could not find project: ${wanted}.`)
    : keystoneError(403, 'Forbidden', `User has no access to project ${wanted}.`);
}

function isDomain(identities: Identities, given: unknown): boolean {
  if (!isRecord(given)) return false;
  return (
    given['id'] === identities.domain.id || (given['id'] === undefined && given['name'] === identities.domain.name)
  );
}

function invalid(message: string): Refusal {
  return keystoneError(400, 'Bad Request', message);
}

function expecting(what: string, where: string): Refusal {
  return invalid(`Expecting to find ${what} in ${where}. ${MALFORMED}`);
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
