import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { HttpRequest } from '../../../src/http/client.ts';
import { type Answer, client, failure, hang, json, listen, raw, serve } from './support.ts';

const what = 'do it';
const get = (url: URL): HttpRequest => ({ method: 'GET', url, what, repeat: 'freely' });
const put = (url: URL): HttpRequest => ({ method: 'PUT', url, what, repeat: 'freely', body: {} });

/** Answers once `go` is called. */
function held(): { answer: Answer; arrived: Promise<void>; go(): void } {
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  return {
    answer: async (response) => {
      arrived.resolve();
      await gate.promise;
      response.end('{"ok":true}');
    },
    arrived: arrived.promise,
    go: gate.resolve,
  };
}

test('the first signal ends a read in flight at once', async () => {
  const { answer, arrived } = held();
  const server = await serve(answer);
  const { http, reads, lines } = client();
  const end = failure(http.send(get(server.url)));
  await arrived;
  reads.abort();
  expect(await end).toMatchObject({
    name: 'CancelledError',
    code: 'CANCELLED',
    message: 'Cancelled, and not done: do it.',
  });
  expect(lines).toEqual([expect.stringMatching(/: cancelled, \d+ ms, try 1$/)]);
});

test('a write in flight survives the first signal, and its answer counts', async () => {
  const { answer, arrived, go } = held();
  const server = await serve(answer);
  const { http, reads } = client();
  const end = http.send(put(server.url));
  await arrived;
  reads.abort();
  go();
  expect(await end).toMatchObject({ status: 200, body: { ok: true } });
});

test('a write in flight that is stopped has an unknown result', async () => {
  const { answer, arrived } = held();
  const server = await serve(answer);
  const { http, reads, writes } = client();
  const end = failure(http.send(put(server.url)));
  await arrived;
  reads.abort();
  writes.abort();
  expect(await end).toMatchObject({
    name: 'CancelledError',
    code: 'RESULT_UNKNOWN',
    message: 'Cancelled while it was being done: do it. Its result is unknown.',
  });
});

test('no request starts after the first signal, but a critical one does, until writes end', async () => {
  const server = await serve(json(200, {}));
  const { http, reads, writes } = client();
  reads.abort();
  expect(await failure(http.send(put(server.url)))).toMatchObject({ code: 'CANCELLED' });
  expect(await failure(http.send(get(server.url)))).toMatchObject({ code: 'CANCELLED' });
  expect(server.requests).toEqual([]);
  await http.send({ ...put(server.url), critical: true });
  await http.send({ ...get(server.url), critical: true });
  expect(server.requests).toHaveLength(2);
  writes.abort();
  expect(await failure(http.send({ ...put(server.url), critical: true }))).toMatchObject({ code: 'CANCELLED' });
  expect(server.requests).toHaveLength(2);
});

test('a write does not start either when only writes have ended', async () => {
  const server = await serve(json(200, {}));
  const { http, writes } = client();
  writes.abort();
  expect(await failure(http.send(put(server.url)))).toMatchObject({ code: 'CANCELLED' });
  expect(server.requests).toEqual([]);
});

test('the last request is stopped by no signal, only by its deadline', async () => {
  const server = await serve([json(200, {}), hang]);
  const { http, reads, writes } = client();
  reads.abort();
  writes.abort();
  const last = { ...put(server.url), method: 'DELETE', repeat: 'never', last: true } as const;
  expect(await http.send(last)).toMatchObject({ status: 200 });
  const started = Date.now();
  expect(await failure(http.send({ ...last, deadlineMs: 200 }))).toMatchObject({ code: 'RESULT_UNKNOWN' });
  expect(Date.now() - started).toBeLessThan(1000);
});

test.each([
  [503, 'RESULT_UNKNOWN'],
  [429, 'CANCELLED'],
])('a signal during the wait after %i: %s', async (status, code) => {
  const { http, reads } = client();
  const server = await serve((response) => {
    reads.abort();
    raw(status)(response, { method: '', path: '', headers: {}, body: '' }, 1);
  });
  expect(await failure(http.send(put(server.url)))).toMatchObject({ code });
  expect(server.requests).toHaveLength(1);
});

test('the first signal ends a write that waits for its connection: nothing was sent', async () => {
  const silent = createServer();
  const connected = once(silent, 'connection');
  const port = await listen(silent);
  const { http, reads } = client();
  const end = failure(http.send(put(new URL(`https://localhost:${port}/`))));
  await connected;
  reads.abort();
  expect(await end).toMatchObject({ code: 'CANCELLED' });
});

test('a write that waits for a connection of the pool is not sent after the first signal', async () => {
  const { answer, arrived, go } = held();
  const server = await serve([answer, json(200, {})]);
  const { http, reads } = client({ connections: 1 });
  const first = http.send(put(server.url));
  await arrived;
  const second = failure(http.send(put(server.url)));
  reads.abort();
  expect(await second).toMatchObject({ code: 'CANCELLED' });
  go();
  await first;
  expect(server.requests).toHaveLength(1);
});

test('a critical write that waits for its connection goes on until writes end', async () => {
  const silent = createServer();
  const connected = once(silent, 'connection');
  const port = await listen(silent);
  const { http, reads, writes } = client();
  let isOver = false;
  const end = failure(http.send({ ...put(new URL(`https://localhost:${port}/`)), critical: true }));
  void end.then(() => {
    isOver = true;
  });
  await connected;
  reads.abort();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isOver).toBe(false);
  writes.abort();
  expect(await end).toMatchObject({ code: 'CANCELLED' });
});

test('closing ends connections that are being made, and the process ends by itself', async () => {
  const port = await listen(createServer());
  const script = `
    const { createHttpClient } = await import(${JSON.stringify(new URL('../../../src/http/client.ts', import.meta.url))});
    const clock = { now: Date.now, sleep: () => new Promise(() => {}) };
    const never = new AbortController().signal;
    const http = createHttpClient({
      ...{ proxy: { exceptions: [] }, userAgent: 'x', random: Math.random, clock },
      log: { info() {}, debug() {} },
      cancellation: { reads: never, writes: never },
    });
    const url = new URL('https://localhost:${port}/');
    http.openEarly(url, 2);
    const sent = http.send({ method: 'GET', url, what: 'wait', repeat: 'freely' }).catch((error) => console.log(error.code));
    setTimeout(async () => { await http.close(); await sent; console.log('closed'); }, 200);`;
  const started = Date.now();
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  const [code] = await once(child, 'close');
  expect({ code, output }).toEqual({ code: 0, output: 'NETWORK\nclosed\n' });
  // Far below the 10 s after which the connections would be given up.
  expect(Date.now() - started).toBeLessThan(5000);
});
