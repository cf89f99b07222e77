/** Decides for each connection: create, one PUT with what changed, replacement, or nothing. */
import type { Body, Lines } from '../api.ts';
import { namedBody, newValues } from '../body.ts';
import { differences, fieldChange, shown } from '../compare.ts';
import type { ConnectionSpec, FieldValue } from '../desired.ts';
import { type Part, parts } from '../kinds.ts';
import { keepMark, markDescription, splitDescription } from '../mark.ts';
import type { Connection } from '../objects.ts';
import type { Change, FieldChange } from '../report.ts';
import type { Context } from './context.ts';
import { worst } from './parts.ts';
import { decidePsk, type PskDecision } from './psk.ts';
import type { PartTarget, PartTargets } from './references.ts';
import type { CreateStep, References, ReplaceStep, UpdateStep } from './steps.ts';

export interface ConnectionDecision {
  readonly spec: ConnectionSpec;
  readonly existing: Connection | undefined;
  readonly targets: PartTargets;
  readonly step: CreateStep | UpdateStep | ReplaceStep | undefined;
  readonly change: Change | undefined;
  readonly psk: Pick<PskDecision, 'state' | 'send' | 'newVersion'>;
}

interface Planning {
  readonly context: Context;
  readonly spec: ConnectionSpec;
  readonly targets: PartTargets;
  readonly after: readonly string[];
}

const immutable: readonly Part[] = ['vpnservice', 'ikepolicy', 'ipsecpolicy'];
const groups: readonly Part[] = ['local_ep_group', 'peer_ep_group'];

function statedValues(spec: ConnectionSpec): Record<string, FieldValue> {
  const { description: _description, ...rest } = spec.fields;
  return Object.fromEntries(Object.entries(rest).map(([key, { value }]) => [key, value]));
}

function refs(targets: PartTargets, only: readonly Part[] = parts): References {
  return Object.fromEntries(
    only.flatMap((part) => {
      const target = targets[part]?.target;
      return target === undefined ? [] : [[part, target]];
    }),
  );
}

function differs(target: PartTarget | undefined, existing: Connection, part: Part): boolean {
  return target !== undefined && (!('id' in target.target) || target.target.id !== existing.refs[part]);
}

/** The name and id of the object that the connection refers to now. */
function referredNow(context: Context, existing: Connection, part: Part): string | undefined {
  const { vpnservices, ikepolicies, ipsecpolicies, endpointGroups } = context.observed;
  const id = existing.refs[part];
  const all = [...vpnservices, ...ikepolicies, ...ipsecpolicies, ...endpointGroups];
  return id === undefined ? undefined : `${all.find((object) => object.id === id)?.name ?? ''} (${id})`.trimStart();
}

function refChange(planning: Planning, existing: Connection, part: Part): FieldChange {
  const target = planning.targets[part];
  const id = target !== undefined && 'id' in target.target ? target.target.id : 'new';
  const after = `${target?.name ?? ''} (${id})`;
  const impact = immutable.includes(part) ? 'replacement' : 'interruption';
  return fieldChange(part, impact, referredNow(planning.context, existing, part), after);
}

/** Where each stated value stands. */
function linesOf({ fields: stated, name, psk }: ConnectionSpec): Lines {
  return {
    ...Object.fromEntries(Object.entries(stated).map(([key, { at }]) => [key, at])),
    name: name.at,
    ...(psk === undefined ? {} : { psk: psk.at }),
  };
}

function requirePsk({ context, spec }: Planning, why: string): void {
  if (spec.psk === undefined) {
    context.refuse(
      'INPUT_INVALID',
      `Connection ${spec.name.value}: no psk is given, and ${why}.`,
      'Pass it with the input psk (one connection), or as a line NAME=… of the input secrets and psk: ${NAME} in the file. Workflows from forks and from Dependabot do not receive secrets.',
      spec.name.at,
    );
  }
}

/** The description, marked as ours, where connections have one. */
function newDescription({ context, spec }: Planning, old: string): string {
  if (!context.dialect.connectionDescription) {
    return '';
  }
  const stated = spec.fields.description?.value;
  const mark = { owner: context.owner(spec), time: context.options.now };
  const text = typeof stated === 'string' ? stated : splitDescription(old).text;
  return markDescription(text, mark, context.dialect.descriptionLength);
}

function newBody(planning: Planning, predecessor: Connection | undefined): Body {
  const { context, spec } = planning;
  const kind = 'ipsec_site_connection';
  const values = newValues(kind, withPeerId(statedValues(spec), predecessor), context.dialect, predecessor?.values);
  const legacy = planning.targets.peer_ep_group === undefined && spec.parts.peer_ep_group === undefined;
  const { peer_cidrs: peerCidrs, ...rest } = values;
  return {
    ...namedBody(spec.name.value, newDescription(planning, predecessor?.description ?? ''), rest),
    ...(legacy && peerCidrs !== undefined ? { peer_cidrs: peerCidrs } : {}),
    ...(spec.psk === undefined ? {} : { psk: spec.psk.value }),
  };
}

/** An unstated peer_id is the peer_address; one that was, moves with it. */
function withPeerId(stated: Readonly<Record<string, FieldValue>>, existing?: Connection): Record<string, FieldValue> {
  const { peer_address: address, peer_id: identity } = stated;
  const follows = existing === undefined || existing.values.peer_id === existing.values.peer_address;
  return identity === undefined && address !== undefined && follows ? { ...stated, peer_id: address } : { ...stated };
}

/** Two connections from one service to one peer are nearly always one that lost its name. */
function refuseTwin({ context, spec, targets }: Planning): void {
  const service = targets.vpnservice?.target;
  const peer = spec.fields.peer_address?.value;
  const described = new Set(context.specs.map(({ name }) => name.value));
  const ids = new Set(context.specs.map(({ id }) => id?.value));
  const twin = context.observed.connections.find(
    ({ id, name, refs: found, values }) =>
      service !== undefined &&
      'id' in service &&
      found.vpnservice === service.id &&
      values.peer_address === peer &&
      !described.has(name) &&
      !ids.has(id),
  );
  if (twin !== undefined) {
    context.refuse(
      'CONFLICT',
      `Connection ${spec.name.value} would be new, but the VPN service already has one to the peer ${String(peer)}: ${twin.name === '' ? '(no name)' : twin.name} (${twin.id}).`,
      `If it is that one, write "id: ${twin.id}" beside the name; it is then renamed. Otherwise delete it, or describe it too.`,
      spec.name.at,
    );
  }
}

function create(planning: Planning): ConnectionDecision {
  const { spec, targets, after } = planning;
  const name = spec.name.value;
  requirePsk(planning, 'a new connection needs one');
  refuseTwin(planning);
  const body = newBody(planning, undefined);
  const shownFields = Object.entries(body)
    .filter(([key]) => !['name', 'description', 'psk'].includes(key))
    .map(([key, value]) => fieldChange(key, 'none', undefined, shown(value as FieldValue)));
  const references = parts.flatMap((part) =>
    targets[part] === undefined ? [] : [fieldChange(part, 'none', undefined, targets[part].name)],
  );
  const kind = 'ipsec_site_connection';
  const fields = [...references, ...shownFields, fieldChange('psk', 'none', undefined, '(set)')];
  return {
    spec,
    existing: undefined,
    targets,
    step: {
      do: 'create',
      key: `create ${name}`,
      after,
      kind,
      name,
      at: spec.at,
      lines: linesOf(spec),
      connections: [name],
      body,
      refs: refs(targets),
    },
    change: { action: 'create', kind, name, fields, impact: 'none', connections: [name], at: spec.at },
    psk: { state: 'sent', send: true, newVersion: spec.pskVersion !== undefined },
  };
}

/**
 * Seen with the stock strongSwan driver of Neutron: the agent only reloads its configuration, so the tunnel of a deleted
 * connection stays up while its service has others.
 */
function warnOfLingeringTunnel({ context, spec }: Planning, existing: Connection): void {
  const { vpnservice } = existing.refs;
  const others = context.observed.connections.filter(
    ({ id, refs }) => id !== existing.id && refs.vpnservice === vpnservice,
  );
  if (context.dialect.name === 'openstack' && others.length > 0) {
    context.notice(
      'warning',
      `The old tunnel of ${spec.name.value} may stay up after the replacement, because its VPN service has other connections. If it does, close it at the far side, or change the psk in the run before.`,
      spec.at,
    );
  }
}

function replace(planning: Planning, existing: Connection, changed: FieldChange[], reason: string): ConnectionDecision {
  const { spec, targets, after } = planning;
  const name = spec.name.value;
  requirePsk(planning, `the connection has to be replaced (${reason})`);
  warnOfLingeringTunnel(planning, existing);
  const oldPsk = existing.psk === 'hidden' ? spec.psk?.value : existing.psk;
  const kept = Object.entries(existing.refs).map(([part, id]): [string, { id: string }] => [part, { id }]);
  const usesGroups = targets.peer_ep_group !== undefined || spec.fields.peer_cidrs === undefined;
  const oldRefs: References = Object.fromEntries(kept.filter(([part]) => usesGroups || !groups.includes(part as Part)));
  const oldBody: Body = {
    ...namedBody(existing.name, existing.description, existing.values),
    ...Object.fromEntries(kept.map(([part, { id }]) => [`${part}_id`, id])),
    ...(oldPsk === undefined ? {} : { psk: oldPsk }),
  };
  const step: ReplaceStep = {
    do: 'replace',
    key: `replace ${existing.id}`,
    after,
    name,
    at: spec.at,
    lines: linesOf(spec),
    connections: [name],
    old: existing,
    body: newBody(planning, existing),
    refs: { ...oldRefs, ...refs(targets) },
    oldBody,
  };
  const kind = 'ipsec_site_connection';
  const change: Change = {
    action: 'replace',
    kind,
    name,
    id: existing.id,
    fields: changed,
    impact: 'replacement',
    reason,
    connections: [name],
    at: spec.at,
  };
  const psk = { state: 'sent', send: true, newVersion: spec.pskVersion !== undefined } as const;
  return { spec, existing, targets, step, change, psk };
}

/** Why the connection cannot stay the object that it is, in words; undefined if it can. */
function replacementReason({ spec, targets }: Planning, existing: Connection): string | undefined {
  const part = immutable.find((candidate) => differs(targets[candidate], existing, candidate));
  if (part !== undefined) {
    return `the API cannot change the ${part} of a connection`;
  }
  const wasLegacy = existing.refs.peer_ep_group === undefined;
  const isLegacy = targets.peer_ep_group === undefined && spec.fields.peer_cidrs !== undefined;
  return wasLegacy === isLegacy ? undefined : 'the API cannot switch between peer_cidrs and endpoint groups';
}

/** Name and description as far as they differ, with what the PUT carries. */
function labels(
  { context, spec }: Planning,
  existing: Connection,
): { readonly body: Body; readonly changes: FieldChange[] } {
  const changes: FieldChange[] = [];
  const body: Record<string, unknown> = {};
  if (spec.name.value !== existing.name) {
    changes.push(fieldChange('name', 'none', existing.name, spec.name.value));
    body.name = spec.name.value;
  }
  const stated = spec.fields.description?.value;
  const { text } = splitDescription(existing.description);
  if (typeof stated === 'string' && stated !== text) {
    changes.push(fieldChange('description', 'none', text, stated));
    body.description = keepMark(stated, existing.description, context.dialect.descriptionLength);
  }
  return { body, changes };
}

function update(planning: Planning, existing: Connection): ConnectionDecision {
  const { context, spec, targets, after } = planning;
  const name = spec.name.value;
  const differing = differences('ipsec_site_connection', withPeerId(statedValues(spec), existing), existing.values);
  const repointed = groups.filter((part) => differs(targets[part], existing, part));
  const moved = repointed.filter((part) => targets[part]?.made === undefined);
  const labelled = labels(planning, existing);
  const changed = [
    ...labelled.changes,
    ...moved.map((part) => refChange(planning, existing, part)),
    ...differing.map(({ change }) => change),
  ];
  const reason = replacementReason(planning, existing);
  if (reason !== undefined) {
    context.noticeTakeOver(existing, spec.at);
    const references = immutable.filter((part) => differs(targets[part], existing, part));
    return replace(
      planning,
      existing,
      [...references.map((part) => refChange(planning, existing, part)), ...changed],
      reason,
    );
  }
  const psk = decidePsk(context, spec, existing);
  if (psk.send) {
    changed.push(fieldChange('psk', 'rekey', '(set)', '(sent anew)'));
  }
  if (changed.length > 0) {
    context.noticeTakeOver(existing, spec.at);
  }
  const body: Body = {
    ...labelled.body,
    ...Object.fromEntries(differing.map(({ field, value }) => [field, value])),
    ...(psk.send ? { psk: spec.psk?.value } : {}),
  };
  const kind = 'ipsec_site_connection';
  const step: UpdateStep | undefined =
    Object.keys(body).length + repointed.length === 0
      ? undefined
      : {
          do: 'update',
          key: `update ${existing.id}`,
          after,
          kind,
          id: existing.id,
          name,
          at: spec.at,
          lines: linesOf(spec),
          connections: [name],
          body,
          refs: refs(targets, repointed),
          pending: existing.status.startsWith('PENDING_') || existing.status === 'BUILD',
        };
  const change: Change | undefined =
    changed.length === 0
      ? undefined
      : {
          action: 'update',
          kind,
          name,
          id: existing.id,
          fields: changed,
          impact: worst(changed),
          connections: [name],
          at: spec.at,
        };
  return { spec, existing, targets, step, change, psk };
}

/** One connection of the files against the one of the cloud. */
export function decideConnection(
  context: Context,
  spec: ConnectionSpec,
  existing: Connection | undefined,
  targets: PartTargets,
): ConnectionDecision {
  const after = parts.flatMap((part) => targets[part]?.made ?? []);
  const planning: Planning = { context, spec, targets, after };
  return existing === undefined ? create(planning) : update(planning, existing);
}
