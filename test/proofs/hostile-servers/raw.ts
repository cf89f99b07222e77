/** Servers that speak to the socket itself: status lines, headers and bodies that no library for servers would send. */
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { pick, type Random, words } from './words.ts';

function line(text: string): string {
  return text.replaceAll(/[\r\n]/g, ' ').slice(0, 2000);
}

type Speech = (say: () => string, random: Random) => string;

const json = '{"error":{"message":"no","code":401,"title":"Unauthorized"}}';

const withBody = (head: string, body: string): string =>
  `${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;

/** From what is nearly right to noise. */
const speeches: readonly Speech[] = [
  (say, random) => withBody(`HTTP/1.1 ${pick([200, 400, 401, 407, 500], random)} ${line(say())}`, json),
  (say) =>
    withBody(
      `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer error="x", error_description="${line(say())}"`,
      json,
    ),
  (say) => withBody(`HTTP/1.1 403 Forbidden\r\nX-Openstack-Request-Id: ${line(say())}\r\n${line(say())}: x`, say()),
  (say) => withBody(`HTTP/1.1 302 Found\r\nLocation: ${line(say())}`, say()),
  (say) => withBody('HTTP/1.1 400 Bad Request', JSON.stringify({ NeutronError: { message: say(), type: say() } })),
  (say) => withBody('HTTP/1.1 422 x', JSON.stringify({ message: say(), errors: [{ message: say() }] })),
  (say) => `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${say()}\r\n`,
  (say) => `HTTP/1.1 400 x\r\nContent-Length: 99999\r\n\r\n${say()}`,
  (say) => `HTTP/1.1 ${line(say())}\r\n\r\n`,
  (say) => `HTTP/9.9 200 ${line(say())}\r\n\r\n${say()}`,
  (say) => say(),
  (say) => `HTTP/1.1 200 OK\r\n${say()}\r\n\r\n`,
  (say) => `HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\nX: ${line(say())}\r\n\r\n12`,
  () => `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(40_000)}\r\n`,
  () =>
    `HTTP/1.1 100 Continue\r\n\r\n${'HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n'.repeat(50)}${withBody('HTTP/1.1 400 x', json)}`,
  () => 'SSH-2.0-OpenSSH_9.9\r\n',
  () => '\u0015\u0003\u0001\u0000\u0002\u0002F',
  () => '',
];

export interface RawServer {
  readonly port: number;
  /** What is said to every connection from now on. */
  speak(random: Random, secrets: readonly string[]): void;
}

/** On loopback, until the test ends. Says its text as soon as it is asked, and hangs up. */
export async function rawServer(): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let text = '';
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    socket.once('data', () => socket.end(text, 'utf8'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    port: address.port,
    speak(random, secrets) {
      text = pick(speeches, random)(() => words(random, secrets), random);
    },
  };
}
