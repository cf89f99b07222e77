import type { RecordedRequest } from '../../cloud/index.ts';

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const projectId = /(?<=\/)[0-9a-f]{32}(?=\/|$)/g;

/** `METHOD path` of each request in order of arrival, without query, ids as `{id}`. */
export function calls(requests: readonly RecordedRequest[]): string[] {
  return requests.map((request) => {
    const path = (request.path.split('?')[0] ?? '').replace(uuid, '{id}').replace(projectId, '{project}');
    return `${request.method} ${path}`;
  });
}

/** The requests that change something in the network service. */
export function writes(requests: readonly RecordedRequest[]): string[] {
  return calls(requests.filter((request) => request.service === 'network')).filter((call) => !call.startsWith('GET '));
}

/** What reached the identity service. */
export function identityCalls(requests: readonly RecordedRequest[]): string[] {
  return calls(requests.filter((request) => request.service === 'identity'));
}

/** How often each call was made, e.g. `{ 'GET /v2.0/vpn/vpnservices': 1 }`. */
export function counts(calls: readonly string[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const call of calls) result[call] = (result[call] ?? 0) + 1;
  return result;
}
