/** A connection that is not there yet. */
import { fieldChange, shown } from '../compare.ts';
import { parts } from '../kinds.ts';
import { linesOf, newBody, newConnectionValues } from './connection-body.ts';
import { statedDescription } from './entries.ts';
import { type ConnectionDecision, type Planning, references, requirePsk, sentPsk } from './planning.ts';
import type { PartTarget } from './references.ts';
import { userTags } from './user-tags.ts';

/** Two connections from one service to one peer are nearly always one that lost its name. */
function refuseTwin({ context, spec, targets }: Planning): void {
  const service = targets.vpnservice?.target;
  if (service === undefined || !('id' in service)) {
    return;
  }
  const peer = spec.fields.peer_address?.value;
  const described = new Set(context.specs.map(({ name }) => name.value));
  const ids = new Set(context.specs.map(({ id }) => id?.value));
  const twin = context.observed.connections.find(
    ({ id, name, refs, values }) =>
      refs.vpnservice === service.id && values.peer_address === peer && !described.has(name) && !ids.has(id),
  );
  if (twin !== undefined) {
    context.refuse(
      [spec],
      'CONFLICT',
      `Connection ${spec.name.value} would be new, but the VPN service already has one to the peer ${String(peer)}: ${twin.name === '' ? '(no name)' : twin.name} (${twin.id}).`,
      `If it is that one, write "id: ${twin.id}" beside the name; it is then renamed. Otherwise delete it, or describe it too.`,
      spec.name.at,
    );
  }
}

/** With its id, where it is there already: a name may come to mean another object. */
function referenceText(part: PartTarget | undefined): string | undefined {
  return part && ('id' in part.target ? `${part.name} (${part.target.id})`.trimStart() : part.name);
}

export function createConnection(planning: Planning): ConnectionDecision {
  const { context, spec, targets, after } = planning;
  requirePsk(planning, 'a new connection needs one');
  refuseTwin(planning);
  const kind = 'ipsec_site_connection';
  const name = spec.name.value;
  const at = spec.at;
  const connections = [name];
  const refs = references(targets);
  const fields = [
    ...parts.map((part) => fieldChange(part, 'none', undefined, referenceText(targets[part]))),
    fieldChange('description', 'none', undefined, statedDescription(spec.fields)),
    ...Object.entries(newConnectionValues(context, spec, undefined)).map(([key, value]) =>
      fieldChange(key, 'none', undefined, shown(value)),
    ),
    ...(context.dialect.tags ? userTags(spec, undefined).fields : []),
    fieldChange('psk', 'none', undefined, '(set)'),
  ].filter(({ after: value }) => value !== undefined);
  const body = newBody(context, spec, undefined);
  const lines = linesOf(spec);
  return {
    spec,
    existing: undefined,
    targets,
    refs,
    step: { do: 'create', key: `create connection ${name}`, after, kind, name, at, lines, connections, body, refs },
    change: { action: 'create', kind, name, fields, impact: 'none', connections, at },
    psk: sentPsk,
  };
}
