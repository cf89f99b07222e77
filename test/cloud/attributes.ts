import type { Refusal } from './answer.ts';
import { type Attributes, pyStr } from './values.ts';

/** One attribute of a kind, as the API treats it. */
export interface Attribute {
  /** May be sent in POST / in PUT. */
  post: boolean;
  put: boolean;
  /** Without a default it's required in POST. */
  default?: unknown;
  /** May throw a refusal. */
  convert?: (value: unknown) => unknown;
  /** The reason why the converted value is refused, null if it's fine. */
  validate?: (value: unknown) => string | null;
  sortKey?: boolean;
}

/** In the server's order: it decides which of several errors is reported. */
export type AttributeMap = ReadonlyMap<string, Attribute>;

/** Builds a refusal of a body in the dialect's envelope. */
export type Refuse = (message: string) => Refusal;

/** Refuses attributes that the kind doesn't have. */
export function refuseUnknown(map: AttributeMap, body: Attributes, refuse: Refuse): void {
  const unknown = Object.keys(body).filter((name) => !map.has(name));
  if (unknown.length > 0) throw refuse(`Unrecognized attribute(s) '${unknown.join(', ')}'`);
}

/** A POST body with defaults filled in, converted and validated (neutron-lib's order of checks). */
export function forCreate(map: AttributeMap, body: Attributes, refuse: Refuse): Attributes {
  const values = structuredClone(body);
  for (const [name, attribute] of map) {
    const given = name in values;
    if (!attribute.post) {
      if (given) throw refuse(`Attribute '${name}' not allowed in POST`);
    } else if (!given) {
      if (!('default' in attribute)) {
        throw refuse(`Failed to parse request. Required attribute '${name}' not specified`);
      }
      values[name] = structuredClone(attribute.default);
    }
  }
  return converted(map, values, body, refuse);
}

/** A PUT body, converted and validated. */
export function forUpdate(map: AttributeMap, body: Attributes, refuse: Refuse): Attributes {
  for (const [name, attribute] of map) {
    if (name in body && !attribute.put) throw refuse(`Cannot update read-only attribute ${name}`);
  }
  return converted(map, structuredClone(body), body, refuse);
}

/** Defaults are converted, but not validated. */
function converted(map: AttributeMap, values: Attributes, given: Attributes, refuse: Refuse): Attributes {
  for (const [name, attribute] of map) {
    if (!(name in values)) continue;
    values[name] = attribute.convert ? attribute.convert(values[name]) : values[name];
    const reason = name in given ? (attribute.validate?.(values[name]) ?? null) : null;
    if (reason !== null) throw refuse(`Invalid input for ${name}. Reason: ${reason}.`);
  }
  return values;
}

/** Every attribute that has a default, with it. */
export function defaults(map: AttributeMap): Attributes {
  const entries = [...map].filter(([, attribute]) => attribute.post && 'default' in attribute);
  return Object.fromEntries(entries.map(([name, attribute]) => [name, structuredClone(attribute.default)]));
}

/** Builds a map from pairs, in their order. */
export function attributeMap(entries: Record<string, Attribute>): AttributeMap {
  return new Map(Object.entries(entries));
}

/** Refuses anything but one of the values. */
export function oneOf(values: readonly unknown[]): (value: unknown) => string | null {
  return (value) => (values.includes(value) ? null : `${pyStr(value)} is not in valid_values`);
}

/** Refuses anything but a string of at most this many characters. */
export function stringUpTo(max: number | null): (value: unknown) => string | null {
  return (value) => {
    if (typeof value !== 'string') return `'${pyStr(value)}' is not a valid string`;
    const tooLong = max !== null && [...value].length > max;
    return tooLong ? `'${value}' exceeds maximum length of ${max}` : null;
  };
}
