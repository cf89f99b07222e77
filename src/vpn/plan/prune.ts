/**
 * Connections that this repository made and that no file describes any more. They carry the mark of the repository and of
 * their own name: one that was made by hand, taken over, or renamed in the cloud is never among them.
 */
import type { ConnectionSpec } from '../desired.ts';
import { ownerOf } from '../mark.ts';
import type { Connection } from '../objects.ts';
import type { Observed } from '../observe.ts';
import type { Change } from '../report.ts';
import { type Context, listed, type PlanOptions } from './context.ts';
import { markedFor } from './marked.ts';
import {
  type Leaving,
  type Removal,
  removalKey,
  removalsOfUsers,
  removeConnection,
  removePart,
  warnOfLingeringTunnels,
} from './removal.ts';
import type { DeleteStep } from './steps.ts';

export interface Pruned {
  readonly steps: readonly DeleteStep[];
  readonly changes: readonly Change[];
  /** Connections that the run removes. */
  readonly leaving: readonly Leaving[];
}

/** @returns the connections that this repository made, and that none of these specs describes */
export function forsaken(
  specs: readonly ConnectionSpec[],
  { connections }: Pick<Observed, 'connections'>,
  { repository }: Pick<PlanOptions, 'repository'>,
): readonly Connection[] {
  const names = new Set(specs.map(({ name }) => name.value));
  const ids = new Set(specs.map(({ id }) => id?.value));
  return connections.filter(
    (connection) =>
      !names.has(connection.name) &&
      !ids.has(connection.id) &&
      repository !== '' &&
      markedFor(connection) === ownerOf(repository, connection.name),
  );
}

/** Takes out what other files describe. One accident is common: a job for each file, each of which takes the others' connections for forsaken. */
function uncovered({ notices, options }: Context, found: readonly Connection[]): readonly Connection[] {
  const { prune, elsewhere } = options;
  return found.filter(({ id, name }) => {
    const other = elsewhere.connections.find((one) => one.name === name || one.id === id);
    if (other !== undefined && prune) {
      const text = `Connection ${name} (${id}) is not pruned: ${other.file} describes it, and connection-file of this run does not name that file. To prune, one run has to read all files.`;
      notices.push({ level: 'warning', text });
    }
    return other === undefined;
  });
}

/** Why nothing may be pruned now; undefined if it may. */
function obstacle({ options: { isWhole, elsewhere } }: Context): string | undefined {
  const [unclear] = elsewhere.unclear;
  if (!isWhole) {
    return 'not all connections of the files are in order, so what they describe is not certain';
  }
  return unclear === undefined ? undefined : `${unclear.file} ${unclear.why}`;
}

/** The connections that the run removes. What is not removed is told. */
export function connectionsToPrune(context: Context): readonly Leaving[] {
  const { specs, observed, options, notices } = context;
  const found = uncovered(context, forsaken(specs, observed, options));
  const why = obstacle(context);
  if (found.length === 0 || (why !== undefined && !options.prune)) {
    return [];
  }
  if (why !== undefined) {
    notices.push({ level: 'warning', text: `Nothing was pruned: ${why}.` });
    return [];
  }
  if (options.prune) {
    const why = 'no file describes it any more';
    const leaving = found.map((connection) => ({ connection, name: connection.name, why }));
    warnOfLingeringTunnels(context, leaving);
    return leaving;
  }
  const text = `This repository made connections that no connection file of this run describes: ${listed(found)}. They stay as they are. If nothing else of the repository describes them, prune: true removes them.`;
  notices.push({ level: 'notice', text });
  return [];
}

/** What was made for a pruned connection and nothing uses any more; never a VPN service, whose address would go with it. */
function removeParts(context: Context, leaving: readonly Leaving[], used: ReadonlySet<string>): readonly Removal[] {
  const { ikepolicies, ipsecpolicies, endpointGroups } = context.observed;
  return [...ikepolicies, ...ipsecpolicies, ...endpointGroups].flatMap((object) => {
    const mark = markedFor(object);
    const makers = leaving.filter(({ name }) => ownerOf(context.options.repository, name) === mark);
    if (makers.length === 0 || used.has(object.id)) {
      return [];
    }
    const after = [...makers.map(({ connection }) => removalKey(connection)), ...removalsOfUsers(object.id, leaving)];
    const names = [...new Set(makers.map(({ name }) => name))];
    return [removePart(object, names, 'made for a connection that is removed, and nothing uses it then', after)];
  });
}

/**
 * @param leaving what `connectionsToPrune` gave
 * @param used ids that something uses after the run
 * @param after keys of the steps that write: nothing is removed if one of them fails
 * @returns removals of the connections and, after them, of their parts
 */
export function prune(
  context: Context,
  leaving: readonly Leaving[],
  used: ReadonlySet<string>,
  after: readonly string[],
): Pruned {
  const removals = [...leaving.map((one) => removeConnection(one, after)), ...removeParts(context, leaving, used)];
  return { leaving, steps: removals.map(({ step }) => step), changes: removals.map(({ change }) => change) };
}
