/** A gateway to set up, and changes of it. */
import type { Peer, Proposal } from '../../../src/peer/peer.ts';

const proposal: Proposal = { encryption: 'aes-256', integrity: 'sha256', group: 'group14' };

export const office: Peer = {
  name: 'office-bonn',
  own: {
    address: '198.51.100.20',
    identity: { type: 'address', text: '198.51.100.20' },
    networks: ['10.80.0.0/24', '10.81.0.0/16'],
  },
  cloud: {
    address: '203.0.113.17',
    identity: { type: 'address', text: '203.0.113.17' },
    networks: ['10.10.1.0/24', '10.10.2.0/24'],
  },
  ike: { version: 2, isAggressive: false, proposal, lifetime: 86_400 },
  ipsec: { protocol: 'esp', mode: 'tunnel', proposal, lifetime: 3600 },
  dpd: { action: 'hold', interval: 30, timeout: 120 },
  starts: 'either',
};

export interface Changes {
  readonly own?: Partial<Peer['own']>;
  readonly cloud?: Partial<Peer['cloud']>;
  readonly ike?: Partial<Peer['ike']>;
  readonly ipsec?: Partial<Peer['ipsec']>;
  readonly dpd?: Partial<Peer['dpd']>;
  readonly starts?: Peer['starts'];
  readonly name?: string;
}

/** The office with these changes. */
export function peerOf({ own, cloud, ike, ipsec, dpd, ...others }: Changes): Peer {
  return {
    ...office,
    ...others,
    own: { ...office.own, ...own },
    cloud: { ...office.cloud, ...cloud },
    ike: { ...office.ike, ...ike },
    ipsec: { ...office.ipsec, ...ipsec },
    dpd: { ...office.dpd, ...dpd },
  };
}

export function proposalOf(changes: Partial<Proposal>): Proposal {
  return { ...proposal, ...changes };
}
