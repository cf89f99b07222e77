/** The typed client of the classic VPN API: one method for each call, no decisions. */
import { ActionError, type Place } from '../errors.ts';
import { ResponseError } from '../http/errors.ts';
import type { Send } from '../http/send.ts';
import type { Dialect } from './dialects.ts';
import { type Kind, kindNames } from './kinds.ts';
import {
  decodeObject,
  decodeTags,
  isId,
  isJsonObject,
  type Json,
  type ObjectOf,
  projectOf,
  type VpnObject,
} from './objects.ts';

/** A request body without its envelope. A `Secret` in it becomes its text on the wire, in the HTTP client. */
export type Body = Readonly<Record<string, unknown>>;

/** A router (VPC) or subnet, as far as names need it. */
export interface NetworkObject {
  readonly id: string;
  readonly name: string;
  readonly cidr: string | undefined;
}

export interface VpnApi {
  /** All pages, own project only (an admin's list shows all projects). */
  list<K extends Kind>(kind: K, options?: Pick<CallOptions, 'critical'>): Promise<readonly ObjectOf[K][]>;
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

/** More pages than any project has: the paging goes in circles. */
const maxPages = 1000;
/** OTC takes at most ten tags in one call. */
const tagsPerCall = 10;
const tagPage = 1000;

/**
 * The marker of the next page. Links name internal hosts, so nothing else is taken from them.
 * @throws if a next page is announced that cannot be asked for: half a list would have us create what is there
 */
function nextMarker(answer: Json, plural: string, what: string): string | undefined {
  const links = answer[`${plural}_links`];
  const next: unknown = Array.isArray(links)
    ? links.find((link) => isJsonObject(link) && link.rel === 'next')
    : undefined;
  if (!isJsonObject(next)) {
    return undefined;
  }
  const marker = /[?&]marker=([^&#]*)/.exec(String(next.href))?.[1];
  if (!isId(marker)) {
    throw malformed(what);
  }
  return marker;
}

/** Each object once: a page that is served twice must not look like namesakes. */
function unique<T extends { readonly id: string }>(objects: readonly T[]): T[] {
  return [...new Map(objects.map((object) => [object.id, object])).values()];
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
    (key) => !['name', 'description'].includes(key) && words.toLowerCase().includes(key.toLowerCase()),
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

  async function pages(path: string, plural: string, what: string, critical = false): Promise<unknown[]> {
    const items: unknown[] = [];
    const seen = new Set<string>();
    let marker: string | undefined;
    do {
      const page = url(path);
      if (marker !== undefined) {
        seen.add(marker);
        page.searchParams.set('marker', marker);
      }
      const { body } = await send({ method: 'GET', url: page, what, repeat: 'freely', critical });
      if (!isJsonObject(body) || !Array.isArray(body[plural]) || seen.size > maxPages) {
        throw malformed(what);
      }
      items.push(...body[plural]);
      marker = body[plural].length === 0 ? undefined : nextMarker(body, plural, what);
      // A marker that comes back: the server does not page, and what it has is here.
    } while (marker !== undefined && !seen.has(marker));
    return items;
  }

  async function network(path: string, plural: string): Promise<NetworkObject[]> {
    const items = await pages(path, plural, `list the ${plural}`);
    const objects = items.flatMap((item): NetworkObject[] => {
      if (!isJsonObject(item) || !isId(item.id) || isForeign(projectOf(item))) {
        return [];
      }
      const cidr = typeof item.cidr === 'string' ? item.cidr : undefined;
      return [{ id: item.id, name: typeof item.name === 'string' ? item.name : '', cidr }];
    });
    return unique(objects);
  }

  /** An administrator's list shows all projects. */
  function isForeign(owner: string | undefined): boolean {
    return owner !== undefined && owner !== projectId;
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
    const critical = options.critical === true;
    for (let from = 0; from < tags.length; from += tagsPerCall) {
      const body = { action, tags: tags.slice(from, from + tagsPerCall) };
      // Both actions may be repeated: they state a result, not a step.
      await placed(
        options,
        send({ method: 'POST', url: tagsUrl(`${checked(id)}/tags/action`), body, what, repeat: 'freely', critical }),
      );
    }
  }

  return {
    async list<K extends Kind>(kind: K, { critical = false }: Pick<CallOptions, 'critical'> = {}) {
      const { path, plural, many } = kindNames[kind];
      const items = await pages(path, plural, `list the ${many}`, critical);
      const objects = items.map((item) => decodeObject(kind, item, dialect));
      return unique(objects.filter((object: VpnObject) => !isForeign(object.projectId)));
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
        send({ method: 'POST', url: path, body: { [kind]: body }, what, repeat: 'if not carried out', critical }),
      );
      return one(kind, answer.body, what);
    },
    async update(kind, id, body, options = {}) {
      const what = words('update', kind, id, options);
      const answer = await placed(
        options,
        send({ method: 'PUT', url: itemUrl(kind, id), body: { [kind]: body }, what, repeat: 'freely' }),
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
        const known = found.size;
        for (const resource of resources) {
          if (isJsonObject(resource) && isId(resource.resource_id)) {
            found.set(resource.resource_id, decodeTags(resource.tags) ?? new Map());
          }
        }
        // A full page that brings nothing new: the server does not page.
        if (resources.length < tagPage || found.size === known) {
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

function checked(id: string): string {
  const shown = id.slice(0, 40);
  if (!isId(id)) {
    throw new ActionError('BUG', `An id that is no UUID was about to go into a URL: ${shown}`);
  }
  return id;
}
