/** Which cloud, and where it is. */
import { dialectOf, otcRegion, otcRegions } from '../identity/regions.ts';
import { normaliseAuthUrl } from '../identity/urls.ts';
import { didYouMean } from '../spec/suggest.ts';
import type { DialectName } from '../vpn/dialects.ts';
import type { InputProblems, Read } from './problems.ts';
import { isGiven, type SettingsReader } from './settings.ts';
import { checkName, choice, serviceUrl, whole } from './values.ts';

export interface Where {
  readonly dialect: Read<DialectName>;
  /** Ends in /v3. */
  readonly authUrl: Read<URL>;
  readonly region: string;
  readonly networkEndpoint: Read<URL | undefined>;
}

/** The address of a region in the table of Open Telekom Cloud. */
function regionUrl(reader: SettingsReader, cloud: 'auto' | DialectName): URL {
  const region = reader.text('region');
  if (cloud === 'openstack') throw reader.problem('auth-url', 'is empty. An OpenStack needs the URL of its Keystone.');
  const known = Object.keys(otcRegions);
  if (region === '') {
    throw reader.problem(
      'auth-url',
      `is empty, and so is ${reader.label('region')}. Give the region of Open Telekom Cloud (${known.join(', ')}), or the URL of the cloud's Keystone.`,
    );
  }
  const found = otcRegion(region);
  if (found === undefined) {
    throw reader.problem(
      'region',
      `${whole(region)} is none of Open Telekom Cloud (${known.join(', ')}), and any other needs ${reader.label('auth-url')}.${didYouMean(region, known)}`,
    );
  }
  return new URL(found.authUrl);
}

/**
 * The cloud by `auth-url` and `region`; the address of its network service if it is given.
 * @param inputs the step's own, which alone have `cloud`
 */
export function readWhere(inputs: SettingsReader, reader: SettingsReader, problems: InputProblems): Where {
  checkName(reader, 'region', problems);
  const cloud = problems.attempt(() => choice(inputs, 'cloud', ['auto', 'otc', 'openstack']));
  const authUrl = problems.attempt(() =>
    normaliseAuthUrl(isGiven(reader, 'auth-url') ? serviceUrl(reader, 'auth-url') : regionUrl(reader, cloud())),
  );
  const dialect = problems.attempt(() => {
    const stated = cloud();
    return stated === 'auto' ? dialectOf(authUrl()) : stated;
  });
  const networkEndpoint = problems.attempt(() =>
    isGiven(reader, 'network-endpoint') ? serviceUrl(reader, 'network-endpoint') : undefined,
  );
  return { dialect, authUrl, region: reader.text('region'), networkEndpoint };
}
