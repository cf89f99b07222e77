/** Turns names of routers and subnets, and CIDRs of subnets, into ids. */
import type { NetworkObject } from '../api.ts';
import type { ConnectionSpec, Endpoint, Reference } from '../desired.ts';
import { canonicalCidr } from '../objects.ts';
import { type Context, listed } from './context.ts';

interface Wanted {
  readonly spec: ConnectionSpec;
  readonly what: 'router' | 'subnet';
  readonly text: string;
  readonly at: Reference['at'];
}

/** The only object that fits; otherwise a refusal and undefined. */
function only(context: Context, wanted: Wanted, found: readonly NetworkObject[]): string | undefined {
  const [first, second] = found;
  if (first === undefined) {
    context.refuse(
      [wanted.spec],
      'NOT_FOUND',
      `There is no ${wanted.what} "${wanted.text}" in this project.`,
      `Check the spelling and the project. A ${wanted.what} that another project shares is given by its id.`,
      wanted.at,
    );
  } else if (second !== undefined) {
    context.refuse(
      [wanted.spec],
      'AMBIGUOUS',
      `"${wanted.text}" fits ${found.length} ${wanted.what}s: ${listed(found)}.`,
      'Give the id of the one that is meant.',
      wanted.at,
    );
  } else {
    return first.id;
  }
  return undefined;
}

function ownSubnets({ observed }: Context): readonly NetworkObject[] {
  return observed.subnets.filter(({ isForeign }) => isForeign !== true);
}

export function routerId(context: Context, spec: ConnectionSpec, router: Reference): string | undefined {
  if (router.by === 'id') {
    return router.id;
  }
  const found = context.observed.routers.filter(({ name }) => name === router.name);
  return only(context, { spec, what: 'router', text: router.name, at: router.at }, found);
}

export function subnetId(context: Context, spec: ConnectionSpec, subnet: Reference): string | undefined {
  if (subnet.by === 'id') {
    return subnet.id;
  }
  const found = ownSubnets(context).filter(({ name }) => name === subnet.name);
  return only(context, { spec, what: 'subnet', text: subnet.name, at: subnet.at }, found);
}

/** An entry of a local endpoint group: the id of the subnet with this id, name or CIDR. */
export function subnetEndpoint(context: Context, spec: ConnectionSpec, endpoint: Endpoint): string | undefined {
  const { is, text, at } = endpoint;
  if (is === 'id') {
    return text;
  }
  const found = ownSubnets(context).filter(({ name, cidr }) =>
    is === 'name' ? name === text : cidr !== undefined && canonicalCidr(cidr) === text,
  );
  return only(context, { spec, what: 'subnet', text, at }, found);
}
