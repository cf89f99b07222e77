/**
 * The plan: what has to happen so that the cloud is as the files describe it. Pure; it alone decides.
 * Planning again after the plan was carried out gives no change, and nothing is deleted that has neither our mark nor a line in the files.
 */

import { brief } from '../brief.ts';
import type { ConnectionSpec } from '../desired.ts';
import { kindNames } from '../kinds.ts';
import { splitDescription } from '../mark.ts';
import type { VpnService } from '../objects.ts';
import type { Observed } from '../observe.ts';
import { type Change, type ConnectionReport, impacts, worst } from '../report.ts';
import { decideConnection } from './connections.ts';
import { Context, type PlanOptions } from './context.ts';
import { describedObjects } from './described.ts';
import { cleanUp, usedAfter } from './leftovers.ts';
import { matchConnections } from './match.ts';
import { outcomeOf } from './outcome.ts';
import type { Decision } from './part-steps.ts';
import { decide } from './parts.ts';
import type { ConnectionDecision } from './planning.ts';
import { connectionsToPrune, prune } from './prune.ts';
import { partTargets } from './references.ts';
import type { Plan, PlannedConnection, Step, TagStep } from './steps.ts';
import { tagging } from './tagging.ts';
import { refuseTenants } from './tenants.ts';
import { touchKey } from './touch.ts';

export type { PlanOptions } from './context.ts';

/** Steps for the parts that are carried out before those of the connections; policies wait for the digests of their old content. */
function partSteps(decisions: readonly Decision[], before: readonly TagStep[]): Step[] {
  return decisions.flatMap(({ step, object }): Step[] => {
    if (step === undefined || isServiceUpdate(object, step)) {
      return [];
    }
    return [step.do === 'update' ? { ...step, after: before.map(({ key }) => key) } : step];
  });
}

function isServiceUpdate({ part }: Decision['object'], step: Step): boolean {
  return part === 'vpnservice' && step.do === 'update';
}

/** A service leaves PENDING_CREATE only after its first connection, so its change follows the writing of its connections. */
function serviceUpdates(decisions: readonly Decision[], connections: readonly ConnectionDecision[]): Step[] {
  return decisions.flatMap(({ step, object, target }): Step[] => {
    if (step === undefined || !isServiceUpdate(object, step)) {
      return [];
    }
    const users = connections.filter(({ targets }) => targets.vpnservice?.target === target);
    return [{ ...step, after: users.flatMap((user) => user.step?.key ?? []) }];
  });
}

/** The service's public address of the peer's IP version: what the peer dials. */
export function gatewayOf(service: VpnService | undefined, peer: string): string | undefined {
  return peer.includes(':') ? (service?.addressV6 ?? service?.addressV4) : service?.addressV4;
}

function planned(
  context: Context,
  decision: ConnectionDecision,
  changes: readonly Change[],
  steps: readonly Step[],
): PlannedConnection {
  const { spec, existing, targets, step, psk } = decision;
  const name = spec.name.value;
  const concerning = changes.filter(({ connections }) => connections.includes(name));
  const operation: ConnectionReport['operation'] =
    existing === undefined
      ? 'created'
      : step?.do === 'replace'
        ? 'replaced'
        : concerning.length > 0
          ? 'updated'
          : 'unchanged';
  const serviceTarget = targets.vpnservice?.target;
  const serviceId = serviceTarget !== undefined && 'id' in serviceTarget ? serviceTarget.id : undefined;
  const service = context.observed.vpnservices.find(({ id }) => id === serviceId);
  const peerAddress = String(spec.fields.peer_address?.value ?? '');
  const gatewayAddress = gatewayOf(service, peerAddress);
  const report: ConnectionReport = {
    name,
    at: spec.at,
    operation,
    impact: worst(concerning),
    peerAddress,
    psk: psk.state,
    ...(existing === undefined ? {} : { id: existing.id, status: existing.status }),
    ...(serviceId === undefined ? {} : { vpnserviceId: serviceId }),
    ...(gatewayAddress === undefined ? {} : { gatewayAddress }),
  };
  const keys = [step?.key, existing === undefined ? undefined : touchKey(existing.id)];
  const writing = steps.find(({ key }) => keys.includes(key))?.key;
  const outcome = outcomeOf(context, decision);
  return { report, existing, serviceKey: targets.vpnservice?.made, step: writing, outcome };
}

function impactText({ kind, name, impact, reason, fields }: Change): string {
  const what = fields
    .map(brief)
    .map(({ field, before, after }) => `${field} ${before ?? '(unset)'} → ${after ?? '(unset)'}`);
  const why = reason === undefined ? '' : `; ${reason}`;
  return `${kindNames[kind].words} ${name}: ${impact}${what.length === 0 ? '' : ` (${what.join('; ')})`}${why}`;
}

/** How long a run may be at work on what it has made, milliseconds. */
const atWork = 600_000;

/** A connection that a run beside this one is just making: what it refers to is young, or was not there a moment ago. */
function mayBeHalfDone({ observed, options }: Context, name: string): boolean {
  const { vpnservices, ikepolicies, ipsecpolicies, endpointGroups, connections } = observed;
  const own = connections.filter((connection) => connection.name === name);
  const known = new Map(
    [...vpnservices, ...ikepolicies, ...ipsecpolicies, ...endpointGroups].map((one) => [one.id, one]),
  );
  const used = own.flatMap(({ refs }) => Object.values(refs)).map((id) => known.get(id));
  return [...own, ...used].some((object) => {
    const { mark } = splitDescription(object?.description ?? '');
    return object === undefined || (mark !== undefined && Math.abs(options.now - mark.time) < atWork);
  });
}

/**
 * Refuses connections to whose traffic the plan does more than the person allowed. A removal is no matter of `max-impact`:
 * it has a confirmation of its own.
 */
function refuseImpact(context: Context, changes: readonly Change[]): void {
  const { maxImpact } = context.options;
  const beyond = changes.filter(
    ({ impact }) => impact !== 'removal' && impacts.indexOf(impact) > impacts.indexOf(maxImpact),
  );
  for (const spec of context.specs) {
    const name = spec.name.value;
    const own = beyond.filter(({ connections }) => connections.includes(name));
    if (own.length > 0) {
      const [plan, left] =
        context.specs.length === 1
          ? ['The plan', 'Nothing was changed.']
          : [`Connection ${name}: the plan`, 'It was left as it is.'];
      context.refuse(
        [spec],
        'IMPACT',
        `${plan} does more than max-impact: ${maxImpact} allows. ${left} ${own.map(impactText).join('. ')}.`,
        `Look at the plan; if that is what you want, run once with max-impact: ${worst(own)}.${mayBeHalfDone(context, name) ? ' Some of it was made a moment ago: if another run is still at work, let it end first, and give the workflow a concurrency group.' : ''}`,
        own.find(({ at }) => at !== undefined)?.at ?? spec.at,
      );
    }
  }
}

function refused(context: Context): Plan {
  return { steps: [], changes: [], notices: context.notices, connections: [], refusals: context.refusals };
}

/**
 * @param specs what the files describe, valid by itself
 * @param observed what the project has
 * @returns steps, and what a person should know; with refusals nothing may be written
 */
export function plan(specs: readonly ConnectionSpec[], observed: Observed, options: PlanOptions): Plan {
  const context = new Context(specs, observed, options);
  refuseTenants(context);
  const matches = matchConnections(context);
  const objects = context.refusals.length > 0 ? [] : describedObjects(context, matches);
  if (context.refusals.length > 0) {
    return refused(context);
  }
  const leaving = connectionsToPrune(context);
  const decisions = objects.map((object) => decide(context, object, matches, leaving));
  const connections = specs.map((spec) => {
    const existing = matches.get(spec);
    return decideConnection(context, spec, existing, partTargets(context, spec, existing, decisions), decisions);
  });
  const tags = tagging(context, decisions, connections, leaving);
  const writing: readonly Step[] = [
    ...tags.before,
    ...partSteps(decisions, tags.before),
    ...connections.flatMap(({ step }) => step ?? []),
    ...tags.steps,
    ...serviceUpdates(decisions, connections),
  ];
  const after = writing.map(({ key }) => key);
  const pruned = prune(context, leaving, usedAfter(context, decisions, connections, leaving), after);
  const cleaning = cleanUp(context, decisions, connections, pruned);
  const changes = [
    ...decisions.flatMap(({ change }) => change ?? []),
    ...connections.flatMap(({ change }) => change ?? []),
    ...tags.changes,
    ...pruned.changes,
    ...cleaning.changes,
  ];
  refuseImpact(context, changes);
  const steps: readonly Step[] = [...writing, ...pruned.steps, ...cleaning.steps];
  return {
    steps: context.refusals.length > 0 ? [] : steps,
    changes,
    notices: context.notices,
    connections: connections.map((decision) => planned(context, decision, changes, steps)),
    refusals: context.refusals,
  };
}
