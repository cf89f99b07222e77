/**
 * The table of proposals: each algorithm, what every device calls it, and where IKEv1 has no number for it.
 * Names are those of the IANA registries "IKEv2 Transform Type Values" in the short form that clouds use; a new device is a new column.
 */
import { Inexpressible, type PeerField, type Proposal } from './peer.ts';

export const devices = ['strongswan'] as const;
export type Device = (typeof devices)[number];

interface Algorithm extends Readonly<Record<Device, string>> {
  /** Phases of IKEv1 that can negotiate it (IANA "IPSEC ISAKMP" and "IKE attributes"); 2 is ESP and AH. */
  readonly ikev1: readonly (1 | 2)[];
}

type Table = Readonly<Record<string, Algorithm>>;

const both = [1, 2] as const;

/** Combined modes also protect the integrity; the number is the length of the check value in bytes. */
function combined(mode: 'ccm' | 'gcm'): Table {
  const rows = ['128', '192', '256'].flatMap((bits) =>
    ['8', '12', '16'].map((icv): [string, Algorithm] => [
      `aes-${bits}-${mode}-${icv}`,
      { strongswan: `aes${bits}${mode}${icv}`, ikev1: [2] },
    ]),
  );
  return Object.fromEntries(rows);
}

const combinedModes: Table = { ...combined('ccm'), ...combined('gcm') };

export const encryption: Table = {
  '3des': { strongswan: '3des', ikev1: both },
  'aes-128': { strongswan: 'aes128', ikev1: both },
  'aes-192': { strongswan: 'aes192', ikev1: both },
  'aes-256': { strongswan: 'aes256', ikev1: both },
  ...combinedModes,
  'aes-128-ctr': { strongswan: 'aes128ctr', ikev1: [2] },
  'aes-192-ctr': { strongswan: 'aes192ctr', ikev1: [2] },
  'aes-256-ctr': { strongswan: 'aes256ctr', ikev1: [2] },
};

export const integrity: Table = {
  md5: { strongswan: 'md5', ikev1: both },
  sha1: { strongswan: 'sha1', ikev1: both },
  sha256: { strongswan: 'sha256', ikev1: both },
  sha384: { strongswan: 'sha384', ikev1: both },
  sha512: { strongswan: 'sha512', ikev1: both },
  'aes-xcbc': { strongswan: 'aesxcbc', ikev1: [2] },
  'aes-cmac': { strongswan: 'aescmac', ikev1: [] },
};

/** Diffie-Hellman groups by their number. */
export const groups: Table = {
  group1: { strongswan: 'modp768', ikev1: both },
  group2: { strongswan: 'modp1024', ikev1: both },
  group5: { strongswan: 'modp1536', ikev1: both },
  group14: { strongswan: 'modp2048', ikev1: both },
  group15: { strongswan: 'modp3072', ikev1: both },
  group16: { strongswan: 'modp4096', ikev1: both },
  group17: { strongswan: 'modp6144', ikev1: both },
  group18: { strongswan: 'modp8192', ikev1: both },
  group19: { strongswan: 'ecp256', ikev1: both },
  group20: { strongswan: 'ecp384', ikev1: both },
  group21: { strongswan: 'ecp521', ikev1: both },
  group22: { strongswan: 'modp1024s160', ikev1: both },
  group23: { strongswan: 'modp2048s224', ikev1: both },
  group24: { strongswan: 'modp2048s256', ikev1: both },
  group25: { strongswan: 'ecp192', ikev1: both },
  group26: { strongswan: 'ecp224', ikev1: both },
  group27: { strongswan: 'ecp224bp', ikev1: both },
  group28: { strongswan: 'ecp256bp', ikev1: both },
  group29: { strongswan: 'ecp384bp', ikev1: both },
  group30: { strongswan: 'ecp512bp', ikev1: both },
  group31: { strongswan: 'curve25519', ikev1: both },
};

/** A proposal in the words of a device. */
export interface Tokens {
  readonly encryption: string;
  readonly integrity: string;
  readonly group: string | undefined;
  /** The encryption is a combined mode: there is no integrity algorithm beside it. */
  readonly isCombined: boolean;
}

export interface Negotiation {
  readonly device: Device;
  readonly ikeVersion: 1 | 2;
  /** 1 sets up the IKE SA, 2 the ESP or AH SAs. */
  readonly phase: 1 | 2;
}

/** @throws Inexpressible if the device, or IKEv1, does not know an algorithm */
export function tokensOf(proposal: Proposal, { device, ikeVersion, phase }: Negotiation): Tokens {
  const token = (table: Table, value: string, what: 'encryption' | 'integrity' | 'group'): string => {
    const field: PeerField = `${phase === 1 ? 'ike' : 'ipsec'}.${what}`;
    const known = Object.hasOwn(table, value) ? table[value] : undefined;
    if (known === undefined) {
      throw new Inexpressible(field, `is not among the algorithms that can be written for ${device}`);
    }
    if (ikeVersion === 1 && !known.ikev1.includes(phase)) {
      throw new Inexpressible(field, `cannot be negotiated in phase ${phase} of IKEv1`);
    }
    return known[device];
  };
  return {
    encryption: token(encryption, proposal.encryption, 'encryption'),
    integrity: token(integrity, proposal.integrity, 'integrity'),
    group: proposal.group === undefined ? undefined : token(groups, proposal.group, 'group'),
    isCombined: Object.hasOwn(combinedModes, proposal.encryption),
  };
}
