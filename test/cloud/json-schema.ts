import { pformat } from './pprint.ts';
import { isRecord, pyRepr } from './values.ts';

type Type = 'object' | 'array' | 'string' | 'boolean';

/** As much of JSON Schema (draft 4) as Keystone's login needs; the order of the keys is the order of the checks. */
export interface Schema {
  readonly type?: Type | readonly Type[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
}

/** Where a value or schema is: keys and positions from the top. */
type Path = readonly (string | number)[];

interface Fault {
  readonly rule: string;
  readonly message: string;
  readonly schema: Schema;
  readonly schemaPath: Path;
  readonly value: unknown;
  readonly path: Path;
}

/**
 * The first fault in the words of Python's jsonschema, which show schema and value in full; undefined without one.
 * In front of them Keystone names the field.
 */
export function schemaFault(schema: Schema, value: unknown): string | undefined {
  for (const fault of faults(schema, value, [], [])) {
    const field = fault.path.length === 0 ? '' : `Invalid input for field '${fault.path.join('/')}': `;
    const where = `Failed validating '${fault.rule}' in schema${indices(fault.schemaPath)}:`;
    const on = `On instance${indices(fault.path)}:`;
    return `${field}${fault.message}\n\n${where}\n${shown(fault.schema)}\n\n${on}\n${shown(fault.value)}`;
  }
  return undefined;
}

function indices(path: Path): string {
  return path.map((key) => `[${pyRepr(key)}]`).join('');
}

function shown(value: unknown): string {
  return pformat(value).replaceAll(/^/gm, '    ');
}

function* faults(schema: Schema, value: unknown, path: Path, schemaPath: Path): Generator<Fault> {
  const fault = (rule: string, message: string): Fault => ({ rule, message, schema, schemaPath, value, path });
  for (const rule of Object.keys(schema)) {
    if (rule === 'type') {
      const types = [schema.type ?? []].flat();
      if (!types.some((type) => isOf(type, value))) {
        yield fault(rule, `${pyRepr(value)} is not of type ${types.map(pyRepr).join(', ')}`);
      }
    } else if (rule === 'enum') {
      if (!schema.enum?.includes(value)) yield fault(rule, `${pyRepr(value)} is not one of ${pyRepr(schema.enum)}`);
    } else if (rule === 'required') {
      const missing = isRecord(value) ? (schema.required ?? []).filter((key) => !(key in value)) : [];
      for (const key of missing) yield fault(rule, `${pyRepr(key)} is a required property`);
    } else {
      yield* inner(schema, value, path, schemaPath);
    }
  }
}

function* inner(schema: Schema, value: unknown, path: Path, schemaPath: Path): Generator<Fault> {
  if (schema.items !== undefined && Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      yield* faults(schema.items, item, [...path, i], [...schemaPath, 'items']);
    }
  }
  if (!isRecord(value)) return;
  for (const [key, of] of Object.entries(schema.properties ?? {})) {
    if (key in value) yield* faults(of, value[key], [...path, key], [...schemaPath, 'properties', key]);
  }
}

function isOf(type: Type, value: unknown): boolean {
  if (type === 'object') return isRecord(value);
  return type === 'array' ? Array.isArray(value) : typeof value === type;
}
