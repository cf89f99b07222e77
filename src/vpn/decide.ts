/** Observes the project and decides what is done: the plan of what nothing speaks against, and why not of the rest. */
import type { VpnApi } from './api.ts';
import type { ConvergeOptions, ConvergePorts } from './converge-options.ts';
import type { ConnectionSpec } from './desired.ts';
import { type Observed, observe } from './observe.ts';
import { PeerConfigs } from './peer-configs.ts';
import { planDestroy } from './plan/destroy.ts';
import type { Elsewhere } from './plan/elsewhere.ts';
import { type Isolated, planIsolated } from './plan/isolated.ts';
import { plan } from './plan/plan.ts';
import { forsaken } from './plan/prune.ts';
import { preflight } from './preflight/preflight.ts';
import { type Quotas, readQuotas } from './preflight/read-quotas.ts';
import type { Notice } from './report.ts';

/** What was decided, and what is needed to carry it out. */
export interface Decided extends Isolated {
  readonly observed: Observed;
  readonly peers: PeerConfigs | undefined;
  /** Of the checks before the first write. */
  readonly warnings: readonly Notice[];
}

/** Only where a connection might be pruned, or offered for it. */
async function lookElsewhere(
  specs: readonly ConnectionSpec[],
  observed: Observed,
  options: ConvergeOptions,
  { elsewhere }: ConvergePorts,
): Promise<Elsewhere> {
  const isAsked = options.mode !== 'destroy' && forsaken(specs, observed, options).length > 0;
  return isAsked ? await elsewhere() : { connections: [], unclear: [] };
}

/** Reads, and writes nothing. */
export async function decide(
  api: VpnApi,
  specs: readonly ConnectionSpec[],
  options: ConvergeOptions,
  ports: ConvergePorts,
): Promise<Decided> {
  const { dialect, rejected, mode } = options;
  const { peerFiles } = ports;
  const observed = await observe(api, specs, dialect, peerFiles !== undefined);
  const elsewhere = await lookElsewhere(specs, observed, options, ports);
  const decideOn = mode === 'destroy' ? planDestroy : plan;
  const unread = rejected.flatMap(({ connections }) =>
    connections.length === 0 ? '' : connections.map(({ name }) => name),
  );
  let peers: PeerConfigs | undefined;
  let warnings: readonly Notice[] = [];
  let known: Promise<Quotas> | undefined;
  const quotas = (): Promise<Quotas> => {
    known ??= readQuotas({ ...ports, ...options, projectId: options.project.id, dialect: dialect.name });
    return known;
  };
  const isolated = await planIsolated(specs, {
    decide: (left, refused) => {
      const leftOut = [...unread, ...refused.map(({ name }) => name.value)];
      return decideOn(left, observed, { ...options, elsewhere, leftOut, isWhole: leftOut.length === 0 });
    },
    check: async (planned, left) => {
      peers = peerFiles && new PeerConfigs(left, planned, observed, dialect, peerFiles);
      const found = await preflight(
        { plan: planned, specs: left, observed, dialect },
        { roles: options.roles, isPlan: mode === 'plan', quotas },
      );
      warnings = found.notices;
      return [...(peers?.refusals ?? []), ...found.refusals];
    },
  });
  return { ...isolated, observed, peers, warnings };
}
