/** Logs in, checks the project, finds the network service: from inputs to a session. */
import { ActionError } from '../errors.ts';
import type { HttpClient } from '../http/client.ts';
import { ResponseError } from '../http/errors.ts';
import { isFields } from '../http/server-words.ts';
import type { Clock, Log } from '../ports.ts';
import { findNetworkUrl, knownNetworkUrl } from './catalogue.ts';
import { givenGrant, tokenRemedy } from './given-token.ts';
import { type AuthHost, authUrlProblem, networkUrlProblem } from './hosts.ts';
import { passwordGrant } from './password.ts';
import { type CloudDialect, isOtcHost, otcRegion } from './regions.ts';
import { checkedProject } from './scope.ts';
import { type Session, tokenSend } from './session.ts';
import { decodeCatalogue, type Project, type Service } from './token-body.ts';
import { createTokens, revokeTokens } from './tokens.ts';
import { normaliseAuthUrl, normaliseNetworkUrl } from './urls.ts';
import type { Grant, LoginWay, WayContext } from './way.ts';

export interface LoginOptions {
  readonly way: LoginWay;
  /** With or without /v3. */
  readonly authUrl: URL;
  readonly region?: string;
  readonly dialect: CloudDialect;
  /** Instead of the catalogue's. */
  readonly networkEndpoint?: URL;
  readonly http: HttpClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warning'>;
  /** Called with each obtained token before anything else can happen. */
  mask(secret: string): void;
}

/** The lists of a run go out together, one for each kind of VPN object. */
const earlyConnections = 5;
/** A given token that lives shorter than this is worth a warning. */
const shortLifeMs = 10 * 60 * 1000;

function refuse(what: string, url: URL, problem: string | undefined): void {
  if (problem !== undefined) {
    throw new ActionError('ENDPOINT_REFUSED', `The ${what} ${url.protocol}//${url.host} is not used: ${problem}.`, {
      hint: 'Correct auth-url or network-endpoint. A password or token is sent to no other host than these name.',
    });
  }
}

/** Opens connections to the network service while the login is under way, where its host is known before. */
function openEarly({ http, region, dialect, networkEndpoint }: LoginOptions, authUrl: URL): void {
  const known = dialect === 'otc' && isOtcHost(authUrl.hostname) ? otcRegion(region ?? '')?.networkUrl : undefined;
  const url = networkEndpoint ?? (known === undefined ? undefined : new URL(known));
  if (url !== undefined) {
    http.openEarly(url, earlyConnections);
  }
}

/** Empty where the service gives none. */
async function readCatalogue({ http }: LoginOptions, authUrl: URL, token: string): Promise<readonly Service[]> {
  try {
    const url = new URL(`${authUrl.href}/auth/catalog`);
    const headers = { 'x-auth-token': token };
    const { body } = await http.send({
      method: 'GET',
      url,
      headers,
      what: 'read the service catalogue',
      repeat: 'freely',
    });
    return (isFields(body) ? decodeCatalogue(body['catalog']) : undefined) ?? [];
  } catch (error) {
    // A service without this call has no catalogue; any other failure is one.
    if (error instanceof ResponseError && error.code === 'API_REFUSED') {
      return [];
    }
    throw error;
  }
}

async function locate(options: LoginOptions, host: AuthHost, { token, body }: Grant, project: Project): Promise<URL> {
  const { region, networkEndpoint, dialect } = options;
  if (networkEndpoint !== undefined) {
    return normaliseNetworkUrl(networkEndpoint);
  }
  const wanted = { region, project, dialect };
  const inToken = body?.catalogue ?? [];
  const catalogue = inToken.length > 0 ? inToken : await readCatalogue(options, host.authUrl, token);
  const url = catalogue.length > 0 ? findNetworkUrl(catalogue, wanted) : knownNetworkUrl(host.authUrl, wanted);
  refuse('network service', url, networkUrlProblem(url, host));
  return url;
}

function warnOfShortLife({ clock, log }: LoginOptions, expiresAt: number | undefined): void {
  const lifeMs = expiresAt === undefined ? shortLifeMs : expiresAt - clock.now();
  if (lifeMs < shortLifeMs) {
    const minutes = Math.max(0, Math.floor(lifeMs / 60_000));
    log.warning(`The given token expires in about ${minutes} minutes; a run that takes longer fails. ${tokenRemedy}`);
  }
}

/** Refuses hosts before anything is sent to them. */
function checkHosts({ authUrl, dialect, networkEndpoint }: LoginOptions): AuthHost {
  const host = { authUrl: normaliseAuthUrl(authUrl), dialect, networkGiven: networkEndpoint !== undefined };
  refuse('auth URL', host.authUrl, authUrlProblem(host));
  if (networkEndpoint !== undefined) {
    refuse('network endpoint', networkEndpoint, networkUrlProblem(networkEndpoint, host));
  }
  return host;
}

function grants({ way }: LoginOptions, context: WayContext): { first(): Promise<Grant>; again?: () => Promise<Grant> } {
  return way.way === 'token'
    ? { first: () => givenGrant(way, context) }
    : // A renewal may stand between the DELETE and the POST of a replacement.
      { first: () => passwordGrant(way, context, false), again: () => passwordGrant(way, context, true) };
}

/**
 * Logs in and finds the network service. What was obtained is revoked again if anything after it fails.
 * @throws ActionError LOGIN_REFUSED, LOGIN_TOKEN, LOGIN_SCOPE, CATALOGUE, ENDPOINT_REFUSED; errors of the connection
 */
export async function login(options: LoginOptions): Promise<Session> {
  const { way, http, dialect, region, mask } = options;
  const host = checkHosts(options);
  const { authUrl } = host;
  openEarly(options, authUrl);
  const { first, again } = grants(options, { http, authUrl, otc: dialect === 'otc', mask });
  const grant = await first();
  try {
    const project = checkedProject(grant.body, { way, region, dialect });
    const networkUrl = await locate(options, host, grant, project);
    const tokens = createTokens({ http, authUrl, first: grant.token, projectId: project.id, again });
    const { expiresAt, user } = grant.body ?? {};
    if (again === undefined) {
      warnOfShortLife(options, expiresAt);
    }
    return {
      project: { id: project.id, ...(project.name !== undefined && { name: project.name }) },
      ...(region !== undefined && { region }),
      networkUrl,
      ...(expiresAt !== undefined && { expiresAt }),
      ...(user !== undefined && { user }),
      send: tokenSend(http, tokens, [networkUrl.origin, authUrl.origin]),
      close: (withinMs) => tokens.revoke(withinMs),
    };
  } catch (error) {
    await revokeTokens(http, authUrl, again === undefined ? [] : [grant.token]);
    throw error;
  }
}
