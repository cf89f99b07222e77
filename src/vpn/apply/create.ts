/** A POST whose answer was lost is never simply repeated: first the object is looked for. */
import { LostAnswerError } from '../../http/errors.ts';
import type { Body, CallOptions } from '../api.ts';
import { sameSet } from '../compare.ts';
import { type Kind, kindNames, parts } from '../kinds.ts';
import type { ObjectOf, VpnObject } from '../objects.ts';
import type { Run } from './run.ts';

/** Milliseconds between the looks, which are at 0, 2 and 5 s: a list may lag behind the request that was cut off. */
const pauses = [0, 2000, 3000];
const tries = 2;

/** Whether this is what the lost POST made: name, marked description, references and members are the sent ones. */
export function isAnswerTo(body: Body, object: VpnObject): boolean {
  const described = body.description === undefined || body.description === object.description;
  if (object.name !== body.name || !described) {
    return false;
  }
  switch (object.kind) {
    case 'endpoint_group':
      return Array.isArray(body.endpoints) && sameSet(body.endpoints, object.endpoints);
    case 'vpnservice':
      return object.routerId === body.router_id;
    case 'ipsec_site_connection':
      return (
        object.values.peer_address === body.peer_address &&
        parts.every((part) => body[`${part}_id`] === undefined || body[`${part}_id`] === object.refs[part])
      );
    default:
      return true;
  }
}

/**
 * @returns undefined when the object is not there
 * @throws when nobody can say: the run was cancelled, or the last look failed
 */
async function lookFor<K extends Kind>(
  { known, ports }: Run,
  kind: K,
  body: Body,
  { name = '', critical = false }: CallOptions,
): Promise<ObjectOf[K] | undefined> {
  const { api, clock, cancellation, log } = ports;
  let trouble: unknown;
  for (const pause of pauses) {
    await clock.sleep(pause, critical ? cancellation.writes : cancellation.reads);
    try {
      const found = (await api.list(kind, { critical })).find(
        (object) => !known.has(object.id) && isAnswerTo(body, object),
      );
      if (found !== undefined) {
        log.info(`The ${kindNames[kind].words} ${name} had been created although its answer was lost.`);
        return found;
      }
      trouble = undefined;
    } catch (error) {
      trouble = error;
    }
  }
  if (trouble !== undefined) {
    throw trouble;
  }
  return undefined;
}

/** The answer is lost, and whether the object is there cannot be found out either: even an answered 5xx proves nothing. */
function unsure({ code, message, requestId, reason, hint = '' }: LostAnswerError): LostAnswerError {
  return new LostAnswerError(code, message, { status: undefined, requestId, reason }, hint);
}

async function adopt<K extends Kind>(run: Run, kind: K, body: Body, options: CallOptions, error: LostAnswerError) {
  try {
    return await lookFor(run, kind, body, options);
  } catch {
    throw unsure(error).on(error.at);
  }
}

/**
 * Asked again and with nothing to show for it: this server cannot do it, and does not say why. What is known to end so with
 * Neutron is in the hint.
 */
function cannot(kind: Kind, { name = '' }: CallOptions, { reason, requestId }: LostAnswerError): LostAnswerError {
  const words = reason.replace(/\.$/, '');
  const request = requestId === undefined ? '' : ` (request id ${requestId})`;
  return new LostAnswerError(
    'API_UNAVAILABLE',
    `Could not create the ${kindNames[kind].words} ${name}: ${words}. It was asked twice, and nothing is there${request}.`,
    { status: 500, requestId, reason },
    'The service fails at something that it does not name. OpenStack does so for emoji and other rare letters in a name or description, for transform_protocol ah-esp where the driver lacks it, and for ids of other projects. Run it again in a few minutes; if it stays so, ask the operator, with the request id.',
  );
}

/**
 * Creates an object exactly once, also if answers get lost.
 * @throws LostAnswerError when the object was not there after it was tried twice, once at the end of the time (with the status of the last answer, if
 * there was one), or when it stays unknown whether it is there (without)
 */
export async function createOnce<K extends Kind>(
  run: Run,
  kind: K,
  body: Body,
  options: CallOptions,
): Promise<ObjectOf[K]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run.ports.api.create(kind, body, options);
    } catch (error) {
      if (!(error instanceof LostAnswerError)) {
        throw error;
      }
      const found = await adopt(run, kind, body, options, error);
      if (found !== undefined) {
        return found;
      }
      if (attempt === tries && error.status === 500) {
        throw cannot(kind, options, error).on(error.at);
      }
      const isLate = options.critical !== true && run.ports.clock.now() >= run.ports.deadline;
      if (attempt === tries || isLate) {
        throw error;
      }
    }
  }
}
