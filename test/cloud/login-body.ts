import { keystoneError, type Refusal } from './answer.ts';
import type { GivenCredential } from './application-credentials.ts';
import { schemaFault } from './json-schema.ts';
import { LOGIN_SCHEMA } from './login-schema.ts';
import { type Incoming, parseJson } from './request.ts';
import { isRecord } from './values.ts';

const MALFORMED =
  'The server could not comply with the request since it is either malformed or otherwise incorrect. ' +
  'The client is assumed to be in error.';
const SCOPES = ['system', 'project', 'domain', 'OS-TRUST:trust', 'unscoped'];

/** A user, domain or project as a login names it. */
export interface Named {
  id?: string;
  name?: string;
  domain?: Named;
}

/** A login request that has the right form. */
export interface LoginBody {
  methods: string[];
  /** Present when 'password' is among the methods. */
  user?: Named & { password?: string };
  /** Present when 'token' is among the methods. */
  token?: string;
  /** Present when 'totp' is among the methods. */
  totp?: Named & { passcode?: string };
  /** Present when 'application_credential' is among the methods. */
  credential?: GivenCredential;
  /** Present when 'assume_role' is the only method. */
  role?: { domain: Named; name: string };
  /** Whether the request says anything about one, if only that there be none. */
  hasScope: boolean;
  scope: { project: Named } | { domain: Named } | { system: true } | null;
}

/**
 * Decodes the body of POST /v3/auth/tokens; 400 in Keystone's words for anything malformed.
 * @param lenient IAM prefers the project among several scopes, and looks for one without a domain in the user's
 */
export function loginBody(request: Incoming, lenient: boolean): LoginBody {
  const body = parseJson(request.text, notJson);
  if (body !== undefined && !isRecord(body)) throw notJson();
  const auth = body?.['auth'];
  if (auth === undefined || auth === null) throw expecting('auth', 'request body');
  const fault = schemaFault(LOGIN_SCHEMA, auth);
  if (fault !== undefined || !isRecord(auth)) throw invalid(fault ?? '');
  const identity = isRecord(auth['identity']) ? auth['identity'] : {};
  refuseNameless(identity, auth['scope']);
  const methods = (Array.isArray(identity['methods']) ? identity['methods'] : []).map(String);
  for (const method of methods) if (!(method in identity)) throw expecting(method, 'identity');
  const scope = scopeOf(auth['scope'], lenient);
  return { methods, ...credentials(methods, identity), hasScope: 'scope' in auth, scope };
}

/** Each user, project and domain has a name or an id; in Keystone's order. */
function refuseNameless(identity: Record<string, unknown>, scope: unknown): void {
  const { password } = identity;
  demandName('identity/password/user', isRecord(password) ? password['user'] : undefined);
  if (!isRecord(scope)) return;
  demandName('scope/project', scope['project']);
  demandName('scope/domain', scope['domain']);
}

function demandName(path: string, given: unknown): void {
  if (!isRecord(given)) return;
  if (!('id' in given) && !('name' in given)) {
    throw invalid(`Invalid input for field ${path}: id or name must be present.`);
  }
  demandName(`${path}/domain`, given['domain']);
}

/** What a login proves who it is by. */
type Proofs = Omit<LoginBody, 'methods' | 'scope' | 'hasScope'>;

function credentials(methods: string[], identity: Record<string, unknown>): Proofs {
  const { token, assume_role: role, application_credential: credential } = identity;
  const found: Proofs = {};
  if (methods.includes('password')) {
    const user = userIn(identity['password']);
    found.user = { ...named(user), ...textsOf(user, ['password']) };
  }
  if (methods.includes('totp')) {
    const user = userIn(identity['totp']);
    found.totp = { ...named(user), ...textsOf(user, ['passcode']) };
  }
  if (methods.includes('application_credential') && isRecord(credential)) {
    const user = isRecord(credential['user']) ? { user: named(credential['user']) } : {};
    found.credential = { ...textsOf(credential, ['id', 'name', 'secret']), ...user };
  }
  if (methods.includes('token') && isRecord(token)) found.token = String(token['id']);
  if (methods.length === 1 && methods[0] === 'assume_role' && isRecord(role)) found.role = roleOf(role);
  return found;
}

function userIn(method: unknown): Record<string, unknown> {
  const user = isRecord(method) ? method['user'] : undefined;
  if (!isRecord(user)) throw expecting('user', 'None');
  return user;
}

/** Those that are texts. */
function textsOf<K extends string>(given: Record<string, unknown>, keys: K[]): Partial<Record<K, string>> {
  const texts: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const value = given[key];
    if (typeof value === 'string') texts[key] = value;
  }
  return texts;
}

/** The agency that is wanted, and the account that has created it; 400 if one of the two is missing. */
export function roleOf(role: Record<string, unknown>): NonNullable<LoginBody['role']> {
  const { domain_id: id, domain_name: name, xrole_name: agency } = role;
  if (typeof id !== 'string' && typeof name !== 'string') throw expecting('domain_id or domain_name', 'assume_role');
  if (typeof agency !== 'string') throw expecting('xrole_name', 'assume_role');
  return { domain: named({ id, name }), name: agency };
}

/** What a scope names; 400 in Keystone's words if it is malformed. */
export function scopeOf(scope: unknown, lenient: boolean): LoginBody['scope'] {
  if (scope === undefined || scope === 'unscoped') return null;
  const given = isRecord(scope) ? scope : {};
  const kinds = SCOPES.filter((kind) => kind in given);
  if (kinds.length !== 1 && !(lenient && kinds.length > 1)) {
    throw expecting('system, project, domain, OS-TRUST:trust or unscoped', 'scope');
  }
  if (isRecord(given['project'])) {
    const project = named(given['project']);
    if (!lenient && project.id === undefined && project.domain === undefined) throw expecting('domain', 'project');
    return { project };
  }
  if (isRecord(given['domain'])) return { domain: named(given['domain']) };
  return 'unscoped' in given ? null : { system: true };
}

function named(given: Record<string, unknown>): Named {
  const { domain } = given;
  return { ...textsOf(given, ['id', 'name']), ...(isRecord(domain) ? { domain: named(domain) } : {}) };
}

function notJson(): Refusal {
  return invalid(`Expecting to find valid JSON in request body. ${MALFORMED}`);
}

function invalid(message: string): Refusal {
  return keystoneError(400, 'Bad Request', message);
}

/** Keystone's refusal of a body that lacks something. */
export function expecting(what: string, where: string): Refusal {
  return invalid(`Expecting to find ${what} in ${where}. ${MALFORMED}`);
}
