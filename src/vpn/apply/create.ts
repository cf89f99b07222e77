/** A POST whose answer was lost is never simply repeated: first the object is looked for. */
import { CancelledError, LostAnswerError } from '../../http/errors.ts';
import type { Body, CallOptions, VpnApi } from '../api.ts';
import { sameSet } from '../compare.ts';
import { type Kind, kindNames, parts } from '../kinds.ts';
import type { ObjectOf, VpnObject } from '../objects.ts';
import type { Run } from './run.ts';

/** Milliseconds before each look: a list may lag behind the request that was cut off. */
const looks = [0, 2000, 5000];
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

/** The service may still be in trouble: a list that fails is a look that found nothing. */
async function listed<K extends Kind>(api: VpnApi, kind: K): Promise<readonly ObjectOf[K][]> {
  try {
    return await api.list(kind);
  } catch (error) {
    if (error instanceof CancelledError) {
      throw error;
    }
    return [];
  }
}

async function lookFor<K extends Kind>(
  run: Run,
  kind: K,
  body: Body,
  options: CallOptions,
): Promise<ObjectOf[K] | undefined> {
  const { api, clock, cancellation, log } = run.ports;
  for (const delay of looks) {
    await clock.sleep(delay, options.critical === true ? cancellation.writes : cancellation.reads);
    const found = (await listed(api, kind)).find((object) => !run.known.has(object.id) && isAnswerTo(body, object));
    if (found !== undefined) {
      log.info(`The ${kindNames[kind].words} ${options.name ?? ''} had been created although its answer was lost.`);
      return found;
    }
  }
  return undefined;
}

/**
 * Creates an object exactly once, also if answers get lost.
 * @throws LostAnswerError when it stays unknown whether the object exists
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
      const found = await lookFor(run, kind, body, options);
      if (found !== undefined || attempt === tries) {
        return found ?? raise(error);
      }
    }
  }
}

function raise(error: unknown): never {
  throw error;
}
