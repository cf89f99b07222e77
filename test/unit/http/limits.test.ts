import { describe, expect, test } from 'vitest';
import { LostAnswerError, UnreachableError } from '../../../src/http/errors.ts';
import { client, failure, get, hang, json, post, raw, reset, serve, visible } from './support.ts';

describe('limits', () => {
  test('no answer within the headers limit: a GET is tried again, a POST is lost', async () => {
    const server = await serve([hang, json(200, {})]);
    const limits = { headersMs: 200 };
    expect(await client(limits).http.send(get(server.url))).toMatchObject({ tries: 2 });
    const dead = await serve(hang);
    expect(await failure(client(limits).http.send(post(dead.url)))).toMatchObject({
      code: 'RESULT_UNKNOWN',
      reason: expect.stringMatching(/gave no answer in time$/),
    });
  });

  test('a body that stops is a lost answer', async () => {
    const server = await serve((response) => response.writeHead(200).write('{'));
    const error = await failure(client({ bodyMs: 200, tries: 1 }).http.send(get(server.url)));
    expect(error).toMatchObject({ code: 'NETWORK', message: expect.stringContaining('stopped in the middle') });
  });

  test('the deadline ends a request that is never answered', async () => {
    const server = await serve(hang);
    const { http, lines } = client();
    const error = await failure(http.send({ ...get(server.url), deadlineMs: 150.4321 }));
    expect(error).toMatchObject({ code: 'NETWORK', message: 'Could not list the things: no answer within 0.15 s' });
    expect(lines).toEqual([expect.stringMatching(/: no answer in time, \d+ ms, try 1$/)]);
    expect(await failure(http.send({ ...post(server.url), deadlineMs: 150 }))).toBeInstanceOf(LostAnswerError);
  });

  test('an answer above the cap is refused, whether its length is told or not', async () => {
    for (const headers of [{ 'content-length': '5000' }, {}]) {
      const server = await serve(raw(200, 'x'.repeat(5000), headers));
      const error = await failure(client({ responseBytes: 4000 }).http.send(get(server.url)));
      expect(error).toMatchObject({ code: 'API_UNAVAILABLE', message: expect.stringContaining('too long (HTTP 200)') });
      expect(server.requests).toHaveLength(1);
    }
  });

  test('an answer that is no JSON is a clear error without its text', async () => {
    const server = await serve(raw(200, '<html>psk=Geheim</html>'));
    const error = await failure(client().http.send(get(server.url)));
    expect(error).toMatchObject({ code: 'API_UNAVAILABLE', message: expect.stringContaining('the answer is no JSON') });
    expect(visible(error)).not.toContain('Geheim');
  });

  test('something that does not speak HTTP', async () => {
    const { createServer } = await import('node:net');
    const { listen } = await import('./support.ts');
    const port = await listen(createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')));
    const error = await failure(client({ tries: 2 }).http.send(get(new URL(`http://127.0.0.1:${port}/`))));
    expect(error).toMatchObject({ message: expect.stringContaining('does not speak HTTP') });
    expect(visible(error)).not.toContain('OpenSSH');
  });

  test('not more connections than allowed at once, and all requests are answered', async () => {
    const server = await serve((response) => void setTimeout(() => response.end('{}'), 20));
    const { http } = client({ connections: 3 });
    await Promise.all(Array.from({ length: 12 }, () => http.send(get(server.url))));
    expect(server.connections()).toBe(3);
    expect(server.requests).toHaveLength(12);
  });
});

describe('no connection', () => {
  test('refused: tried again even for a POST, because nothing was sent', async () => {
    const { http, waits } = client();
    const error = await failure(http.send(post(new URL('http://127.0.0.1:1/'))));
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({
      code: 'NETWORK',
      message: 'Could not create the thing a: 127.0.0.1:1 refused the connection (ECONNREFUSED) (after 5 tries)',
    });
    expect(waits).toHaveLength(4);
  });

  test('after a try that may have been carried out, the result stays unknown', async () => {
    const server = await serve((response, _request, n) =>
      n === 1 ? reset(response, _request, n) : hang(response, _request, n),
    );
    const put = { ...post(server.url), method: 'PUT', repeat: 'freely' } as const;
    const { http } = client({ headersMs: 100, tries: 2 });
    expect(await failure(http.send(put))).toMatchObject({ code: 'RESULT_UNKNOWN' });
  });

  test('a pool with no free connection in time: nothing is sent, also not later', async () => {
    const server = await serve((response) => void setTimeout(() => response.end('{}'), 300));
    const { http } = client({ connections: 1 });
    const first = http.send(get(server.url));
    const second = await failure(http.send({ ...post(server.url), deadlineMs: 100 }));
    expect(second).toMatchObject({ code: 'NETWORK', message: expect.stringContaining('no connection within 0.1 s') });
    await first;
    await http.send(get(server.url));
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect(server.connections()).toBe(1);
  });

  test.each(['http://vpc.cloud.test/v2.0', 'ftp://127.0.0.1/', 'http://127.evil.test/'])(
    '%s is refused',
    async (url) => {
      const error = await failure(client().http.send(get(new URL(url))));
      expect(error).toMatchObject({ name: 'UnreachableError', code: 'ENDPOINT_REFUSED' });
    },
  );

  test('after close, nothing is sent or tried again', async () => {
    const server = await serve(json(200, {}));
    const { http, waits } = client();
    await http.close();
    expect(await failure(http.send(get(server.url)))).toBeInstanceOf(UnreachableError);
    expect(waits).toEqual([]);
    expect(server.requests).toEqual([]);
  });
});
