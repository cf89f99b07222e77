import { keystoneError, type Refusal } from './answer.ts';
import { type Incoming, parseJson } from './request.ts';
import { isRecord, pyRepr } from './values.ts';

const MALFORMED =
  'The server could not comply with the request since it is either malformed or otherwise incorrect. ' +
  'The client is assumed to be in error.';

/** Types that Keystone's schema demands, outer ones first. */
const TYPES: [path: string, type: 'object' | 'string' | 'array'][] = [
  ['identity', 'object'],
  ['identity/methods', 'array'],
  ['identity/password', 'object'],
  ['identity/password/user', 'object'],
  ['identity/password/user/id', 'string'],
  ['identity/password/user/name', 'string'],
  ['identity/password/user/password', 'string'],
  ['identity/password/user/domain', 'object'],
  ['identity/password/user/domain/id', 'string'],
  ['identity/password/user/domain/name', 'string'],
  ['identity/token', 'object'],
  ['identity/token/id', 'string'],
  ['scope/project', 'object'],
  ['scope/project/id', 'string'],
  ['scope/project/name', 'string'],
  ['scope/project/domain', 'object'],
  ['scope/project/domain/id', 'string'],
  ['scope/project/domain/name', 'string'],
  ['scope/domain', 'object'],
  ['scope/domain/id', 'string'],
  ['scope/domain/name', 'string'],
];

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
  scope: { project: Named } | { domain: Named } | { system: true } | null;
}

/** Decodes the body of POST /v3/auth/tokens; 400 in Keystone's words for anything malformed. */
export function loginBody(request: Incoming): LoginBody {
  const body = parseJson(request.text, notJson);
  if (body !== undefined && !isRecord(body)) throw notJson();
  const auth = body?.['auth'];
  if (auth === undefined || auth === null) throw expecting('auth', 'request body');
  if (!isRecord(auth)) throw invalid(`${pyRepr(auth)} is not of type 'object'${trailer('type', '', auth)}`);
  checkTypes(auth);
  const identity = isRecord(auth['identity']) ? auth['identity'] : {};
  const methods = (Array.isArray(identity['methods']) ? identity['methods'] : []).map(String);
  for (const method of methods) if (!(method in identity)) throw expecting(method, 'identity');
  return { methods, ...credentials(methods, identity), scope: scopeOf(auth['scope']) };
}

function credentials(methods: string[], identity: Record<string, unknown>): Pick<LoginBody, 'user' | 'token'> {
  const { password, token } = identity;
  const found: Pick<LoginBody, 'user' | 'token'> = {};
  if (methods.includes('password')) {
    const user = isRecord(password) ? password['user'] : undefined;
    if (!isRecord(user)) throw expecting('user', 'None');
    const secret = typeof user['password'] === 'string' ? { password: user['password'] } : {};
    found.user = { ...named(user, 'identity/password/user'), ...secret };
  }
  if (methods.includes('token') && isRecord(token)) found.token = String(token['id']);
  return found;
}

function scopeOf(scope: unknown): LoginBody['scope'] {
  if (scope === undefined || scope === 'unscoped') return null;
  if (scope === null) throw invalid("Invalid input for field 'scope': None is not of type 'object', 'string'");
  const keys = isRecord(scope) ? Object.keys(scope) : [];
  if (isRecord(scope) && isRecord(scope['project'])) return { project: named(scope['project'], 'scope/project') };
  if (isRecord(scope) && isRecord(scope['domain'])) return { domain: named(scope['domain'], 'scope/domain', false) };
  if (keys.length === 1 && keys[0] === 'system') return { system: true };
  throw expecting('system, project, domain, OS-TRUST:trust or unscoped', 'scope');
}

/** Keystone takes exactly one kind of scope; IAM prefers the project. */
export function refuseSeveralScopes(request: Incoming): void {
  const body = parseJson(request.text, notJson);
  const auth = isRecord(body) ? body['auth'] : undefined;
  const scope = isRecord(auth) ? auth['scope'] : undefined;
  if (isRecord(scope) && Object.keys(scope).length > 1) {
    throw expecting('system, project, domain, OS-TRUST:trust or unscoped', 'scope');
  }
}

function named(given: Record<string, unknown>, path: string, hasDomain = true): Named {
  const { id, name, domain } = given;
  if (typeof id !== 'string' && typeof name !== 'string') {
    throw invalid(`Invalid input for field ${path}: id or name must be present.`);
  }
  return {
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    ...(hasDomain && isRecord(domain) ? { domain: named(domain, `${path}/domain`, false) } : {}),
  };
}

function checkTypes(auth: Record<string, unknown>): void {
  required(auth, 'identity', '');
  for (const [path, type] of TYPES) {
    const value = path.split('/').reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), auth);
    if (value === undefined) continue;
    const fine = type === 'object' ? isRecord(value) : type === 'array' ? Array.isArray(value) : typeof value === type;
    const tail = `is not of type '${type}'${trailer('type', path, value)}`;
    if (!fine) throw invalid(`Invalid input for field '${path}': ${pyRepr(value)} ${tail}`);
    if (path === 'identity') required(value, 'methods', path);
    if (path === 'identity/token') required(value, 'id', path);
  }
}

function required(value: unknown, key: string, path: string): void {
  if (isRecord(value) && key in value) return;
  const field = path === '' ? '' : `Invalid input for field '${path}': `;
  throw invalid(`${field}'${key}' is a required property${trailer('required', path, value)}`);
}

/** Keystone shows the offending part of the request, with whatever it holds: also a password. */
function trailer(rule: string, path: string, value: unknown): string {
  const keys = path === '' ? [] : path.split('/');
  const schema = keys.map((key) => `['properties']['${key}']`).join('');
  const instance = keys.map((key) => `['${key}']`).join('');
  return `\n\nFailed validating '${rule}' in schema${schema}\n\nOn instance${instance}:\n    ${pyRepr(value)}`;
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
