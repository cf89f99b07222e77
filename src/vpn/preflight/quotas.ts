/** Whether the project may have what the plan creates. Pure. */
import type { ConnectionSpec } from '../desired.ts';
import { type Kind, kindNames } from '../kinds.ts';
import type { Observed } from '../observe.ts';
import { Refusal } from '../plan/refusal.ts';
import type { CreateStep, Plan } from '../plan/steps.ts';
import type { Quotas } from './read-quotas.ts';

export function createSteps({ steps }: Plan): readonly CreateStep[] {
  return steps.flatMap((step) => (step.do === 'create' ? step : []));
}

function ownNumber(
  { vpnservices, ikepolicies, ipsecpolicies, endpointGroups, connections }: Observed,
  kind: Kind,
): number {
  const lists: Readonly<Record<Kind, readonly unknown[]>> = {
    vpnservice: vpnservices,
    ikepolicy: ikepolicies,
    ipsecpolicy: ipsecpolicies,
    endpoint_group: endpointGroups,
    ipsec_site_connection: connections,
  };
  return lists[kind].length;
}

/** One for each new object for which there is no room, in the order of the plan. A replaced connection needs none. */
export function quotaRefusals(
  plan: Plan,
  specs: readonly ConnectionSpec[],
  observed: Observed,
  quotas: Quotas,
): readonly Refusal[] {
  return [...quotas].flatMap(([kind, { limit, used = ownNumber(observed, kind) }]): Refusal[] => {
    const created = createSteps(plan).filter((step) => step.kind === kind);
    // The list was read a moment before: what was not in it then was made since.
    const hurry =
      used > ownNumber(observed, kind)
        ? ' Another run may have made one just now: give the workflow a concurrency group.'
        : '';
    const surplus = limit < 0 ? [] : created.slice(Math.max(0, limit - used));
    const { words, many } = kindNames[kind];
    return surplus.map(
      ({ name, at, connections }) =>
        new Refusal(
          specs.filter((spec) => connections.includes(spec.name.value)),
          'QUOTA',
          `The ${words} ${name} cannot be created: the quota of ${many} is ${limit}, and ${used} are in use.`,
          {
            hint: `Delete ${many} that nobody needs, have the quota raised, or use one that is there. Nothing was written for it.${hurry}`,
            at,
          },
        ),
    );
  });
}
