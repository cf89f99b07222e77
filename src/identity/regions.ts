/** The regions of Open Telekom Cloud and where their services are (vendor's list of regions and endpoints). Data. */

export type CloudDialect = 'otc' | 'openstack';

export interface OtcRegion {
  /** Ends in /v3. */
  readonly authUrl: string;
  /** The network (VPC) service, without a version. Classic VPN has no host of its own. */
  readonly networkUrl: string;
}

export const otcRegions: Readonly<Record<string, OtcRegion>> = {
  'eu-de': {
    authUrl: 'https://iam.eu-de.otc.t-systems.com/v3',
    networkUrl: 'https://vpc.eu-de.otc.t-systems.com',
  },
  'eu-nl': {
    authUrl: 'https://iam.eu-nl.otc.t-systems.com/v3',
    networkUrl: 'https://vpc.eu-nl.otc.t-systems.com',
  },
  // Swiss OTC: a cloud of its own, with accounts of its own.
  'eu-ch2': {
    authUrl: 'https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3',
    networkUrl: 'https://vpc.eu-ch2.sc.otc.t-systems.com',
  },
};

const otcDomain = '.otc.t-systems.com';

/** Undefined for a name that is not a region of OTC. */
export function otcRegion(name: string): OtcRegion | undefined {
  return Object.hasOwn(otcRegions, name) ? otcRegions[name] : undefined;
}

/** Whether a host belongs to OTC; a final dot (absolute name) is allowed. */
export function isOtcHost(hostname: string): boolean {
  return hostname.replace(/\.$/, '').endsWith(otcDomain);
}

/** The dialect of `cloud: auto`. */
export function dialectOf(authUrl: URL): CloudDialect {
  return isOtcHost(authUrl.hostname) ? 'otc' : 'openstack';
}

/** The region of an OTC project: its name is the region or begins with it (`eu-nl_prod`). */
export function regionOfProject(name: string | undefined): string | undefined {
  const region = name?.split('_')[0] ?? '';
  return otcRegion(region) && region;
}
