/** What is known to fail is told before the first write, each at its line: quotas, rights, and what others use already. */

import { type Findings, type Neighbourhood, networkFindings, peerRefusals, serviceRefusals } from './neighbours.ts';
import { createSteps, quotaRefusals } from './quotas.ts';
import type { Quotas } from './read-quotas.ts';
import { emptyNotice, roleNotices } from './rights.ts';

export interface Preflight {
  /** Roles of the token; undefined if none tells. */
  readonly roles: readonly string[] | undefined;
  /** Nothing will be written: a login that only reads is then what it should be. */
  readonly isPlan: boolean;
  /** Asked for once, and only if something is to be created. */
  quotas(): Promise<Quotas>;
}

export async function preflight(neighbourhood: Neighbourhood, { roles, isPlan, quotas }: Preflight): Promise<Findings> {
  const { plan, specs, observed, dialect } = neighbourhood;
  const limits: Quotas = createSteps(plan).length === 0 ? new Map() : await quotas();
  const networks = networkFindings(neighbourhood);
  return {
    refusals: [
      ...serviceRefusals(neighbourhood),
      ...peerRefusals(neighbourhood),
      ...networks.refusals,
      ...quotaRefusals(plan, specs, observed, limits),
    ],
    notices: [
      ...(isPlan ? [] : roleNotices(plan, dialect, roles)),
      ...networks.notices,
      ...emptyNotice(plan, observed, dialect),
    ],
  };
}
