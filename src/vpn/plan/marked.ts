/** Whose an object is, of any kind: connections carry the mark in a tag where they have tags, everything else in its description. */
import { splitDescription, tagOwner } from '../mark.ts';
import type { VpnObject } from '../objects.ts';
import { tagKeys } from '../tags.ts';

/** The owner as `ownerOf` makes it; undefined for what this action did not make. */
export function markedFor(object: VpnObject): string | undefined {
  const tag = object.kind === 'ipsec_site_connection' ? object.tags?.get(tagKeys.mark) : undefined;
  return tagOwner(tag) ?? splitDescription(object.description).mark?.owner;
}
