/** Names of the parts that a file describes without one. */
import { createHash } from 'node:crypto';
import type { Part } from './kinds.ts';

const suffixes: Readonly<Record<Part, string>> = {
  vpnservice: 'service',
  ikepolicy: 'ike',
  ipsecpolicy: 'ipsec',
  local_ep_group: 'local',
  peer_ep_group: 'peer',
};

/** OTC's limit; the same everywhere, so that a file means the same names on both clouds. */
const nameLength = 64;

/** `<connection>-ike` and so on, at most 64 characters: a long one is cut and told apart by a hash. */
export function defaultName(connection: string, part: Part): string {
  const suffix = `-${suffixes[part]}`;
  const points = Array.from(connection);
  if (points.length + suffix.length <= nameLength) {
    return `${connection}${suffix}`;
  }
  const tail = `-${createHash('sha256').update(connection).digest('hex').slice(0, 8)}${suffix}`;
  return `${points.slice(0, nameLength - tail.length).join('')}${tail}`;
}
