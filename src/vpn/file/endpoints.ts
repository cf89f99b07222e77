/** Lists of networks: the members of an endpoint group, and the legacy `peer_cidrs`. */
import { found, type Value } from '../../spec/node.ts';
import type { Endpoint } from '../desired.ts';
import { checkCidr, looksLikeNetwork, readRemote } from './addresses.ts';
import type { FileContext } from './context.ts';
import { readNameOrId } from './references.ts';

export type Side = 'local' | 'peer';

const examples: Readonly<Record<Side, string>> = {
  local: '[subnet-app, 10.10.0.0/24]',
  peer: '[10.80.0.0/24, 10.81.0.0/16]',
};

/** A subnet of the cloud by id, CIDR or name. */
function readLocal(context: FileContext, value: Value): Endpoint | undefined {
  const reference = readNameOrId(context, value, 'the name, id or CIDR of a subnet');
  if (reference === undefined || reference.by === 'id') {
    return reference === undefined ? undefined : { is: 'id', text: reference.id, at: reference.at };
  }
  const { name, at } = reference;
  if (!looksLikeNetwork(name)) {
    return { is: 'name', text: name, at };
  }
  const cidr = checkCidr(context, value.path, { value: name, at });
  return cidr === undefined ? undefined : { is: 'cidr', text: cidr.value, at };
}

function readPeer(context: FileContext, value: Value): Endpoint | undefined {
  const cidr = readRemote(context, value);
  return cidr === undefined ? undefined : { is: 'cidr', text: cidr.value, at: cidr.at };
}

/** The members of the list, each once. */
export function readEndpoints(context: FileContext, side: Side, { node, path }: Value): Endpoint[] | undefined {
  if (node.is !== 'list') {
    context.problems.error(node.at, path, `Expected a list, ${found(node)}. Write it as in ${examples[side]}.`);
    return undefined;
  }
  if (node.items.length === 0) {
    context.problems.error(node.at, path, `The list is empty. Write at least one entry, as in ${examples[side]}.`);
  }
  const read = side === 'local' ? readLocal : readPeer;
  const known = new Map<string, Endpoint>();
  for (const [index, item] of node.items.entries()) {
    const value: Value = { node: item, keyAt: item.at, path: `${path}[${index}]` };
    const endpoint = read(context, value);
    const key = `${endpoint?.is} ${endpoint?.text}`;
    const first = known.get(key);
    if (endpoint === undefined) {
      continue;
    }
    if (first === undefined) {
      known.set(key, endpoint);
    } else {
      const words = `${endpoint.text} is already in the list on line ${first.at.line}.`;
      context.problems.warning(endpoint.at, value.path, `${words} It is used once; remove this entry.`);
    }
  }
  return [...known.values()];
}
