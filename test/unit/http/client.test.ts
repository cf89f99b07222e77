import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../src/http/client.ts';
import { LostAnswerError, ResponseError, UnreachableError } from '../../../src/http/errors.ts';
import { client, failure, hang, json, raw, reset, serve, visible } from './support.ts';

const get = (url: URL): HttpRequest => ({ method: 'GET', url, what: 'list the things', repeat: 'freely' });
const post = (url: URL): HttpRequest => ({
  method: 'POST',
  url,
  body: { thing: { name: 'a' } },
  what: 'create the thing a',
  repeat: 'if not carried out',
});
const remove = (url: URL): HttpRequest => ({ method: 'DELETE', url, what: 'delete the thing a', repeat: 'freely' });

describe('a good answer', () => {
  test('is parsed; the request has the right headers and body', async () => {
    const server = await serve(json(201, { thing: { id: 1 } }, { 'X-Openstack-Request-Id': 'req-1', 'X-Other': 'o' }));
    const { http, lines } = client();
    const response = await http.send({ ...post(server.url), headers: { 'x-auth-token': 't'.repeat(20_000) } });
    expect(response).toMatchObject({ status: 201, body: { thing: { id: 1 } }, requestId: 'req-1', tries: 1 });
    expect(response.header('X-OTHER')).toBe('o');
    expect(response.header('missing')).toBeUndefined();
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/v2.0/things', body: '{"thing":{"name":"a"}}' });
    expect(request?.headers).toMatchObject({
      accept: 'application/json',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': 'ipsec-connection-action/test',
    });
    expect(request?.headers['x-auth-token']).toHaveLength(20_000);
    expect(lines).toEqual([expect.stringMatching(/^D POST \/v2\.0\/things: 201, request id req-1, \d+ ms, try 1$/)]);
  });

  test('keeps the connection, and the query stays out of the log', async () => {
    const server = await serve(json(200, {}));
    const { http, lines } = client();
    await http.send(get(new URL('?name=secret-name', server.url)));
    await http.send(get(server.url));
    expect(server.connections()).toBe(1);
    expect(server.requests[0]?.path).toBe('/v2.0/things?name=secret-name');
    expect(lines.join()).not.toContain('secret-name');
  });

  test.each([
    ['204 without a body', 'GET', raw(204), 204, undefined],
    ['300 of a version root', 'GET', json(300, { versions: [] }), 300, { versions: [] }],
    ['JSON under another content type', 'GET', raw(200, '{"a":1}', { 'content-type': 'text/plain' }), 200, { a: 1 }],
    ['HEAD', 'HEAD', raw(200, '', { 'content-length': '50' }), 200, undefined],
    ['anything after a DELETE', 'DELETE', raw(202, '<html>gone</html>'), 202, undefined],
  ] as const)('%s', async (_name, method, answer, status, body) => {
    const server = await serve(answer);
    const response = await client().http.send({ ...get(server.url), method });
    expect(response).toMatchObject({ status });
    expect(response.body).toEqual(body);
  });

  test('an answer just below the cap is read, and early hints are skipped', async () => {
    const server = await serve((response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      json(200, { text: 'x'.repeat(100_000) })(response, { method: '', path: '', headers: {}, body: '' }, 1);
    });
    const response = await client({ responseBytes: 100_100 }).http.send(get(server.url));
    expect(inspect(response.body)).toContain('xxx');
  });
});

describe('a refusal', () => {
  test('tells what failed, the words, code, status and request id, and what to do', async () => {
    const body = { NeutronError: { type: 'IKEPolicyInUse', message: 'IKEPolicy 1 is in use', detail: '' } };
    const server = await serve(json(409, body, { 'x-openstack-request-id': 'req-9' }));
    const hints = (code: string): string | undefined => (code === 'IKEPolicyInUse' ? 'Own hint.' : undefined);
    const error = await failure(client({}, { hints }).http.send(post(server.url)));
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({
      code: 'API_REFUSED',
      message: 'Could not create the thing a: IKEPolicy 1 is in use (IKEPolicyInUse, HTTP 409, request id req-9)',
      hint: 'Own hint.',
      status: 409,
      serverCode: 'IKEPolicyInUse',
      serverWords: 'IKEPolicy 1 is in use',
      requestId: 'req-9',
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each([
    [
      'gateway',
      json(401, { error_code: 'APIGW.0307', error_msg: 'old', request_id: 'g1' }),
      'old (APIGW.0307, HTTP 401, request id g1)',
      /must be renewed/,
    ],
    ['HTML', raw(404, '<html><title>404 Not Found</title>x</html>'), '404 Not Found (HTTP 404)', /Check the id/],
    ['nothing', raw(403), 'Forbidden, without a reason (HTTP 403)', /lacks a right/],
    ['an odd status', raw(460), 'an unknown status, without a reason (HTTP 460)', undefined],
    [
      'a redirect',
      raw(302, '', { location: 'https://login.test/x' }),
      'the answer is a redirect to login.test, which is not followed (HTTP 302)',
      /redirect/,
    ],
    ['a redirect on the same host', raw(301, '', { location: '/x' }), 'a redirect to 127.0.0.1:', /redirect/],
    ['a redirect to nowhere', raw(307, '', { location: 'https://' }), 'a redirect to another address', /redirect/],
    ['a redirect without a place', raw(303), 'a redirect to 127.0.0.1:', /redirect/],
  ] as const)('%s', async (_name, answer, words, hint) => {
    const server = await serve(answer);
    const error = await failure(client().http.send(get(server.url)));
    expect(error).toMatchObject({ message: expect.stringContaining(words) });
    if (hint !== undefined) {
      expect(error).toMatchObject({ hint: expect.stringMatching(hint) });
    }
    expect(server.requests).toHaveLength(1);
  });

  test('with megabytes of text is read no further than needed', async () => {
    const server = await serve((response) => {
      response.writeHead(400);
      response.write(`so it is ${'x'.repeat(200_000)}`);
      // Never ended: who waits for the end of the body waits in vain.
    });
    const error = await failure(client().http.send(post(server.url)));
    expect(error).toMatchObject({ status: 400, serverWords: expect.stringMatching(/^so it is x+…$/) });
  });

  test('a secret of the request that the server repeats is taken out, and nothing else is kept', async () => {
    const server = await serve((response, { body }) =>
      raw(400, `bad: ${body}`)(response, { method: '', path: '', headers: {}, body }, 1),
    );
    const body = { thing: { psk: 'Geheim+1' } };
    const { http, lines } = client();
    const error = await failure(http.send({ ...post(server.url), body, headers: { 'x-auth-token': 'tok-123' } }));
    expect(error).toMatchObject({ serverWords: 'bad: {"thing":{"psk":"***"}}' });
    expect(visible(error) + lines.join()).not.toMatch(/Geheim|tok-123/);
  });
});

describe('repeats', () => {
  test.each([429, 502, 503, 504])('%i is repeated with growing waits, each in the log', async (status) => {
    const server = await serve([raw(status, 'busy'), raw(status), json(200, { ok: true })]);
    const { http, waits, lines } = client();
    const response = await http.send(get(server.url));
    expect(response).toMatchObject({ body: { ok: true }, tries: 3 });
    expect(waits).toEqual([250, 500]);
    expect(lines.filter((line) => line.startsWith('I '))).toEqual([
      `I Try 2 of 5 in 0.3 s: list the things (HTTP ${status})`,
      `I Try 3 of 5 in 0.5 s: list the things (HTTP ${status})`,
    ]);
    expect(lines.at(-1)).toMatch(/: 200, \d+ ms, try 3$/);
  });

  test('end after five tries, and the error says so', async () => {
    const server = await serve(raw(503, 'maintenance'));
    const { http, waits } = client();
    const error = await failure(http.send(get(server.url)));
    expect(error).toMatchObject({
      code: 'API_UNAVAILABLE',
      message: 'Could not list the things: maintenance (HTTP 503, after 5 tries)',
    });
    expect(server.requests).toHaveLength(5);
    expect(waits).toHaveLength(4);
  });

  test('500 is not repeated', async () => {
    const server = await serve(raw(500));
    expect(await failure(client().http.send(get(server.url)))).toMatchObject({ status: 500, code: 'API_UNAVAILABLE' });
    expect(server.requests).toHaveLength(1);
  });

  test('Retry-After is waited for, as far as the deadline allows', async () => {
    const server = await serve([raw(429, '', { 'retry-after': '7' }), json(200, {})]);
    const one = client();
    await one.http.send(post(server.url));
    expect(one.waits).toEqual([7250]);
    const late = await serve(raw(429, '', { 'retry-after': '600' }));
    const other = client();
    const error = await failure(other.http.send(post(late.url)));
    expect(error).toMatchObject({
      status: 429,
      retryAfterMs: 600_000,
      message: expect.stringContaining('asks to wait 600 s'),
    });
    expect(other.waits).toEqual([]);
    expect(late.requests).toHaveLength(1);
  });

  test('a reset GET is sent again', async () => {
    const server = await serve([reset, reset, json(200, { ok: 1 })]);
    expect(await client().http.send(get(server.url))).toMatchObject({ tries: 3 });
  });

  test('a cut body is a lost answer, and a GET is sent again', async () => {
    const cut = (response: import('node:http').ServerResponse): void => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"half":');
      setTimeout(() => response.destroy(), 20);
    };
    const server = await serve([cut, json(200, { ok: 1 })]);
    expect(await client().http.send(get(server.url))).toMatchObject({ tries: 2 });
  });

  test('a DELETE that finds nothing on its second try succeeded', async () => {
    const server = await serve([reset, json(404, { NeutronError: { type: 'VPNServiceNotFound', message: 'gone' } })]);
    const { http } = client();
    expect(await http.send(remove(server.url))).toMatchObject({ status: 204, tries: 2 });
    const absent = await serve(raw(404));
    expect(await failure(http.send(remove(absent.url)))).toMatchObject({ status: 404 });
  });

  test('a wait that would pass the deadline is not begun', async () => {
    const server = await serve(raw(503));
    const { http, waits } = client();
    expect(await failure(http.send({ ...get(server.url), deadlineMs: 600 }))).toMatchObject({ status: 503 });
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(600);
  });
});

describe('a POST', () => {
  test.each([
    ['reset', reset, undefined, 'closed the connection'],
    ['500', json(500, { NeutronError: { type: 'HTTPInternalServerError', message: 'oops' } }), 500, 'HTTP 500: oops'],
    ['502', raw(502), 502, 'HTTP 502'],
    ['503', raw(503), 503, 'HTTP 503'],
    ['504', raw(504, '<title>Gateway Time-out</title>'), 504, 'HTTP 504: Gateway Time-out'],
    ['no JSON', raw(201, '<html>hello</html>', { 'x-request-id': 'r7' }), 201, 'the answer is no JSON (HTTP 201)'],
  ] as const)('%s: the answer is lost, and it is not sent again', async (_name, answer, status, reason) => {
    const server = await serve(answer);
    const { http, waits } = client();
    const error = await failure(http.send(post(server.url)));
    expect(error).toBeInstanceOf(LostAnswerError);
    expect(error).toMatchObject({
      code: 'RESULT_UNKNOWN',
      status,
      reason: expect.stringContaining(reason),
      message: expect.stringContaining('Could not create the thing a, or it was done and the answer is lost: '),
      hint: 'The result is unknown. Run it again: it finds what is there and goes on from it.',
    });
    expect(server.requests).toHaveLength(1);
    expect(waits).toEqual([]);
  });

  test('429 is sent again: it was not carried out', async () => {
    const server = await serve([raw(429), json(201, {})]);
    expect(await client().http.send(post(server.url))).toMatchObject({ status: 201, tries: 2 });
  });

  test('503 of a login is sent again, and in the end it is a refusal', async () => {
    const server = await serve([raw(503), json(201, {})]);
    const login = { ...post(server.url), repeat: 'if not carried out or 503' } as const;
    expect(await client().http.send(login)).toMatchObject({ tries: 2 });
    const down = await serve(raw(503));
    expect(await failure(client().http.send({ ...login, url: down.url }))).toBeInstanceOf(ResponseError);
  });

  test("'never' is never repeated, and 503 is then a plain refusal", async () => {
    const server = await serve(raw(503));
    const error = await failure(client().http.send({ ...post(server.url), repeat: 'never' }));
    expect(error).toBeInstanceOf(ResponseError);
    expect(server.requests).toHaveLength(1);
  });
});

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
    const error = await failure(http.send({ ...get(server.url), deadlineMs: 150 }));
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
