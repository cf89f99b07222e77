import type { CloudOptions } from './types.ts';

/** The options with every default filled in. */
export type Settings = Required<Omit<CloudOptions, 'tls' | 'pageSize' | 'statusLagMs'>> &
  Pick<CloudOptions, 'tls' | 'pageSize' | 'statusLagMs'>;

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
    quota: { services: 2, connections: 12 },
    repeatedCidrMs: 1500,
    hosts: {},
    now: Date.now,
    port: 0,
    ...options,
  };
}
