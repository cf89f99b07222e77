/** OTC: a changed policy takes effect for a connection when that is updated too; a PUT of its current name will do. */
import type { FieldValue } from '../desired.ts';
import { type Connection, isPending } from '../objects.ts';
import type { Change } from '../report.ts';
import { policiesDigest, tagKeys } from '../tags.ts';
import type { Context } from './context.ts';
import type { Decision } from './part-steps.ts';
import type { TagStep, UpdateStep } from './steps.ts';

/** Policies whose negotiated content this run changes in place, by id. */
export type PolicyUpdates = ReadonlyMap<string, Decision & { readonly step: UpdateStep }>;

/** Why and how a connection has to be touched. */
export interface Touching {
  /** Keys of the steps that change its policies. */
  readonly after: readonly string[];
  /** Tag value for the policies' content after the run. */
  readonly digest: string;
  readonly reason: string;
}

const kind = 'ipsec_site_connection';

export function policyUpdates(decisions: readonly Decision[]): PolicyUpdates {
  const updates = decisions.flatMap((decision): [string, Decision & { readonly step: UpdateStep }][] => {
    const { step, change } = decision;
    const isPolicy = step?.kind === 'ikepolicy' || step?.kind === 'ipsecpolicy';
    return step?.do === 'update' && isPolicy && change?.fields.some(({ impact }) => impact !== 'none') === true
      ? [[step.id, { ...decision, step }]]
      : [];
  });
  return new Map(updates);
}

function policiesOf({ refs }: Connection): readonly [string, string] {
  return [refs.ikepolicy ?? '', refs.ipsecpolicy ?? ''];
}

/** Digest of the policies that a connection refers to, with these changes. */
function digestOf({ observed }: Context, connection: Connection, updates: PolicyUpdates): string {
  const policies = [...observed.ikepolicies, ...observed.ipsecpolicies];
  const [ike, ipsec] = policiesOf(connection).map(
    (id): Readonly<Record<string, FieldValue>> =>
      updates.get(id)?.values ?? policies.find((policy) => policy.id === id)?.values ?? {},
  );
  return policiesDigest(ike, ipsec);
}

/** Undefined when nothing happened to its policies since it was last updated, and nothing will. */
export function touching(context: Context, connection: Connection, updates: PolicyUpdates): Touching | undefined {
  const known = connection.tags?.get(tagKeys.policies);
  const missed = known !== undefined && known !== digestOf(context, connection, new Map());
  const after = policiesOf(connection).flatMap((id) => updates.get(id)?.step.key ?? []);
  if (!missed && after.length === 0) {
    return undefined;
  }
  const reason = missed
    ? 'a policy was changed after the connection was last updated: without an update it does not take effect'
    : 'a changed policy takes effect when the connection is updated';
  return { after, digest: digestOf(context, connection, updates), reason };
}

export function touchKey(id: string): string {
  return `touch ${id}`;
}

export function touchStep(connection: Connection, { after }: Touching, connections: readonly string[]): UpdateStep {
  const { id, name, status } = connection;
  const pending = isPending(status);
  return { do: 'update', key: touchKey(id), after, kind, id, name, connections, body: { name }, refs: {}, pending };
}

export function touchChange(connection: Connection, { reason }: Touching, connections: readonly string[]): Change {
  const { id, name } = connection;
  return { action: 'touch', kind, name, id, fields: [], impact: 'rekey', reason, connections };
}

/** Names of the connections of the run that describe a policy of this connection. */
export function describing(connection: Connection, decisions: readonly Decision[]): string[] {
  const used = policiesOf(connection);
  const policies = decisions.filter(({ target }) => 'id' in target && used.includes(target.id));
  return [...new Set(policies.flatMap(({ object }) => object.entries.map(({ spec }) => spec.name.value)))];
}

/**
 * Before a policy is changed, connections without a digest get the one of the old content: a run that is cut off
 * between policy and touch is then seen, and repaired, by the next.
 */
export function remember(context: Context, connection: Connection, updates: PolicyUpdates): TagStep | undefined {
  const { id, name, tags } = connection;
  const isAffected = policiesOf(connection).some((policy) => updates.has(policy));
  return !isAffected || tags?.has(tagKeys.policies) === true
    ? undefined
    : {
        do: 'tag',
        key: `remember ${id}`,
        after: [],
        name,
        connections: [],
        connection: { id },
        set: { [tagKeys.policies]: digestOf(context, connection, new Map()) },
        remove: [],
      };
}
