/** Finds the words in the error answers of Neutron, OTC's services and gateway, Keystone, and whatever stands in front of them. */
import type { Redactor } from '../redact.ts';
import { cleanWords, requestIdOf } from './words.ts';

export interface ServerWords {
  /** Cleaned, at most 300 characters; empty when the server said nothing. */
  readonly words: string;
  /** `VPC.1003`, `APIGW.0301`, `IAM.0061`, `IKEPolicyInUse` … */
  readonly code: string | undefined;
  readonly requestId: string | undefined;
}

interface Found {
  readonly words: string | undefined;
  readonly code: string | undefined;
  readonly requestId: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** `error_msg` may hold JSON text that again holds an envelope; deeper nesting than this was never seen. */
const deepest = 4;
/** Characters of a text that are looked at. */
const longest = 10_000;
const wordKeys = ['error_msg', 'message', 'faultstring', 'detail', 'msg', 'title'] as const;
const codeKeys = ['error_code', 'code', 'type'] as const;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first text there is, with Neutron's `detail` (nearly always empty) after its message. */
function textOf(fields: Fields): string | undefined {
  const texts = wordKeys.map((key) => fields[key]).filter((value) => typeof value === 'string');
  const first = texts.find((text) => text.trim() !== '');
  const detail = fields['detail'];
  const more = typeof detail === 'string' && detail.trim() !== '' && detail !== first;
  return first !== undefined && more ? `${first}: ${detail}` : first;
}

/** Keystone's answer to one factor where its rules for the user want several (Identity API v3, "Multi-Factor Authentication"). */
function factorsOf(fields: Fields): string | undefined {
  const rules = fields['required_auth_methods'];
  const texts = (Array.isArray(rules) ? rules : [])
    .map((rule: unknown) =>
      (Array.isArray(rule) ? rule : []).filter((method) => typeof method === 'string').join(' and '),
    )
    .filter((text) => text !== '');
  return texts.length === 0 ? undefined : `The user has to log in with ${texts.join(', or ')}.`;
}

/** A number from 100 to 599 repeats the HTTP status and tells nothing (Keystone, Nova). */
function codeOf(fields: Fields): string | undefined {
  for (const key of codeKeys) {
    const value = fields[key];
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && /^(?:[A-Za-z][\w.-]{0,63}|\d{4,6})$/.test(text)) {
      return text;
    }
  }
  return undefined;
}

/** The object inside: under a known name, else the only object there is (Nova's `badRequest`, `itemNotFound` …). */
function inside(fields: Fields): unknown {
  const known = fields['NeutronError'] ?? fields['error'];
  if (known !== undefined) {
    return known;
  }
  const objects = Object.values(fields).filter((value) => isFields(value) || Array.isArray(value));
  return objects.length === 1 ? objects[0] : undefined;
}

function inText(text: string, depth: number): Found {
  if (/^\s*[{[]/.test(text)) {
    const nested = parseJson(text);
    if (nested !== undefined) {
      return find(nested.value, depth + 1);
    }
  }
  return { words: text, code: undefined, requestId: undefined };
}

function find(value: unknown, depth: number): Found {
  if (depth > deepest || value === undefined || value === null) {
    return { words: undefined, code: undefined, requestId: undefined };
  }
  if (typeof value === 'string') {
    return inText(value, depth);
  }
  if (Array.isArray(value)) {
    return find(value[0], depth + 1);
  }
  if (!isFields(value)) {
    return { words: undefined, code: undefined, requestId: undefined };
  }
  const inner = find(inside(value), depth + 1);
  const text = textOf(value) ?? factorsOf(value);
  const own = text === undefined ? undefined : inText(text, depth);
  return {
    words: own?.words ?? inner.words,
    code: own?.code ?? inner.code ?? codeOf(value),
    requestId: requestIdOf(value['request_id']) ?? own?.requestId ?? inner.requestId,
  };
}

/** Undefined when the text is no JSON. The parser's own error quotes the text, so it goes no further than here. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function page(html: string): string {
  const title = /<title[^>]*>([^<]*)/i.exec(html)?.[1] ?? '';
  return title.trim() === '' ? html.replace(/<(script|style)[\s\S]*?<\/\1\s*>/gi, ' ') : title;
}

/**
 * Reads the body of an error answer, whatever it is: JSON in any of the known envelopes, HTML, plain text, nothing.
 * @param redact takes secrets out, before the words are cleaned and cut: nobody would find them after it
 */
export function readServerWords(body: string, redact: Redactor['redact']): ServerWords {
  const words = (text: string): string => cleanWords(redact(text.slice(0, longest), true));
  const text = body.trim();
  const json = parseJson(text);
  if (json === undefined) {
    const plain = text.startsWith('<') ? page(text) : text;
    return { words: words(plain), code: undefined, requestId: undefined };
  }
  const found = find(json.value, 0);
  return { ...found, words: words(found.words ?? '') };
}
