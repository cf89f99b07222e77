/** What a person is told of what destroy and prune remove. Pure. */
import type { Change, ConnectionReport, Report } from '../vpn/report.ts';
import { type NextStep, together } from './together.ts';

function isRemoval({ impact, kind }: Change): boolean {
  return impact === 'removal' && kind === 'ipsec_site_connection';
}

/** Names of connections that the plan removes and that no file describes. */
export function prunedNames({ changes, connections }: Report): readonly string[] {
  const described = new Set(connections.map(({ name }) => name));
  const names = changes.filter(isRemoval).flatMap((change) => change.connections);
  return [...new Set(names)].filter((name) => !described.has(name));
}

/** Nothing is to be removed: what is said in place of a plan. */
export function nothingToRemove({ connections }: Report): string {
  const gone = connections.filter(({ id }) => id === undefined).map(({ name }) => name);
  return gone.length === 0
    ? 'Nothing to remove.'
    : `Nothing to remove: ${gone.join(', ')} ${gone.length === 1 ? 'is' : 'are'} not there, or not any more.`;
}

const atFarSide =
  'Remove the connection at the other end too, with its pre-shared key: else it goes on trying to connect';

function afterDestroy(connection: ConnectionReport): readonly string[] {
  const { operation, id, gatewayAddress, peerAddress, vpnserviceId } = connection;
  if (operation === 'unchanged') {
    return id === undefined ? ['It is not there: remove it from the connection file, if that still describes it.'] : [];
  }
  const peer = peerAddress === undefined ? '' : ` Its peer was ${peerAddress}.`;
  const gateway = gatewayAddress === undefined ? '' : ` to ${gatewayAddress}`;
  const released =
    vpnserviceId !== undefined || gatewayAddress === undefined
      ? ''
      : ` The address ${gatewayAddress} is released and may become somebody else's.`;
  return [
    `${atFarSide}${gateway}.${peer}${released}`,
    'Remove the connection from its file as well, and the secret with its key: else the next run with mode: apply creates it again.',
  ];
}

/** What the person does after a run with mode: destroy. */
export function destroySteps({ connections }: Report): readonly NextStep[] {
  const done = connections.filter(({ failure }) => failure === undefined);
  const several = connections.length > 1;
  const steps = done.flatMap((connection) =>
    afterDestroy(connection).map((text) => ({ text, connections: several ? [connection.name] : [] })),
  );
  return together(steps);
}

/** The same after connections were pruned. */
export function pruneSteps(report: Report): readonly NextStep[] {
  const names = report.progress === 'done' ? prunedNames(report) : [];
  return names.length === 0 ? [] : [{ text: `${atFarSide}.`, connections: names }];
}
