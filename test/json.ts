/** Decoded JSON as the tests look at it. */

/** The value of a JSON text; the text itself if it is none; undefined without a text. */
export function decoded(text: string): unknown {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}

/** The value at a path of keys and positions; undefined where there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner === null || inner === undefined ? undefined : Object(inner)[key]),
    value,
  );
}
