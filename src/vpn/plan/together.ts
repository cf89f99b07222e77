/** Several descriptions of one object, taken together. */
import { isSettings, sameSet } from '../compare.ts';
import type { FieldValue } from '../desired.ts';
import type { Wanted } from './entries.ts';

function contradict(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  if (a === undefined || b === undefined) {
    return false;
  }
  return isSettings(a) && isSettings(b) ? Object.keys(a).some((key) => contradict(a[key], b[key])) : a !== b;
}

function union(a: FieldValue | undefined, b: FieldValue): FieldValue {
  return isSettings(a) && isSettings(b) ? { ...b, ...a } : (a ?? b);
}

/** What both ask for; undefined if they contradict each other. */
export function together(a: Wanted, b: Wanted): Wanted | undefined {
  const labels = (['name', 'description', 'routerId', 'subnetId'] as const).some((key) => contradict(a[key], b[key]));
  const fields = Object.keys(b.fields).some((key) => contradict(a.fields[key], b.fields[key]));
  const members =
    a.endpoints !== undefined && b.endpoints !== undefined && !sameSet(a.endpoints.members, b.endpoints.members);
  if (labels || fields || members) {
    return undefined;
  }
  const both = Object.entries(b.fields).map(([key, value]) => [key, union(a.fields[key], value)]);
  return {
    name: a.name ?? b.name,
    description: a.description ?? b.description,
    fields: { ...a.fields, ...Object.fromEntries(both) },
    endpoints: a.endpoints ?? b.endpoints,
    routerId: a.routerId ?? b.routerId,
    subnetId: a.subnetId ?? b.subnetId,
  };
}
