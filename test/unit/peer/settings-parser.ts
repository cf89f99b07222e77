/**
 * Reads strongSwan's settings as its own parser does (settings_lexer.l and settings_parser.y of 5.9): comments, sections,
 * `key = value`, quoted values with escapes, and `include`. Stricter where ours never need more: a value without quotes has
 * none of the characters that mean something.
 */
export interface Section {
  readonly [name: string]: string | Section;
}

type Token = { readonly is: 'word' | 'text' | '{' | '}' | '=' | 'end of line'; readonly text: string };

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let rest = text;
  while (rest !== '') {
    const [all = '', quoted, mark, newline, word] =
      /^(?:[ \t]+|#[^\n]*|"((?:[^"\\]|\\[\s\S])*)"|([{}=])|(\n)|([^\s#{}="]+))/.exec(rest) ?? [];
    if (all === '') throw new Error(`No token: ${rest.slice(0, 40)}`);
    if (quoted !== undefined) {
      found.push({ is: 'text', text: quoted.replace(/\\([\s\S])/g, (_, one: string) => escapes[one] ?? one) });
    }
    if (mark === '{' || mark === '}' || mark === '=') found.push({ is: mark, text: mark });
    if (newline !== undefined) found.push({ is: 'end of line', text: newline });
    if (word !== undefined) found.push({ is: 'word', text: word });
    rest = rest.slice(all.length);
  }
  return found;
}

class Reader {
  readonly #tokens: Token[];

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  get isDone(): boolean {
    return this.#tokens.length === 0;
  }

  #next(): Token {
    return this.#tokens.shift() ?? { is: 'end of line', text: '' };
  }

  #line(): string {
    const words: string[] = [];
    for (let token = this.#next(); token.is !== 'end of line'; token = this.#next()) {
      if (token.is !== 'word' && token.is !== 'text') throw new Error(`${token.text} in a value`);
      words.push(token.text);
    }
    return words.join(' ');
  }

  /** @param isInner ends at its `}` */
  section(isInner: boolean): Section {
    const section: Record<string, string | Section> = {};
    while (!this.isDone) {
      const token = this.#next();
      if (token.is === 'end of line') continue;
      if (token.is === '}' && isInner) return section;
      if (token.is !== 'word') throw new Error(`${token.is} ${token.text} where a name is expected`);
      const name = token.text;
      if (Object.hasOwn(section, name)) throw new Error(`${name} twice`);
      const value = name === 'include' ? this.#line() : this.#value();
      section[name] = value;
    }
    if (isInner) throw new Error('A section does not end.');
    return section;
  }

  #value(): string | Section {
    const { is } = this.#next();
    if (is === '=') return this.#line();
    if (is === '{') return this.section(true);
    throw new Error(`${is} after a name`);
  }
}

export function parseSettings(text: string): Section {
  return new Reader(text).section(false);
}

/** The section or value below these names. */
export function at(section: Section, ...names: readonly string[]): string | Section | undefined {
  return names.reduce<string | Section | undefined>(
    (inner, name) => (typeof inner === 'object' && Object.hasOwn(inner, name) ? inner[name] : undefined),
    section,
  );
}
