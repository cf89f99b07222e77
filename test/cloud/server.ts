import { randomUUID } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { decoded } from '../json.ts';
import { type Answer, internalError, Refusal } from './answer.ts';
import type { Faults, Mishap } from './faults.ts';
import type { Incoming } from './request.ts';
import type { Settings } from './settings.ts';
import type { RecordedRequest } from './types.ts';

/** What one of the cloud's two servers needs. */
export interface ServerParts {
  service: RecordedRequest['service'];
  settings: Settings;
  faults: Faults;
  /** Every request is added to it on arrival. */
  requests: RecordedRequest[];
  /** Carries a request out; errors are thrown as `Refusal`. */
  handle: (request: Incoming) => Answer;
}

/** A listening server. */
export interface Listener {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** Destroys all connections and refuses new ones; the result takes them again. */
  suspend(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Long tokens in two headers need more than Node's 16 kB. */
const MAX_HEADER_SIZE = 131_072;

/** Starts a server on loopback. Port 0 takes a free one. */
export async function listen(parts: ServerParts, port: number): Promise<Listener> {
  const { tls } = parts.settings;
  const sockets = new Set<Socket>();
  const sleeps = new Set<() => void>();
  const serve = (message: IncomingMessage, response: ServerResponse) => {
    serveOne(parts, message, response, sleeps).catch(() => response.destroy());
  };
  const options = { maxHeaderSize: MAX_HEADER_SIZE, keepAliveTimeout: 60_000 };
  const server: Server = tls ? createHttps({ ...options, ...tls }, serve) : createHttp(options, serve);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const wake of sleeps) wake();
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
    });
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    close,
    async suspend() {
      await close();
      return () => new Promise((resolve) => server.listen(address.port, '127.0.0.1', resolve));
    },
  };
}

async function serveOne(
  parts: ServerParts,
  message: IncomingMessage,
  response: ServerResponse,
  sleeps: Set<() => void>,
): Promise<void> {
  const { settings, requests, faults } = parts;
  const record = recordOf(parts, message);
  requests.push(record);
  const bytes = await readBytes(message);
  record.body = decoded(bytes.toString('utf8'));
  const { watch } = settings;
  if ((await watch?.(record, 'arrived')) === 'drop') return;
  const mishap = faults.meet(record.method, record.path);
  if (mishap.delayMs > 0) await sleep(mishap.delayMs, sleeps);
  const answer = carryOut(parts, record, bytes, mishap);
  const pause = settings.latencyMs + (typeof answer === 'object' ? (answer.delayMs ?? 0) : 0);
  if (pause > 0) await sleep(pause, sleeps);
  if (answer === 'never' || (await watch?.(record, 'carried out')) === 'drop') return;
  response.once('finish', () => watch?.(record, 'answered'));
  record.endedAt = settings.now();
  record.status = answer === 'reset' ? 'reset' : answer.status;
  await send(message, response, answer, mishap, settings.now());
}

function recordOf({ requests, service, settings }: ServerParts, message: IncomingMessage): RecordedRequest {
  const at = settings.now();
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) headers[name] = String(value);
  return {
    ...{ n: (requests.at(-1)?.n ?? 0) + 1, at, service, method: message.method ?? 'GET', path: message.url ?? '/' },
    ...{ headers, body: undefined, status: 'pending', startedAt: at },
  };
}

export async function readBody(message: IncomingMessage): Promise<string> {
  return (await readBytes(message)).toString('utf8');
}

async function readBytes(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** The answer to send, carried out or not as the mishap wants it. */
function carryOut(parts: ServerParts, record: RecordedRequest, bytes: Buffer, { effect }: Mishap) {
  const done = () => handled(parts, record, bytes);
  switch (effect?.kind) {
    case 'reset-before':
      return 'reset' as const;
    case 'reset-after':
      done();
      return 'reset' as const;
    case 'hang':
      return 'never' as const;
    case 'hang-after':
      done();
      return 'never' as const;
    case 'answer': {
      if (effect.handled) done();
      const { status, body, headers } = effect;
      return { status, body, ...(headers ? { headers } : {}) } satisfies Answer;
    }
    default:
      return done();
  }
}

function handled({ handle }: ServerParts, record: RecordedRequest, bytes: Buffer): Answer {
  const url = new URL(record.path, 'http://cloud');
  try {
    const path = decodeURIComponent(url.pathname);
    const { method, headers, path: target } = record;
    return handle({ method, path, query: url.searchParams, headers, text: bytes.toString('utf8'), bytes, target });
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    console.error('the embedded cloud failed:', error);
    return internalError().answer;
  }
}

async function send(
  message: IncomingMessage,
  response: ServerResponse,
  answer: Answer | 'reset',
  { effect }: Mishap,
  now: number,
) {
  if (answer === 'reset') {
    // Only a plain TCP socket can send a reset.
    if (message.socket instanceof TLSSocket) message.socket.destroy();
    else message.socket.resetAndDestroy();
    return;
  }
  const raw = typeof answer.body === 'string';
  const text = answer.body === undefined ? '' : raw ? String(answer.body) : JSON.stringify(answer.body);
  const body = Buffer.from(effect?.kind === 'invalid-json' ? text.slice(0, -2) : text);
  const blanks = effect?.kind === 'huge' ? effect.bytes : 0;
  response.writeHead(answer.status, {
    Date: new Date(now).toUTCString(),
    ...(text === '' ? {} : { 'Content-Type': raw ? 'text/html; charset=UTF-8' : 'application/json' }),
    ...(answer.status === 204 ? {} : { 'Content-Length': String(body.length + blanks) }),
    ...(answer.fromFront ? {} : { 'X-Openstack-Request-Id': `req-${randomUUID()}` }),
    ...answer.headers,
  });
  if (message.method === 'HEAD' || answer.status === 204) {
    response.end();
    return;
  }
  if (effect?.kind === 'cut-body') {
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => message.socket.destroy());
    return;
  }
  await writeBlanks(response, blanks);
  response.end(body);
}

async function writeBlanks(response: ServerResponse, count: number): Promise<void> {
  const chunk = Buffer.alloc(65_536, ' ');
  let wake = () => {};
  response.on('drain', () => wake()).on('close', () => wake());
  for (let left = count; left > 0 && !response.destroyed; left -= chunk.length) {
    if (response.write(chunk.subarray(0, Math.min(left, chunk.length)))) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

/** Ends early when the server is closed. */
function sleep(ms: number, sleeps: Set<() => void>): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      sleeps.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    sleeps.add(wake);
  });
}
