/** What the gateway at the other end has to be set up with, in terms of no device and of no cloud's API. */

/** An IKE identity as it goes over the wire (RFC 7296, 3.5): ID_IPV4_ADDR or ID_IPV6_ADDR, ID_FQDN, ID_RFC822_ADDR. */
export interface Identity {
  readonly type: 'address' | 'fqdn' | 'email';
  readonly text: string;
}

export interface Side {
  /** Public address, canonical. */
  readonly address: string;
  readonly identity: Identity;
  /** Networks behind it in CIDR notation, canonical. */
  readonly networks: readonly string[];
}

/** Algorithms by the names of the table in proposals.ts. */
export interface Proposal {
  readonly encryption: string;
  /** Integrity, and in phase 1 the pseudo-random function too. */
  readonly integrity: string;
  /** Diffie-Hellman group; undefined: phase 2 without perfect forward secrecy. */
  readonly group: string | undefined;
}

export interface Peer {
  /** Name of the connection, as its owner wrote it. */
  readonly name: string;
  /** The gateway that is to be set up. */
  readonly own: Side;
  /** The gateway of the cloud. */
  readonly cloud: Side;
  readonly ike: {
    readonly version: 1 | 2;
    /** IKEv1 only. */
    readonly isAggressive: boolean;
    readonly proposal: Proposal;
    /** Seconds. */
    readonly lifetime: number;
  };
  readonly ipsec: {
    readonly protocol: 'esp' | 'ah' | 'ah-esp';
    readonly mode: 'tunnel' | 'transport';
    readonly proposal: Proposal;
    /** Seconds. */
    readonly lifetime: number;
  };
  /** What to do with the tunnel when the other side is found dead; seconds. */
  readonly dpd: {
    readonly action: 'hold' | 'clear' | 'restart' | 'disabled';
    readonly interval: number;
    readonly timeout: number;
  };
  /** Who may dial: `own` if the cloud only answers. */
  readonly starts: 'own' | 'either';
}

/** The values of a peer, as far as one may be impossible to express. */
export type PeerField =
  | 'own.identity'
  | 'own.networks'
  | 'cloud.identity'
  | 'cloud.networks'
  | 'ike.version'
  | 'ike.mode'
  | 'ike.encryption'
  | 'ike.integrity'
  | 'ike.group'
  | 'ike.lifetime'
  | 'ipsec.protocol'
  | 'ipsec.mode'
  | 'ipsec.encryption'
  | 'ipsec.integrity'
  | 'ipsec.group'
  | 'ipsec.lifetime'
  | 'dpd'
  | 'starts';

/** A value that the gateway cannot be set up with: nothing is written rather than something else. */
export class Inexpressible extends Error {
  readonly field: PeerField;

  /** @param why continues "<the value> …", such as `is unknown to strongSwan`; without a full stop */
  constructor(field: PeerField, why: string) {
    super(why);
    this.field = field;
  }
}
