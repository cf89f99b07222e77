/** What the API's answers mean for a call: pages, malformed answers, and the line of the file that a refusal is about. */
import { ActionError, type Place } from '../errors.ts';
import { ResponseError } from '../http/errors.ts';
import type { CallOptions } from './api.ts';
import { isId, isJsonObject, type Json } from './objects.ts';

export function malformed(what: string): ActionError {
  return new ActionError('API_UNAVAILABLE', `The answer to "${what}" is not what the VPN API documents.`, {
    hint: 'Check that network-endpoint, or the catalogue entry of type "network", belongs to Neutron with VPNaaS.',
  });
}

export interface Page {
  readonly items: readonly unknown[];
  /** Of the next page. */
  readonly marker: string | undefined;
}

/**
 * One page of a list. Links name internal hosts, so nothing but the marker is taken from them.
 * @throws also if a next page is announced that cannot be asked for: half a list would have us create what is there
 */
export function readPage(answer: unknown, plural: string, what: string): Page {
  const items: unknown = isJsonObject(answer) ? answer[plural] : undefined;
  if (!isJsonObject(answer) || !Array.isArray(items)) {
    throw malformed(what);
  }
  return { items, marker: items.length === 0 ? undefined : nextMarker(answer, plural, what) };
}

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

/** Each object once, since a page that is served twice must not look like namesakes; by id, since a plan has one digest. */
export function unique<T extends { readonly id: string }>(objects: readonly T[]): T[] {
  const found = [...new Map(objects.map((object) => [object.id, object])).values()];
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
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

/** Codes that say that a right is missing, whatever the status: OTC's VPC layer answers some of them with 400. */
const rightsCodes = /^(?:PolicyNotAuthorized|VPC\.(?:0010|1017|2201|2701)|APIGW?\.0(?:302|304|306|802))$/;

function named(error: ActionError): ActionError {
  // A refusal of the login keeps its own name.
  return error instanceof ResponseError && error.code === 'API_REFUSED' && rightsCodes.test(error.serverCode ?? '')
    ? new ResponseError('RIGHTS', error.message, error, error.hint)
    : error;
}

/** Puts a call's error on the line of the file that it is about, and under its heading. */
export async function placed<T>(options: CallOptions, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof ActionError ? named(error).on(lineOf(error, options)) : error;
  }
}
