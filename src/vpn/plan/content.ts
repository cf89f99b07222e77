/** Compares an object's content (what is negotiated or routed; not its name and description) with a description. */
import { type Difference, differences, fieldChange, sameSet } from '../compare.ts';
import type { FieldChange } from '../report.ts';
import type { PartObject, Wanted } from './entries.ts';

export interface ContentChange {
  /** Fields that a PUT can carry. */
  readonly fields: readonly Difference[];
  /** Members of an endpoint group: never updatable. */
  readonly endpoints: { readonly before: readonly string[]; readonly after: readonly string[] } | undefined;
  /** Router or subnet of a VPN service: never changed. */
  readonly fixed: readonly FieldChange[];
}

function fixedChange(field: string, wanted: string | undefined, found: string | undefined): FieldChange[] {
  return wanted === undefined || wanted === found ? [] : [fieldChange(field, 'replacement', found, wanted)];
}

/** What would have to change for the object to be as described. */
export function contentChange(wanted: Wanted, object: PartObject): ContentChange {
  const isGroup = object.kind === 'endpoint_group';
  const isService = object.kind === 'vpnservice';
  const members = wanted.endpoints?.members;
  return {
    fields: differences(object.kind, wanted.fields, object.values),
    endpoints:
      isGroup && members !== undefined && !sameSet(members, object.endpoints)
        ? { before: object.endpoints, after: members }
        : undefined,
    fixed: isService
      ? [
          ...fixedChange('router_id', wanted.routerId, object.routerId),
          ...fixedChange('subnet_id', wanted.subnetId, object.subnetId),
        ]
      : [],
  };
}

export function equalContent(wanted: Wanted, object: PartObject): boolean {
  const { fields, endpoints, fixed } = contentChange(wanted, object);
  return fields.length === 0 && endpoints === undefined && fixed.length === 0;
}

/** The object with the content that is asked for. */
function changed(wanted: Wanted, object: PartObject): PartObject {
  const { fields, endpoints } = contentChange(wanted, object);
  const values = { ...object.values, ...Object.fromEntries(fields.map(({ field, value }) => [field, value])) };
  return object.kind === 'endpoint_group' && endpoints !== undefined
    ? { ...object, endpoints: endpoints.after }
    : { ...object, values };
}

/** Whether each of two descriptions gets what it states, and nothing that it does not state changes for it. */
export function agree(one: Wanted, other: Wanted, object: PartObject): boolean {
  return equalContent(one, changed(other, object)) && equalContent(other, changed(one, object));
}
