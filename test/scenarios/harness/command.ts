/** A workflow command on one line of a step's output. */
export interface Command {
  /** Lower case, e.g. `add-mask`. */
  readonly name: string;
  /** By lower-case name. */
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** What the runner registers; any other name is plain text (runner: `ActionCommandManager.cs`). */
export const registeredCommands: ReadonlySet<string> = new Set([
  'add-mask',
  'add-matcher',
  'remove-matcher',
  'debug',
  'notice',
  'warning',
  'error',
  'group',
  'endgroup',
  'echo',
  'set-output',
  'save-state',
  'set-env',
  'add-path',
  'stop-commands',
]);

/** What .NET's `TrimStart` removes; JavaScript's differs in U+0085 and U+FEFF. */
const leadingBlanks = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * The command on a line, as the runner finds it (runner: `ActionCommand.cs`): `::name properties::data` at the line's start,
 * blanks allowed, else the old `##[name properties]data` anywhere in the line.
 * @param registered lower-case names
 */
export function parseCommand(line: string, registered = registeredCommands): Command | undefined {
  return parseColons(line, registered) ?? parseBrackets(line, registered);
}

function parseColons(line: string, registered: ReadonlySet<string>): Command | undefined {
  const text = line.replace(leadingBlanks, '');
  if (!text.startsWith('::')) return undefined;
  const end = text.indexOf('::', 2);
  if (end < 0) return undefined;
  return build(text.slice(2, end), text.slice(end + 2), registered, {
    separator: ',',
    property: [...lineEnds, ['%3A', ':'], ['%2C', ','], percent],
    data: [...lineEnds, percent],
  });
}

function parseBrackets(line: string, registered: ReadonlySet<string>): Command | undefined {
  const start = line.indexOf('##[');
  if (start < 0) return undefined;
  const end = line.indexOf(']', start);
  if (end < 0) return undefined;
  const escapes: Escapes = [['%3B', ';'], ...lineEnds, ['%5D', ']'], percent];
  return build(line.slice(start + 3, end), line.slice(end + 1), registered, {
    separator: ';',
    property: escapes,
    data: escapes,
  });
}

type Escapes = readonly (readonly [escape: string, text: string])[];

const lineEnds: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
];
const percent = ['%25', '%'] as const;

interface Syntax {
  readonly separator: string;
  readonly property: Escapes;
  readonly data: Escapes;
}

function build(head: string, data: string, registered: ReadonlySet<string>, syntax: Syntax): Command | undefined {
  const space = head.indexOf(' ');
  const name = (space < 0 ? head : head.slice(0, space)).toLowerCase();
  if (!registered.has(name)) return undefined;
  const properties: Record<string, string> = {};
  for (const pair of space < 0
    ? []
    : head
        .slice(space + 1)
        .trim()
        .split(syntax.separator)) {
    const equals = pair.indexOf('=');
    if (equals <= 0 || equals === pair.length - 1) continue;
    properties[pair.slice(0, equals).toLowerCase()] = unescaped(pair.slice(equals + 1), syntax.property);
  }
  return { name, properties, data: unescaped(data, syntax.data) };
}

function unescaped(text: string, escapes: Escapes): string {
  return escapes.reduce((result, [coded, character]) => result.replaceAll(coded, character), text);
}
