/** Finds the network service of a login: the given address, the catalogue's, or the one that is known. */
import { ActionError } from '../errors.ts';
import { ResponseError } from '../http/errors.ts';
import type { Send } from '../http/send.ts';
import { isFields } from '../http/server-words.ts';
import { findNetworkUrl, knownNetworkUrl } from './catalogue.ts';
import { type AuthHost, networkUrlProblem } from './hosts.ts';
import { decodeCatalogue, type Project, type Service } from './token-body.ts';
import { normaliseNetworkUrl } from './urls.ts';

export interface Locating {
  readonly host: AuthHost;
  /** Instead of the catalogue's; checked already. */
  readonly networkEndpoint: URL | undefined;
  readonly region: string | undefined;
  readonly project: Project;
  /** What the login has told already; undefined or empty if nothing. */
  readonly catalogue: readonly Service[] | undefined;
  /** Sends with the login's authentication, to the auth origin. */
  readonly send: Send;
}

/** Empty where the service gives none. */
async function readCatalogue({ host, send }: Locating): Promise<readonly Service[]> {
  try {
    const url = new URL(`${host.authUrl.href}/auth/catalog`);
    const { body } = await send({ method: 'GET', url, what: 'read the service catalogue', repeat: 'freely' });
    return (isFields(body) ? decodeCatalogue(body['catalog']) : undefined) ?? [];
  } catch (error) {
    // A service without this call has no catalogue; any other failure is one.
    if (error instanceof ResponseError && error.code === 'API_REFUSED') {
      return [];
    }
    throw error;
  }
}

/** @throws ActionError ENDPOINT_REFUSED with the reason, if there is one */
export function refuse(what: string, url: URL, problem: string | undefined): void {
  if (problem !== undefined) {
    throw new ActionError('ENDPOINT_REFUSED', `The ${what} ${url.protocol}//${url.host} is not used: ${problem}.`, {
      hint: 'Correct auth-url or network-endpoint. A password or token is sent to no other host than these name.',
    });
  }
}

/**
 * The URL of the network service, ending in `/v2.0`, that may be sent what the login has obtained.
 * @throws ActionError CATALOGUE, ENDPOINT_REFUSED; errors of the connection
 */
export async function locateNetwork(locating: Locating): Promise<URL> {
  const { host, networkEndpoint, region, project, catalogue = [] } = locating;
  if (networkEndpoint !== undefined) {
    return normaliseNetworkUrl(networkEndpoint);
  }
  const wanted = { region, project, dialect: host.dialect };
  const services = catalogue.length > 0 ? catalogue : await readCatalogue(locating);
  const url = services.length > 0 ? findNetworkUrl(services, wanted) : knownNetworkUrl(host.authUrl, wanted);
  refuse('network service', url, networkUrlProblem(url, host));
  return url;
}
