/** The typed client of the classic VPN API: one method for each call, no decisions. */
import { ActionError, type Place } from '../errors.ts';
import { ResponseError } from '../http/errors.ts';
import type { Send } from '../http/send.ts';
import { Secret } from '../secret.ts';
import type { Dialect } from './dialects.ts';
import { type Kind, kindNames } from './kinds.ts';
import { decodeObject, decodeTags, isId, isJsonObject, type ObjectOf, type VpnObject } from './objects.ts';

/** A request body without its envelope. A Secret becomes its text only on the wire. */
export type Body = Readonly<Record<string, unknown>>;

/** A router (VPC) or subnet, as far as names need it. */
export interface NetworkObject {
  readonly id: string;
  readonly name: string;
  readonly cidr: string | undefined;
}

export interface VpnApi {
  /** All pages, own project only (an admin's list shows all projects). */
  list<K extends Kind>(kind: K): Promise<readonly ObjectOf[K][]>;
  /** Undefined when it is not there (404). */
  get<K extends Kind>(kind: K, id: string, options?: CallOptions): Promise<ObjectOf[K] | undefined>;
  /** One POST, not repeated if its answer is lost (LostAnswerError). */
  create<K extends Kind>(kind: K, body: Body, options?: CallOptions): Promise<ObjectOf[K]>;
  update<K extends Kind>(kind: K, id: string, body: Body, options?: CallOptions): Promise<ObjectOf[K]>;
  /** An object that is not there any more counts as deleted. */
  remove(kind: Kind, id: string, options?: CallOptions): Promise<void>;
  routers(): Promise<readonly NetworkObject[]>;
  subnets(): Promise<readonly NetworkObject[]>;
  /** OTC: the tags of all connections of the project, by connection id. */
  allTags(): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>>;
  setTags(connectionId: string, tags: Readonly<Record<string, string>>, options?: CallOptions): Promise<void>;
  removeTags(connectionId: string, keys: readonly string[], options?: CallOptions): Promise<void>;
}

export type Lines = Readonly<Record<string, Place>>;

export interface CallOptions {
  /** How the object is called in log and errors; default: its id. */
  readonly name?: string;
  /** The line that asks for it: an error points there. */
  readonly at?: Place;
  /** Lines of single values, by field name or by the value's own text: an error that names one points at it. */
  readonly lines?: Lines;
  /** Goes on after a first cancel signal. */
  readonly critical?: boolean;
}

export interface VpnApiOptions {
  readonly send: Send;
  /** Ends in `/v2.0`. */
  readonly networkUrl: URL;
  readonly projectId: string;
  readonly dialect: Dialect;
}

/** At most this many pages of a list are read: more means that the paging goes in circles. */
const maxPages = 1000;
/** OTC takes at most ten tags in one call. */
const tagsPerCall = 10;
const tagPage = 1000;

function revealed(value: unknown): unknown {
  return value instanceof Secret ? value.reveal() : value;
}

function onWire(kind: Kind, body: Body): unknown {
  return { [kind]: Object.fromEntries(Object.entries(body).map(([key, value]) => [key, revealed(value)])) };
}

/** The marker of the next page. Links name internal hosts, so nothing else is taken from them. */
function nextMarker(answer: Readonly<Record<string, unknown>>, plural: string): string | undefined {
  const links = answer[`${plural}_links`];
  const next = Array.isArray(links) ? links.find((link) => isJsonObject(link) && link.rel === 'next') : undefined;
  const href: unknown = isJsonObject(next) ? next.href : undefined;
  if (typeof href !== 'string') {
    return undefined;
  }
  const marker = /[?&]marker=([^&#]*)/.exec(href)?.[1];
  return isId(marker) ? marker : undefined;
}

function malformed(what: string): ActionError {
  return new ActionError('API_UNAVAILABLE', `The answer to "${what}" is not what the VPN API documents.`, {
    hint: 'Check that network-endpoint, or the catalogue entry of type "network", belongs to Neutron with VPNaaS.',
  });
}

/** The line that the server's words speak of: they name the field, or quote the value. */
function lineOf(error: ActionError, { at, lines = {} }: CallOptions): Place | undefined {
  const words = error instanceof ResponseError ? error.serverWords : '';
  const named = /Invalid input for (\w+)/.exec(words)?.[1] ?? '';
  const quoted = Object.keys(lines).find(
    (key) => !['name', 'description'].includes(key) && words.toLowerCase().includes(key),
  );
  return lines[named] ?? lines[quoted ?? ''] ?? at;
}

async function placed<T>(options: CallOptions, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof ActionError ? error.on(lineOf(error, options)) : error;
  }
}

/** A client for one project. Every id is checked against its form before it goes into a URL. */
export function createVpnApi({ send, networkUrl, projectId, dialect }: VpnApiOptions): VpnApi {
  const url = (path: string): URL => new URL(`${networkUrl.href.replace(/\/$/, '')}/${path}`);
  const itemUrl = (kind: Kind, id: string): URL => url(`${kindNames[kind].path}/${checked(id)}`);
  const words = (verb: string, kind: Kind, id: string, options: CallOptions): string =>
    `${verb} the ${kindNames[kind].words} ${options.name ?? id}`;

  async function pages(path: string, plural: string, what: string): Promise<unknown[]> {
    const items: unknown[] = [];
    const seen = new Set<string>();
    let marker: string | undefined;
    do {
      const page = url(path);
      if (marker !== undefined) {
        seen.add(marker);
        page.searchParams.set('marker', marker);
      }
      const { body } = await send({ method: 'GET', url: page, what, repeat: 'freely' });
      if (!isJsonObject(body) || !Array.isArray(body[plural])) {
        throw malformed(what);
      }
      items.push(...body[plural]);
      marker = body[plural].length === 0 ? undefined : nextMarker(body, plural);
    } while (marker !== undefined && !seen.has(marker) && seen.size < maxPages);
    return items;
  }

  async function network(path: string, plural: string): Promise<NetworkObject[]> {
    const items = await pages(path, plural, `list the ${plural}`);
    return items.flatMap((item): NetworkObject[] => {
      if (!isJsonObject(item) || !isId(item.id) || foreign(item, projectId)) {
        return [];
      }
      const cidr = typeof item.cidr === 'string' ? item.cidr : undefined;
      return [{ id: item.id, name: typeof item.name === 'string' ? item.name : '', cidr }];
    });
  }

  function one<K extends Kind>(kind: K, body: unknown, what: string): ObjectOf[K] {
    if (!isJsonObject(body) || !isJsonObject(body[kind])) {
      throw malformed(what);
    }
    return decodeObject(kind, body[kind], dialect);
  }

  const tagsUrl = (rest: string): URL => url(`${checked(projectId)}/ipsec-site-connections/${rest}`);

  async function tagAction(id: string, action: 'create' | 'delete', tags: object[], options: CallOptions) {
    const what = words(action === 'create' ? 'tag' : 'remove tags of', 'ipsec_site_connection', id, options);
    for (let from = 0; from < tags.length; from += tagsPerCall) {
      const body = { action, tags: tags.slice(from, from + tagsPerCall) };
      // Both actions may be repeated: they state a result, not a step.
      await placed(
        options,
        send({ method: 'POST', url: tagsUrl(`${checked(id)}/tags/action`), body, what, repeat: 'freely' }),
      );
    }
  }

  return {
    async list<K extends Kind>(kind: K) {
      const { path, plural, words: kindWords } = kindNames[kind];
      const items = await pages(path, plural, `list the ${kindWords}s`);
      const objects = items.map((item) => decodeObject(kind, item, dialect));
      return objects.filter((object: VpnObject) => object.projectId === undefined || object.projectId === projectId);
    },
    async get(kind, id, options = {}) {
      const what = words('read', kind, id, options);
      const critical = options.critical === true;
      try {
        const { body } = await placed(
          options,
          send({ method: 'GET', url: itemUrl(kind, id), what, repeat: 'freely', critical }),
        );
        return one(kind, body, what);
      } catch (error) {
        if (error instanceof ResponseError && error.status === 404) {
          return undefined;
        }
        throw error;
      }
    },
    async create(kind, body, options = {}) {
      const what = words('create', kind, '', options);
      const critical = options.critical === true;
      const path = url(kindNames[kind].path);
      const answer = await placed(
        options,
        send({ method: 'POST', url: path, body: onWire(kind, body), what, repeat: 'if not carried out', critical }),
      );
      return one(kind, answer.body, what);
    },
    async update(kind, id, body, options = {}) {
      const what = words('update', kind, id, options);
      const answer = await placed(
        options,
        send({ method: 'PUT', url: itemUrl(kind, id), body: onWire(kind, body), what, repeat: 'freely' }),
      );
      return one(kind, answer.body, what);
    },
    async remove(kind, id, options = {}) {
      const what = words('delete', kind, id, options);
      const critical = options.critical === true;
      try {
        await placed(options, send({ method: 'DELETE', url: itemUrl(kind, id), what, repeat: 'freely', critical }));
      } catch (error) {
        if (!(error instanceof ResponseError) || error.status !== 404) {
          throw error;
        }
      }
    },
    routers: () => network('routers', 'routers'),
    subnets: () => network('subnets', 'subnets'),
    async allTags() {
      const found = new Map<string, ReadonlyMap<string, string>>();
      for (let offset = 0; ; offset += tagPage) {
        const body = { action: 'filter', limit: tagPage, offset };
        const what = 'read the tags of the IPsec connections';
        const answer = await send({
          method: 'POST',
          url: tagsUrl('resource_instances/action'),
          body,
          what,
          repeat: 'freely',
        });
        const resources = isJsonObject(answer.body) ? answer.body.resources : undefined;
        if (!Array.isArray(resources)) {
          throw malformed(what);
        }
        for (const resource of resources) {
          if (isJsonObject(resource) && isId(resource.resource_id)) {
            found.set(resource.resource_id, decodeTags(resource.tags) ?? new Map());
          }
        }
        if (resources.length < tagPage) {
          return found;
        }
      }
    },
    async setTags(connectionId, tags, options = {}) {
      const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
      await tagAction(connectionId, 'create', list, options);
    },
    async removeTags(connectionId, keys, options = {}) {
      await tagAction(
        connectionId,
        'delete',
        keys.map((key) => ({ key })),
        options,
      );
    },
  };
}

function foreign(item: Readonly<Record<string, unknown>>, projectId: string): boolean {
  const owner = item.tenant_id ?? item.project_id;
  return typeof owner === 'string' && owner !== projectId;
}

function checked(id: string): string {
  const shown = id.slice(0, 40);
  if (!isId(id)) {
    throw new ActionError('BUG', `An id that is no UUID was about to go into a URL: ${shown}`);
  }
  return id;
}
