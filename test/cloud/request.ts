import type { Rules } from './rules.ts';
import { type Attributes, isRecord } from './values.ts';

/** A request as the handlers see it. */
export interface Incoming {
  method: string;
  /** Decoded, without query, without the region's prefix. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string>;
  /** The body as it came, as text and in bytes. */
  text: string;
  bytes: Buffer;
  /** Path and query as sent. */
  target: string;
}

/** The value of a JSON text; undefined for an empty one; `failed` is thrown for anything else. */
export function parseJson(text: string, failed: () => Error): unknown {
  if (text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw failed();
  }
}

/** The object inside the envelope, refused in the dialect's words if there's none. */
export function envelope(request: Incoming, key: string, rules: Rules): Attributes {
  const body = parseJson(request.text, rules.notJson);
  rules.bodyForm(body, request);
  const empty = !body || (isRecord(body) && Object.keys(body).length === 0) || (Array.isArray(body) && !body.length);
  if (empty) throw rules.refuse('Resource body required');
  if (!isRecord(body)) throw rules.refuse('Body contains invalid data');
  if (`${key}s` in body) throw rules.refuse('Bulk operation not supported');
  const inner = body[key];
  if (inner === null || inner === undefined) throw rules.refuse(`Unable to find '${key}' in request body`);
  if (!isRecord(inner)) throw rules.refuse(`Object '${key}' contains invalid data`);
  return structuredClone(inner);
}
