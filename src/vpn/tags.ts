/** Tags of connections (OTC): the user's, and three of ours. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import type { FieldValue } from './desired.ts';

/** Keys that start so are ours. */
export const ownTagPrefix = 'ipsec-action';
export const tagKeys = {
  /** Our mark: the description of connections is reserved on OTC. */
  mark: `${ownTagPrefix}-mark`,
  /** Digest of the policies for which the connection was last touched. */
  policies: `${ownTagPrefix}-policies`,
  /** The psk_version that was last sent, and whether the cloud hides the psk. */
  psk: `${ownTagPrefix}-psk`,
} as const;

export interface PskTag {
  /** The cloud answered something else than was sent: what it shows says nothing. */
  readonly hidden: boolean;
  readonly version: string | undefined;
}

/** `clear-3`, `hidden-3` or `hidden`; undefined where there is nothing to remember. */
export function pskTagValue(tag: PskTag): string | undefined {
  if (tag.version === undefined) {
    return tag.hidden ? 'hidden' : undefined;
  }
  return `${tag.hidden ? 'hidden' : 'clear'}-${tag.version}`;
}

export function readPskTag(value: string | undefined): PskTag {
  const found = /^(clear|hidden)(?:-(.+))?$/.exec(value ?? '');
  return { hidden: found?.[1] === 'hidden', version: found?.[2] };
}

type PolicyValues = Readonly<Record<string, FieldValue>>;

/** Digest of the negotiated content of both policies (names and descriptions change nothing on the wire). */
export function policiesDigest(ike: PolicyValues = {}, ipsec: PolicyValues = {}): string {
  return createHash('sha256')
    .update(canonicalJson([ike, ipsec]))
    .digest('hex')
    .slice(0, 32);
}
