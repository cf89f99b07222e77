/** What is read of Keystone's token body (Identity API v3; OTC IAM reference, "Obtaining a user token"). */
import { isFields } from '../http/server-words.ts';

export interface Project {
  readonly id: string;
  readonly name: string | undefined;
  readonly domain: { readonly id: string | undefined; readonly name: string | undefined };
}

export interface Endpoint {
  /** `public`, `internal`, `admin`. */
  readonly interface: string;
  /** Region names and ids; none and `*` mean any region. */
  readonly regions: readonly string[];
  readonly url: string;
}

export interface Service {
  readonly type: string;
  readonly endpoints: readonly Endpoint[];
}

export interface TokenBody {
  /** Undefined for unscoped and domain-scoped tokens. */
  readonly project: Project | undefined;
  /** A domain-scoped token has this instead. */
  readonly domainScoped: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** Undefined if the answer has none. */
  readonly catalogue: readonly Service[] | undefined;
  /** Names of the roles in the project; undefined if the answer has none. */
  readonly roles: readonly string[] | undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Ids go into URLs and headers: 32 hex digits or a UUID, on some clouds another word. Undefined for anything else. */
export function decodeId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[0-9A-Za-z][\w-]{0,63}$/.test(value) ? value : undefined;
}

function decodeProject(value: unknown): Project | undefined {
  if (!isFields(value)) {
    return undefined;
  }
  const domain = isFields(value['domain']) ? value['domain'] : {};
  const projectId = decodeId(value['id']);
  if (projectId === undefined) {
    return undefined;
  }
  return {
    id: projectId,
    name: text(value['name']),
    domain: { id: decodeId(domain['id']), name: text(domain['name']) },
  };
}

function decodeEndpoint(value: unknown): readonly Endpoint[] {
  if (!isFields(value)) {
    return [];
  }
  const url = text(value['url']);
  // Old catalogues say publicURL.
  const side = text(value['interface'])?.replace(/URL$/, '');
  const names = [value['region_id'], value['region']].filter((name) => typeof name === 'string');
  const regions = [...new Set(names)].filter((name) => name !== '' && name !== '*');
  return url === undefined || side === undefined ? [] : [{ url, interface: side, regions }];
}

/** The catalogue as a token or `GET /v3/auth/catalog` has it; undefined if there is none. */
export function decodeCatalogue(value: unknown): readonly Service[] | undefined {
  if (!Array.isArray(value)) {
    return undefined;
  }
  return value.flatMap((service: unknown): readonly Service[] => {
    if (!isFields(service) || typeof service['type'] !== 'string' || !Array.isArray(service['endpoints'])) {
      return [];
    }
    return [{ type: service['type'], endpoints: service['endpoints'].flatMap(decodeEndpoint) }];
  });
}

/** With six, three or no fractional digits; UTC, also without `Z`, unless an offset says otherwise. */
function decodeTime(value: unknown): number | undefined {
  const form = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*(Z|[+-]\d\d:\d\d)?$/;
  const [, day, hour, zone = 'Z'] = form.exec(text(value) ?? '') ?? [];
  const time = day === undefined ? Number.NaN : Date.parse(`${day}T${hour}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}

function decodeRoles(value: unknown): readonly string[] | undefined {
  const names = Array.isArray(value) ? value.flatMap((role) => (isFields(role) ? (text(role['name']) ?? []) : [])) : [];
  return names.length === 0 ? undefined : names;
}

/** Undefined if the answer is no token body at all. */
export function decodeTokenBody(body: unknown): TokenBody | undefined {
  const token = isFields(body) ? body['token'] : undefined;
  if (!isFields(token)) {
    return undefined;
  }
  return {
    project: decodeProject(token['project']),
    domainScoped: isFields(token['domain']),
    expiresAt: decodeTime(token['expires_at']),
    catalogue: decodeCatalogue(token['catalog']),
    roles: decodeRoles(token['roles']),
  };
}
