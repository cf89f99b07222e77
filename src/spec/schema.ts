/** Building blocks of the JSON Schema (draft-07, which editors know best) for files with variables. */

export type Schema = Readonly<Record<string, unknown>>;

const name = '[A-Za-z_][A-Za-z0-9_]*';

/** Definitions that the building blocks refer to. */
const shared: Readonly<Record<string, Schema>> = {
  variable: {
    description: 'A text in which a variable stands: only the action knows its value.',
    type: 'string',
    pattern: `\\$\\{${name}(:-[^}]*)?\\}`,
  },
};

export const variable: Schema = ref('variable');

/** One or more variables without a default. */
export const secretVariables: Schema = { type: 'string', pattern: `^(\\$\\{${name}(:-)?\\})*$` };

export const nothing: Schema = { type: 'null' };

export function ref(definition: string): Schema {
  return { $ref: `#/definitions/${definition}` };
}

function isAnyOf(schema: Schema): schema is { readonly anyOf: readonly Schema[] } {
  return Array.isArray(schema['anyOf']) && Object.keys(schema).length === 1;
}

/** One of the schemas; nested alternatives become one list. */
export function anyOf(...schemas: readonly Schema[]): Schema {
  return { anyOf: schemas.flatMap((schema) => (isAnyOf(schema) ? schema.anyOf : [schema])) };
}

/** A text by its rules, or with a variable in it. */
export function text(rules: Schema = {}): Schema {
  return anyOf({ type: 'string', ...rules }, variable);
}

export function choice(values: readonly string[]): Schema {
  return anyOf({ enum: values }, variable);
}

export function integer(min: number, max: number): Schema {
  return anyOf({ type: 'integer', minimum: min, maximum: max }, { type: 'string', pattern: '^[0-9]+$' }, variable);
}

export const flag: Schema = anyOf({ type: 'boolean' }, { enum: ['true', 'false'] }, variable);

/** Keys and their schemas; every key but the required ones may also be null, which states nothing. */
export function mapping(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): Schema {
  const entries = Object.entries(properties).map(([key, schema]): [string, Schema] => {
    const { description, default: fallback, ...rules } = schema;
    const about = {
      ...(description === undefined ? {} : { description }),
      ...(fallback === undefined ? {} : { default: fallback }),
    };
    return [key, required.includes(key) ? schema : { ...about, ...anyOf(rules, nothing) }];
  });
  return {
    type: 'object',
    properties: Object.fromEntries(entries),
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
  };
}

export interface TopLevel {
  readonly one: string;
  readonly many: string;
  /** Name of the body's definition. */
  readonly body: string;
  readonly words: string;
}

/** The whole schema: top-level keys, free `x-` keys, definitions. */
export function documentSchema(
  { one, many, body, words }: TopLevel,
  definitions: Readonly<Record<string, Schema>>,
): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'IPsec connection file',
    type: 'object',
    properties: {
      [one]: { description: words, ...ref(body) },
      [many]: { description: `Several: a list. ${words}`, type: 'array', items: ref(body) },
    },
    patternProperties: { '^x-': {} },
    additionalProperties: false,
    anyOf: [{ required: [one] }, { required: [many] }],
    definitions: { ...definitions, ...shared },
  };
}
