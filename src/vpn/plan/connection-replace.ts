/** A connection that cannot stay the object that it is. */
import type { Connection } from '../objects.ts';
import type { FieldChange } from '../report.ts';
import { linesOf, newBody, oldBody } from './connection-body.ts';
import { type ConnectionDecision, type Planning, references, requirePsk, sentPsk } from './planning.ts';
import type { References } from './steps.ts';

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
      `The old tunnel of ${spec.name.value} may stay up after the replacement, because its VPN service has other connections. If it does, close it at the other end. If that is not in your hands, switch the VPN service off and on again (admin_state_up), which interrupts its other tunnels for a moment.`,
      spec.at,
    );
  }
}

/** The id in the file names the old connection, which would be gone at the next run. */
function refuseId({ context, spec }: Planning, existing: Connection, reason: string): void {
  if (spec.id !== undefined) {
    const rename = spec.name.value === existing.name ? '' : ' after a run that does nothing but rename it';
    context.refuse(
      [spec],
      'CONFLICT',
      `Connection ${spec.name.value} has to be replaced (${reason}), which gives it another id, but the file names it by its id ${existing.id}.`,
      `Remove "id:" from the file${rename}: its name is enough to find it.`,
      spec.id.at,
    );
  }
}

export function replaceConnection(
  planning: Planning,
  existing: Connection,
  fields: readonly FieldChange[],
  reason: string,
): ConnectionDecision {
  const { context, spec, targets, after } = planning;
  requirePsk(planning, `the connection has to be replaced (${reason})`);
  refuseId(planning, existing, reason);
  warnOfLingeringTunnel(planning, existing);
  const kind = 'ipsec_site_connection';
  const name = spec.name.value;
  const at = spec.at;
  const connections = [name];
  const { local_ep_group: _local, peer_ep_group: _peer, ...shared } = existing.refs;
  const kept = spec.fields.peer_cidrs === undefined ? existing.refs : shared;
  const keptRefs: References = Object.fromEntries(Object.entries(kept).map(([part, id]) => [part, { id }]));
  const refs = { ...keptRefs, ...references(targets) };
  return {
    spec,
    existing,
    targets,
    refs,
    step: {
      do: 'replace',
      key: `replace ${existing.id}`,
      after,
      name,
      at,
      lines: linesOf(spec),
      connections,
      old: existing,
      body: newBody(context, spec, existing),
      refs,
      oldBody: oldBody(spec, existing, context.dialect),
    },
    change: {
      action: 'replace',
      kind,
      name,
      id: existing.id,
      fields,
      impact: 'replacement',
      reason,
      connections,
      at,
    },
    psk: sentPsk,
  };
}
