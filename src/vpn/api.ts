/** The typed client of the classic VPN API: one method for each call, no decisions. */
import { ActionError, type Place } from '../errors.ts';
import type { HttpRequest } from '../http/client.ts';
import { ResponseError } from '../http/errors.ts';
import type { Send } from '../http/send.ts';
import { malformed, placed, readPage, unique } from './api-answers.ts';
import type { Dialect } from './dialects.ts';
import { type Kind, kindNames } from './kinds.ts';
import { decodeObject, decodeTags, isId, isJsonObject, type ObjectOf, projectOf, type VpnObject } from './objects.ts';

/** A request body without its envelope. A `Secret` in it becomes its text on the wire, in the HTTP client. */
export type Body = Readonly<Record<string, unknown>>;

/** A router (VPC) or subnet, as far as names need it. */
export interface NetworkObject {
  readonly id: string;
  readonly name: string;
  readonly cidr: string | undefined;
  /** A subnet that another project shares: meant by its id alone. */
  readonly isForeign?: true;
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
  /** Those that other projects share are among them. */
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
/** Characters of JSON in the pages of one list. A project has some kilobytes; a list without end would fill the memory. */
const longestList = 32 * 1024 * 1024;
/** OTC takes at most ten tags in one call. */
const tagsPerCall = 10;
const tagPage = 1000;

function isGone(error: unknown): boolean {
  return error instanceof ResponseError && error.status === 404;
}

function checked(id: string): string {
  const shown = id.slice(0, 40);
  if (!isId(id)) {
    throw new ActionError('BUG', `An id that is no UUID was about to go into a URL: ${shown}`);
  }
  return id;
}

class Client implements VpnApi {
  readonly #options: VpnApiOptions;

  constructor(options: VpnApiOptions) {
    this.#options = options;
  }

  #url(path: string): URL {
    return new URL(`${this.#options.networkUrl.href.replace(/\/$/, '')}/${path}`);
  }

  #itemUrl(kind: Kind, id: string): URL {
    return this.#url(`${kindNames[kind].path}/${checked(id)}`);
  }

  #tagsUrl(rest: string): URL {
    return this.#url(`${checked(this.#options.projectId)}/ipsec-site-connections/${rest}`);
  }

  /** The body of the answer. */
  async #ask(request: HttpRequest, options: CallOptions = {}): Promise<unknown> {
    const { send } = this.#options;
    const { body } = await placed(options, send({ ...request, critical: options.critical === true }));
    return body;
  }

  async #pages(path: string, plural: string, what: string, options: CallOptions = {}): Promise<unknown[]> {
    let items: unknown[] = [];
    let length = 0;
    const seen = new Set<string>();
    let marker: string | undefined;
    do {
      const url = this.#url(path);
      if (marker !== undefined) {
        seen.add(marker);
        url.searchParams.set('marker', marker);
      }
      const page = readPage(await this.#ask({ method: 'GET', url, what, repeat: 'freely' }, options), plural, what);
      items = items.concat(page.items);
      marker = page.marker;
      length += marker === undefined ? 0 : JSON.stringify(page.items).length;
      if (seen.size > maxPages || length > longestList) {
        throw malformed(what);
      }
      // A marker that comes back: the server does not page, and what it has is here.
    } while (marker !== undefined && !seen.has(marker));
    return items;
  }

  /** An administrator's list shows all projects. */
  #isForeign(owner: string | undefined): boolean {
    return owner !== undefined && owner !== this.#options.projectId;
  }

  #one<K extends Kind>(kind: K, body: unknown, what: string): ObjectOf[K] {
    if (!isJsonObject(body) || !isJsonObject(body[kind])) {
      throw malformed(what);
    }
    return decodeObject(kind, body[kind], this.#options.dialect);
  }

  async list<K extends Kind>(kind: K, options: Pick<CallOptions, 'critical'> = {}): Promise<readonly ObjectOf[K][]> {
    const { path, plural, many } = kindNames[kind];
    const items = await this.#pages(path, plural, `list the ${many}`, options);
    const objects = items.map((item) => decodeObject(kind, item, this.#options.dialect));
    return unique(objects.filter((object: VpnObject) => !this.#isForeign(object.projectId)));
  }

  async get<K extends Kind>(kind: K, id: string, options: CallOptions = {}): Promise<ObjectOf[K] | undefined> {
    const what = words('read', kind, options.name ?? id);
    try {
      const request = { method: 'GET', url: this.#itemUrl(kind, id), what, repeat: 'freely' } as const;
      return this.#one(kind, await this.#ask(request, options), what);
    } catch (error) {
      if (isGone(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async create<K extends Kind>(kind: K, body: Body, options: CallOptions = {}): Promise<ObjectOf[K]> {
    const what = words('create', kind, options.name ?? '');
    const url = this.#url(kindNames[kind].path);
    const request = { method: 'POST', url, body: { [kind]: body }, what, repeat: 'if not carried out' } as const;
    return this.#one(kind, await this.#ask(request, options), what);
  }

  async update<K extends Kind>(kind: K, id: string, body: Body, options: CallOptions = {}): Promise<ObjectOf[K]> {
    const what = words('update', kind, options.name ?? id);
    const url = this.#itemUrl(kind, id);
    const request = { method: 'PUT', url, body: { [kind]: body }, what, repeat: 'freely' } as const;
    return this.#one(kind, await this.#ask(request, options), what);
  }

  async remove(kind: Kind, id: string, options: CallOptions = {}): Promise<void> {
    const what = words('delete', kind, options.name ?? id);
    try {
      await this.#ask({ method: 'DELETE', url: this.#itemUrl(kind, id), what, repeat: 'freely' }, options);
    } catch (error) {
      if (!isGone(error)) {
        throw error;
      }
    }
  }

  async #network(plural: 'routers' | 'subnets'): Promise<NetworkObject[]> {
    const items = await this.#pages(plural, plural, `list the ${plural}`);
    const objects = items.flatMap((item): NetworkObject[] => {
      if (!isJsonObject(item) || !isId(item.id)) {
        return [];
      }
      const isForeign = this.#isForeign(projectOf(item));
      const cidr = typeof item.cidr === 'string' ? item.cidr : undefined;
      const object = { id: item.id, name: typeof item.name === 'string' ? item.name : '', cidr };
      return [isForeign ? { ...object, isForeign } : object];
    });
    return unique(objects);
  }

  async routers(): Promise<readonly NetworkObject[]> {
    return (await this.#network('routers')).filter(({ isForeign }) => isForeign !== true);
  }

  async subnets(): Promise<readonly NetworkObject[]> {
    return await this.#network('subnets');
  }

  async allTags(): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
    const found = new Map<string, ReadonlyMap<string, string>>();
    const what = 'read the tags of the IPsec connections';
    const url = this.#tagsUrl('resource_instances/action');
    for (let offset = 0; ; offset += tagPage) {
      const query = { action: 'filter', limit: tagPage, offset };
      const answer = await this.#ask({ method: 'POST', url, body: query, what, repeat: 'freely' });
      const resources = isJsonObject(answer) ? answer.resources : undefined;
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
  }

  async #tag(id: string, action: 'create' | 'delete', tags: readonly object[], options: CallOptions): Promise<void> {
    const verb = action === 'create' ? 'tag' : 'remove tags of';
    const what = words(verb, 'ipsec_site_connection', options.name ?? id);
    const url = this.#tagsUrl(`${checked(id)}/tags/action`);
    for (let from = 0; from < tags.length; from += tagsPerCall) {
      const body = { action, tags: tags.slice(from, from + tagsPerCall) };
      // Both actions may be repeated: they state a result, not a step.
      await this.#ask({ method: 'POST', url, body, what, repeat: 'freely' }, options);
    }
  }

  async setTags(id: string, tags: Readonly<Record<string, string>>, options: CallOptions = {}): Promise<void> {
    const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
    await this.#tag(id, 'create', list, options);
  }

  async removeTags(id: string, keys: readonly string[], options: CallOptions = {}): Promise<void> {
    const list = keys.map((key) => ({ key }));
    await this.#tag(id, 'delete', list, options);
  }
}

function words(verb: string, kind: Kind, name: string): string {
  return `${verb} the ${kindNames[kind].words} ${name}`;
}

/** A client for one project. Every id is checked against its form before it goes into a URL. */
export function createVpnApi(options: VpnApiOptions): VpnApi {
  return new Client(options);
}
