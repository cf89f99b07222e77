/** What taking away a connection and its parts consists of; destroy and prune have it in common. */
import type { Place } from '../../errors.ts';
import { kindNames } from '../kinds.ts';
import type { Connection } from '../objects.ts';
import type { Observed } from '../observe.ts';
import type { Change } from '../report.ts';
import type { Context } from './context.ts';
import type { PartObject } from './entries.ts';
import type { DeleteStep } from './steps.ts';

/** A connection that the run removes. */
export interface Leaving {
  readonly connection: Connection;
  /** What the run calls it: its name in the file, or where no file has it, in the cloud. */
  readonly name: string;
  /** The line of the file. */
  readonly at?: Place;
  /** What a person should see beside it in the plan. */
  readonly why?: string;
}

export interface Removal {
  readonly step: DeleteStep;
  readonly change: Change;
}

export function removalKey({ id }: { readonly id: string }): string {
  return `delete ${id}`;
}

/** An object as messages name it: the API allows objects without a name. */
export function objectWords({ kind, name, id }: PartObject | Connection): string {
  return `${kindNames[kind].words} ${name === '' ? id : `${name} (${id})`}`;
}

/** Why it goes, and whom that cuts off. */
function reasonOf({ values: { peer_address: peer } }: Connection, why: string | undefined): { reason?: string } {
  const words = [why, peer === undefined ? undefined : `its peer is ${String(peer)}`].filter(
    (one) => one !== undefined,
  );
  return words.length === 0 ? {} : { reason: words.join('; ') };
}

/** @param after keys of the steps that must have succeeded before */
export function removeConnection({ connection, name, at, why }: Leaving, after: readonly string[]): Removal {
  const { kind, id } = connection;
  const called = connection.name === '' ? id : connection.name;
  const place = at === undefined ? {} : { at };
  const connections = [name];
  return {
    step: {
      ...{ do: 'delete', key: removalKey(connection), after, name: called, ...place, connections, kind, id },
      ...{ justFreed: false, required: true },
    },
    change: {
      ...{ action: 'delete', kind, name: connection.name, id, fields: [], impact: 'removal' },
      ...{ ...reasonOf(connection, why), connections, ...place },
    },
  };
}

/** @param after keys of the steps that free it */
export function removePart(
  { kind, id, name }: PartObject,
  connections: readonly string[],
  reason: string,
  after: readonly string[],
): Removal {
  return {
    step: {
      ...{ do: 'delete', key: removalKey({ id }), after, name: name === '' ? id : name, connections, kind, id },
      ...{ justFreed: true, required: true },
    },
    change: { action: 'delete', kind, name, id, fields: [], impact: 'none', reason, connections },
  };
}

/** Connections that stay and refer to the object, as whichever part. */
export function staying({ connections }: Observed, id: string, leaving: readonly Leaving[]): readonly Connection[] {
  const gone = new Set(leaving.map(({ connection }) => connection.id));
  return connections.filter(({ id: own, refs }) => !gone.has(own) && Object.values(refs).includes(id));
}

/** Keys of the removals of connections that refer to the object. */
export function removalsOfUsers(id: string, leaving: readonly Leaving[]): readonly string[] {
  return leaving.flatMap(({ connection }) =>
    Object.values(connection.refs).includes(id) ? removalKey(connection) : [],
  );
}

/**
 * Seen with the stock strongSwan driver of Neutron: the agent only reloads its configuration, so the tunnel of a deleted
 * connection stays up while its service has others.
 */
export function warnOfLingeringTunnels(context: Context, leaving: readonly Leaving[]): void {
  if (context.dialect.name !== 'openstack') {
    return;
  }
  for (const { connection, name, at } of leaving) {
    const { vpnservice } = connection.refs;
    if (vpnservice !== undefined && staying(context.observed, vpnservice, leaving).length > 0) {
      const text = `The tunnel of ${name} may stay up after the deletion and go on passing traffic, because its VPN service keeps other connections. Close it at the other end: remove or disable the connection there. If that is not in your hands, switch the VPN service off and on again (admin_state_up), which ends it for good, and the other tunnels of the service for a moment.`;
      context.notices.push({ level: 'warning', text, ...(at === undefined ? {} : { at }) });
    }
  }
}
