import { timingSafeEqual } from 'node:crypto';
import { gatewayError, type Refusal } from '../answer.ts';
import type { Identities, Principal } from '../identities.ts';
import type { Incoming } from '../request.ts';
import type { Settings } from '../settings.ts';
import type { Key } from './keys.ts';
import { expectedSignature, parseAuthorization, type Signature } from './signature.ts';

/** What the gateway in front of both services knows. */
export interface Gateway {
  settings: Settings;
  identities: Identities;
}

const CLOCK_SKEW_MS = 15 * 60_000;
const FAILURES_BEFORE_BLOCK = 5;
const BLOCK_MS = 5 * 60_000;

/**
 * Who a signed request of an otc cloud is from, and which project it is for; undefined for a request that isn't signed.
 * Throws a `Refusal` for the first thing that is wrong, in the order of the gateway.
 */
export function signedPrincipal(gateway: Gateway, request: Incoming): Principal | undefined {
  const { settings, identities } = gateway;
  const { authorization, 'x-auth-token': token } = request.headers;
  if (settings.dialect !== 'otc' || authorization === undefined) return undefined;
  if (token !== undefined) throw incorrect('X-Auth-Token and Authorization cannot be used together');
  const signature = parseAuthorization(authorization);
  if (signature === undefined) throw incorrect('the format of Authorization is incorrect');
  const key = identities.keys.find(signature.accessKey);
  if (key === undefined) throw incorrect(`Get secretKey failed,ak:${signature.accessKey},err:ak not exist`);
  const now = settings.now();
  const fault = faultOf(signature, key, request, now);
  count(key, fault, now);
  return principalOf(gateway, key, request);
}

/** What is wrong with the signature and its security token. */
function faultOf(signature: Signature, key: Key, request: Incoming, now: number): Refusal | undefined {
  const { headers } = request;
  const date = headers['x-sdk-date'] ?? '';
  if (!(Math.abs(timeOf(date) - now) <= CLOCK_SKEW_MS)) {
    return incorrect(`signature expired,signature time:${date},server time:${sdkDate(now)}`);
  }
  const missing = signature.names.find((name) => headers[name] === undefined);
  if (missing !== undefined) return incorrect(`signed header ${missing} not found`);
  const sameDay = signature.scope === undefined || date.startsWith(signature.scope.date);
  const expected = expectedSignature(signature, key.secret, request);
  if (!sameDay || !timingSafeEqual(Buffer.from(expected), Buffer.from(signature.value))) {
    return incorrect('verify aksk signature fail');
  }
  if (headers['x-security-token'] !== key.temporary?.securityToken) {
    return incorrect(`Get secretKey failed,ak:${key.access},err:securitytoken not match`);
  }
  return key.temporary && key.temporary.expiresAt <= now ? gatewayError(400, 'IAM.1108', EXPIRED) : undefined;
}

const EXPIRED = 'The securitytoken has expired.';

/** Five refusals in a row block the key for a while, whatever comes next. */
function count(key: Key, fault: Refusal | undefined, now: number): void {
  if (now < key.blockedUntil) throw incorrect('AK access failed to reach the limit,forbidden');
  if (fault === undefined) {
    key.failures = 0;
    return;
  }
  key.failures += 1;
  if (key.failures === FAILURES_BEFORE_BLOCK) {
    key.failures = 0;
    key.blockedUntil = now + BLOCK_MS;
  }
  throw fault;
}

/** A project or an account that is named has to be the user's. */
function principalOf({ identities }: Gateway, { user }: Key, { headers }: Incoming): Principal {
  const { 'x-project-id': projectId, 'x-domain-id': domainId } = headers;
  const project = identities.projects.find(({ id }) => id === projectId) ?? null;
  const ownProject = projectId === undefined || (project !== null && user.projects.includes(project.id));
  const ownDomain = domainId === undefined || domainId === user.domain.id;
  if (!ownProject || !ownDomain) throw gatewayError(403, 'APIGW.0306', 'API access denied.');
  return { user, project };
}

/** ms since 1970; NaN for what is no date. */
function timeOf(date: string): number {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function sdkDate(ms: number): string {
  return new Date(ms).toISOString().replace(/[:-]|\.\d+/g, '');
}

function incorrect(words: string): Refusal {
  return gatewayError(401, 'APIGW.0301', `Incorrect IAM authentication information: ${words}`);
}
