import { type Answer, gatewayError, vpcError } from '../answer.ts';
import { type Incoming, parseJson } from '../request.ts';
import { find, type Scene, visible } from '../rules.ts';
import type { Entry } from '../store.ts';
import { isRecord, pyInt, strings, text } from '../values.ts';
import { badTags } from './errors.ts';

const MAX_PER_CALL = 10;

/** The tag API of connections (classic VPN API, chapter 10). Throws a `Refusal` where it refuses. */
export function answerTags(request: Incoming, scene: Scene): Answer {
  const [, projectId, rest = ''] = /^\/v2\.0\/([^/]+)\/ipsec-site-connections\/(.+)$/.exec(request.path) ?? [];
  if (projectId !== scene.caller.projectId) {
    throw vpcError(400, 'VPC.0007', 'The project ID in the URL is different from that in the token.');
  }
  const [first = '', tags, third] = rest.split('/');
  const route = `${request.method} ${[tags, third].filter((part) => part !== undefined).join('/')}`;
  if (route === 'GET ' && first === 'tags') return projectTags(scene);
  if (route === 'POST action' && first === 'resource_instances') return resourceInstances(request, scene);
  switch (tags === 'tags' ? route.replace(/^(DELETE tags\/).+/, '$1') : '') {
    case 'POST tags':
      return addTag(request, connection(scene, first));
    case 'POST tags/action':
      return batch(request, connection(scene, first));
    case 'GET tags':
      return { status: 200, body: { tags: listed(connection(scene, first)) } };
    case 'DELETE tags/':
      if (connection(scene, first).tags.delete(third ?? '')) return { status: 204 };
      throw vpcError(404, 'VPC.2204', `Tag ${third} could not be found.`);
    default:
      throw gatewayError(404, 'APIGW.0101', 'The API does not exist or has not been published in the environment');
  }
}

function connection(scene: Scene, id: string): Entry {
  const entry = find(scene, 'ipsec_site_connection', id);
  if (entry === undefined) throw vpcError(404, 'VPC.2204', `Resource ${id} could not be found.`);
  return entry;
}

function listed(entry: Entry): { key: string; value: string }[] {
  return [...entry.tags].map(([key, value]) => ({ key, value }));
}

function bodyOf(request: Incoming): Record<string, unknown> {
  const body = parseJson(request.text, () => badTags('The request body cannot be parsed.', 500));
  if (!isRecord(body)) throw badTags('The request body cannot be parsed.', 500);
  return body;
}

/** A tag as it may be stored: both parts of letters, digits, - and _; key 1 to 36, value up to 43. */
function checkedTag(tag: unknown): { key: string; value: string } {
  if (!isRecord(tag)) throw badTags('Invalid tag.');
  const { key, value } = tag;
  if (typeof key !== 'string' || !/^[A-Za-z0-9_-]{1,36}$/.test(key)) throw badTags('Invalid tag key.');
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]{0,43}$/.test(value)) throw badTags('Invalid tag value.');
  return { key, value };
}

function addTag(request: Incoming, entry: Entry): Answer {
  const { key, value } = checkedTag(bodyOf(request)['tag']);
  if (entry.tags.has(key)) throw badTags('The tag key exists already.');
  entry.tags.set(key, value);
  return { status: 204 };
}

function batch(request: Incoming, entry: Entry): Answer {
  const { action, tags } = bodyOf(request);
  if (action !== 'create' && action !== 'delete') throw badTags('Invalid action.');
  if (!Array.isArray(tags) || tags.length === 0 || tags.length > MAX_PER_CALL) throw badTags('Invalid tags.');
  const keys = tags.map((tag: unknown) => (isRecord(tag) ? text(tag['key']).trim() : ''));
  if (keys.includes('')) throw badTags('Invalid tag key.');
  if (new Set(keys).size < keys.length) throw badTags('Repeated tag key.');
  if (action === 'delete') {
    for (const key of keys) entry.tags.delete(key);
  } else {
    for (const { key, value } of tags.map(checkedTag)) entry.tags.set(key, value);
  }
  return { status: 204 };
}

function ownConnections(scene: Scene): Entry[] {
  return scene.store.entries('ipsec_site_connection').filter((entry) => visible(entry, scene.caller));
}

function projectTags(scene: Scene): Answer {
  const values = new Map<string, Set<string>>();
  for (const entry of ownConnections(scene)) {
    for (const [key, value] of entry.tags) values.set(key, (values.get(key) ?? new Set()).add(value));
  }
  return { status: 200, body: { tags: [...values].map(([key, all]) => ({ key, values: [...all] })) } };
}

function resourceInstances(request: Incoming, scene: Scene): Answer {
  const { action, tags = [], matches = [], limit = 1000, offset = 0 } = bodyOf(request);
  if (action !== 'filter' && action !== 'count') throw badTags('Invalid action.');
  const wanted = tagFilters(tags);
  const names = nameFilters(matches);
  const [count, start] = [pyInt(limit), pyInt(offset)];
  if (count === null || count < 1 || count > 1000 || start === null || start < 0)
    throw badTags('Invalid limit or offset.');
  const found = ownConnections(scene).filter(
    (entry) =>
      wanted.every(({ key, values }) => hasTag(entry, key, values)) &&
      names.every((name) => text(entry.attributes['name']).includes(name)),
  );
  if (action === 'count') return { status: 200, body: { total_count: found.length } };
  const resources = found.slice(start, start + count).map((entry) => ({
    resource_id: entry.id,
    resource_name: entry.attributes['name'],
    resource_detail: null,
    tags: listed(entry),
  }));
  return { status: 200, body: { resources, total_count: found.length } };
}

function hasTag(entry: Entry, key: string, values: string[]): boolean {
  const value = entry.tags.get(key);
  return value !== undefined && (values.length === 0 || values.some((one) => likeValue(one, value)));
}

/** A leading * matches any beginning. */
function likeValue(pattern: string, value: string): boolean {
  return pattern.startsWith('*') ? value.endsWith(pattern.slice(1)) : value === pattern;
}

function tagFilters(tags: unknown): { key: string; values: string[] }[] {
  if (!Array.isArray(tags) || tags.length > MAX_PER_CALL) throw badTags('Invalid tags.');
  return tags.map((tag: unknown) => {
    const { key, values } = isRecord(tag) ? tag : {};
    const list = strings(values);
    const fine = typeof key === 'string' && key.length >= 1 && key.length <= 127 && Array.isArray(values);
    if (!fine || list.length > MAX_PER_CALL || list.some((value) => value.length > 255)) throw badTags('Invalid tags.');
    return { key, values: list };
  });
}

function nameFilters(matches: unknown): string[] {
  if (!Array.isArray(matches)) throw badTags('Invalid matches.');
  return matches.map((match: unknown) => {
    if (!isRecord(match) || match['key'] !== 'resource_name') throw badTags('Invalid matches.');
    return text(match['value']);
  });
}
