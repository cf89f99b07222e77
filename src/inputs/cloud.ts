/** Which cloud, and where it is. */
import { dialectOf, otcRegion, otcRegions } from '../identity/regions.ts';
import { normaliseAuthUrl } from '../identity/urls.ts';
import { didYouMean } from '../spec/suggest.ts';
import type { DialectName } from '../vpn/dialects.ts';
import { InputProblem, type InputProblems, type Read } from './problems.ts';
import { checkName, choice, type InputReader, serviceUrl, whole } from './values.ts';

export interface CloudInputs {
  readonly dialect: Read<DialectName>;
  /** Ends in /v3. */
  readonly authUrl: Read<URL>;
  readonly region: string;
  readonly networkEndpoint: Read<URL | undefined>;
}

/** The address of a region in the table of Open Telekom Cloud. */
function regionUrl(region: string, cloud: 'auto' | DialectName): URL {
  if (cloud === 'openstack')
    throw new InputProblem('auth-url', 'is empty. An OpenStack needs the URL of its Keystone.');
  const known = Object.keys(otcRegions);
  if (region === '') {
    throw new InputProblem(
      'auth-url',
      `is empty, and so is region. Give the region of Open Telekom Cloud (${known.join(', ')}), or the URL of the cloud's Keystone.`,
    );
  }
  const found = otcRegion(region);
  if (found === undefined) {
    throw new InputProblem(
      'region',
      `${whole(region)} is none of Open Telekom Cloud (${known.join(', ')}), and any other needs auth-url.${didYouMean(region, known)}`,
    );
  }
  return new URL(found.authUrl);
}

/** The cloud by `cloud`, `auth-url` and `region`; the address of its network service if it is given. */
export function readCloud(reader: InputReader, problems: InputProblems): CloudInputs {
  const region = reader.text('region');
  checkName(reader, 'region', problems);
  const cloud = problems.attempt(() => choice(reader, 'cloud', ['auto', 'otc', 'openstack']));
  const authUrl = problems.attempt(() =>
    normaliseAuthUrl(reader.text('auth-url') === '' ? regionUrl(region, cloud()) : serviceUrl(reader, 'auth-url')),
  );
  const dialect = problems.attempt(() => {
    const stated = cloud();
    return stated === 'auto' ? dialectOf(authUrl()) : stated;
  });
  const networkEndpoint = problems.attempt(() =>
    reader.text('network-endpoint') === '' ? undefined : serviceUrl(reader, 'network-endpoint'),
  );
  return { dialect, authUrl, region, networkEndpoint };
}
