/** Puts what no gateway can be set up with into the words of the API, on the line that states it. */
import type { Place } from '../errors.ts';
import type { Inexpressible, PeerField } from '../peer/peer.ts';
import { shown } from '../spec/show.ts';
import { shown as shownValue } from './compare.ts';
import type { ConnectionSpec } from './desired.ts';
import type { Part } from './kinds.ts';
import type { Outcome } from './plan/outcome.ts';
import { Refusal } from './plan/refusal.ts';

interface Origin {
  readonly part?: Extract<Part, 'ikepolicy' | 'ipsecpolicy'>;
  readonly key: string;
}

const origins: Readonly<Record<PeerField, Origin>> = {
  'own.identity': { key: 'peer_id' },
  'own.networks': { key: 'peer_ep_group' },
  'cloud.identity': { key: 'local_id' },
  'cloud.networks': { key: 'local_ep_group' },
  'ike.version': { part: 'ikepolicy', key: 'ike_version' },
  'ike.mode': { part: 'ikepolicy', key: 'phase1_negotiation_mode' },
  'ike.encryption': { part: 'ikepolicy', key: 'encryption_algorithm' },
  'ike.integrity': { part: 'ikepolicy', key: 'auth_algorithm' },
  'ike.group': { part: 'ikepolicy', key: 'pfs' },
  'ike.lifetime': { part: 'ikepolicy', key: 'lifetime' },
  'ipsec.protocol': { part: 'ipsecpolicy', key: 'transform_protocol' },
  'ipsec.mode': { part: 'ipsecpolicy', key: 'encapsulation_mode' },
  'ipsec.encryption': { part: 'ipsecpolicy', key: 'encryption_algorithm' },
  'ipsec.integrity': { part: 'ipsecpolicy', key: 'auth_algorithm' },
  'ipsec.group': { part: 'ipsecpolicy', key: 'pfs' },
  'ipsec.lifetime': { part: 'ipsecpolicy', key: 'lifetime' },
  dpd: { key: 'dpd' },
  starts: { key: 'initiator' },
};

/** The line of the value, else of the part that has it, else of the connection. */
function placeOf(spec: ConnectionSpec, { part, key }: Origin): Place {
  const described = Object.entries(spec.parts).find(([name]) => name === (part ?? key))?.[1];
  const stated = described?.by === 'description' ? described.fields[key] : spec.fields[key];
  return (stated ?? described)?.at ?? spec.at;
}

/** Why nothing is written for the other end of this connection. */
export function peerRefusal(spec: ConnectionSpec, outcome: Outcome, { field, message }: Inexpressible): Refusal {
  const origin = origins[field];
  const { part, key } = origin;
  const value = outcome[part ?? 'connection'][key];
  const what = [
    part === undefined ? key : `${part}.${key}`,
    ...(value === undefined ? [] : [shown(shownValue(value))]),
  ];
  return new Refusal(
    [spec],
    'PEER_CONFIG',
    `Connection ${spec.name.value}: the other end cannot be set up for it: ${what.join(' ')} ${message}.`,
    {
      hint: 'Nothing of it was changed. Choose another value, or leave out the inputs peer-config and peer-config-file and set the other end up by hand.',
      at: placeOf(spec, origin),
    },
  );
}
