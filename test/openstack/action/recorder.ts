/** A server on loopback that hands every request on to a real server, and its answer back, and writes down both. */
import {
  createServer as createHttp,
  type IncomingMessage,
  request as open,
  type RequestOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { RecordedRequest } from '../../cloud/index.ts';
import { readBody } from '../../cloud/server.ts';
import { decoded } from '../../json.ts';
import type { Credentials } from '../../scenarios/harness/certificates.ts';

/** What is odd on the way to the servers and back. */
export interface Disturbance {
  /** Whether the answer to this request is to be lost on its way back: the server has done its work by then. */
  readonly loses: (request: RecordedRequest) => boolean;
  /** Holds a request up until it resolves. */
  readonly holds: (request: RecordedRequest) => Promise<void> | undefined;
  /** Cuts lists into pages of so many, as an operator's `pagination_max_limit` does. */
  readonly pageSize: number | undefined;
}

export const orderly: Disturbance = { loses: () => false, holds: () => undefined, pageSize: undefined };

/** What the recorders of both services have in common. */
export interface Record extends Disturbance {
  readonly requests: RecordedRequest[];
  /** Tokens and pre-shared keys that stood in answers. */
  readonly secrets: Set<string>;
}

export interface Recorder {
  /** Has the path of the address that it stands for. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param upstream address of the real server
 * @param tls speaks https with these, as the load balancer of a real cloud does
 */
export async function startRecorder(
  service: RecordedRequest['service'],
  upstream: string,
  record: Record,
  tls?: Credentials,
): Promise<Recorder> {
  const target = new URL(upstream);
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    handOn(service, target, record, incoming, outgoing).catch(() => outgoing.destroy());
  };
  const options = { keepAliveTimeout: 60_000 };
  const server = tls === undefined ? createHttp(options, serve) : createHttps({ ...options, ...tls }, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the recorder has no port');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}${target.pathname.replace(/\/$/, '')}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handOn(
  service: RecordedRequest['service'],
  target: URL,
  record: Record,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const entry = entryOf(service, incoming, record.requests.length + 1);
  record.requests.push(entry);
  const body = await readBody(incoming);
  entry.body = decoded(body);
  await record.holds(entry);
  const { hostname: host, port } = target;
  const path = paged(entry, record.pageSize);
  const answer = await forward({ host, port, method: entry.method, path, headers: incoming.headers }, body);
  const text = await readBody(answer);
  for (const secret of secretsIn(answer, text)) record.secrets.add(secret);
  entry.endedAt = performance.now();
  if (record.loses(entry)) {
    entry.status = 'reset';
    outgoing.destroy();
    return;
  }
  entry.status = answer.statusCode ?? 'reset';
  const { 'transfer-encoding': _chunked, connection: _hop, ...headers } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 502, headers).end(text);
}

function paged({ method, path, service }: RecordedRequest, size: number | undefined): string {
  if (size === undefined || service !== 'network' || method !== 'GET') return path;
  return `${path}${path.includes('?') ? '&' : '?'}limit=${size}`;
}

function entryOf(service: RecordedRequest['service'], incoming: IncomingMessage, n: number): RecordedRequest {
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  return {
    n,
    at: Date.now(),
    service,
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: Object.fromEntries(headers),
    body: undefined,
    status: 'pending',
    startedAt: performance.now(),
  };
}

function forward(options: RequestOptions, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => open(options, resolve).on('error', reject).end(body));
}

/** Every psk in an answer is a secret, also one that somebody else set. */
function secretsIn(answer: IncomingMessage, text: string): string[] {
  const keys: string[] = [String(answer.headers['x-subject-token'] ?? '')];
  const collect = (key: string, value: unknown): unknown => {
    if (key === 'psk' && typeof value === 'string') keys.push(value);
    return value;
  };
  if (text.includes('"psk"')) JSON.parse(text, collect);
  return keys.filter((key) => key.length >= 4);
}
