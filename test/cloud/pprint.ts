import { isRecord, pyRepr } from './values.ts';

/** Of the line, not counting what encloses it. */
const WIDTH = 72;

/** What Python's pprint.pformat(value, width=72) gives for a JSON value. Long texts stay in one piece. */
export function pformat(value: unknown): string {
  return format(value, 0, 0);
}

/** @param indent columns before it; @param allowance columns that have to stay free after it */
function format(value: unknown, indent: number, allowance: number): string {
  const line = pyRepr(sorted(value));
  if (line.length <= WIDTH - indent - allowance) return line;
  const separator = `,\n${' '.repeat(indent + 1)}`;
  const room = (i: number, length: number): number => (i === length - 1 ? allowance + 1 : 1);
  if (Array.isArray(value)) {
    return `[${value.map((item, i) => format(item, indent + 1, room(i, value.length))).join(separator)}]`;
  }
  if (!isRecord(value)) return line;
  const entries = byKey(value).map(([key, item], i, all) => {
    const name = `${pyRepr(key)}: `;
    return name + format(item, indent + 1 + name.length, room(i, all.length));
  });
  return `{${entries.join(separator)}}`;
}

function byKey(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(byKey(value).map(([key, item]) => [key, sorted(item)]));
}
