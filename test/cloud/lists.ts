import { badRequest, neutronError, type Refusal } from './answer.ts';
import { toBoolean, toInt } from './validators.ts';
import { type Attributes, pyRepr, pyStr } from './values.ts';

/** One object of a list: what filters and sorting look at, and what is shown. */
export interface Row {
  id: string;
  columns: Attributes;
  shown: Attributes;
}

/** How a list is asked for and answered. */
export interface ListStyle {
  plural: string;
  sortKeys: ReadonlySet<string>;
  /** Lists are cut to this many, whatever the client asks. */
  pageSize?: number | undefined;
  /** Where the links point to: origin and path. */
  url: string;
  /** Links only where there is something to link to; else `next` whenever the page is full. */
  exactLinks: boolean;
  /** Refuses an unknown marker; without it the page is empty. */
  badMarker?: ((marker: string) => Refusal) | undefined;
}

const RESERVED = new Set(['fields', 'sort_key', 'sort_dir', 'limit', 'marker', 'page_reverse']);

/**
 * The body of a list answer: filtered, sorted, paged, reduced to the fields (Neutron's emulated paging).
 * Filters on anything that isn't a column are ignored and everything is returned, as the servers do.
 */
export function listBody(rows: Row[], query: URLSearchParams, style: ListStyle): Attributes {
  const sorted = sortRows(filterRows(rows, query), query, style.sortKeys);
  const limit = pageLimit(query, style.pageSize);
  const reverse = (query.getAll('page_reverse').at(-1) ?? '').toLowerCase() === 'true';
  const { page, before, after } = cut(sorted, limit, query.getAll('marker').at(-1) ?? null, reverse, style);
  const links = limit === 0 ? [] : pageLinks(page, { limit, reverse, before, after }, query, style);
  return {
    [style.plural]: page.map((row) => onlyFields(row.shown, query)),
    ...(links.length > 0 ? { [`${style.plural}_links`]: links } : {}),
  };
}

/** Keeps the attributes named by `fields`, all if none is. */
export function onlyFields(shown: Attributes, query: URLSearchParams): Attributes {
  const fields = query.getAll('fields').filter(Boolean);
  if (fields.length === 0) return shown;
  return Object.fromEntries(Object.entries(shown).filter(([name]) => fields.includes(name)));
}

function filterRows(rows: Row[], query: URLSearchParams): Row[] {
  const names = [...new Set(query.keys())].filter((name) => !RESERVED.has(name));
  return rows.filter((row) =>
    names.every(
      (name) => !(name in row.columns) || query.getAll(name).some((value) => matches(name, row.columns[name], value)),
    ),
  );
}

/** MariaDB's usual collation: case doesn't count, nor do trailing blanks. */
function matches(name: string, column: unknown, value: string): boolean {
  if (typeof column === 'boolean') return column === toBoolean(value);
  if (typeof column === 'number') return column === (name === 'mtu' ? toInt(value) : Number(value));
  return typeof column === 'string' && fold(column) === fold(value);
}

function fold(text: string): string {
  return text.replace(/ +$/, '').toLowerCase();
}

function sortRows(rows: Row[], query: URLSearchParams, sortKeys: ReadonlySet<string>): Row[] {
  const keys = query.getAll('sort_key').filter(Boolean);
  const directions = query.getAll('sort_dir').filter(Boolean);
  if (keys.length !== directions.length) throw badRequest('The number of sort_keys and sort_dirs must be same');
  const badKeys = keys.filter((key) => !sortKeys.has(key));
  if (badKeys.length > 0) throw badRequest(`${pyRepr(badKeys)} is invalid attribute for sort_keys`);
  const badDirections = directions.filter((direction) => direction !== 'asc' && direction !== 'desc');
  if (badDirections.length > 0) {
    throw badRequest(`${pyRepr(badDirections)} is invalid value for sort_dirs, valid value is 'asc' and 'desc'`);
  }
  return rows.toSorted((a, b) => {
    for (const [i, key] of keys.entries()) {
      const [x, y] = [pyStr(a.columns[key]), pyStr(b.columns[key])];
      if (x !== y) return x < y === (directions[i] === 'asc') ? -1 : 1;
    }
    return 0;
  });
}

/** The number of rows on a page; 0 means all. */
function pageLimit(query: URLSearchParams, pageSize: number | undefined): number {
  const given = query.getAll('limit').at(-1) ?? '0';
  const limit = /^\s*\+?\d+\s*$/.test(given) ? Number(given) : -1;
  if (limit < 0) {
    const message = `Bad limit request: Limit must be an integer 0 or greater and not '${given}'.`;
    throw neutronError(400, 'BadRequest', message);
  }
  return limit === 0 ? (pageSize ?? 0) : Math.min(limit, pageSize ?? limit);
}

interface Cut {
  page: Row[];
  before: boolean;
  after: boolean;
}

function cut(rows: Row[], limit: number, marker: string | null, reverse: boolean, style: ListStyle): Cut {
  if (limit === 0) return { page: rows, before: false, after: false };
  const at = marker ? rows.findIndex((row) => row.id === marker) : -1;
  if (marker && at < 0) {
    if (style.badMarker) throw style.badMarker(marker);
    return { page: [], before: false, after: false };
  }
  const end = reverse ? (marker ? at : rows.length) : Math.min(at + 1 + limit, rows.length);
  const start = reverse ? Math.max(end - limit, 0) : at + 1;
  return { page: rows.slice(start, end), before: start > 0, after: end < rows.length };
}

interface Page {
  limit: number;
  reverse: boolean;
  before: boolean;
  after: boolean;
}

function pageLinks(page: Row[], { limit, reverse, before, after }: Page, query: URLSearchParams, style: ListStyle) {
  const full = page.length >= limit;
  const next = style.exactLinks ? after : full || reverse;
  const previous = style.exactLinks ? before : full || !reverse;
  const links: { rel: string; href: string }[] = [];
  if (next) links.push({ rel: 'next', href: link(page.at(-1), [], query, style.url) });
  if (previous) links.push({ rel: 'previous', href: link(page[0], [['page_reverse', 'True']], query, style.url) });
  return links;
}

function link(row: Row | undefined, extra: [string, string][], query: URLSearchParams, url: string): string {
  const kept = [...query].filter(([name]) => name !== 'marker' && name !== 'page_reverse');
  const marker: [string, string][] = row ? [['marker', row.id]] : [];
  return `${url}?${new URLSearchParams([...kept, ...marker, ...extra])}`;
}
