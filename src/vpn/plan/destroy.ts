/**
 * The plan of `mode: destroy`: the connections of the files that are confirmed go, and after them their parts that this
 * action made and nothing else uses. Pure. Names of routers and subnets mean nothing here: these may be gone already.
 */
import type { ConnectionSpec } from '../desired.ts';
import type { Connection } from '../objects.ts';
import type { Observed } from '../observe.ts';
import { type Change, type ConnectionReport, worst } from '../report.ts';
import { confirmation, isConfirmed, previewed } from './confirm.ts';
import { Context, type PlanOptions } from './context.ts';
import { removeParts } from './destroy-parts.ts';
import { type Matches, matchConnections } from './match.ts';
import { gatewayOf } from './plan.ts';
import { type Leaving, removalKey, removeConnection, warnOfLingeringTunnels } from './removal.ts';
import type { Plan, PlannedConnection } from './steps.ts';
import { refuseTenants } from './tenants.ts';

/** A connection of the files that is confirmed. */
export interface Destroyed {
  readonly spec: ConnectionSpec;
  /** Undefined: it is gone already. */
  readonly existing: Connection | undefined;
}

/** A login without the right to read gets empty lists on OTC, and 200; then "already gone" is no news. */
function warnOfEmptyLists({ observed, notices }: Context): void {
  const { vpnservices, ikepolicies, ipsecpolicies, endpointGroups, connections } = observed;
  if ([vpnservices, ikepolicies, ipsecpolicies, endpointGroups, connections].every(({ length }) => length === 0)) {
    const text =
      'Every list of the project came back empty: there is no VPN object at all. If you know better, the login lacks the right to read them (some clouds then answer with empty lists): check its roles, and the project.';
    notices.push({ level: 'warning', text });
  }
}

/** The file names it by an id that is gone, and another one has taken its name: that one is not meant. */
function noticeNamesake(context: Context, spec: ConnectionSpec): void {
  const namesake = context.observed.connections.find(({ name }) => name === spec.name.value);
  if (spec.id !== undefined && namesake !== undefined) {
    context.notice(
      'notice',
      `Connection ${spec.name.value}: there is none with the id ${spec.id.value} any more, and the one of that name has another (${namesake.id}). That one stays; remove "id:" from the file if it is meant.`,
      spec.id.at,
    );
  }
}

/** A connection of that name may be another one than the file means: who looks at the plan has to see that. */
function leavingOf({ spec, existing }: Destroyed): Leaving[] {
  if (existing === undefined) {
    return [];
  }
  const stated = spec.fields.peer_address?.value;
  const isOther = stated !== undefined && stated !== existing.values.peer_address;
  const why = isOther ? { why: `the file says another peer, ${String(stated)}` } : {};
  return [{ connection: existing, name: spec.name.value, at: spec.at, ...why }];
}

function reportOf(
  { observed }: Context,
  spec: ConnectionSpec,
  existing: Connection | undefined,
  changes: readonly Change[],
): ConnectionReport {
  const { at } = spec;
  const name = spec.name.value;
  const goes = changes.some(({ id, connections }) => id === existing?.id && connections.includes(name));
  const concerning = changes.filter(({ connections }) => connections.includes(name));
  const base = { name, at, impact: worst(concerning), psk: 'not compared' } as const;
  if (existing === undefined) {
    return { ...base, operation: 'unchanged' };
  }
  const { id, status, refs, values } = existing;
  const peerAddress = String(values.peer_address ?? '');
  const service = observed.vpnservices.find((one) => one.id === refs.vpnservice);
  const gatewayAddress = gatewayOf(service, peerAddress);
  const isRemoved = changes.some((change) => change.id === service?.id);
  return {
    ...base,
    ...{ operation: goes ? 'deleted' : 'unchanged', id, status, peerAddress },
    ...(service === undefined || isRemoved ? {} : { vpnserviceId: service.id }),
    ...(gatewayAddress === undefined ? {} : { gatewayAddress }),
  };
}

/** It holds nothing afterwards. */
const nothing = { connection: {}, ikepolicy: {}, ipsecpolicy: {}, localSubnets: [], peerCidrs: [] };

function planned(
  context: Context,
  spec: ConnectionSpec,
  existing: Connection | undefined,
  changes: readonly Change[],
): PlannedConnection {
  const report = reportOf(context, spec, existing, changes);
  const step = existing === undefined || report.operation === 'unchanged' ? undefined : removalKey(existing);
  return { report, existing, serviceKey: undefined, step, outcome: nothing };
}

function confirmedOf(context: Context, matches: Matches): readonly Destroyed[] {
  return context.specs
    .map((spec) => ({ spec, existing: matches.get(spec) }))
    .filter(({ spec, existing }) => isConfirmed(context, spec, existing));
}

/** @returns steps in the order: connections, parts, VPN services. Not confirmed: no steps, but what would be done */
export function planDestroy(specs: readonly ConnectionSpec[], observed: Observed, options: PlanOptions): Plan {
  const unconfirmed = confirmation(specs, options);
  const confirmDestroy = unconfirmed === undefined ? options.confirmDestroy : previewed(specs, options);
  const context = new Context(specs, observed, { ...options, confirmDestroy });
  refuseTenants(context);
  const matches = matchConnections(context, 'is gone already');
  const { notices, refusals } = context;
  if (refusals.length > 0) {
    const all = [unconfirmed, ...refusals].filter((refusal) => refusal !== undefined);
    return { steps: [], changes: [], notices, connections: [], refusals: all };
  }
  const destroyed = confirmedOf(context, matches);
  const leaving = destroyed.flatMap(leavingOf);
  for (const { spec } of destroyed.filter(({ existing }) => existing === undefined)) {
    noticeNamesake(context, spec);
  }
  warnOfEmptyLists(context);
  warnOfLingeringTunnels(context, leaving);
  const removals = [...leaving.map((one) => removeConnection(one, [])), ...removeParts(context, destroyed, leaving)];
  const changes = removals.map(({ change }) => change);
  return {
    steps: unconfirmed === undefined ? removals.map(({ step }) => step) : [],
    changes,
    notices,
    connections: specs.map((spec) => planned(context, spec, matches.get(spec), changes)),
    refusals: unconfirmed === undefined ? [] : [unconfirmed],
  };
}
