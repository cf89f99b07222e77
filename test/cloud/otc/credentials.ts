import { at } from '../../json.ts';
import { type Answer, gatewayError, Refusal } from '../answer.ts';
import type { User } from '../identities.ts';
import type { IdentityService } from '../keystone.ts';
import { roleOf, scopeOf } from '../login-body.ts';
import { type Incoming, parseJson } from '../request.ts';
import { type Attributes, isRecord } from '../values.ts';
import { agencyScope, agencyUser } from './assume-role.ts';

const DURATION = { usual: 900, least: 900, most: 86_400 };
/** By the status of the refusal. */
const CODES = new Map([
  [400, 'IAM.1102'],
  [403, 'IAM.0003'],
  [404, 'IAM.0004'],
]);

/**
 * POST /v3.0/OS-CREDENTIAL/securitytokens: temporary keys from a token, which is in a header or in the body, or by an agency
 * of another account (IAM reference, "Obtaining a Temporary Access Key/Secret Key Through a Token" and "… an Agency").
 * Throws a `Refusal` otherwise.
 */
export function answerSecurityTokens(service: IdentityService, request: Incoming): Answer {
  const { identities } = service;
  const { auth, identity, method, given } = wanted(request);
  const id = method === 'token' ? given['id'] : undefined;
  const token = identities.valid(request.headers['x-auth-token'] ?? (typeof id === 'string' ? id : undefined));
  if (token === undefined) throw gatewayError(401, 'IAM.0001', 'The request you have made requires authentication.');
  const seconds = duration(given);
  const user = method === 'token' ? token.user : flat(() => byAgency(service, token.user, auth, identity));
  const key = identities.keys.createTemporary(user, seconds * 1000);
  const { securityToken: securitytoken, expiresAt } = key.temporary;
  const expires_at = new Date(expiresAt).toISOString().replace('Z', '000Z');
  return { status: 201, body: { credential: { access: key.access, secret: key.secret, securitytoken, expires_at } } };
}

/** As whom the keys are good; a scope may be left out. */
function byAgency(service: IdentityService, caller: User, auth: Attributes, identity: Attributes): User {
  const user = agencyUser(service, caller, roleOf(inner(identity, 'assume_role')));
  if ('scope' in auth) agencyScope(service, user, scopeOf(auth['scope'], true));
  return user;
}

/** Refusals as the paths under /v3.0 have them (IAM reference, 17.1). */
function flat<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = error instanceof Refusal ? CODES.get(error.answer.status) : undefined;
    if (!(error instanceof Refusal) || code === undefined) throw error;
    throw gatewayError(error.answer.status, code, String(at(error.answer.body, 'error', 'message')));
  }
}

/** What the keys are asked for with, and how long they are to live. */
function wanted(request: Incoming) {
  const body = parseJson(request.text, () => invalid('body'));
  const auth = inner(body, 'auth');
  const identity = inner(auth, 'identity');
  const { methods } = identity;
  const method: unknown = Array.isArray(methods) && methods.length === 1 ? methods[0] : undefined;
  if (method !== 'token' && method !== 'assume_role') throw invalid('methods');
  const given = identity[method];
  return { auth, identity, method, given: isRecord(given) ? given : {} };
}

function duration({ duration_seconds: seconds = DURATION.usual }: Attributes): number {
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) throw invalid('duration_seconds');
  if (seconds < DURATION.least || seconds > DURATION.most) throw invalid('duration_seconds');
  return seconds;
}

function inner(value: unknown, name: string): Attributes {
  const found = isRecord(value) ? value[name] : undefined;
  if (!isRecord(found)) throw invalid(name);
  return found;
}

function invalid(what: string): Refusal {
  return gatewayError(400, 'IAM.1102', `The value of ${what} is invalid.`);
}
