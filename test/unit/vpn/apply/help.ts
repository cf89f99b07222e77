/** A run on fakes. */
import type { ActionError } from '../../../../src/errors.ts';
import type { Body } from '../../../../src/vpn/api.ts';
import { type Applied, apply } from '../../../../src/vpn/apply/apply.ts';
import { Run } from '../../../../src/vpn/apply/run.ts';
import { dialects } from '../../../../src/vpn/dialects.ts';
import type { Kind } from '../../../../src/vpn/kinds.ts';
import { type Connection, decodeObject, type ObjectOf } from '../../../../src/vpn/objects.ts';
import type { Observed } from '../../../../src/vpn/observe.ts';
import type {
  CreateStep,
  DeleteStep,
  Plan,
  ReplaceStep,
  Step,
  TagStep,
  UpdateStep,
} from '../../../../src/vpn/plan/steps.ts';
import { now, place, psk, uuid } from '../build.ts';
import { type Call, Cancel, JumpingClock, Lines, type React, scriptedApi } from '../fakes.ts';

export function object<K extends Kind>(
  kind: K,
  number: number,
  json: Readonly<Record<string, unknown>> = {},
): ObjectOf[K] {
  return decodeObject(kind, { id: uuid(number), ...json }, dialects.otc);
}

/** Connection `office`, in clear. */
export function office(number: number, json: Readonly<Record<string, unknown>> = {}): Connection {
  return object('ipsec_site_connection', number, {
    name: 'office',
    status: 'ACTIVE',
    psk,
    peer_address: '198.51.100.20',
    ...json,
  });
}

export function bench(react: React, { timeoutMs = 600_000, known = [] as readonly string[] } = {}) {
  const api = scriptedApi(react);
  const clock = new JumpingClock();
  const log = new Lines();
  const cancellation = new Cancel();
  const ports = { api, clock, random: () => 0.5, log, cancellation, deadline: now + timeoutMs };
  return { api, clock, log, cancellation, ports, run: new Run(ports, known) };
}

export type Bench = ReturnType<typeof bench>;

const base = { after: [], name: 'office', connections: ['office'] } as const;

export function creates(kind: Kind, body: Body = {}, others: Partial<CreateStep> = {}): CreateStep {
  return { ...base, do: 'create', key: `create ${kind}`, kind, body, refs: {}, at: place(), ...others };
}

export function updates(body: Body = {}, others: Partial<UpdateStep> = {}): UpdateStep {
  return {
    ...base,
    do: 'update',
    key: 'update',
    kind: 'ipsec_site_connection',
    id: uuid(1),
    body,
    refs: {},
    pending: false,
    ...others,
  };
}

export function deletes(others: Partial<DeleteStep> = {}): DeleteStep {
  return {
    ...base,
    do: 'delete',
    key: 'delete',
    kind: 'endpoint_group',
    id: uuid(9),
    name: 'old',
    justFreed: true,
    required: false,
    ...others,
  };
}

export function tags(others: Partial<TagStep> = {}): TagStep {
  return { ...base, do: 'tag', key: 'tag', connection: { id: uuid(1) }, set: {}, remove: [], ...others };
}

export function replaces(others: Partial<ReplaceStep> = {}): ReplaceStep {
  const old = office(1);
  const refs = { ikepolicy: { id: uuid(5) } };
  return {
    ...base,
    do: 'replace',
    key: 'replace',
    old,
    body: { name: 'office' },
    refs,
    oldBody: { name: 'office', mtu: 1400 },
    at: place(),
    ...others,
  };
}

const nothing: Observed = {
  vpnservices: [],
  ikepolicies: [],
  ipsecpolicies: [],
  endpointGroups: [],
  connections: [],
  routers: [],
  subnets: [],
};

export interface Outcome extends Applied {
  /** `name id status`, in the order in which they became known. */
  readonly told: readonly string[];
  readonly failed: Readonly<Record<string, ActionError>>;
}

/** Nothing known: applying does not ask. */
export const noOutcome = { connection: {}, ikepolicy: {}, ipsecpolicy: {}, localSubnets: [], peerCidrs: [] };

/** Applies these steps; those with the keys are the writing ones of the connection `office`. */
export async function carryOut(
  { ports }: Bench,
  steps: readonly Step[],
  { writing = 'replace', observed = {} as Partial<Observed> } = {},
): Promise<Outcome> {
  const report = { name: 'office', at: place(), operation: 'updated', impact: 'none', psk: 'equal' } as const;
  const connections = [
    { report, existing: undefined, serviceKey: 'create vpnservice', step: writing, outcome: noOutcome },
  ];
  const plan: Plan = { steps, changes: [], notices: [], refusals: [], connections };
  const told: string[] = [];
  const onConnection = (name: string, { connection }: { connection: Connection }): void => {
    told.push(`${name} ${connection.id} ${connection.status}`);
  };
  const applied = await apply(plan, { ...nothing, ...observed }, { ...ports, onConnection });
  return { ...applied, told, failed: Object.fromEntries(applied.failures) };
}

/** `create ipsec_site_connection`, in order. */
export function asked(calls: readonly Call[]): string[] {
  return calls.map(({ method, kind, id }) =>
    [method, kind, id?.replace(/^0+-0000-4000-8000-0+/, '#')].filter(Boolean).join(' '),
  );
}
