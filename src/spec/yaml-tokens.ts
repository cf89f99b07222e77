/** Looks over the tokens of a YAML text before anything is built from them. */
import type { CST } from 'yaml';

/** Far more than any spec has; the library's composer is recursive. */
const deepest = 40;

export interface Refused {
  readonly offset: number;
  readonly message: string;
}

function children(token: CST.Token): CST.Token[] {
  if (token.type === 'document') {
    return token.value === undefined ? [] : [token.value];
  }
  if ('items' in token) {
    return token.items.flatMap(({ key, value }) =>
      [key, value].filter((child) => child !== undefined && child !== null),
    );
  }
  return [];
}

/** The first thing that must not be there: a directive, or too deep a nesting. */
export function scanTokens(tokens: readonly CST.Token[]): Refused | undefined {
  const directive = tokens.find((token) => token.type === 'directive' && token.source.trim() !== '%YAML 1.2');
  if (directive !== undefined) {
    const message = 'Directives (lines that begin with %) are not supported. Remove it; the file is read as YAML 1.2.';
    return { offset: directive.offset, message };
  }
  let level = tokens;
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    level = level.flatMap(children);
  }
  const [tooDeep] = level;
  return tooDeep === undefined
    ? undefined
    : { offset: tooDeep.offset, message: `More than ${deepest} levels of nesting.` };
}

const quotes: Readonly<Record<string, string>> = { 'double-quoted-scalar': '"', 'single-quoted-scalar': "'" };

/** Where the first quoted text begins that never ends: it swallows the rest of the file. */
export function unclosedQuote(tokens: readonly CST.Token[]): number | undefined {
  for (let level = tokens; level.length > 0; level = level.flatMap(children)) {
    const open = level.find((token) => {
      const quote = quotes[token.type];
      return quote !== undefined && 'source' in token && (token.source.length < 2 || !token.source.endsWith(quote));
    });
    if (open !== undefined) {
      return open.offset;
    }
  }
  return undefined;
}
