/** What a rotated pre-shared key asks of the person at the other end: before the run, and after it. Pure. */
import { foundIn, pskField } from '../vpn/psk-words.ts';
import type { Change, ConnectionReport, FieldChange, Report } from '../vpn/report.ts';
import { type NextStep, together } from './together.ts';

type Advice = Omit<NextStep, 'connections'>;

/** A tunnel was seen to stay up with the old key until the next negotiation, which then needs the new one at both ends. */
const before: Advice = {
  text: 'The pre-shared key is rotated. Do it in this order:',
  inOrder: [
    'Have the new key ready at the other end. If that can hold two keys for this peer, add the new one beside the old one now.',
    'Run mode: apply, which sends it to the cloud. As a rule a tunnel that is up keeps the old key until it negotiates again.',
    'At once set the new key at the other end, and have it negotiate anew; with wait-for: active do that while the run waits.',
    'When the tunnel is up again, remove the old key at the other end.',
  ],
};

/** Nobody can say whether it is a new one. */
const maybe: Advice = {
  ...before,
  text: 'The pre-shared key is sent. The cloud hides the one that it has; if yours is a new one, do it in this order:',
};

const after: Advice = {
  text: 'The pre-shared key was sent. The other end needs the same one, else the next negotiation fails. Do it in this order:',
  inOrder: [
    'Set the new key at the other end now, and have it negotiate anew.',
    'See that the tunnel is up: a run with mode: plan shows the status.',
    'Then remove the old key at the other end.',
  ],
};

const same: Readonly<Record<'ahead' | 'done', Advice>> = {
  ahead: {
    text: 'The pre-shared key is sent again. The cloud has the same one, so there is nothing to do at the other end.',
  },
  done: {
    text: 'The pre-shared key was sent again. The cloud had the same one, so there is nothing to do at the other end.',
  },
};

/** The key of a connection that was there, as a part of what is done to it. */
function isRotation({ action }: Change, { field }: FieldChange): boolean {
  return field === pskField && action !== 'create';
}

/** The change of the connection's key; undefined if the run leaves it, or the connection is new. */
function rotationOf({ name }: ConnectionReport, changes: readonly Change[]): FieldChange | undefined {
  return changes
    .filter(({ kind, connections }) => kind === 'ipsec_site_connection' && connections.includes(name))
    .flatMap((change) => change.fields.filter((field) => isRotation(change, field)))[0];
}

/** A plan that was refused is carried out by no run; that there are changes at all (DRIFT) is no refusal. */
function isPlanned({ mode, failure }: Report): boolean {
  return mode === 'plan' && (failure === undefined || failure.code === 'DRIFT');
}

/** What was sent stays sent, also where the run then failed: it waited in vain for the other end. */
function stepOf(connection: ConnectionReport, report: Report): Advice | undefined {
  const rotation = rotationOf(connection, report.changes);
  const isSent = connection.psk === 'sent' && connection.operation !== 'deleted';
  const isDone = report.mode !== 'plan' && report.progress !== 'planned' && isSent;
  const isAhead = isPlanned(report) && connection.failure === undefined;
  if (rotation === undefined || !(isDone || isAhead)) {
    return undefined;
  }
  const found = foundIn(rotation.before);
  if (found === 'same') return isDone ? same.done : same.ahead;
  if (isDone) return after;
  return found === 'hidden' ? maybe : before;
}

/** What to do at the other end, in which order. */
export function rotationSteps(report: Report): readonly NextStep[] {
  const several = report.connections.length > 1;
  const steps = report.connections.flatMap((connection) => {
    const advice = stepOf(connection, report);
    return advice === undefined ? [] : [{ ...advice, connections: several ? [connection.name] : [] }];
  });
  return together(steps);
}
