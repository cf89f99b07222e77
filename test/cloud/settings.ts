import type { CloudOptions } from './types.ts';

/** What has no default. */
type Optional = 'tls' | 'pageSize' | 'statusLagMs' | 'federation' | 'watch';

/** The options with every default filled in. */
export type Settings = Required<Omit<CloudOptions, Optional>> & Pick<CloudOptions, Optional>;

/** What a project may have (classic VPN API, 14). */
const OTC_QUOTA = { services: 2, connections: 12 };
const NO_QUOTA = { services: Number.POSITIVE_INFINITY, connections: Number.POSITIVE_INFINITY };

/** Fills in the defaults that `CloudOptions` documents. */
export function settle(options: CloudOptions): Settings {
  return {
    latencyMs: 0,
    downAfterMs: 50,
    activeAfterMs: null,
    pendingUpdateMs: 0,
    deleteAfterMs: 0,
    hidePsk: options.dialect === 'otc' ? 'stars' : 'no',
    tagsInLists: true,
    regions: ['eu-nl'],
    catalogue: 'full',
    tokenTtlMs: 3_600_000,
    quota: options.dialect === 'otc' ? OTC_QUOTA : NO_QUOTA,
    repeatedCidrMs: 1500,
    hosts: {},
    now: Date.now,
    port: 0,
    ...options,
  };
}
