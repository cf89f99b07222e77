/** `${NAME}`, `${NAME:-default}` and `$$` in texts, and the `NAME=value` lines that give the values. */
const nameForm = /^[A-Za-z_][A-Za-z0-9_]*$/;
const nameWords = 'a name has letters, digits and _ and begins with no digit';

export interface Assignments {
  readonly values: Map<string, string>;
  /** The line of each name, from 1. */
  readonly lines: ReadonlyMap<string, number>;
  /** What is wrong with which line. Never a piece of it: a secret that ends in `=`, without a name, looks like a name. */
  readonly errors: string[];
}

/**
 * Lines `NAME=value`. The value is everything after the first `=`, as it stands; empty lines and lines that begin with
 * `#` are skipped.
 */
export function parseAssignments(text: string): Assignments {
  const values = new Map<string, string>();
  const lines = new Map<string, number>();
  const errors: string[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const where = `line ${index + 1}`;
    const equals = line.indexOf('=');
    const name = line.slice(0, equals).trimStart();
    if (line.trim() === '' || line.trimStart().startsWith('#')) {
      continue;
    }
    if (equals === -1) {
      errors.push(`${where}: there is no "=". Write NAME=value, each on a line of its own.`);
    } else if (!nameForm.test(name)) {
      errors.push(`${where}: what stands before the "=" is no name: ${nameWords}, and no blank comes before the "=".`);
    } else if (values.has(name)) {
      errors.push(`${where}: this name has a value already, on line ${lines.get(name)}. Keep one of the lines.`);
    } else {
      values.set(name, line.slice(equals + 1));
      lines.set(name, index + 1);
    }
  }
  return { values, lines, errors };
}

/** A piece of a text: literal, or a variable with its default. */
export type Piece = { readonly literal: string } | { readonly name: string; readonly fallback: string | undefined };

export interface Template {
  readonly pieces: readonly Piece[];
  /** What is wrong with the syntax; never a piece of the text. */
  readonly error: string | undefined;
}

const token = /\$(?:\$|\{([^}]*)(\}?))/g;
const reference = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;
const howTo = `Write \${NAME} or \${NAME:-default} (${nameWords}); for the text "\${" itself write "$\${".`;

/** Splits a text once; what a variable holds, and its default, is never looked at again. */
export function parseTemplate(text: string): Template {
  const pieces: Piece[] = [];
  let error: string | undefined;
  let end = 0;
  for (const match of text.matchAll(token)) {
    const [all, body, close] = match;
    pieces.push({ literal: text.slice(end, match.index) });
    end = match.index + all.length;
    if (body === undefined) {
      pieces.push({ literal: '$' });
      continue;
    }
    const [, name, fallback] = reference.exec(body) ?? [];
    if (close === '') {
      error ??= `a variable has no closing brace. ${howTo}`;
    } else if (name === undefined) {
      error ??= `this is no variable. ${howTo}`;
    } else if (fallback?.includes('${') === true) {
      error ??= `a default cannot hold another variable. ${howTo}`;
    } else {
      pieces.push({ name, fallback });
    }
  }
  pieces.push({ literal: text.slice(end) });
  return { pieces: pieces.filter((piece) => !('literal' in piece) || piece.literal !== ''), error };
}
