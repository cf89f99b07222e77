/**
 * The plan: what has to happen so that the cloud is as the files describe it. Pure; it alone decides.
 * Planning again after the plan was carried out gives no change, and nothing is deleted that has neither our mark nor a line in the files.
 */
import { ActionError } from '../../errors.ts';
import type { ConnectionSpec } from '../desired.ts';
import { kindNames } from '../kinds.ts';
import type { VpnService } from '../objects.ts';
import type { Observed } from '../observe.ts';
import { type Change, type ConnectionReport, type Impact, impacts } from '../report.ts';
import { type ConnectionDecision, decideConnection } from './connections.ts';
import { Context, type PlanOptions } from './context.ts';
import { describedObjects } from './described.ts';
import { cleanUp } from './leftovers.ts';
import { matchConnections } from './match.ts';
import { type Decision, decide } from './parts.ts';
import { partTargets } from './references.ts';
import type { Plan, PlannedConnection, Step } from './steps.ts';
import { tagging } from './tagging.ts';

export type { PlanOptions } from './context.ts';

function heaviest(changes: readonly Change[]): Impact {
  return impacts[Math.max(0, ...changes.map(({ impact }) => impacts.indexOf(impact)))] ?? 'none';
}

/** Policies wait for the digests of their old content; a service's change follows the writing of its connections. */
function ordered(
  decisions: readonly Decision[],
  connections: readonly ConnectionDecision[],
  beforePolicies: readonly string[],
): Step[] {
  return decisions.flatMap(({ step, object, target }): Step[] => {
    if (step?.do !== 'update') {
      return step === undefined ? [] : [step];
    }
    if (object.part === 'vpnservice') {
      const users = connections.filter(({ targets }) => targets.vpnservice?.target === target);
      return [{ ...step, after: users.flatMap((user) => user.step?.key ?? []) }];
    }
    return [{ ...step, after: [...step.after, ...beforePolicies] }];
  });
}

/** The service's public address of the peer's IP version: what the peer dials. */
export function gatewayOf(service: VpnService | undefined, peer: string): string | undefined {
  return peer.includes(':') ? (service?.addressV6 ?? service?.addressV4) : service?.addressV4;
}

function planned(context: Context, decision: ConnectionDecision, changes: readonly Change[]): PlannedConnection {
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
  const peerAddress = String(spec.fields.peer_address?.value ?? existing?.values.peer_address ?? '');
  const gatewayAddress = gatewayOf(service, peerAddress);
  const report: ConnectionReport = {
    name,
    at: spec.at,
    operation,
    impact: heaviest(concerning),
    peerAddress,
    psk: psk.state,
    ...(existing === undefined ? {} : { id: existing.id, status: existing.status }),
    ...(serviceId === undefined ? {} : { vpnserviceId: serviceId }),
    ...(gatewayAddress === undefined ? {} : { gatewayAddress }),
  };
  const target = existing !== undefined && step?.do !== 'replace' ? { id: existing.id } : { made: step?.key ?? '' };
  return { report, target, existing, serviceKey: targets.vpnservice?.made, step: step?.key };
}

/** Refuses the whole plan if something in it does more to the traffic than the person allowed. */
function refuseImpact(context: Context, changes: readonly Change[]): void {
  const { maxImpact } = context.options;
  const beyond = changes.filter(({ impact }) => impacts.indexOf(impact) > impacts.indexOf(maxImpact));
  if (beyond.length === 0) {
    return;
  }
  const list = beyond.map(({ kind, name, impact, reason, fields }) => {
    const what = fields.map(({ field, before, after }) => `${field} ${before ?? '(unset)'} → ${after ?? '(unset)'}`);
    const why = reason === undefined ? '' : `; ${reason}`;
    return `${kindNames[kind].words} ${name}: ${impact}${what.length === 0 ? '' : ` (${what.join('; ')})`}${why}`;
  });
  const at = beyond.find((change) => change.at !== undefined)?.at;
  const needed = heaviest(beyond);
  context.refusals.push(
    new ActionError(
      'IMPACT',
      `The plan does more than max-impact: ${maxImpact} allows. Nothing was changed. ${list.join('. ')}.`,
      {
        hint: `Look at the plan; if that is what you want, run once with max-impact: ${needed}.`,
        ...(at === undefined ? {} : { at }),
      },
    ),
  );
}

/** `tenant_id` in a body must be the project of the token. */
function refuseTenants(context: Context): void {
  for (const { name, tenantId } of context.specs) {
    if (tenantId !== undefined && tenantId.value !== context.options.project.id) {
      context.refuse(
        'CONFLICT',
        `Connection ${name.value} is for the project ${tenantId.value}, but the login is for ${context.options.project.id}.`,
        'Log in to that project, or remove tenant_id (project_id) from the file.',
        tenantId.at,
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
  const decisions = objects.map((object) => decide(context, object, matches));
  const connections = specs.map((spec) => {
    const existing = matches.get(spec);
    return decideConnection(context, spec, existing, partTargets(context, spec, existing, decisions));
  });
  const tags = tagging(context, decisions, connections);
  const cleaning = cleanUp(context, decisions, connections);
  const changes = [
    ...decisions.flatMap(({ change }) => change ?? []),
    ...connections.flatMap(({ change }) => change ?? []),
    ...tags.changes,
    ...cleaning.changes,
  ];
  refuseImpact(context, changes);
  const steps = [
    ...ordered(decisions, connections, tags.beforePolicies),
    ...connections.flatMap(({ step }) => step ?? []),
    ...tags.steps,
    ...cleaning.steps,
  ];
  return {
    steps,
    changes,
    notices: context.notices,
    connections: connections.map((decision) => planned(context, decision, changes)),
    refusals: context.refusals,
  };
}
