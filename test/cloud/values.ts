/** An object's attributes as in the API's JSON. */
export type Attributes = Record<string, unknown>;

/** True for a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a UUID with or without dashes, as oslo's is_uuid_like takes them. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value.replace(/^urn:|^uuid:|[{}-]/g, ''));
}

/** What Python's str() gives for a JSON value: the servers' messages contain it. */
export function pyStr(value: unknown): string {
  return typeof value === 'string' ? value : pyRepr(value);
}

/** What Python's repr() gives for a JSON value. */
export function pyRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(pyRepr).join(', ')}]`;
  if (isRecord(value)) {
    const items = Object.entries(value).map(([key, item]) => `${quote(key)}: ${pyRepr(item)}`);
    return `{${items.join(', ')}}`;
  }
  return String(value);
}

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
}

/** What Python's int() gives for a JSON value; null where it raises. */
export function pyInt(value: unknown): number | null {
  if (typeof value === 'number') return Math.trunc(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' && /^\s*[+-]?\d+(_\d+)*\s*$/.test(value)) return Number(value.replaceAll('_', ''));
  return null;
}

const TRUE_WORDS = new Set(['1', 't', 'true', 'on', 'y', 'yes']);
const FALSE_WORDS = new Set(['0', 'f', 'false', 'off', 'n', 'no']);

/** What oslo's strict bool_from_string gives; null where it raises. */
export function pyBool(value: unknown): boolean | null {
  const word = pyStr(value).trim().toLowerCase();
  if (TRUE_WORDS.has(word)) return true;
  return FALSE_WORDS.has(word) ? false : null;
}

/** A list of strings, whatever else the value holds left out. */
export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The value if it's a string, else ''. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A time as Keystone writes it, in microseconds. @param ms since 1970 */
export function keystoneTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
