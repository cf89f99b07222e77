import type { Change, ConnectionReport, Report } from '../vpn/report.ts';
import { destroySteps, pruneSteps } from './removal-words.ts';
import { rotationSteps } from './rotation.ts';
import { type NextStep, together } from './together.ts';
import { stopped } from './words.ts';

/** Where to find what the other end needs. */
function inFile({ peerConfigFile: file }: ConnectionReport): string {
  return file === undefined ? '' : ` The file ${file} has all of it but the pre-shared key.`;
}

function afterDown(connection: ConnectionReport): string {
  const { operation, gatewayAddress, peerAddress } = connection;
  const dial = gatewayAddress === undefined ? '' : ` Its peer address is ${gatewayAddress}, the gateway of the cloud.`;
  if (operation === 'created' || operation === 'replaced') {
    return (
      `DOWN is healthy: the cloud is ready, and the tunnel comes up with the first traffic or when the other end dials.` +
      ` Configure the other end now, with the same pre-shared key and algorithms and the networks mirrored.${dial}${inFile(connection)}`
    );
  }
  const peer = peerAddress === undefined ? 'the peer' : `the peer ${peerAddress}`;
  return (
    `DOWN means configured, but no tunnel at the moment. It comes up with the first traffic. If it stays down, compare` +
    ` with ${peer}: pre-shared key, algorithms of both phases, networks (mirrored), UDP ports 500 and 4500 open.${dial}`
  );
}

/** Fields that both ends must agree on, by what to call them there. */
const agreed: Readonly<Record<string, string>> = {
  endpoints: 'networks (mirrored)',
  local_ep_group: 'networks (mirrored)',
  peer_ep_group: 'networks (mirrored)',
  peer_cidrs: 'networks (mirrored)',
  ike_version: 'IKE version',
  phase1_negotiation_mode: 'exchange mode of phase 1',
  auth_algorithm: 'integrity algorithm',
  encryption_algorithm: 'encryption algorithm',
  pfs: 'Diffie-Hellman group',
  transform_protocol: 'protocol (ESP or AH)',
  encapsulation_mode: 'encapsulation mode',
  peer_id: 'its IKE identity',
  local_id: 'IKE identity of the cloud',
};

/** What this run changed that the other end must change too. */
function toMatch({ name, operation }: ConnectionReport, changes: readonly Change[]): readonly string[] {
  if (operation !== 'updated' && operation !== 'replaced') return [];
  const fields = changes
    .filter(({ action, connections }) => action !== 'create' && connections.includes(name))
    .flatMap((change) => change.fields.map(({ field }) => field));
  return [...new Set(Object.keys(agreed).flatMap((field) => (fields.includes(field) ? String(agreed[field]) : [])))];
}

/** Reasons to act, the most useful first. */
function stepsFor(connection: ConnectionReport, changes: readonly Change[]): readonly string[] {
  const { status, statusStale, settled } = connection;
  const steps: string[] = [];
  const match = toMatch(connection, changes);
  if (match.length > 0) steps.push(`Change the other end to match: ${match.join(', ')}.${inFile(connection)}`);
  if (status === 'DOWN') steps.push(afterDown(connection));
  if (statusStale === true) {
    steps.push(
      'The cloud keeps the old status for up to a minute after a change. With wait-for: active the run waits for a new one.',
    );
  }
  if (settled === false) steps.push('The cloud is still at work on it. Run again to see how it ended.');
  return steps;
}

/** What the person does next, in plain text. */
export function nextSteps(report: Report): readonly NextStep[] {
  if (report.mode === 'plan') {
    const text =
      'Nothing was written. With mode: apply the run does exactly this, as long as the cloud stays as it is.';
    const isGood = report.changes.length > 0 && report.failure === undefined;
    return [...rotationSteps(report), ...(isGood ? [{ text, connections: [] }] : [])];
  }
  if (report.mode === 'export') return [];
  if (report.mode === 'destroy') return stopped(report) ? [] : destroySteps(report);
  // A connection that failed has the hint of its failure, and a run that was stopped before has the run's.
  const finished = report.connections.filter(({ failure }) => failure === undefined && !stopped(report));
  if (report.connections.length === 1) {
    const steps = finished.flatMap((one) => stepsFor(one, report.changes).map((text) => ({ text, connections: [] })));
    return [...rotationSteps(report), ...pruneSteps(report), ...steps];
  }
  // The table has each one's peer.
  const steps = finished.flatMap(({ peerAddress, ...one }) =>
    stepsFor(one, report.changes).map((text) => ({ text, connections: [one.name] })),
  );
  return [...rotationSteps(report), ...pruneSteps(report), ...together(steps)];
}
