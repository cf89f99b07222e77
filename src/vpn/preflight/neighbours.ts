/** Whether other connections of the project stand in the way: their peers, their networks, their VPN service. Pure. */
import type { Place } from '../../errors.ts';
import { overlaps } from '../../net/cidr.ts';
import { sameSet } from '../compare.ts';
import type { ConnectionSpec } from '../desired.ts';
import type { Dialect } from '../dialects.ts';
import type { Connection } from '../objects.ts';
import type { Observed } from '../observe.ts';
import { listed } from '../plan/context.ts';
import { Refusal } from '../plan/refusal.ts';
import type { Plan, PlannedConnection, Step } from '../plan/steps.ts';
import type { Notice } from '../report.ts';
import { createSteps } from './quotas.ts';

export interface Neighbourhood {
  readonly plan: Plan;
  readonly specs: readonly ConnectionSpec[];
  readonly observed: Observed;
  readonly dialect: Dialect;
}

export interface Findings {
  readonly refusals: readonly Refusal[];
  readonly notices: readonly Notice[];
}

/** OTC has one VPN service for each VPC. One that is there is only used if the file names it, or describes it by its router alone. */
export function serviceRefusals({ plan, specs, observed, dialect }: Neighbourhood): readonly Refusal[] {
  const taken = new Map(observed.vpnservices.map((service) => [service.routerId, listed([service])]));
  const created = dialect.oneServicePerRouter ? createSteps(plan).filter(({ kind }) => kind === 'vpnservice') : [];
  return created.flatMap(({ name, body, at, connections }): Refusal[] => {
    const router = String(body.router_id);
    const other = taken.get(router);
    taken.set(router, name);
    if (other === undefined) {
      return [];
    }
    return [
      new Refusal(
        specs.filter((spec) => connections.includes(spec.name.value)),
        'CONFLICT',
        `The VPN service ${name} cannot be created: ${dialect.words} has one for each VPC, and the VPC ${router} has ${other} already.`,
        { hint: 'Use that one: give its name, or leave the name out of the mapping. Nothing was written for it.', at },
      ),
    ];
  });
}

/** What the plan makes of a connection, as far as it is written. */
interface Written {
  readonly spec: ConnectionSpec;
  readonly planned: PlannedConnection;
  readonly step: Step;
  /** Connections of the same router that no file of the run describes, whatever VPN service they have. */
  readonly others: readonly Connection[];
}

/** The router (VPC) of the VPN service that a connection will have. */
function routerOf({ report, serviceKey }: PlannedConnection, plan: Plan, observed: Observed): string | undefined {
  const made = createSteps(plan).find(({ key }) => key === serviceKey);
  const there = observed.vpnservices.find(({ id }) => id === report.vpnserviceId);
  return made === undefined ? there?.routerId : String(made.body.router_id);
}

function written({ plan, specs, observed }: Neighbourhood): readonly Written[] {
  const own = new Set(plan.connections.flatMap(({ existing }) => existing?.id ?? []));
  const routers = new Map(observed.vpnservices.map(({ id, routerId }) => [id, routerId]));
  return plan.connections.flatMap((planned): Written[] => {
    const spec = specs.find(({ name }) => name.value === planned.report.name);
    const step = plan.steps.find(({ key }) => key === planned.step);
    const router = routerOf(planned, plan, observed);
    const others = observed.connections.filter(
      ({ id, refs }) => router !== undefined && routers.get(refs.vpnservice ?? '') === router && !own.has(id),
    );
    return spec === undefined || step === undefined ? [] : [{ spec, planned, step, others }];
  });
}

/** Whether the step gives the connection another peer. A new connection with the peer of another is refused by the plan itself. */
function movesPeer({ step, planned }: Written): boolean {
  const { peer_address: peer } = planned.outcome.connection;
  return (
    (step.do === 'update' && step.body.peer_address !== undefined) ||
    (step.do === 'replace' && step.old.values.peer_address !== peer)
  );
}

/** OTC takes a peer only once for a VPN service (VPC.1004), of which a VPC has one. */
export function peerRefusals(neighbourhood: Neighbourhood): readonly Refusal[] {
  const { dialect } = neighbourhood;
  const moving = dialect.peerOnce ? written(neighbourhood).filter(movesPeer) : [];
  return moving.flatMap(({ spec, planned, others }): Refusal[] => {
    const { peer_address: peer } = planned.outcome.connection;
    const other = others.find(({ values }) => values.peer_address === peer);
    if (other === undefined) {
      return [];
    }
    return [
      new Refusal(
        [spec],
        'CONFLICT',
        `Connection ${spec.name.value}: ${dialect.words} takes a peer only once for a VPN service, and ${String(peer)} is the peer of ${listed([other])}.`,
        {
          hint: 'Use another peer_address, or remove the other connection. Nothing was written for it.',
          at: spec.fields.peer_address?.at ?? spec.at,
        },
      ),
    ];
  });
}

/** Whether the step gives the connection other networks. */
function movesNetworks({ step }: Written): boolean {
  return (
    step.do === 'create' ||
    step.do === 'replace' ||
    (step.do === 'update' &&
      (step.refs.peer_ep_group !== undefined ||
        step.refs.local_ep_group !== undefined ||
        step.body.peer_cidrs !== undefined))
  );
}

function membersOf({ endpointGroups }: Observed, id: string | undefined): readonly string[] {
  return endpointGroups.find((group) => group.id === id)?.endpoints ?? [];
}

function remotesOf(observed: Observed, { refs, values }: Connection): readonly string[] {
  const { peer_cidrs: legacy } = values;
  return refs.peer_ep_group === undefined && Array.isArray(legacy) ? legacy : membersOf(observed, refs.peer_ep_group);
}

/** Where the file states the network. */
function placeOf({ parts, fields, at }: ConnectionSpec, cidr: string): Place {
  const group = parts.peer_ep_group;
  const endpoint = group?.by === 'description' ? group.endpoints?.find(({ text }) => text === cidr) : undefined;
  return endpoint?.at ?? group?.at ?? fields.peer_cidrs?.at ?? at;
}

/** Equal networks on both sides are a legal pair: one stands by for the other. */
function isStandby({ planned }: Written, other: Connection, observed: Observed): boolean {
  const { localSubnets, peerCidrs } = planned.outcome;
  return (
    sameSet(localSubnets, membersOf(observed, other.refs.local_ep_group)) &&
    sameSet(peerCidrs, remotesOf(observed, other))
  );
}

/** Remote networks that another connection of the router has: refused by OTC (VPC.1018, VPC.1021), elsewhere a way that one of them does not get. */
export function networkFindings(neighbourhood: Neighbourhood): Findings {
  const { observed, dialect } = neighbourhood;
  const router = dialect.name === 'otc' ? 'VPC' : 'router';
  const refusals: Refusal[] = [];
  const notices: Notice[] = [];
  for (const one of written(neighbourhood).filter(movesNetworks)) {
    const { spec, planned, others } = one;
    for (const other of others.filter((connection) => !isStandby(one, connection, observed))) {
      const theirs = remotesOf(observed, other);
      const cidr = planned.outcome.peerCidrs.find((network) => theirs.some((their) => overlaps(network, their)));
      if (cidr !== undefined) {
        const their = theirs.find((network) => overlaps(cidr, network));
        const words = `Connection ${spec.name.value}: the remote network ${cidr} overlaps ${String(their)} of ${listed([other])}, which has the same ${router}`;
        const at = placeOf(spec, cidr);
        if (dialect.overlap === 'error') {
          const hint = 'Choose other networks, or remove the other connection. Nothing was written for it.';
          refusals.push(new Refusal([spec], 'CONFLICT', `${words}; ${dialect.words} refuses this.`, { hint, at }));
        } else {
          notices.push({ level: 'warning', text: `${words}. Traffic to the addresses in both goes only one way.`, at });
        }
      }
    }
  }
  return { refusals, notices };
}
