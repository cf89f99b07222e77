import { createHash } from 'node:crypto';
import { type Answer, keystoneError, Refusal } from './answer.ts';
import { callerOf } from './caller.ts';
import type { Catalogue } from './catalogue.ts';
import { federatedToken } from './federation.ts';
import type { Identities, Principal, Token, User } from './identities.ts';
import { login } from './login.ts';
import { answerSecurityTokens } from './otc/credentials.ts';
import { accountProjects, ownDomains, ownProjects } from './projects.ts';
import type { Incoming } from './request.ts';
import type { Settings } from './settings.ts';
import { type Attributes, keystoneTime } from './values.ts';

/** What the identity service works with. */
export interface IdentityService {
  settings: Settings;
  identities: Identities;
  catalogue: Catalogue;
  /** With /v3. */
  authUrl: string;
}

const NOT_FOUND_PAGE = `<!doctype html>
<html lang=en>
<title>404 Not Found</title>
<h1>Not Found</h1>
<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>
`;

const FORBIDDEN = 'You are not authorized to perform the requested action';
const PATHS =
  /^\/(v3(\/projects|\/auth\/(tokens|catalog|projects|domains)|\/OS-FEDERATION\/(projects|identity_providers\/[^/]+\/protocols\/[^/]+\/auth))?)?$/;

/** Keystone v3: version roots, tokens, catalogue and projects of a token. Throws a `Refusal` otherwise. */
export function answerIdentity(service: IdentityService, request: Incoming): Answer {
  const { method, path } = request;
  const plain = path.replace(/(?<=.)\/$/, '');
  switch (`${method === 'HEAD' ? 'GET' : method} ${plain}`) {
    case 'GET /':
      return { status: 300, body: { versions: { values: [version(service)] } } };
    case 'GET /v3':
      return { status: 200, body: { version: version(service) } };
    case 'POST /v3/auth/tokens': {
      const token = login(service, request);
      return { status: 201, ...tokenAnswer(service, token, request) };
    }
    case 'GET /v3/auth/tokens':
      return { status: 200, ...tokenAnswer(service, subject(service, request), request) };
    case 'DELETE /v3/auth/tokens':
      subject(service, request).revoked = true;
      return { status: 204 };
    case 'GET /v3/auth/catalog':
      return catalogAnswer(service, callerOf(service, request));
    case 'GET /v3/auth/projects':
    case 'GET /v3/OS-FEDERATION/projects':
      return ownProjects(service, callerOf(service, request));
    case 'GET /v3/auth/domains':
      return ownDomains(service, callerOf(service, request));
    case 'GET /v3/projects':
      return accountProjects(service, callerOf(service, request), request);
    case 'POST /v3.0/OS-CREDENTIAL/securitytokens':
      if (service.settings.dialect === 'otc') return answerSecurityTokens(service, request);
      return noSuchPage();
    default: {
      const token = federatedToken(service, request);
      if (token !== undefined) return { status: 201, ...tokenAnswer(service, token, request) };
      if (PATHS.test(plain))
        return { status: 405, body: { message: 'The method is not allowed for the requested URL.' } };
      return noSuchPage();
    }
  }
}

function noSuchPage(): Answer {
  return { status: 404, body: NOT_FOUND_PAGE, headers: { 'Content-Type': 'text/html; charset=utf-8' } };
}

function version({ authUrl }: IdentityService): Attributes {
  const media = { base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' };
  const links = [{ rel: 'self', href: `${authUrl}/` }];
  return { id: 'v3.14', status: 'stable', updated: '2020-04-07T00:00:00Z', links, 'media-types': [media] };
}

/** The token that the request is about. */
function subject(service: IdentityService, request: Incoming): Token {
  const { identities } = service;
  const asked = request.headers['x-subject-token'];
  const own = callerOf(service, request);
  const token = identities.valid(asked);
  if (asked !== undefined && token === undefined) throw identities.unusable(asked);
  if (token !== undefined && (token.user === own.user || own.user.admin)) return token;
  const action = { DELETE: 'revoke_token', HEAD: 'check_token', GET: 'validate_token' }[request.method];
  throw keystoneError(403, 'Forbidden', `${FORBIDDEN}: identity:${action}.`);
}

function tokenAnswer(service: IdentityService, token: Token, request: Incoming): Omit<Answer, 'status'> {
  const { catalogue } = service;
  const { credential } = token;
  const role = (title: string) => ({
    id: service.settings.dialect === 'otc' ? '0' : createHash('md5').update(title).digest('hex'),
    name: title,
  });
  const scoped = token.project && {
    project: { domain: token.project.domain, id: token.project.id, name: token.project.name },
    is_domain: false,
    roles: token.user.roles.map(role),
    ...(request.query.has('nocatalog') ? {} : { catalog: catalogue.of(token.project) }),
  };
  const body = {
    token: {
      methods: token.methods,
      user: userBody(service, token.user),
      ...(token.assumedBy ? { assumed_by: { user: userBody(service, token.assumedBy) } } : {}),
      audit_ids: token.auditIds,
      expires_at: endOf(token),
      issued_at: keystoneTime(token.issuedAt),
      ...scoped,
      ...(credential ? { application_credential: { id: credential.id, name: credential.name, restricted: true } } : {}),
    },
  };
  return { body, headers: { 'X-Subject-Token': token.id } };
}

function userBody({ settings }: IdentityService, { domain, id, name, federation }: User): Attributes {
  const otc = settings.dialect === 'otc';
  if (federation === undefined) return { domain, id, name, password_expires_at: otc ? '' : null };
  const { provider, protocol, groups } = federation;
  const shown = groups.map((one) => (otc ? { id: one.id, name: one.name } : { id: one.id }));
  const block = { groups: shown, identity_provider: { id: provider }, protocol: { id: protocol } };
  return { domain, id, name, 'OS-FEDERATION': block };
}

/** The credential's own end has no Z. */
function endOf({ expiresAt, credential }: Token): string {
  return credential?.expiresAt === expiresAt ? keystoneTime(expiresAt).slice(0, -1) : keystoneTime(expiresAt);
}

function catalogAnswer({ catalogue, authUrl }: IdentityService, token: Principal): Answer {
  if (token.project === null) {
    throw keystoneError(403, 'Forbidden', `${FORBIDDEN}.`);
  }
  return { status: 200, body: { catalog: catalogue.of(token.project), links: { self: `${authUrl}/auth/catalog` } } };
}

/** Headers that every answer of Keystone has, resp. every 401. */
export function withIdentityHeaders(authUrl: string, handle: () => Answer): Answer {
  const extra = (answer: Answer): Answer => {
    if (answer.fromFront) return answer;
    const isChallenge = answer.status === 401 && answer.headers?.['Openstack-Auth-Receipt'] === undefined;
    const challenge = isChallenge ? { 'WWW-Authenticate': `Keystone uri="${authUrl}"` } : {};
    return { ...answer, headers: { Vary: 'X-Auth-Token', ...challenge, ...answer.headers } };
  };
  try {
    return extra(handle());
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(extra(error.answer));
    throw error;
  }
}
