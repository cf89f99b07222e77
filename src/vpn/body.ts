/** Request bodies: what a new object is sent with. Nothing is left to the server's own defaults. */
import type { Body } from './api.ts';
import { isSettings } from './compare.ts';
import type { FieldValue } from './desired.ts';
import { type Dialect, spelled } from './dialects.ts';
import { type Field, fields } from './fields.ts';
import type { Kind } from './kinds.ts';

type Values = Readonly<Record<string, FieldValue>>;

function defaultOf(field: Field, key: string, dialect: Dialect): FieldValue | undefined {
  if ((field.only ?? dialect.name) !== dialect.name || (key === 'dpd' && !dialect.sendsDefaultDpd)) {
    return undefined;
  }
  return typeof field.default === 'string' && typeof field.shape === 'object'
    ? spelled(dialect, field.shape.choice, field.default)
    : field.default;
}

/**
 * All values of a new object: the stated ones, else those of the object that it succeeds, else our defaults.
 * `lifetime` and `dpd` are completed key by key and sent whole. Name and description are not among them.
 */
export function newValues(kind: Kind, stated: Values, dialect: Dialect, predecessor: Values = {}): Values {
  const values: Record<string, FieldValue> = {};
  for (const [key, field] of Object.entries(fields[kind])) {
    const layers = [field.default, predecessor[key], stated[key]];
    const value = stated[key] ?? predecessor[key] ?? defaultOf(field, key, dialect);
    if (value !== undefined && key !== 'name' && key !== 'description') {
      values[key] = isSettings(value) ? Object.assign({}, ...layers.filter(isSettings)) : value;
    }
  }
  return values;
}

/** Both together; an empty description is left out. */
export function namedBody(name: string, description: string, values: Body): Body {
  return { name, ...(description === '' ? {} : { description }), ...values };
}
