/**
 * Takes secrets out of texts, in whatever form a server, a parser or a cut has left them. The runner's own masking finds a
 * secret only as it is and in a few encodings; this finds it too where it was escaped (once or several times), broken over
 * lines, or cut. Pure.
 */

/** A shorter text would turn every occurrence of it into `***`. */
export const shortestSecret = 4;

export interface Redactor {
  /** From now on the text, without white space around it, is a secret. One that is too short is not. */
  add(secret: string): void;
  /**
   * The text with `***` for each secret.
   * @param isCut the text may end in the middle of a secret
   */
  redact(text: string, isCut?: boolean): string;
}

/** A text, and from where to where in the original each of its UTF-16 units comes. */
interface View {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Percent-encoding, entities, escapes of JSON, JavaScript, Python and of shells. */
const escapes =
  /(?:%[0-9a-f]{2})+|&(?:[a-z]{2,8}\d{0,2}|#\d{1,7}|#x[0-9a-f]{1,6});|\\u[0-9a-f]{4}|\\u\{[0-9a-f]{1,6}\}|\\x[0-9a-f]{2}|\\[0-3][0-7]{2}/gi;

/** The others stand for characters outside ASCII: `&auml;`. */
const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

/** U+FFFD, as decoders put it for what they do not know. */
const standIn = '\ufffd';

/** What stands where a letter outside ASCII was, once a text has been through another character set. Not before a cut. */
const standIns = /(?:[^\p{ASCII}…]|\?)+/gu;

/** A line break that became text: also in a JSON text in a JSON text. Only one reading, as `\\n` may be a backslash and a letter. */
const writtenBreaks = /\\+[bfnrtv]/g;

/** Escapes within escapes: a JSON text in a JSON text, a URL in HTML. */
const mostRounds = 4;

/** What an encoding adds, doubles, leaves out or moves: line breaks, blanks, quotes, backslashes, the + for a blank. */
const kept = /[^\s\\"'+\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

function unescaped(sequence: string): string {
  if (sequence.startsWith('%')) {
    const bytes = sequence.slice(1).split('%');
    return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
  }
  if (sequence.startsWith('\\')) {
    const isOctal = /^\\\d/.test(sequence);
    return character(
      isOctal ? Number.parseInt(sequence.slice(1), 8) : Number.parseInt(sequence.replace(/\W/g, '').slice(1), 16),
    );
  }
  const name = sequence.slice(1, -1).toLowerCase();
  if (!name.startsWith('#')) {
    return entities.get(name) ?? standIn;
  }
  return character(name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10));
}

/** Puts a view together from pieces of another. */
class Assembly {
  #text = '';
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  /** What stands there stays. */
  keep(start: number, end: number): void {
    this.#text += this.#view.text.slice(start, end);
    for (let index = start; index < end; index += 1) {
      this.#from.push(Number(this.#view.from[index]));
      this.#to.push(Number(this.#view.to[index]));
    }
  }

  /** What stands there becomes another text, each unit of which comes from all of it. */
  replace(start: number, end: number, text: string): void {
    this.#text += text;
    for (let count = 0; count < text.length; count += 1) {
      this.#from.push(Number(this.#view.from[start]));
      this.#to.push(Number(this.#view.to[end - 1]));
    }
  }

  view(): View {
    return { text: this.#text, from: this.#from, to: this.#to };
  }
}

function replaced(view: View, pattern: RegExp, by: (found: string) => string): View {
  const assembly = new Assembly(view);
  let end = 0;
  for (const match of view.text.matchAll(pattern)) {
    assembly.keep(end, match.index);
    end = match.index + match[0].length;
    assembly.replace(match.index, end, by(match[0]));
  }
  assembly.keep(end, view.text.length);
  return assembly.view();
}

function asItIs(text: string): View {
  const from = Array.from({ length: text.length }, (_, index) => index);
  return { text, from, to: from.map((index) => index + 1) };
}

function withoutEscapes(original: View): View {
  let view = original;
  for (let round = 0; round < mostRounds && view.text.search(escapes) >= 0; round += 1) {
    view = replaced(view, escapes, unescaped);
  }
  return view;
}

/** What all encodings have in common of a text without escapes. */
function withoutAdditions(view: View): View {
  const assembly = new Assembly(view);
  for (const { index, 0: piece } of view.text.matchAll(kept)) {
    assembly.keep(index, index + piece.length);
  }
  return assembly.view();
}

/** What all encodings of a text have in common. */
function bare(original: View): View {
  return withoutAdditions(withoutEscapes(original));
}

/** The readings of a text: a backslash and a letter may be a broken line, or what they are. */
function readings(original: View): readonly View[] {
  const view = withoutEscapes(original);
  const usual = withoutAdditions(view);
  return view.text.search(writtenBreaks) < 0
    ? [usual]
    : [usual, withoutAdditions(replaced(view, writtenBreaks, () => ' '))];
}

/** What is left of a bare text however its letters outside ASCII were garbled: all else, and that something stood there. */
function outline(view: View): View {
  return replaced(view, standIns, () => standIn);
}

/** Outlines with fewer characters of their own occur by chance: `sch?n`. */
const shortestOutline = 6;

function outlinesOf(secret: string): readonly string[] {
  if (!/\P{ASCII}/u.test(secret)) {
    return [];
  }
  const outlines = ['NFC', 'NFD'].map((form) => outline(bare(asItIs(secret.normalize(form)))).text);
  return outlines.filter((text) => text.replaceAll(standIn, '').length >= shortestOutline);
}

/** What stands in any base64 text that contains the bytes at this alignment, e.g. of `user:password`. */
function base64Core(secret: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret, 'utf8')]);
  return bytes.toString('base64').slice(shift === 0 ? 0 : 4, Math.floor(bytes.length / 3) * 4);
}

/** Shorter pieces of base64 occur by chance. */
const shortestBase64 = 8;

function formsOf(secret: string): readonly string[] {
  const cores = [0, 1, 2].map((shift) => base64Core(secret, shift)).filter(({ length }) => length >= shortestBase64);
  const urlCores = cores.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'));
  const hex = Buffer.from(secret, 'utf8').toString('hex');
  // UTF-8 that somebody took for Latin-1, which Python's escapes of bytes come to as well; and letters with their accents apart.
  const mistaken = Buffer.from(secret, 'utf8').toString('latin1');
  const texts = [secret, mistaken, secret.normalize('NFC'), secret.normalize('NFD')];
  const forms = [...new Set(texts), hex, hex.toUpperCase(), ...cores, ...urlCores].map(
    (form) => bare(asItIs(form)).text,
  );
  return forms.filter(({ length }) => length >= shortestSecret);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where in a bare text something may have been cut off: before an ellipsis. */
function cutsIn(text: string): Set<number> {
  return new Set(Array.from(text.matchAll(/…|\.{3}/g), ({ index }) => index));
}

/** Texts by their first four characters, so that the time to find them does not depend on how many there are. */
class Forms {
  readonly #byBeginning = new Map<string, Set<string>>();

  add(form: string): void {
    const beginning = form.slice(0, shortestSecret);
    const known = this.#byBeginning.get(beginning) ?? new Set();
    this.#byBeginning.set(beginning, known.add(form));
  }

  isEmpty(): boolean {
    return this.#byBeginning.size === 0;
  }

  /** Where a form stands as a whole, or its beginning before a cut. */
  *find({ text, from, to }: View, cuts: ReadonlySet<number>): Iterable<Span> {
    for (let start = 0; start + shortestSecret <= text.length; start += 1) {
      for (const form of this.#byBeginning.get(text.slice(start, start + shortestSecret)) ?? []) {
        let length = shortestSecret;
        while (length < form.length && text[start + length] === form[length]) {
          length += 1;
        }
        if (length === form.length || cuts.has(start + length)) {
          yield { start: Number(from[start]), end: Number(to[start + length - 1]) };
        }
      }
    }
  }
}

/** Overlapping and touching spans become one `***`: what is left of two secrets that overlap may be a piece of one. */
function starred(text: string, spans: readonly Span[]): string {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) {
      last.end = Math.max(last.end, end);
    } else {
      merged.push({ start, end });
    }
  }
  let copied = 0;
  let result = '';
  for (const { start, end } of merged) {
    result += `${text.slice(copied, start)}***`;
    copied = end;
  }
  return result + text.slice(copied);
}

function allCuts({ text }: View, isCut: boolean): ReadonlySet<number> {
  const cuts = cutsIn(text);
  return isCut ? cuts.add(text.length) : cuts;
}

export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  const exact = new Forms();
  const encoded = new Forms();
  const outlined = new Forms();
  return {
    add(text) {
      const secret = text.trim();
      if (secret.length < shortestSecret || secrets.has(secret)) {
        return;
      }
      secrets.add(secret);
      exact.add(secret);
      for (const form of formsOf(secret)) {
        encoded.add(form);
      }
      for (const form of outlinesOf(secret)) {
        outlined.add(form);
      }
    },
    redact(text, isCut = false) {
      if (secrets.size === 0) {
        return text;
      }
      const original = asItIs(text);
      const spans = [...exact.find(original, new Set())];
      for (const view of readings(original)) {
        spans.push(...encoded.find(view, allCuts(view, isCut)));
        if (outlined.isEmpty()) continue;
        const lines = outline(view);
        spans.push(...outlined.find(lines, allCuts(lines, isCut)));
      }
      return starred(text, spans);
    },
  };
}
