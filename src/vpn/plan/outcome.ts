/** What a connection and its parts will hold once the plan is carried out: stated values, and for the rest the cloud's own. */
import { differences } from '../compare.ts';
import type { FieldValue } from '../desired.ts';
import type { Part } from '../kinds.ts';
import { connectionValues, newConnectionValues } from './connection-body.ts';
import type { Context } from './context.ts';
import { objectsOf, type PartObject } from './entries.ts';
import type { ConnectionDecision } from './planning.ts';

type Values = Readonly<Record<string, FieldValue>>;

export interface Outcome {
  readonly connection: Values;
  readonly ikepolicy: Values;
  readonly ipsecpolicy: Values;
  /** Ids of the cloud's subnets. */
  readonly localSubnets: readonly string[];
  /** CIDRs, canonical. */
  readonly peerCidrs: readonly string[];
}

interface PartOutcome {
  readonly values: Values;
  readonly endpoints: readonly string[];
  readonly subnetId: string | undefined;
}

function membersOf(object: PartObject | undefined): readonly string[] {
  return object?.kind === 'endpoint_group' ? object.endpoints : [];
}

function subnetOf(object: PartObject | undefined): string | undefined {
  return object?.kind === 'vpnservice' ? object.subnetId : undefined;
}

/** What a part will hold: as described, or the object that the connection refers to. */
function partOutcome(context: Context, { targets, refs }: ConnectionDecision, part: Part): PartOutcome {
  const decision = targets[part]?.decision;
  if (decision === undefined) {
    const ref = refs[part];
    const object = objectsOf(context, part).find(({ id }) => ref !== undefined && 'id' in ref && ref.id === id);
    return { values: object?.values ?? {}, endpoints: membersOf(object), subnetId: subnetOf(object) };
  }
  const { wanted, existing, predecessor } = decision.object;
  const before = existing ?? predecessor;
  return {
    values: decision.values,
    endpoints: wanted.endpoints?.members ?? membersOf(before),
    subnetId: wanted.subnetId ?? subnetOf(existing),
  };
}

function connectionOutcome(context: Context, { spec, existing, step }: ConnectionDecision): Values {
  if (existing === undefined || step?.do === 'replace') {
    return newConnectionValues(context, spec, existing);
  }
  const changed = differences('ipsec_site_connection', connectionValues(spec, existing), existing.values);
  return { ...existing.values, ...Object.fromEntries(changed.map(({ field, value }) => [field, value])) };
}

/** A connection without a group of remote networks is of the legacy model: its service has the subnet, itself the CIDRs. */
export function outcomeOf(context: Context, decision: ConnectionDecision): Outcome {
  const connection = connectionOutcome(context, decision);
  const of = (part: Part): PartOutcome => partOutcome(context, decision, part);
  const { subnetId } = of('vpnservice');
  const { peer_cidrs: cidrs } = connection;
  const isLegacy = decision.refs.peer_ep_group === undefined;
  return {
    connection,
    ikepolicy: of('ikepolicy').values,
    ipsecpolicy: of('ipsecpolicy').values,
    localSubnets: isLegacy ? [subnetId].filter((id) => id !== undefined) : of('local_ep_group').endpoints,
    peerCidrs: isLegacy ? (Array.isArray(cidrs) ? cidrs : []) : of('peer_ep_group').endpoints,
  };
}
