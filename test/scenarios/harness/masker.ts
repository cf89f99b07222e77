/**
 * Masks secrets as the runner does: every value with eleven derived forms (runner: `ValueEncoders.cs`, `HostContext.cs`),
 * overlapping and touching hits as one `***` (`SecretMasker.cs`).
 */
export class Masker {
  readonly #values = new Set<string>();
  readonly #forms = new Set<string>();

  /** What `::add-mask::` does: the whole value, and each of its lines, with no minimum length. */
  addMask(value: string): void {
    if (value.trim() === '') return;
    this.addValue(value);
    for (const line of value.split(/[\r\n]+/)) this.addValue(line.trim());
  }

  addValue(value: string): void {
    if (value === '' || this.#values.has(value)) return;
    this.#values.add(value);
    for (const form of runnerForms(value)) this.#forms.add(form);
  }

  mask(text: string): string {
    const hits = [...this.#forms].flatMap((form) => positions(text, form)).sort((a, b) => a.start - b.start);
    let masked = '';
    let copied = 0;
    for (const hit of merge(hits)) {
      masked += `${text.slice(copied, hit.start)}***`;
      copied = hit.end;
    }
    return masked + text.slice(copied);
  }
}

/** The value itself and every form of it that the runner masks too. */
export function runnerForms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const shifted = (shift: number): string => (bytes.length > shift ? bytes.subarray(shift) : bytes).toString('base64');
  const forms = [
    value,
    bytes.toString('base64'),
    shifted(1),
    shifted(2),
    value.replaceAll('"', '\\"'),
    value.replaceAll("'", "''"),
    jsonEscaped(value),
    uriEscaped(value),
    xmlEscaped(value),
    value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : '',
    ...ampersandParts(value),
  ];
  return [...new Set(forms)].filter((form) => form !== '');
}

/** `Uri.EscapeDataString`: only the unreserved characters of RFC 3986 stay, so unlike `encodeURIComponent` also `!'()*` change. */
function uriEscaped(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Newtonsoft's JSON string without its quotes: also escapes U+0085, U+2028 and U+2029. */
function jsonEscaped(value: string): string {
  return JSON.stringify(value)
    .slice(1, -1)
    .replace(/[\u0085\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const entities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '&': '&amp;',
};

function xmlEscaped(value: string): string {
  return value.replace(/[<>"'&]/g, (character) => entities[character] ?? character);
}

/** PowerShell prints the parts before and after an ampersand separately; parts under six characters stay readable. */
function ampersandParts(value: string): string[] {
  const coloured = value.indexOf('&+');
  const cut = coloured >= 0 ? coloured + 2 : value.lastIndexOf('&') + 1;
  if (cut === 0) return [];
  const after = value.slice(coloured >= 0 ? cut + 1 : cut);
  return [value.slice(0, cut), after].filter((part) => part.length >= 6);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function positions(text: string, form: string): Span[] {
  const found: Span[] = [];
  for (let start = text.indexOf(form); start >= 0; start = text.indexOf(form, start + 1)) {
    found.push({ start, end: start + form.length });
  }
  return found;
}

function merge(sorted: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && span.start <= last.end) {
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    } else {
      merged.push(span);
    }
  }
  return merged;
}
