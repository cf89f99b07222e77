import { type Answer, gatewayError, type Refusal } from '../answer.ts';
import type { IdentityService } from '../keystone.ts';
import { type Incoming, parseJson } from '../request.ts';
import { type Attributes, isRecord } from '../values.ts';

const DURATION = { usual: 900, least: 900, most: 86_400 };

/**
 * POST /v3.0/OS-CREDENTIAL/securitytokens: temporary keys from a token, which is in a header or in the body (IAM reference,
 * "Obtaining a Temporary Access Key/Secret Key Through a Token"). Throws a `Refusal` otherwise.
 */
export function answerSecurityTokens({ identities }: IdentityService, request: Incoming): Answer {
  const { id, seconds } = wanted(request);
  const token = identities.valid(request.headers['x-auth-token'] ?? id);
  if (token === undefined) throw gatewayError(401, 'IAM.0001', 'The request you have made requires authentication.');
  const key = identities.keys.createTemporary(token.user, seconds * 1000);
  const { securityToken: securitytoken, expiresAt } = key.temporary;
  const expires_at = new Date(expiresAt).toISOString().replace('Z', '000Z');
  return { status: 201, body: { credential: { access: key.access, secret: key.secret, securitytoken, expires_at } } };
}

/** A token's id, if it's in the body, and how long the keys are to live. */
function wanted(request: Incoming): { id: string | undefined; seconds: number } {
  const identity = inner(
    inner(
      parseJson(request.text, () => invalid('body')),
      'auth',
    ),
    'identity',
  );
  const { methods } = identity;
  if (!Array.isArray(methods) || methods.length !== 1 || methods[0] !== 'token') throw invalid('methods');
  const { id, duration_seconds: seconds = DURATION.usual } = isRecord(identity['token']) ? identity['token'] : {};
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) throw invalid('duration_seconds');
  if (seconds < DURATION.least || seconds > DURATION.most) throw invalid('duration_seconds');
  return { id: typeof id === 'string' ? id : undefined, seconds };
}

function inner(value: unknown, name: string): Attributes {
  const found = isRecord(value) ? value[name] : undefined;
  if (!isRecord(found)) throw invalid(name);
  return found;
}

function invalid(what: string): Refusal {
  return gatewayError(400, 'IAM.1102', `The value of ${what} is invalid.`);
}
