/** Small servers and fakes for the tests of the HTTP client. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { createHttpClient, type HttpClient, type HttpOptions, type HttpRequest } from '../../../src/http/client.ts';
import type { Limits } from '../../../src/http/limits.ts';
import { noProxy } from '../../../src/http/proxy.ts';
import type { Credentials } from '../../scenarios/harness/certificates.ts';

/** Listens on loopback until the test ends, then ends every connection. Returns the port. */
export async function listen(server: NetServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface TestServer {
  readonly url: URL;
  readonly port: number;
  readonly requests: readonly Arrived[];
  /** Connections that were made. */
  connections(): number;
}

export type Answer = (response: ServerResponse, request: Arrived, n: number) => void;

/** A server that answers the nth request by the nth entry, and later ones by the last. */
export async function serve(answers: Answer | readonly Answer[], credentials?: Credentials): Promise<TestServer> {
  const list = typeof answers === 'function' ? [answers] : answers;
  const requests: Arrived[] = [];
  const onRequest: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const arrived = { method, path, headers, body };
      requests.push(arrived);
      list[Math.min(requests.length, list.length) - 1]?.(response, arrived, requests.length);
    });
  };
  const options = { maxHeaderSize: 64 * 1024 };
  const server: Server = credentials
    ? createTlsServer({ ...options, ...credentials }, onRequest)
    : createServer(options, onRequest);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(server);
  const url = new URL(`${credentials ? 'https://localhost' : 'http://127.0.0.1'}:${port}/v2.0/things`);
  return { url, port, requests, connections: () => connections };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function raw(status: number, body = '', headers: Record<string, string> = {}): Answer {
  return (response) => response.writeHead(status, headers).end(body);
}

/** Ends the connection without an answer; the request has arrived in full. */
export const reset: Answer = (response) => response.destroy();

/** Never answers. */
export const hang: Answer = () => undefined;

export interface TestClient {
  readonly http: HttpClient;
  /** `D ` and `I ` before each line. */
  readonly lines: readonly string[];
  /** Milliseconds of each wait between tries; no wait takes any time. */
  readonly waits: readonly number[];
  /** The first cancel signal, and the end of writes. */
  readonly reads: AbortController;
  readonly writes: AbortController;
}

/** A client whose waits take no time, though its clock advances by them. */
export function client(limits: Partial<Limits> = {}, options: Partial<HttpOptions> = {}): TestClient {
  const lines: string[] = [];
  const waits: number[] = [];
  const reads = new AbortController();
  const writes = new AbortController();
  let waited = 0;
  const http = createHttpClient({
    limits,
    proxy: noProxy,
    userAgent: 'ipsec-connection-action/test',
    random: () => 0.5,
    clock: {
      now: () => Date.now() + waited,
      sleep: async (ms, signal) => {
        waits.push(ms);
        waited += ms;
        await Promise.resolve();
        signal.throwIfAborted();
      },
    },
    log: { debug: (text) => lines.push(`D ${text}`), info: (text) => lines.push(`I ${text}`) },
    cancellation: { reads: reads.signal, writes: writes.signal },
    ...options,
  });
  onTestFinished(() => http.close());
  return { http, lines, waits, reads, writes };
}

/** What a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was not rejected');
}

/** Everything that can be seen of an error: name, message, properties, causes, as inspection and JSON show them. */
export function visible(error: unknown): string {
  const { inspect } = process.getBuiltinModule('node:util');
  const text = error instanceof Error ? `${error.stack}` : '';
  return `${inspect(error, { depth: 20, showHidden: true })} ${JSON.stringify(error)} ${text}`;
}

export const get = (url: URL): HttpRequest => ({ method: 'GET', url, what: 'list the things', repeat: 'freely' });

export const post = (url: URL): HttpRequest => ({
  method: 'POST',
  url,
  body: { thing: { name: 'a' } },
  what: 'create the thing a',
  repeat: 'if not carried out',
});

export const remove = (url: URL): HttpRequest => ({
  method: 'DELETE',
  url,
  what: 'delete the thing a',
  repeat: 'freely',
});
