/** The place of a new object is taken: another run was faster with the same one. */
import { ResponseError } from '../../http/errors.ts';
import type { Body } from '../api.ts';
import { type Kind, kindNames } from '../kinds.ts';
import type { ObjectOf, VpnObject } from '../objects.ts';
import type { Step } from '../plan/steps.ts';
import { callOptions, type Run } from './run.ts';

/** Bad Request and Conflict: what the services answer where a router or a peer can have only one. */
const refusals: readonly number[] = [400, 409];

/** Whether it is what the refused POST would have made. */
function isSame(body: Body, object: VpnObject): boolean {
  switch (object.kind) {
    case 'vpnservice':
      return object.routerId !== undefined && object.routerId === body.router_id;
    case 'ipsec_site_connection':
      return object.name === body.name && object.values.peer_address === body.peer_address;
    default:
      return false;
  }
}

async function found<K extends Kind>(run: Run, kind: K, body: Body): Promise<ObjectOf[K] | undefined> {
  try {
    const listed = await run.ports.api.list(kind, { critical: true });
    return listed.find((object) => !run.known.has(object.id) && isSame(body, object));
  } catch {
    // The refusal itself says more.
    return undefined;
  }
}

/**
 * After a refused POST of a VPN service or a connection: the same object, which was not there before and this run did not
 * make. The run goes on with it.
 */
export async function takenBy<K extends Kind>(
  run: Run,
  kind: K,
  body: Body,
  step: Step,
  refusal: unknown,
): Promise<ObjectOf[K] | undefined> {
  const isRefused = refusal instanceof ResponseError && refusals.includes(refusal.status);
  const other = isRefused ? await found(run, kind, body) : undefined;
  if (other !== undefined) {
    run.hasGivenWay = true;
    run.adopted.add(other.id);
    const { name } = callOptions(step);
    const text = `Another run created the ${kindNames[kind].words} ${name} at the same time (${other.id}). ${kind === 'vpnservice' ? 'This run stops there.' : 'This run goes on with that one.'} Give the workflow a concurrency group.`;
    run.notices.push({ level: 'warning', text });
  }
  return other;
}
