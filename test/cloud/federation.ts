import { keystoneError, Refusal, unauthorized } from './answer.ts';
import { type Claims, type Verdict, verifyIdToken } from './id-token.ts';
import { PROVIDER, type Project, protocolOf, type Token, type User } from './identities.ts';
import type { IdentityService } from './keystone.ts';
import { projectOf, unsupported } from './login.ts';
import { scopeOf } from './login-body.ts';
import { type Assertion, applyMapping, type MappingRule } from './mapping.ts';
import { isDomain } from './named.ts';
import { frontRefusal } from './openstack/front.ts';
import { type Incoming, parseJson } from './request.ts';
import { isRecord } from './values.ts';

const LOGIN = /^\/v3\/OS-FEDERATION\/identity_providers\/([^/]+)\/protocols\/([^/]+)\/auth$/;
const EXCHANGE = '/v3.0/OS-AUTH/id-token/tokens';

/** The token for somebody whom another issuer vouches for; undefined if the request wants something else. */
export function federatedToken(service: IdentityService, request: Incoming): Token | undefined {
  const { method, path } = request;
  if (service.settings.dialect === 'otc' && path === EXCHANGE && method === 'POST') return exchange(service, request);
  const [, provider, protocol] = LOGIN.exec(path) ?? [];
  if (provider === undefined || protocol === undefined || !['GET', 'POST'].includes(method)) return undefined;
  return federatedLogin(service, request, provider, protocol);
}

/** IAM's direct exchange, scoped at once (IAM reference, 13.1). */
function exchange(service: IdentityService, request: Incoming): Token {
  const provider = request.headers['x-idp-id'];
  const body = parseJson(request.text, () => flat(400, 'IAM.0011', 'The request body is invalid.'));
  const auth = isRecord(body) && isRecord(body['auth']) ? body['auth'] : {};
  const idToken = isRecord(auth['id_token']) ? auth['id_token']['id'] : undefined;
  if (provider === undefined || typeof idToken !== 'string' || idToken === '') {
    throw flat(400, 'IAM.0011', 'X-Idp-Id and auth.id_token.id are required.');
  }
  if (service.settings.federation === undefined || provider !== PROVIDER) {
    throw flat(404, 'IAM.0004', `Could not find the identity provider ${provider}.`);
  }
  const user = userOf(service, verdictOn(service, idToken));
  if (user === undefined) throw flat(401, 'IAM.0001', 'The ID token was not accepted.');
  return service.identities.issue(user, exchangeScope(service, user, auth['scope']), ['mapped']);
}

function exchangeScope(service: IdentityService, user: User, scope: unknown): Project | null {
  try {
    const wanted = scopeOf(scope, true);
    if (wanted === null) return null;
    if ('project' in wanted) return projectOf(service, user, wanted.project);
    if ('domain' in wanted && isDomain(service, user.domain, wanted.domain)) return null;
    throw notFound('Could not find the domain.');
  } catch (error) {
    const status = error instanceof Refusal ? error.answer.status : 500;
    if (status === 404) throw flat(404, 'IAM.0004', 'Could not find the project or domain.');
    if (status === 403) throw flat(403, 'IAM.0003', 'Policy does not allow the user to use the project.');
    if (status === 400) throw flat(400, 'IAM.0011', 'The request body is invalid.');
    throw error;
  }
}

/** Keystone's way: unscoped. On openstack the web server in front has looked at the ID token. */
function federatedLogin(service: IdentityService, request: Incoming, provider: string, protocol: string): Token {
  const isKnown = service.settings.federation !== undefined && provider === PROVIDER;
  const isProtected = isKnown && protocol === protocolOf(service.settings.dialect);
  const idToken = /^bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1];
  const otc = service.settings.dialect === 'otc';
  const verdict: Verdict = isProtected ? verdictOn(service, idToken ?? '') : { fault: 'token' };
  if (isProtected && !otc && 'fault' in verdict) throw frontRefusal(idToken === undefined ? 'none' : verdict.fault);
  if (!otc && ![protocolOf(service.settings.dialect), 'mapped'].includes(protocol)) throw unsupported();
  if (!isKnown) throw notFound(`Could not find Identity Provider: ${provider}.`);
  if (!isProtected) {
    throw notFound(`Could not find federated protocol ${protocol} for Identity Provider: ${provider}.`);
  }
  const user = userOf(service, verdict);
  if (user === undefined) throw unauthorized();
  return service.identities.issue(user, null, [otc ? 'mapped' : protocol]);
}

function verdictOn({ settings, authUrl }: IdentityService, idToken: string): Verdict {
  const { federation } = settings;
  if (federation === undefined) return { fault: 'token' };
  const trust = { audience: authUrl.replace(/\/v3$/, ''), ...federation };
  return verifyIdToken(idToken, trust, settings.now(), settings.dialect === 'openstack');
}

/** The user that the claims are mapped to; undefined when no rule lets them in, or none names a user. */
function userOf(service: IdentityService, verdict: Verdict): User | undefined {
  if ('fault' in verdict) return undefined;
  const otc = service.settings.dialect === 'otc';
  const rules = service.settings.federation?.rules ?? usualRules(otc);
  const mapped = applyMapping(rules, assertionOf(verdict.claims, otc));
  if (mapped?.user === undefined) return undefined;
  return service.identities.federated.of(mapped.user, mapped.groups, {
    provider: PROVIDER,
    protocol: protocolOf(service.settings.dialect),
  });
}

/**
 * IAM has the claims by their names, Keystone as the headers that the web server makes of them. There a semicolon ends a
 * value, also in a claim that is no list.
 */
function assertionOf(claims: Claims, otc: boolean): Assertion {
  const texts = (claim: unknown) => [claim].flat().filter((one) => one !== null && typeof one !== 'object');
  const values = (claim: unknown) => texts(claim).flatMap((one) => (otc ? String(one) : String(one).split(';')));
  const nameOf = (claim: string) => (otc ? claim : `HTTP_OIDC_${claim.toUpperCase()}`);
  return new Map(Object.entries(claims).map(([claim, value]) => [nameOf(claim), values(value)]));
}

/** The main branch of one repository. */
function usualRules(otc: boolean): MappingRule[] {
  const type = (claim: string) => (otc ? claim : `HTTP_OIDC_${claim.toUpperCase()}`);
  const repository = { type: type('repository'), any_one_of: ['acme/network'] };
  const ref = { type: type('ref'), any_one_of: ['refs/heads/main'] };
  const local = [{ user: { name: '{0}' } }, { group: { name: 'vpn-operators', domain: { name: 'acme' } } }];
  return [{ local, remote: [{ type: type('sub') }, repository, ref] }];
}

/** Form of IAM's errors under /v3.0 (IAM reference, 17.1). */
function flat(status: number, error_code: string, error_msg: string): Refusal {
  return new Refusal({ status, body: { error_msg, error_code } });
}

function notFound(message: string): Refusal {
  return keystoneError(404, 'Not Found', message);
}
