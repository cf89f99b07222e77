/** Logs in, checks the project, finds the network service: from settings to a session. */
import type { HttpClient } from '../http/client.ts';
import type { Clock, Log } from '../ports.ts';
import { grantOf } from './grants.ts';
import { type AuthHost, authUrlProblem, networkUrlProblem } from './hosts.ts';
import { keySession } from './key-session.ts';
import { refuse } from './locate.ts';
import { type CloudDialect, isOtcHost, otcRegion } from './regions.ts';
import type { Session } from './session.ts';
import { tokenSession } from './token-session.ts';
import { normaliseAuthUrl } from './urls.ts';
import type { IdTokenRequest, Login } from './way.ts';

export interface LoginOptions {
  readonly login: Login;
  /** With or without /v3. */
  readonly authUrl: URL;
  readonly region?: string;
  readonly dialect: CloudDialect;
  /** Instead of the catalogue's. */
  readonly networkEndpoint?: URL;
  readonly idTokens: IdTokenRequest;
  readonly http: HttpClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warning'>;
  /** When the run ends at the latest, milliseconds since the epoch. */
  readonly deadline: number;
  /** Called with each obtained token before anything else can happen. */
  mask(secret: string): void;
}

/** The lists of a run go out together, one for each kind of VPN object. */
const earlyConnections = 5;

/** Opens connections to the network service while the login is under way, where its host is known before. */
function openEarly({ http, region, dialect, networkEndpoint }: LoginOptions, authUrl: URL): void {
  const known = dialect === 'otc' && isOtcHost(authUrl.hostname) ? otcRegion(region ?? '')?.networkUrl : undefined;
  const url = networkEndpoint ?? (known === undefined ? undefined : new URL(known));
  if (url !== undefined) {
    http.openEarly(url, earlyConnections);
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

/**
 * Logs in and finds the network service. What was obtained is revoked again if anything after it fails.
 * @throws ActionError LOGIN_REFUSED, LOGIN_TOKEN, LOGIN_SCOPE, ID_TOKEN, CATALOGUE, ENDPOINT_REFUSED; errors of the connection
 */
export async function login(options: LoginOptions): Promise<Session> {
  const host = checkHosts(options);
  openEarly(options, host.authUrl);
  const source = grantOf(options.login);
  return typeof source === 'function'
    ? await tokenSession(options, host, source)
    : await keySession(options, host, source);
}
