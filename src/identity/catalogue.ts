/** Finds the network service in the catalogue. Pure. */
import { ActionError } from '../errors.ts';
import { cleanWords } from '../http/words.ts';
import { type CloudDialect, isOtcHost, otcRegion, regionOfProject } from './regions.ts';
import type { Endpoint, Project, Service } from './token-body.ts';
import { normaliseNetworkUrl } from './urls.ts';

export interface Wanted {
  /** The input region; undefined if it was not given. */
  readonly region: string | undefined;
  readonly project: Project;
  readonly dialect: CloudDialect;
}

const overrideHint = 'Or give the URL of the network service as the input network-endpoint.';

function list(names: Iterable<string>): string {
  const all = [...new Set(names)].map((name) => cleanWords(name, 60)).sort();
  const shown = all.slice(0, 20).join(', ');
  return all.length > 20 ? `${shown}, …` : shown;
}

function inRegion(endpoints: readonly Endpoint[], region: string): readonly Endpoint[] {
  const exact = endpoints.filter(({ regions }) => regions.includes(region));
  // None, or "*": the endpoint of all regions.
  return exact.length > 0 ? exact : endpoints.filter(({ regions }) => regions.length === 0);
}

function publicEndpoints(catalogue: readonly Service[]): readonly Endpoint[] {
  const services = catalogue.filter(({ type }) => type === 'network');
  if (services.length === 0) {
    const types = catalogue.length === 0 ? 'it is empty' : `it has ${list(catalogue.map(({ type }) => type))}`;
    throw new ActionError('CATALOGUE', `The service catalogue has no service of type "network": ${types}.`, {
      hint: `Check that the project may use the network service. ${overrideHint}`,
    });
  }
  const endpoints = services
    .flatMap((service) => service.endpoints)
    .filter((endpoint) => endpoint.interface === 'public');
  if (endpoints.length === 0) {
    throw new ActionError('CATALOGUE', 'The network service has no public endpoint in the service catalogue.', {
      hint: overrideHint,
    });
  }
  return endpoints;
}

function chooseEndpoint(endpoints: readonly Endpoint[], { region, project, dialect }: Wanted): Endpoint {
  const wanted = region ?? (dialect === 'otc' ? regionOfProject(project.name) : undefined);
  const candidates = wanted === undefined ? endpoints : inRegion(endpoints, wanted);
  const [first] = candidates;
  const regions = list(endpoints.flatMap((endpoint) => endpoint.regions));
  if (first === undefined) {
    throw new ActionError('CATALOGUE', `The network service has no endpoint in region ${wanted}; it has: ${regions}.`, {
      hint: `Correct the input region. ${overrideHint}`,
    });
  }
  if (wanted === undefined && new Set(candidates.map(({ url }) => url)).size > 1) {
    throw new ActionError('CATALOGUE', `The network service has several endpoints, in the regions ${regions}.`, {
      hint: `Give one of them as the input region. ${overrideHint}`,
    });
  }
  return first;
}

/** Templates are filled in by Keystone; a misconfigured one leaves them as they are. */
function fillIn(url: string, projectId: string): string {
  return url.replace(/[$%]\((?:project_id|tenant_id)\)s/g, projectId);
}

/**
 * The network URL for the project and region, ending in `/v2.0`: type `network`, interface `public`.
 * @throws ActionError CATALOGUE with the regions or types that there are.
 */
export function findNetworkUrl(catalogue: readonly Service[], wanted: Wanted): URL {
  const { url } = chooseEndpoint(publicEndpoints(catalogue), wanted);
  const parsed = URL.parse(fillIn(url, wanted.project.id));
  if (parsed === null) {
    throw new ActionError(
      'CATALOGUE',
      `The URL of the network service in the catalogue is none: ${cleanWords(url, 100)}`,
      {
        hint: overrideHint,
      },
    );
  }
  return normaliseNetworkUrl(parsed);
}

/**
 * The network URL where there is no catalogue: known for OTC, by region, if the login was at OTC.
 * @throws ActionError CATALOGUE where it is not known.
 */
export function knownNetworkUrl(authUrl: URL, { region, project }: Wanted): URL {
  const known = isOtcHost(authUrl.hostname) ? otcRegion(region ?? regionOfProject(project.name) ?? '') : undefined;
  if (known === undefined) {
    throw new ActionError('CATALOGUE', 'The login has no service catalogue, so the network service is not known.', {
      hint: 'Give the URL of the network service as the input network-endpoint.',
    });
  }
  return normaliseNetworkUrl(new URL(known.networkUrl));
}
