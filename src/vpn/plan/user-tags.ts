/** The tags that a file states (OTC). */
import { fieldChange } from '../compare.ts';
import type { ConnectionSpec } from '../desired.ts';
import type { Connection } from '../objects.ts';
import type { FieldChange } from '../report.ts';

export interface TagChanges {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
  readonly fields: readonly FieldChange[];
}

/** Tags that the file states and the connection has not. */
export function userTags({ tags = {} }: ConnectionSpec, found: Connection['tags']): TagChanges {
  const changed = Object.entries(tags).flatMap(([key, { value }]) => {
    const before = found?.get(key);
    return before === (value ?? undefined) ? [] : [{ key, value, before }];
  });
  return {
    set: Object.fromEntries(changed.flatMap(({ key, value }) => (value === null ? [] : [[key, value]]))),
    remove: changed.flatMap(({ key, value }) => (value === null ? key : [])),
    fields: changed.map(({ key, value, before }) => fieldChange(`tags.${key}`, 'none', before, value ?? undefined)),
  };
}
