import { createServer } from 'node:http';
import type { RecordedRequest } from '../../cloud/index.ts';
import { decoded } from '../../json.ts';
import type { Target } from './target.ts';

/** A server that refuses everything, and repeats in its words whatever proves who somebody is. */
export interface Echo extends Target {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts it on loopback. @param status of each answer */
export async function startEcho(status: number): Promise<Echo> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString('utf8');
    const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
    const at = Date.now();
    requests.push({
      ...{ n: requests.length + 1, at, service: 'identity', method: message.method ?? '', path: message.url ?? '' },
      ...{ headers, body: decoded(text), status, startedAt: at },
    });
    const names = ['x-security-token', 'x-auth-token', 'x-subject-token', 'authorization'];
    const repeated = [...names.flatMap((name) => headers[name] ?? []), text].join(' ');
    const error = { code: status, title: 'Refused', message: `Refused: ${repeated}` };
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    ...{ url, requests, inputs: { 'auth-url': `${url}/v3`, 'project-name': 'eu-nl_prod' }, secrets: () => [] },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
