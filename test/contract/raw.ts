/** Requests that the client would never send, and answers to the last detail. */
import { decoded } from '../json.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Decoded JSON; the text of anything else; undefined without a body. */
  readonly body: unknown;
}

/** What a case is mostly about. */
export type Said = Pick<Answer, 'status' | 'body'>;

export function said({ status, body }: Answer): Said {
  return { status, body };
}

/** One request; a text goes as it is, anything else as JSON. */
export async function send(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<Answer> {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: {
      // As the client does: some refusals are a page for anyone else.
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    redirect: 'manual',
    signal: AbortSignal.timeout(60_000),
    ...(body === undefined ? {} : { body: payload }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: decoded(text) };
}
