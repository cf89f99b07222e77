/** Finds differences between what a file states and what the service has. Only stated fields are compared. */
import type { FieldValue, Settings } from './desired.ts';
import { fields } from './fields.ts';
import type { Kind } from './kinds.ts';
import type { FieldChange, Impact } from './report.ts';

export interface Difference {
  readonly field: string;
  /** What a PUT carries: `lifetime` and `dpd` are whole, also if one key was stated. */
  readonly value: FieldValue;
  readonly change: FieldChange;
}

export function isSettings(value: FieldValue | undefined): value is Settings {
  return typeof value === 'object' && !Array.isArray(value);
}

/** A value as a person reads it in a table. */
export function shown(value: FieldValue): string {
  if (isSettings(value) && value.units !== undefined && value.value !== undefined) {
    return `${value.value} ${value.units}`;
  }
  if (isSettings(value)) {
    return Object.entries(value)
      .map(([key, entry]) => `${key} ${entry}`)
      .join(', ');
  }
  return Array.isArray(value) ? value.join(', ') : String(value);
}

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const left = new Set(a);
  const right = new Set(b);
  return left.size === right.size && [...left].every((entry) => right.has(entry));
}

function same(wanted: FieldValue, found: FieldValue | undefined): boolean {
  if (isSettings(wanted)) {
    return isSettings(found) && Object.entries(wanted).every(([key, value]) => found[key] === value);
  }
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && sameSet(wanted, found);
  }
  // An unset text is an empty one.
  return wanted === (found ?? '');
}

export function fieldChange(field: string, impact: Impact, before?: string, after?: string): FieldChange {
  return {
    field,
    impact,
    ...(before === undefined || before === '' ? {} : { before }),
    ...(after === undefined || after === '' ? {} : { after }),
  };
}

/** Differences of the stated values, in the order of the field table; empty when the service agrees. */
export function differences(
  kind: Kind,
  wanted: Readonly<Record<string, FieldValue>>,
  found: Readonly<Record<string, FieldValue>>,
): Difference[] {
  return Object.entries(fields[kind]).flatMap(([field, { impact }]): Difference[] => {
    const value = wanted[field];
    const before = found[field];
    if (value === undefined || same(value, before)) {
      return [];
    }
    const whole = isSettings(value) && isSettings(before) ? { ...before, ...value } : value;
    const change = fieldChange(field, impact, before === undefined ? undefined : shown(before), shown(whole));
    return [{ field, value: whole, change }];
  });
}
